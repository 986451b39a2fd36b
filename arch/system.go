package arch

// System is how images of a machine run under a Linux kernel in full-system emulation: QEMU's program, the board and
// the kernel that go with a CPU model, a byte order and an ABI.
type System struct {
	Emulator string // QEMU's program: "qemu-system-mipsel"
	Board    string // its -machine; empty: the program's default
	CPU      string // its -cpu
	Memory   string // its -m, in MiB
	// Files names the kernel, its modules and the BusyBox that scripts/fetch-system gets, as port and kernel flavour of
	// Debian: "mipsel-4kc-malta". Empty: nothing that can be fetched serves; Reason says why.
	Files  string
	Reason string
	Append []string // words of the kernel's command line: the console, and what programs like this one need
}

// Booter is implemented by machines whose images can run under a kernel in full-system emulation.
type Booter interface {
	// System returns what images of the machine need to run on a CPU model; an empty name is the machine's own. A model
	// that only the emulator knows gets what any would.
	System(cpu string) System
}
