package arch

import (
	"fmt"

	"github.com/risugen/risugen/constraints"
)

// PlaceKind is what a Place is part of.
type PlaceKind uint8

const (
	RegisterPlace PlaceKind = iota
	StatePlace
	MemoryPlace
)

// Place is a part of a record's payload: a register, a state, or a window of memory.
type Place struct {
	Kind  PlaceKind
	Class uint8 // RegisterPlace: index into Layout.Classes
	Num   uint8 // register number, index into Layout.States, or window
}

// Span returns the offset of a place in a record's payload and its size, in bytes.
func (l *Layout) Span(p Place) (offset, size int) {
	switch p.Kind {
	case StatePlace:
		return l.States[p.Num].Record, l.States[p.Num].Bytes
	case MemoryPlace:
		return l.Payload + int(p.Num)*l.Memory.Size, l.Memory.Size
	}
	c := &l.Classes[p.Class]
	return c.Record + int(p.Num)*c.Bytes, c.Bytes
}

// PlaceName names a place as reports show it: "$w3", "msacsr", "mem[2]".
func (l *Layout) PlaceName(p Place) string {
	switch p.Kind {
	case StatePlace:
		return l.States[p.Num].Name
	case MemoryPlace:
		return fmt.Sprintf("mem[%d]", p.Num)
	}
	return fmt.Sprintf("%s%d", l.Classes[p.Class].Prefix, p.Num)
}

// Result says where the output of a test instruction stands in the records of its block.
type Result struct {
	Item    int // index into Block.Items of the instruction
	Operand int // index into its Operands, or -1 for the mark of a branch
	Place   Place
}

// Effects is what a block may change. Everything else must be as it was when the round began.
type Effects struct {
	Results []Result // in the order of their items
	Glue    []Place  // written by glue alone: neither a result nor unchanged
}

// Effects follows a block's items.
func (p *Program) Effects(b *Block) Effects {
	f := effects{prog: p, layout: p.Machine.Layout(), set: p.Machine.Set(), pending: map[uint8]Result{}}
	for i := range b.Items {
		f.item(b, i)
	}
	for s := range f.layout.States {
		if r, ok := f.pending[uint8(s)]; ok {
			f.out.Results = append(f.out.Results, r)
		}
	}
	sortResults(f.out.Results)
	return f.out
}

type effects struct {
	prog    *Program
	layout  *Layout
	set     *constraints.Set
	pending map[uint8]Result // results that still stand in a state
	out     Effects
	args    []int64
}

func (f *effects) item(b *Block, i int) {
	it := &b.Items[i]
	place := Place{RegisterPlace, it.Class, it.Reg}
	switch it.Kind {
	case Test:
		f.test(it, i)
	case Save:
		if r, ok := f.pending[it.State]; ok {
			f.out.Results = append(f.out.Results, Result{r.Item, r.Operand, place})
			delete(f.pending, it.State)
		}
		f.glue(Place{Kind: StatePlace, Num: it.State})
	case Mark:
		r := Result{int(it.Owner), -1, place}
		if n := len(f.out.Results); n == 0 || f.out.Results[n-1] != r { // several words make one mark
			f.out.Results = append(f.out.Results, r)
		}
	case Prepare:
		f.glue(place)
	case Reset:
		f.reset(b, it, place)
	}
}

// reset notes that glue overwrote a state or, after an undefined output, a register.
func (f *effects) reset(b *Block, it *Item, place Place) {
	if it.Reg != 0 {
		f.drop(place)
		f.glue(place)
		return
	}
	delete(f.pending, it.State)
	f.glue(Place{Kind: StatePlace, Num: it.State})
}

// drop removes the result that was to be seen at a place.
func (f *effects) drop(place Place) {
	kept := f.out.Results[:0]
	for _, r := range f.out.Results {
		if r.Place != place {
			kept = append(kept, r)
		}
	}
	f.out.Results = kept
}

func (f *effects) glue(p Place) { f.out.Glue = append(f.out.Glue, p) }

// test notes the outputs of an instruction under test.
func (f *effects) test(it *Item, i int) {
	in := f.set.Insns[it.Insn]
	f.args = in.Pattern.Extract(it.Word, f.args[:0])
	for n := range in.Operands {
		op := &in.Operands[n]
		if !op.Role.Writes() || !in.Active(op, it.Word, f.args) {
			continue
		}
		switch op.Kind {
		case constraints.StateOperand:
			f.pending[uint8(op.State)] = Result{i, n, Place{Kind: StatePlace, Num: uint8(op.State)}}
		case constraints.MemoryOperand:
			f.out.Results = append(f.out.Results, Result{i, n, Place{Kind: MemoryPlace, Num: it.Window}})
		default:
			reg := op.Register(f.args)
			if f.layout.Classes[op.Class].Zero>>reg&1 == 0 {
				f.out.Results = append(f.out.Results, Result{i, n, Place{RegisterPlace, uint8(op.Class), uint8(reg)}})
			}
		}
	}
}

// sortResults puts results into the order of their instructions; insertion sort, since nearly all are.
func sortResults(rs []Result) {
	for i := 1; i < len(rs); i++ {
		for j := i; j > 0 && rs[j].Item < rs[j-1].Item; j-- {
			rs[j], rs[j-1] = rs[j-1], rs[j]
		}
	}
}
