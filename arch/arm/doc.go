// Package arm is the ARM architecture: A64, the instruction set of AArch64.
package arm
