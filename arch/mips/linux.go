package mips

// Numbers of Linux on MIPS, ABI o32.

// System calls return their result in $2; $7 is not zero when that is an error number.
const (
	sysWrite       = 4004
	sysPoll        = 4188
	sysSigaction   = 4194
	sysSigaltstack = 4206
	sysExitGroup   = 4246
)

const (
	errINTR  = 4
	errAGAIN = 11
	pollOut  = 4
)

// Flags of a signal action: siginfo, own stack, and not blocked while its handler runs, since the handler
// is left by a jump.
const actionFlags = 0x8 | 0x0800_0000 | 0x4000_0000

// Offsets from the stack pointer that a handler is entered with to parts of the frame. Registers stand in
// slots of 64 bits. Code stands before errno, unlike on other architectures.
const (
	frameCode = 28
	framePC   = 184
	frameRegs = 192
	frameHI   = 728
	frameLO   = 736
)
