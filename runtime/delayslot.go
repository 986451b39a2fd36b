package runtime

import (
	"bytes"
	"slices"

	"github.com/risugen/risugen/arch"
)

// slotCandidates names the branch beside an instruction in its delay slot that did nothing on one side alone:
// that branch may have nullified it. So may the prefix that an instruction stands behind. nil: the instruction itself is
// wrong.
func (c *comparer) slotCandidates(r *pairing, item int) []string {
	before := item - 1
	if set := c.prog.Machine.Set(); set.Insns[r.block.Items[item].Insn].Behind != "" {
		before = c.prefixOf(r.plan, item)
	} else if !c.prog.InSlot(r.block, item) {
		return nil
	}
	master, known := c.idle(r, item, 0)
	if apprentice, _ := c.idle(r, item, 1); known && master == apprentice {
		return nil
	}
	return c.namesOf(r.plan, item, before)
}

// prefixOf is the item of the prefix that an instruction stands behind.
func (c *comparer) prefixOf(p *plan, item int) int {
	for item > 0 && c.prog.Machine.Set().Insns[p.block.Items[item].Insn].Behind != "" {
		item--
	}
	return item
}

// namesOf names the patterns of two instructions under test.
func (c *comparer) namesOf(p *plan, a, b int) []string {
	set := c.prog.Machine.Set()
	return []string{set.Insns[p.block.Items[a].Insn].Name(), set.Insns[p.block.Items[b].Insn].Name()}
}

// faultCandidates names the instruction in a branch's delay slot beside the branch that a fault was reported
// at: that is where faults of either are reported. nil: there is none.
func (c *comparer) faultCandidates(r *pairing, item int) []string {
	if !c.prog.InSlot(r.block, item+1) {
		return nil
	}
	return c.namesOf(r.plan, item+1, item)
}

// idle reports whether all that an item writes is on one side as it was before. known is false where that cannot be told of
// any of its results.
func (c *comparer) idle(r *pairing, item, side int) (idle, known bool) {
	for i := range r.results {
		if r.results[i].Item != item || r.since[i] >= r.limit && !r.same() {
			continue
		}
		kept, ok := c.kept(r, i, r.sides[side].payload)
		if known = known || ok; ok && !kept {
			return false, true
		}
	}
	return true, known
}

// kept reports whether a result is what stood there before. A state held what the last instruction left that wrote it or,
// where there is none or the state is reset behind each, its initial value. What stood there is not known of a mark, which is
// made in any case, of a register that glue gave a value, of a state behind an undefined result, and where a register shows a
// part of a state alone.
func (c *comparer) kept(r *pairing, result int, payload []byte) (kept, known bool) {
	res := &r.results[result]
	at, n := c.layout.Span(res.Place)
	if res.Wrote.Kind != arch.StatePlace {
		known = res.Operand >= 0 && !r.glue.has(res.Place)
		return bytes.Equal(payload[at:at+n], initial(c.layout, res.Place, r.input)), known
	}
	s := &c.layout.States[res.Wrote.Num]
	if !s.Reset && slices.ContainsFunc(r.block.Items[:res.Item], func(it arch.Item) bool { return it.Kind == arch.Reset && it.State == res.Wrote.Num }) {
		return false, false
	}
	for i := result - 1; i >= 0 && !s.Reset; i-- {
		if before := &r.results[i]; before.Wrote == res.Wrote {
			from, wide := c.layout.Span(before.Place)
			changed := number(payload[from:from+wide], c.layout.Order) ^ number(payload[at:at+n], c.layout.Order)
			return changed<<(64-8*s.Bytes) == 0, min(n, wide) >= s.Bytes
		}
	}
	return !c.cover.changed(r.plan, res, payload, r.input, r.number), n >= s.Bytes
}
