package mips

import "github.com/risugen/risugen/arch"

// Addresses of an image's parts. The lower halves are zero, so that one LUI reaches each. Between parts
// nothing is mapped: a stray access faults.
const (
	codeAddr  = 0x0040_0000
	poolAddr  = 0x1000_0000
	stateAddr = 0x2000_0000 // the harness's variables, see harness.go
	altAddr   = 0x2010_0000 // signal stack; unmapped below
	bufAddr   = 0x2020_0000
	memAddr   = 0x3000_0000 // the memory block

	altSize   = 0x1_0000
	bufSize   = 0x1_0000 // records are written out when so many bytes are full
	bufSlack  = 0x1000   // and the last one may reach over it: more than a record's size
	stateSize = 0x1000
)

// layout is the register file of a model, with the numbers that the harness needs by name.
type layout struct {
	arch.Layout
	gpr, vec             int // classes; vec is -1 without MSA
	hi, lo, fcsr, msacsr int // states; -1 where there is none
	poolHI               int // offset of HI in the pool window; LO follows
}

// newLayout describes a model's records. A payload is states, then general registers, then vectors; the
// pool window has vectors, HI, LO and general registers.
func newLayout(c *model, order arch.ByteOrder) layout {
	l := layout{vec: -1, fcsr: -1, msacsr: -1}
	l.Order, l.AddrBytes, l.PoolAlign = order, 4, 16
	l.hi, l.lo = l.addState("hi", false), l.addState("lo", false)
	if c.fpu {
		l.fcsr = l.addState("fcsr", true)
	}
	if c.msa {
		l.msacsr = l.addState("msacsr", true)
	}
	record := 4 * len(l.States) // no gaps: what nobody writes keeps what an earlier record left there
	vecBytes := 0
	if c.msa {
		vecBytes = 32 * 16
	}
	l.poolHI = vecBytes
	l.gpr = len(l.Classes)
	l.Classes = append(l.Classes, arch.Class{
		Name: "gpr", Prefix: "$", Count: 32, Bytes: 4, Record: record, Pool: vecBytes + 8,
		Never: 1<<26 | 1<<27, Zero: 1,
	})
	record += 32 * 4
	if c.msa {
		l.vec = len(l.Classes)
		l.Classes = append(l.Classes, arch.Class{Name: "vec", Prefix: "$w", Count: 32, Bytes: 16, Record: record, Pool: 0})
	}
	l.Payload = record + vecBytes
	l.Window = vecBytes + 8 + 32*4 + 8 // and up to a multiple of 16
	l.AddrClass = l.gpr
	l.Memory = arch.Memory{Addr: memAddr, Windows: 16, Size: 64, Pool: l.Window}
	l.Signals = knownSignals
	// A stack pointer in the signal stack would count as being on it already.
	l.Avoid = []arch.Range{{Lo: altAddr - 0x10000, Hi: altAddr + altSize + 0x10000}}
	l.addBases(c)
	return l
}

func (l *layout) addState(name string, reset bool) int {
	l.States = append(l.States, arch.State{Name: name, Bytes: 4, Record: 4 * len(l.States), Reset: reset})
	return len(l.States) - 1
}

// addBases lets every general register that can be spared serve as base, with the next one keeping the
// initial FCSR and MSACSR.
func (l *layout) addBases(c *model) {
	for r := 1; r < 32; r++ {
		if l.Classes[l.gpr].Never>>r&1 == 0 {
			l.Bases = append(l.Bases, r)
		}
	}
	l.KeepState = max(l.fcsr, l.msacsr)
	for i := range l.Bases {
		keep := -1
		if c.fpu || c.msa {
			keep = l.Bases[(i+1)%len(l.Bases)]
		}
		l.Keeps = append(l.Keeps, keep)
	}
}
