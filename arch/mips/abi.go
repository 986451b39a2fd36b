package mips

// abi is one of Linux's calling conventions: how wide registers are, what a process looks like to the
// kernel, and which of QEMU's programs runs it. Numbers are those of the kernel's headers for MIPS.
type abi struct {
	name      string
	regs      int  // bytes of a general register
	is64      bool // ELF class; pointers and sizes have 64 bits in the kernel's structures
	elfFlags  uint32
	fr1       bool // floating-point registers have 64 bits each
	emulators map[string]string
	sys       systemCalls
	frame     frameOffsets
}

// systemCalls are the numbers of system calls. They return their result in $2; $7 is not zero when that is
// an error number.
type systemCalls struct{ read, write, fcntl, pread, vmsplice, mmap, statx, poll, sigaction, sigaltstack, exitGroup int64 }

// frameOffsets tells where parts of a signal frame stand, from the stack pointer that a handler is entered
// with. Registers, HI and LO stand in slots of 64 bits.
type frameOffsets struct{ pc, regs, hi, lo int64 }

// frameCode is where si_code stands in every ABI's frame: before errno, unlike on other architectures.
const frameCode = 28

const (
	errINTR  = 4
	errAGAIN = 11
	pollOut  = 4
)

// Flags of a signal action: siginfo, own stack, and not blocked while its handler runs, since the handler
// is left by a jump.
const actionFlags = 0x8 | 0x0800_0000 | 0x4000_0000

var (
	callsO32 = systemCalls{read: 4003, fcntl: 4055, pread: 4200, vmsplice: 4307, mmap: 4210, statx: 4366, write: 4004, poll: 4188, sigaction: 4194, sigaltstack: 4206, exitGroup: 4246}
	callsN32 = systemCalls{read: 6000, fcntl: 6070, pread: 6016, vmsplice: 6270, mmap: 6009, statx: 6330, write: 6001, poll: 6007, sigaction: 6013, sigaltstack: 6129, exitGroup: 6205}
	callsN64 = systemCalls{read: 5000, fcntl: 5070, pread: 5016, vmsplice: 5266, mmap: 5009, statx: 5326, write: 5001, poll: 5007, sigaction: 5013, sigaltstack: 5129, exitGroup: 5205}
	frameO32 = frameOffsets{pc: 184, regs: 192, hi: 728, lo: 736}
	frameN32 = frameOffsets{pc: 752, regs: 176, hi: 688, lo: 720}
	frameN64 = frameOffsets{pc: 768, regs: 192, hi: 704, lo: 736}
)

// abis are the calling conventions. o32fp64 is o32 as GNU's -mfp64 makes it.
var abis = []abi{
	{
		name: "o32", regs: 4, elfFlags: 0x1000, sys: callsO32, frame: frameO32,
		emulators: map[string]string{"little": "qemu-mipsel", "big": "qemu-mips"},
	},
	{
		name: "o32fp64", regs: 4, elfFlags: 0x1000, fr1: true, sys: callsO32, frame: frameO32,
		emulators: map[string]string{"little": "qemu-mipsel", "big": "qemu-mips"},
	},
	{
		name: "n64", regs: 8, is64: true, fr1: true, sys: callsN64, frame: frameN64,
		emulators: map[string]string{"little": "qemu-mips64el", "big": "qemu-mips64"},
	},
	{
		name: "n32", regs: 8, elfFlags: 0x20, fr1: true, sys: callsN32, frame: frameN32,
		emulators: map[string]string{"little": "qemu-mipsn32el", "big": "qemu-mipsn32"},
	},
}

func findABI(name string) *abi {
	for i := range abis {
		if abis[i].name == name {
			return &abis[i]
		}
	}
	return nil
}

// word is the size of a pointer in the kernel's structures.
func (a *abi) word() int {
	if a.is64 {
		return 8
	}
	return 4
}
