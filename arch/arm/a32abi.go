package arm

// Linux's system calls in the ABI for embedded systems (EABI). Their number goes into register 7, arguments into registers 0
// to 3; register 0 has the result, an error's number negated.
const (
	eabiRead        = 3
	eabiWrite       = 4
	eabiPoll        = 168
	eabiSigaction   = 174
	eabiPread       = 180
	eabiSigaltstack = 186
	eabiMmap2       = 192 // whose offset is in pages
	eabiFcntl       = 221
	eabiExitGroup   = 248
	eabiVmsplice    = 343
	eabiStatx       = 397
)

// Where a handler finds things in ucontext, to which register 2 points. Siginfo and flags of actions are as in AArch64.
const (
	eabiContextRegs = 32
	eabiContextPC   = 92
	eabiContextCPSR = 96
)

// What e_flags of ELF files say: the ABI's version, floating-point arguments in registers, and instructions little-endian
// whatever data are.
const (
	eabiVersion5 = 0x0500_0000
	eabiHard     = 0x400
	eabiBE8      = 0x0080_0000
)
