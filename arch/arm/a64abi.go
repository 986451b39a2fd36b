package arm

// Linux's system calls on AArch64. Their number goes into register 8, arguments into registers 0 to 5; register 0 has the
// result, an error's number negated.
const (
	sysFcntl       = 25
	sysRead        = 63
	sysWrite       = 64
	sysPread       = 67
	sysPpoll       = 73
	sysVmsplice    = 75
	sysExitGroup   = 94
	sysSigaltstack = 132
	sysSigaction   = 134
	sysMmap        = 222
	sysStatx       = 291

	errINTR  = 4
	errAGAIN = 11
	pollOut  = 4

	protReadWrite  = 1 | 2
	mapSharedFixed = 0x01 | 0x10 // MAP_SHARED | MAP_FIXED

	pipeSize = 1 << 20 // what an unprivileged process may ask for
)

// Flags of a signal action: siginfo, own stack, and not blocked while its handler runs, since the handler
// is left by a jump.
const actionFlags = 0x4 | 0x0800_0000 | 0x4000_0000

// Where a handler finds things, from siginfo and ucontext, to which registers 1 and 2 point. The stack pointer stands behind
// register 30.
const (
	infoCode      = 8
	contextRegs   = 184
	contextPC     = 440
	contextPstate = 448
)
