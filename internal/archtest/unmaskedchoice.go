package archtest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/anycpu"
)

// choice is something of an instruction that can go wrong.
type choice struct {
	wrong
	bits  int  // of the output
	at    uint // the bit that is next
	times int  // it went wrong so often
}

// choicesOf lists all that can go wrong in a block.
func (r *maskingRun) choicesOf(b int) []choice {
	var out []choice
	for _, o := range r.cpu.Outputs(b) {
		if !o.Lost && o.Bits > 0 && anycpu.Must(r.insn(b, o.Item), r.p.Blocks[b].Items[o.Item].Kind) != constraints.AlwaysFaults {
			w := wrong{Flip: anycpu.Flip{Item: o.Item, Use: o.Use}, from: o.Item, last: o.Item, hidden: o.Undefined}
			out = append(out, choice{wrong: w, bits: o.Bits, at: uint(r.rng.IntN(o.Bits))})
		}
	}
	for i := range r.p.Blocks[b].Items {
		if r.p.Blocks[b].Items[i].Kind.UnderTest() {
			out = append(out, r.decisions(b, i)...)
		}
	}
	return out
}

// decisions lists what an instruction may decide wrongly.
func (r *maskingRun) decisions(b, item int) []choice {
	it, in := &r.p.Blocks[b].Items[item], r.insn(b, item)
	one := func(use, last int) choice {
		return choice{wrong: wrong{Flip: anycpu.Flip{Item: item, Use: use}, from: item, last: last}, bits: 1}
	}
	var out []choice
	switch must := anycpu.Must(in, it.Kind); {
	case must == constraints.AlwaysFaults, must == constraints.MayRun && in.MayFault():
		out = append(out, one(anycpu.Fault, item))
	case must == constraints.MayRun && r.p.Blocks[b].Traps && r.p.Machine.Layout().TrapState(in) >= 0:
		out = append(out, one(anycpu.Fault, item))
	}
	switch {
	case it.Kind != arch.Test:
	case in.Prefix != nil:
		c := one(anycpu.Condition, item+in.Following(it.Word))
		c.unseen = !r.writes(b, item+1, c.last)
		out = append(out, c)
	case in.Branch != nil:
		last := item
		if in.Branch.ForbiddenSlot && item+1 < len(r.p.Blocks[b].Items) && r.p.Blocks[b].Items[item+1].Kind == arch.Reserved {
			last++ // it faults instead, or no longer
		}
		out = append(out, one(anycpu.Direction, last))
	}
	return out
}

// writes reports whether the items from one to another have results that are not by chance what was there before, as a byte
// may be, and what a word that has been executed before leaves. Where a branch goes is none: one that is not executed goes
// on as if it were not taken.
func (r *maskingRun) writes(b, from, to int) bool {
	bits := 0
	for _, o := range r.cpu.Outputs(b) {
		if o.Item >= from && o.Item <= to && !o.Lost && !o.Undefined && !r.again(b, o.Item) {
			bits += o.Bits
		}
	}
	return bits > 8
}

// again reports whether an item's word stands further up in its block, too.
func (r *maskingRun) again(b, item int) bool {
	items := r.p.Blocks[b].Items
	return slices.ContainsFunc(items[:item], func(it arch.Item) bool {
		return it.Kind == items[item].Kind && it.Insn == items[item].Insn && it.Word == items[item].Word
	})
}

// possible reports whether it can go wrong in a round that ended like this.
func (c *choice) possible(good *anycpu.Outcome) bool {
	switch ran := good.Ran[c.Item]; {
	case c.Use >= 0:
		return ran == anycpu.Wrote
	case c.Use == anycpu.Fault:
		return ran != anycpu.NotRun
	default:
		return ran == anycpu.Wrote || ran == anycpu.Decided
	}
}

// next is the next of its bits.
func (c *choice) next() wrong {
	w := c.wrong
	w.Bit = c.at
	c.times++
	c.at = (c.at + 1) % uint(c.bits)
	return w
}

// note counts what goes wrong, and says what is not to be seen of it or where.
func (r *maskingRun) note(b int, w *wrong, good *anycpu.Outcome) {
	switch {
	case w.hidden:
		r.Open++
	case w.Use == anycpu.Direction:
		r.Ways++
	case w.Use == anycpu.Condition:
		r.Conditions++
	case w.Use == anycpu.Fault:
		r.Faults++
	default:
		r.Bits++
	}
	r.linked(b, w, good)
}

// linked says what is to be seen of a linked store, or its load. Where the store is not done at any try, what both leave
// says nothing.
func (r *maskingRun) linked(b int, w *wrong, good *anycpu.Outcome) {
	load, store := r.unit(b, w.Item)
	w.unseen = w.unseen || (load || store) && good.GaveUp
}

// unit reports whether an item is the load of a linked store, or the store.
func (r *maskingRun) unit(b, item int) (load, store bool) {
	items, in := r.p.Blocks[b].Items, r.insn(b, item)
	load = in.Links && item+1 < len(items) && items[item+1].Kind == arch.Test && r.insn(b, item+1).Linked != nil
	return load, in.Linked != nil && items[item].Kind == arch.Test
}

// gaveUp says what is to be seen of a unit that went wrong in a round which tells, for this reason alone, that the store was not done
// at any try. Of a store that was done that is a finding, unless it stored by chance what was there. Behind a wrong load it may do
// nothing where its flag happens to hold what a failed one tells. Anything else is to be seen all the same.
func (r *maskingRun) gaveUp(b int, round uint32, w *wrong, payload []byte) {
	switch load, store := r.unit(b, w.Item); {
	case w.Use < 0:
	case load:
		w.unseen = true
	case store && r.holds(b, round, w.Item, payload):
		w.unseen = true
		r.Alike++
	case store:
		w.told = true
	}
}

// holds reports whether the window that an item stores to holds what it held when the round began.
func (r *maskingRun) holds(b int, round uint32, item int, payload []byte) bool {
	l, block := r.p.Machine.Layout(), &r.p.Blocks[b]
	window := block.Items[item].Window
	at, n := l.Span(arch.Place{Kind: arch.MemoryPlace, Num: window})
	start := r.p.PoolWindow(block, round)[l.Memory.Pool+int(window)*l.Memory.Size:]
	return bytes.Equal(payload[at:at+n], start[:n])
}

// describe says what went wrong.
func (r *maskingRun) describe(at spot, w *wrong) string {
	what := fmt.Sprintf("bit %d of use %d", w.Bit, w.Use)
	switch w.Use {
	case anycpu.Direction:
		what = "the direction"
	case anycpu.Condition:
		what = "the condition"
	case anycpu.Fault:
		what = "the fault"
	}
	return fmt.Sprintf("seed %d block %d round %d: %s of %s", r.p.Seed, at.block, at.round, what, itemText(r.p, at.block, w.Item))
}

// listing lists the items of a block.
func (r *maskingRun) listing(block int) string {
	var b strings.Builder
	for i, it := range r.p.Blocks[block].Items {
		fmt.Fprintf(&b, "%s %s\n", it.Kind, itemText(r.p, block, i))
	}
	return b.String()
}
