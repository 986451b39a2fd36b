// Package image writes and reads images of upstream RISU: what its generator makes of a .risu file, and its program runs.
//
// An image is raw code and data, entered at its first byte, wherever that stands. Words that no CPU has ask the program for
// something (arch.RISUOp): after each instruction under test it compares general registers, flags, vectors and floating-point
// control with those of the other side, of the program counter the distance from the image's begin, and, after accesses,
// all of memory. Registers are loaded anew every Period instructions.
//
// What differs by architecture is behind arch.RISUMachine.
package image
