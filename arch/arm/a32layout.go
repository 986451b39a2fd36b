package arm

import "github.com/risugen/risugen/arch"

// Addresses of an image's parts, in 32 bits of which an immediate of A32 holds all that is not zero. Between parts nothing
// is mapped: a stray access faults.
const (
	a32CodeAddr  = 0x0040_0000 // the harness
	a32BlockAddr = 0x0050_0000 // the blocks
	a32CodeEnd   = 0x0200_0000 // blocks and harness are in reach of each other's branches
	a32PoolAddr  = 0x1000_0000
	a32StateAddr = 0x2000_0000 // the harness's variables, see a32harness.go
	a32BufAddr   = 0x2020_0000
	// The signal stack, unmapped below, at an address that instructions under test hardly compute: see a64AltAddr.
	a32AltAddr = 0x2d5b_0000
	a32MemAddr = 0x3000_0000 // the memory block

	a32AltSize   = 0x1_0000
	a32BufSlack  = 0x1000                       // the last record may reach over the end of the buffer: more than a record's size
	a32BufSize   = arch.ShareSlot - a32BufSlack // records are written out when so many bytes are full
	a32StateSize = 0x1000
)

// Registers of A32 that have names.
const a32SP, a32LR, a32PC = 13, 14, 15

// elfARM is e_machine of ELF files.
const elfARM = 40

// a32General is the bytes of all general registers. In a record PC's place is zero.
const a32General = 16 * 4

// a32Layout is the register file, with the numbers that the harness needs by name.
type a32Layout struct {
	arch.Layout
	gpr, dreg                 int  // classes
	nzcv, q, ge               int  // states that are parts of CPSR; ge is -1 where there is none
	fpscr, thread             int  // states; thread is TPIDRURW, -1 where there is none
	doubles                   int  // bytes of all D registers
	pad                       int  // offset in the payload of a word that is always zero, or -1
	poolCPSR                  int  // offsets in the pool window of what CPSR is made of,
	poolFPSCR                 int  // of what FPSCR's flags are made of,
	poolThread                int  // and of TPIDRURW
	modeBits                  int  // how many bits of FPSCR's modes go through all combinations
	parallel, fp16, wideMoves bool // the CPU has GE; computes with half precision; has MOVW and MOVT
	bigEndian                 bool
	parts                     []uint32       // by state: the bits of CPSR that it is, or 0
	harnessOrder              arch.ByteOrder // of A32 words
}

// cpsrBits are the states that are parts of CPSR, and where they stand in it.
var cpsrBits = map[string]uint32{"nzcv": 0xf000_0000, "q": 1 << 27, "ge": 0xf_0000}

// newA32Layout describes records and pool window. Both begin with the D registers, then come the general registers, then
// the states; without gaps in a record, since what nobody writes would keep what an earlier record left there.
func newA32Layout(c *model, order arch.ByteOrder) a32Layout {
	l := a32Layout{thread: -1, pad: -1, doubles: 16 * 8, modeBits: 4}
	l.parallel, l.fp16, l.wideMoves = c.has32("v6"), c.has32("fp16"), c.has32("v6t2")
	l.bigEndian = order.Uint16([]byte{0, 1}) == 1
	if c.has32("d32") {
		l.doubles = 32 * 8
	}
	if c.has32("fp16cvt") {
		l.modeBits = a64ModeBits
	}
	states := l.doubles + a32General
	l.poolCPSR, l.poolFPSCR, l.poolThread = states, states+4, states+8
	l.Order, l.AddrBytes, l.PoolAlign = order, 4, 1<<phaseShift
	l.harnessOrder, _ = arch.OrderByName("little") // of ARMv6 and later, see eabiBE8
	l.WordOrder = l.harnessOrder
	l.ELF = arch.ELFKind{
		Machine: elfARM, Marks: marks("$a"), WordOrder: func(flags uint32) arch.ByteOrder { return elfOrder(order, flags) },
	}
	l.CodeAddr, l.BlockEnd, l.Backward = a32BlockAddr, 8, true
	if c.has32("v6") {
		l.Tries = a32Tries
	}
	l.gpr = l.addClass(arch.Class{
		Name: "gpr", Prefix: "r", Count: 16, Bytes: 4, Record: l.doubles, Pool: l.doubles, Never: 1 << a32PC,
	})
	l.dreg = l.addClass(arch.Class{Name: "dreg", Prefix: "d", Count: l.doubles / 8, Bytes: 8})
	l.AddrClass = l.gpr
	l.Payload, l.Window = states, states+16
	l.addStates(c)
	l.Memory = arch.Memory{Addr: a32MemAddr, Windows: 8, Size: 128, Pool: l.Window} // VLDM loads 16 doubles
	l.Signals, l.ReservedFault, l.AlignFault = knownSignals, "SIGILL", "SIGBUS"
	l.LateAlignFault = true // Linux, which goes on to the next instruction before it knows whether it can do the access
	l.StackReg, l.Special = a32SP, 1<<a32SP
	l.Avoid = []arch.Range{{Lo: a32AltAddr - 0x10000, Hi: a32AltAddr + a32AltSize + 0x10000}}
	for r := range a32PC {
		if r != a32SP {
			l.Bases = append(l.Bases, r)
		}
	}
	l.addAliases()
	return l
}

func (l *a32Layout) addClass(c arch.Class) int {
	l.Classes = append(l.Classes, c)
	return len(l.Classes) - 1
}

// addProgramStates adds the states that every CPU has. Q stays set, and so do FPSCR's cumulative flags.
func (l *a32Layout) addProgramStates() {
	l.nzcv = l.addState("nzcv", false)
	l.q = l.addState("q", true)
	l.ge = l.addState("ge", false) // which is zero before ARMv6
	l.fpscr = l.addState("fpscr", true)
}

// addStates adds the states that the CPU has.
func (l *a32Layout) addStates(c *model) {
	l.addProgramStates()
	if c.has32("v6k") {
		l.thread = l.addState("tpidrurw", false)
	}
	if l.Payload%8 != 0 {
		l.pad = l.Payload
		l.Payload += 4
	}
}

// addState adds a state of 4 bytes; sticky is one whose bits stay set.
func (l *a32Layout) addState(name string, sticky bool) int {
	l.States = append(l.States, arch.State{Name: name, Bytes: 4, Record: l.Payload, Reset: sticky, Keep: -1})
	l.parts = append(l.parts, cpsrBits[name])
	l.Payload += 4
	return len(l.States) - 1
}
