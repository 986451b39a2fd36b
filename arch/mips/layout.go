package mips

import "github.com/risugen/risugen/arch"

// Addresses of an image's parts, the same in all ABIs. The lower halves are zero, so that one LUI reaches
// each. Between parts nothing is mapped: a stray access faults.
const (
	codeAddr  = 0x0040_0000 // the harness
	blockAddr = 0x0050_0000 // the blocks
	poolAddr  = 0x1000_0000
	stateAddr = 0x2000_0000 // the harness's variables, see harness.go
	// The signal stack, unmapped below. A stack pointer in it counts as being on it already, and an instruction under test
	// may compute one: sums and masks of sparse numbers are more likely than this address.
	altAddr = 0x2d5b_0000
	bufAddr = 0x2020_0000
	memAddr = 0x3000_0000 // the memory block

	altSize   = 0x1_0000
	bufSlack  = 0x1000                    // the last record may reach over the end of the buffer: more than a record's size
	bufSize   = arch.ShareSlot - bufSlack // records are written out when so many bytes are full
	stateSize = 0x1000
)

// Views of a machine whose vector registers' lower halves are its floating-point registers.
const (
	viewFPR = 1
	viewVec = 2
)

// layout is the register file of a machine, with the numbers that the harness needs by name.
type layout struct {
	arch.Layout
	gpr, fpr, vec int           // classes; -1 where there is none
	poolState     []int         // per state: its offset in the pool window
	record, pool  offsetCounter // how far the payload and the pool window reach
	pad           int           // offset in the payload of a word that is always zero, or -1
}

type offsetCounter int

// take returns the offset of the next n bytes.
func (c *offsetCounter) take(n int) int {
	at := int(*c)
	*c += offsetCounter(n)
	return at
}

// newLayout describes a machine's records. A payload is general registers, HI, LO and accumulators, vectors
// or floating-point registers, control registers; without gaps, since what nobody writes would keep what an
// earlier record left there. The pool window begins with the vectors.
func newLayout(c *model, a *abi, order arch.ByteOrder) layout {
	l := layout{fpr: -1, vec: -1, pad: -1}
	l.Order, l.AddrBytes, l.PoolAlign = order, 4, 1<<phaseShift
	l.ELF = arch.ELFKind{Machine: elfMIPS, Is64: a.is64, CheckFlags: c.checkFlags}
	l.CodeAddr, l.BlockEnd, l.Backward, l.Tries = blockAddr, 8, true, tries
	if a.is64 {
		l.AddrBytes = 8
	}
	floatPool := l.pool.take(floatBytes(c, a))
	l.gpr = l.addClass(arch.Class{
		Name: "gpr", Prefix: "$", Count: 32, Bytes: a.regs, Record: l.record.take(32 * a.regs), Pool: l.pool.take(32 * a.regs),
		Never: 1<<26 | 1<<27, Zero: 1,
	})
	l.AddrClass = l.gpr
	l.addAccumulators(c, a)
	l.addFloat(c, a, floatPool)
	l.addControl(c)
	if l.record%8 != 0 {
		l.pad = l.record.take(4)
	}
	l.Payload = int(l.record)
	l.Window = int(l.pool+15) &^ 15
	l.Memory = arch.Memory{Addr: memAddr, Windows: 16, Size: 64, Pool: l.Window}
	l.Signals, l.ReservedFault, l.AlignFault = knownSignals, "SIGILL", "SIGBUS"
	// A stack pointer in the signal stack would count as being on it already.
	l.StackReg = 29
	l.Avoid = []arch.Range{{Lo: altAddr - 0x10000, Hi: altAddr + altSize + 0x10000}}
	l.Hazards = l.hazards(c)
	l.addBases()
	l.addAliases(a)
	return l
}

func (l *layout) addClass(c arch.Class) int {
	l.Classes = append(l.Classes, c)
	return len(l.Classes) - 1
}

// addState adds a state.
func (l *layout) addState(s arch.State) int {
	s.Record = l.record.take(s.Bytes)
	l.States, l.poolState = append(l.States, s), append(l.poolState, l.pool.take(s.Bytes))
	return len(l.States) - 1
}

// addAccumulators adds HI and LO, which release 6 has not, and those of the DSP module.
func (l *layout) addAccumulators(c *model, a *abi) {
	names := []string{"hi", "lo"}
	if c.has("r6") {
		names = nil
	}
	if c.has("dsp") {
		names = []string{"hi", "lo", "hi1", "lo1", "hi2", "lo2", "hi3", "lo3"}
	}
	for _, name := range names {
		l.addState(arch.State{Name: name, Bytes: a.regs, Keep: -1})
	}
	if a.regs == 4 && arch.OrderName(l.Order) == "little" {
		for hi := 0; hi < len(names); hi += 2 { // so that a value of 64 bits in the pool is one of an accumulator, too
			l.poolState[hi], l.poolState[hi+1] = l.poolState[hi+1], l.poolState[hi]
		}
	}
}

// floatBytes is the size of all vector or floating-point registers.
func floatBytes(c *model, a *abi) int {
	switch {
	case c.has("msa"):
		return 32 * 16
	case c.has("fpu") && a.fr1:
		return 32 * 8
	case c.has("fpu"):
		return 32 * 4
	}
	return 0
}

// addFloat adds the floating-point registers and the vectors, which stand in the same place: a block uses
// one or the other (see arch.Layout.Views).
func (l *layout) addFloat(c *model, a *abi, pool int) {
	record := l.record.take(floatBytes(c, a))
	view := 0
	if c.has("msa") {
		l.Views, view = 2, viewFPR
		l.vec = l.addClass(arch.Class{Name: "vec", Prefix: "$w", Count: 32, Bytes: 16, Record: record, Pool: pool, View: viewVec})
	}
	if !c.has("fpu") {
		return
	}
	bytes := 4
	if a.fr1 {
		bytes = 8
	}
	l.fpr = l.addClass(arch.Class{Name: "fpr", Prefix: "$f", Count: 32, Bytes: bytes, Record: record, Pool: pool, View: view})
}

// addControl adds the control registers: their flags stay set, so that they must be reset.
func (l *layout) addControl(c *model) {
	for _, s := range []struct {
		name, feature string
		exceptions    arch.Exceptions
	}{{"fcsr", "fpu", exceptions}, {"msacsr", "msa", exceptions}, {"dspcontrol", "dsp", arch.Exceptions{}}} {
		if c.has(s.feature) {
			n := l.addState(arch.State{Name: s.name, Bytes: 4, Reset: true, Keep: len(l.KeepStates), Exceptions: s.exceptions})
			l.KeepStates = append(l.KeepStates, n)
		}
	}
}

// addBases lets every general register that can be spared serve as base, with the next ones keeping initial
// values.
func (l *layout) addBases() {
	for r := 1; r < 32; r++ {
		if l.Classes[l.gpr].Never>>r&1 == 0 {
			l.Bases = append(l.Bases, r)
		}
	}
	for i := range l.Bases {
		var keeps []int
		for k := range l.KeepStates {
			keeps = append(keeps, l.Bases[(i+1+k)%len(l.Bases)])
		}
		l.Keeps = append(l.Keeps, keeps)
	}
}

// views is how many sets of load and checkpoint routines there are.
func (l *layout) views() int { return max(1, l.Views) }

// has returns whether a view has a class that may be -1.
func (l *layout) live(class, view int) bool { return class >= 0 && l.Classes[class].Live(view) }
