package arm

import "github.com/risugen/risugen/arch"

// Addresses of an image's parts. Below 4 GiB, so that a variable of 32 bits holds each; the lower halves are zero, so that
// one MOVZ reaches each. Between parts nothing is mapped: a stray access faults.
const (
	a64CodeAddr  = 0x0040_0000 // the harness
	a64BlockAddr = 0x0050_0000 // the blocks
	a64CodeEnd   = 0x0800_0000 // blocks and harness are in reach of each other's branches
	a64PoolAddr  = 0x1000_0000
	a64StateAddr = 0x2000_0000 // the harness's variables, see a64harness.go
	a64BufAddr   = 0x2020_0000
	// The signal stack, unmapped below. A stack pointer in it counts as being on it already, and an instruction under test
	// may compute one: sums and masks of sparse numbers are more likely than this address.
	a64AltAddr = 0x2d5b_0000
	a64MemAddr = 0x3000_0000 // the memory block

	a64AltSize   = 0x1_0000
	a64BufSlack  = 0x1000                       // the last record may reach over the end of the buffer: more than a record's size
	a64BufSize   = arch.ShareSlot - a64BufSlack // records are written out when so many bytes are full
	a64StateSize = 0x1000
)

// a64SP is the number of the stack pointer among the general registers.
const a64SP = 31

// elfAArch64 is e_machine of ELF files.
const elfAArch64 = 183

// a64Vectors and a64General are the bytes of all registers of a class.
const a64Vectors, a64General = 32 * 16, 32 * 8

// a64Layout is the register file, with the numbers that the harness needs by name.
type a64Layout struct {
	arch.Layout
	gpr, vec                int // classes
	nzcv, fpcr, fpsr, tpidr int // states
	pad                     int // offset in the payload of a word that is always zero, or -1
	poolPstate, poolTPIDR   int // offsets in the pool window of what PSTATE's fields and TPIDR_EL0 are made of
	fp16                    bool
	fields                  []uint32 // by state: the bits of PSTATE that it is, or 0
}

// pstateBits are the states that are fields of PSTATE, and where they stand in it. Each is the same bits of a system
// register of its own.
var pstateBits = map[string]uint32{"nzcv": 0xf000_0000, "tco": 1 << 25, "dit": 1 << 24, "ssbs": 1 << 12}

// newA64Layout describes records and pool window. Both begin with the vectors, then come the general registers, then the
// states; without gaps in a record, since what nobody writes would keep what an earlier record left there.
func newA64Layout(c *model, order arch.ByteOrder) a64Layout {
	const states = a64Vectors + a64General
	l := a64Layout{pad: -1, poolPstate: states, poolTPIDR: states + 8, fp16: c.has("fp16")}
	l.Order, l.AddrBytes, l.PoolAlign = order, 8, 1<<phaseShift
	l.WordOrder, _ = arch.OrderByName("little") // instructions are little-endian whatever data are
	l.ELF = arch.ELFKind{Machine: elfAArch64, Is64: true, Marks: marks("$x")}
	l.CodeAddr, l.BlockEnd, l.Backward, l.Tries = a64BlockAddr, 8, true, a64Tries
	l.gpr = l.addClass(arch.Class{Name: "gpr", Prefix: "x", Count: 32, Bytes: 8, Record: a64Vectors, Pool: a64Vectors})
	l.vec = l.addClass(arch.Class{Name: "vec", Prefix: "v", Count: 32, Bytes: 16})
	l.AddrClass = l.gpr
	l.Payload, l.Window = states, states+16
	l.addStates(c)
	l.Memory = arch.Memory{Addr: a64MemAddr, Windows: 16, Size: 64, Pool: l.Window}
	l.Signals, l.ReservedFault, l.AlignFault = knownSignals, "SIGILL", "SIGBUS"
	l.StackReg, l.Special = a64SP, 1<<a64SP
	l.Avoid = []arch.Range{{Lo: a64AltAddr - 0x10000, Hi: a64AltAddr + a64AltSize + 0x10000}}
	for r := range a64SP {
		l.Bases = append(l.Bases, r)
	}
	l.addAliases()
	return l
}

func (l *a64Layout) addClass(c arch.Class) int {
	l.Classes = append(l.Classes, c)
	return len(l.Classes) - 1
}

// addStates adds the states: of PSTATE what the CPU has.
func (l *a64Layout) addStates(c *model) {
	l.tpidr = l.addState("tpidr_el0", 8, false)
	l.nzcv = l.addState("nzcv", 4, false)
	l.fpcr = l.addState("fpcr", 4, false)
	l.fpsr = l.addState("fpsr", 4, true)
	for _, field := range []struct{ name, feature string }{{"dit", "dit"}, {"ssbs", "ssbs"}, {"tco", "mte"}} {
		if c.has(field.feature) {
			l.addState(field.name, 4, false)
		}
	}
	if l.Payload%8 != 0 {
		l.pad = l.Payload
		l.Payload += 4
	}
}

// addState adds a state; sticky is one whose bits stay set.
func (l *a64Layout) addState(name string, bytes int, sticky bool) int {
	l.States = append(l.States, arch.State{Name: name, Bytes: bytes, Record: l.Payload, Reset: sticky, Keep: -1})
	l.fields = append(l.fields, pstateBits[name])
	l.Payload += bytes
	return len(l.States) - 1
}
