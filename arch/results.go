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
	Wrote   Place // what the instruction itself wrote: another place where glue copied it from there
}

// Effects is what a block may change. Everything else must be as it was when the round began.
type Effects struct {
	Results []Result // in the order of their items
	Glue    []Place  // written by glue alone: neither a result nor unchanged
	// Undefined counts the outputs that the manual leaves open: they are overwritten at once, and no result.
	Undefined int
}

// Effects follows a block's items.
func (p *Program) Effects(b *Block) Effects { return p.Follower().Effects(b) }

// Follower finds the effects of one block after another, and uses the memory of the last ones again.
type Follower struct {
	layout  *Layout
	set     *constraints.Set
	pending []Result // by state: the result that still stands in it; Item is negative where none does
	out     Effects
	args    []int64
	uses    []constraints.Use
}

// Follower returns a follower of the program's blocks.
func (p *Program) Follower() *Follower {
	l := p.Machine.Layout()
	return &Follower{layout: l, set: p.Machine.Set(), pending: make([]Result, max(1, len(l.States)))}
}

// Effects follows a block's items. What it returns is valid until the next call.
func (f *Follower) Effects(b *Block) Effects {
	f.out = Effects{Results: f.out.Results[:0], Glue: f.out.Glue[:0]}
	for s := range f.pending {
		f.pending[s].Item = -1
	}
	for i := range b.Items {
		f.item(b, i)
	}
	for _, r := range f.pending {
		if r.Item >= 0 {
			f.out.Results = append(f.out.Results, r)
		}
	}
	sortResults(f.out.Results)
	return f.out
}

func (f *Follower) item(b *Block, i int) {
	it := &b.Items[i]
	place := Place{RegisterPlace, it.Class, it.Reg}
	switch it.Kind {
	case Test, Misaligned:
		f.test(it, i)
	case Save:
		if r := &f.pending[it.State]; r.Item >= 0 {
			f.out.Results = append(f.out.Results, Result{r.Item, r.Operand, place, r.Wrote})
			r.Item = -1
		}
		f.glue(Place{Kind: StatePlace, Num: it.State})
	case Mark:
		r := Result{int(it.Owner), -1, place, place}
		if n := len(f.out.Results); n == 0 || f.out.Results[n-1] != r { // several words make one mark
			f.out.Results = append(f.out.Results, r)
		}
	case Prepare, Retry:
		f.glue(place)
	case Discard:
		f.drop(place)
		f.glue(place)
	case Reset:
		f.pending[it.State].Item = -1
		f.glue(Place{Kind: StatePlace, Num: it.State})
	}
}

// drop removes the result that was to be seen at a place.
func (f *Follower) drop(place Place) {
	kept := f.out.Results[:0]
	for _, r := range f.out.Results {
		if r.Place != place {
			kept = append(kept, r)
		}
	}
	f.out.Results = kept
}

func (f *Follower) glue(p Place) { f.out.Glue = append(f.out.Glue, p) }

// test notes the outputs of an instruction under test.
func (f *Follower) test(it *Item, i int) {
	in := f.set.Insns[it.Insn]
	if in.AnyUndefined() {
		f.args = in.Pattern.Extract(it.Word, f.args[:0])
	}
	f.uses = in.UsesOf(f.uses[:0], it.Word)
	for n := range f.uses {
		u := &f.uses[n]
		if !u.Role.Writes() {
			continue
		}
		if in.AnyUndefined() && in.Undefined(u.Operand, it.Word, f.args) {
			f.out.Undefined++
		}
		switch place := usePlace(u, it); {
		case place.Kind == StatePlace:
			f.pending[u.Num] = Result{i, u.Operand, place, place}
		case place.Kind == MemoryPlace || f.layout.Classes[u.Class].Zero>>u.Num&1 == 0:
			f.result(Result{i, u.Operand, place, place})
		}
	}
}

// usePlace is where what an instruction uses stands in a record; of memory the window that it stores to.
func usePlace(u *constraints.Use, it *Item) Place {
	switch u.Kind {
	case constraints.UseState:
		return Place{Kind: StatePlace, Num: u.Num}
	case constraints.UseMemory:
		return Place{Kind: MemoryPlace, Num: it.Window}
	}
	return Place{RegisterPlace, u.Class, u.Num}
}

// result adds a result. Where an instruction writes one place twice, the last output counts.
func (f *Follower) result(r Result) {
	for i := len(f.out.Results) - 1; i >= 0 && f.out.Results[i].Item == r.Item; i-- {
		if f.out.Results[i].Place == r.Place {
			f.out.Results[i] = r
			return
		}
	}
	f.out.Results = append(f.out.Results, r)
}

// sortResults puts results into the order of their instructions; insertion sort, since nearly all are.
func sortResults(rs []Result) {
	for i := 1; i < len(rs); i++ {
		for j := i; j > 0 && rs[j].Item < rs[j-1].Item; j-- {
			rs[j], rs[j-1] = rs[j-1], rs[j]
		}
	}
}
