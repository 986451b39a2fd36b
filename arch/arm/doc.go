// Package arm is the ARM architecture: A64, the instruction set of AArch64, and A32 and Thumb (T16 and T32), those of AArch32.
// What is A64's stands in files whose names begin with a64; AArch32's harness is A32 code, in those with a32; what is
// Thumb's alone in those with thumb, t16 and t32.
package arm
