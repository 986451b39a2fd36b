package probe

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/runtime"
)

// Fault is a signal that a case ended with.
type Fault struct {
	Signal string // "signal 9" where it has no name
	Code   uint32 // si_code
	PC     uint64
	Insn   int // which of the case's instructions raised it, from 0; -1: none of them
}

// String tells all of a fault.
func (f *Fault) String() string {
	if f == nil {
		return "no fault"
	}
	return fmt.Sprintf("%s (code %d) at 0x%x", f.Signal, f.Code, f.PC)
}

// Outcome is what a target made of a case: its record.
type Outcome struct {
	Fault   *Fault
	payload []byte
}

// Run runs a batch on a target and returns what it made of each case, in their order. A target that is silent for longer than
// stall is given up; 0 is the usual time. Where a target dies or hangs the error is a *CaseError that names the case, as
// far as that happens again.
func (b *Batch) Run(ctx context.Context, target runtime.Target, stall time.Duration) ([]Outcome, error) {
	out, err := b.collect(ctx, target, stall)
	if e := (*runtime.StreamError)(nil); errors.As(err, &e) && len(b.Cases) > 1 {
		return nil, b.blame(ctx, target, stall, len(out), err)
	}
	return out, err
}

// blame runs the cases from one on again, with each record written at once, to find the one at which a target fails.
func (b *Batch) blame(ctx context.Context, target runtime.Target, stall time.Duration, from int, failed error) error {
	rest, err := b.p.build(b.Cases[min(from, len(b.Cases)-1):], b.tool, true)
	if err != nil {
		return failed
	}
	out, err := rest.collect(ctx, target, stall)
	if e := (*runtime.StreamError)(nil); !errors.As(err, &e) || len(out) >= len(rest.Cases) || from+len(out) == 0 {
		return failed // it did not happen again, or the target is perhaps none
	}
	return &CaseError{rest.Cases[len(out)], err}
}

func (b *Batch) collect(ctx context.Context, target runtime.Target, stall time.Duration) ([]Outcome, error) {
	out := make([]Outcome, 0, len(b.Cases))
	err := runtime.Collect(ctx, b.Image, target, stall, func(c runtime.Collected) error {
		out = append(out, Outcome{b.fault(c), slices.Clone(c.Payload)})
		return nil
	})
	return out, err
}

func (b *Batch) fault(c runtime.Collected) *Fault {
	if c.Header.Kind != arch.RecordFault {
		return nil
	}
	block := &b.Image.Program.Blocks[c.Block]
	pc := b.Image.Program.FaultPC(block, &c.Header)
	f := &Fault{Signal: signalName(b.p.l, c.Header.Signal), Code: c.Header.Code, PC: pc, Insn: -1}
	addr, n := block.Addr, 0
	for _, it := range block.Items {
		if it.Kind.UnderTest() {
			if addr == pc {
				f.Insn = n
			}
			n++
		}
		addr += uint64(it.Size)
	}
	return f
}

func signalName(l *arch.Layout, number uint32) string {
	for name, n := range l.Signals {
		if n == number {
			return name
		}
	}
	return fmt.Sprintf("signal %d", number)
}

func signalNames(l *arch.Layout) []string { return slices.Sorted(maps.Keys(l.Signals)) }

// places lists all that is recorded of a case and may be looked at: not the harness's own registers, nor those that images do
// not record, nor what glue around a branch prepares.
func (b *Batch) places(i int) []arch.Place {
	l, block := b.p.l, &b.Image.Program.Blocks[i]
	glue := b.glue(i)
	var out []arch.Place
	for c := range l.Classes {
		class := &l.Classes[c]
		if !class.Live(max(1, block.View)) {
			continue
		}
		for r := range class.Count {
			place := arch.Place{Kind: arch.RegisterPlace, Class: uint8(c), Num: uint8(r)}
			if (class.Never|b.harness(i, c))>>r&1 == 0 && !glue[place] {
				out = append(out, place)
			}
		}
	}
	for s := range l.States {
		out = append(out, arch.Place{Kind: arch.StatePlace, Num: uint8(s)})
	}
	return out
}

// harness is the set of a class's registers that the harness keeps for itself in a case's block.
func (b *Batch) harness(i, class int) uint64 {
	l, block := b.p.l, &b.Image.Program.Blocks[i]
	if class != l.AddrClass {
		return 0
	}
	m := uint64(1) << l.Bases[block.Base]
	for _, k := range l.KeepsOf(block.Base) {
		m |= 1 << k
	}
	return m
}

// glue is the registers that glue around a branch gives values to and that do not show which way it went.
func (b *Batch) glue(i int) map[arch.Place]bool {
	out := map[arch.Place]bool{}
	block := &b.Image.Program.Blocks[i]
	for _, it := range block.Items {
		if writesRegister(it.Kind) {
			out[arch.Place{Kind: arch.RegisterPlace, Class: it.Class, Num: it.Reg}] = true
		}
	}
	for _, it := range block.Items {
		if it.Kind == arch.Mark {
			delete(out, arch.Place{Kind: arch.RegisterPlace, Class: it.Class, Num: it.Reg})
		}
	}
	return out
}

// mark is the register that shows which way a branch of a case went.
func (b *Batch) mark(i int) (arch.Place, bool) {
	for _, it := range b.Image.Program.Blocks[i].Items {
		if it.Kind == arch.Mark {
			return arch.Place{Kind: arch.RegisterPlace, Class: it.Class, Num: it.Reg}, true
		}
	}
	return arch.Place{}, false
}

// declared says of the places that a case's instructions write whether the manual leaves open what.
func (b *Batch) declared(i int) map[arch.Place]bool {
	out := map[arch.Place]bool{}
	for _, it := range b.Image.Program.Blocks[i].Items {
		if it.Kind != arch.Test {
			continue
		}
		in := b.p.m.Set().Insns[it.Insn]
		args := in.Pattern.Extract(it.Word, nil)
		for _, u := range in.Uses(nil, it.Word, args) {
			place := arch.Place{Kind: arch.RegisterPlace, Class: u.Class, Num: u.Num}
			switch {
			case !u.Role.Writes():
				continue
			case u.Kind == constraints.UseState:
				place = arch.Place{Kind: arch.StatePlace, Num: u.Num}
			case u.Kind == constraints.UseMemory:
				place = arch.Place{Kind: arch.MemoryPlace}
			}
			out[place] = in.AnyUndefined() && in.Undefined(u.Operand, it.Word, args)
		}
	}
	return out
}

// initial is what a register or a state holds before a case, least significant byte first.
func (p *Prober) initial(b *arch.Block, place arch.Place, window []byte) []byte {
	l := p.l
	if place.Kind == arch.StatePlace {
		st := &l.States[place.Num]
		out := make([]byte, st.Bytes)
		v := p.m.InitialState(b, int(place.Num), 0, window)
		for i := range out {
			out[i] = byte(v >> (8 * i))
		}
		return out
	}
	class := &l.Classes[place.Class]
	out := make([]byte, class.Bytes)
	if class.Zero>>place.Num&1 == 0 {
		swap(out, window[class.Pool+int(place.Num)*class.Bytes:][:class.Bytes], l.Order)
	}
	return out
}

// before is what a register or a state holds before a case.
func (b *Batch) before(i int, place arch.Place) []byte {
	block := &b.Image.Program.Blocks[i]
	return b.p.initial(block, place, b.Image.Program.PoolWindow(block, 0))
}

// after is what a target left in a register or a state, least significant byte first.
func (b *Batch) after(o *Outcome, place arch.Place) []byte {
	off, size := b.p.l.Span(place)
	out := make([]byte, size)
	swap(out, o.payload[off:off+size], b.p.l.Order)
	return out
}

// memories are the memory block before and after a case; nil: it does not touch it.
func (b *Batch) memories(i int, outs []Outcome) (before []byte, after [][]byte) {
	block, m := &b.Image.Program.Blocks[i], &b.p.l.Memory
	if !block.Memory {
		return nil, nil
	}
	before = b.Image.Program.PoolWindow(block, 0)[m.Pool:][:m.Bytes()]
	for k := range outs {
		after = append(after, outs[k].payload[b.p.l.Payload:])
	}
	return before, after
}
