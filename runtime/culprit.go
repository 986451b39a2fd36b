package runtime

import (
	"bytes"
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// culprit is what a round's first result that differs is blamed on when entries are looked at: the first
// instruction whose results differ by themselves in a way that no entry allows, or, if there is none, the first one and the
// entry that covers it. An instruction that read what differs may differ for that alone, and is passed over.
//
// A round that the sides did not end alike, or in which something differs that is no instruction's, is covered by no entry with bits.
// One without them covers it where the first instruction is its own, and see unlike.
func (c *comparer) culprit(r *pairing, first int) (item int, known *Known) {
	if !r.same() {
		return c.unlike(r, first), nil
	}
	if !c.bits.any && len(c.bits.of(c, r.block.Items[first].Insn)) == 0 {
		return first, nil
	}
	owned, whole := c.owners(r)
	for i := range r.block.Items {
		if len(owned[i]) == 0 || c.readsWrong(r, owned, i) {
			continue
		}
		k := c.permitted(r, i, owned[i], nil)
		if k == nil {
			return i, nil
		}
		if known == nil {
			item, known = i, k
		}
	}
	switch {
	case known == nil || !whole:
		return first, nil
	case len(known.bits) == 0: // it covers all of the pattern's results, which are one group
		return item, nil
	}
	return item, known
}

// byItsEnd is what unlike returns of a round that is to be blamed on what ended it.
const byItsEnd = -1

// unlike is culprit of a round that the sides did not end alike. An entry covers that end, too, if what ended the round read what the
// entry allows to differ. Else it is a difference of its own, which the known one before it does not excuse.
func (c *comparer) unlike(r *pairing, first int) int {
	if !slices.ContainsFunc(c.bits.of(c, r.block.Items[first].Insn), (*Known).anyBits) || r.limit >= len(r.block.Items) {
		return first
	}
	owned := map[int][]arch.Result{}
	for i, res := range r.results {
		if r.since[i] < r.limit && c.differs(r, res.Place) {
			owned[res.Item] = append(owned[res.Item], res)
		}
	}
	for i := range r.block.Items {
		if len(owned[i]) > 0 && !c.readsWrong(r, owned, i) && c.permitted(r, i, owned[i], (*Known).anyBits) == nil {
			return i
		}
	}
	if c.readsWrong(r, owned, r.limit) || c.readsWrong(r, owned, c.prog.Faulting(r.block, r.limit)) {
		return first
	}
	return byItsEnd
}

// owners finds the results that differ, by item. whole is whether all that differs is such a result.
func (c *comparer) owners(r *pairing) (owned map[int][]arch.Result, whole bool) {
	owned, whole = map[int][]arch.Result{}, true
	var places placeSet
	for i, res := range r.results {
		if r.since[i] <= r.limit && c.differs(r, res.Place) {
			owned[res.Item] = append(owned[res.Item], res)
			places.add(res.Place)
		}
	}
	eachPlace(c.layout, r.block, func(p arch.Place) {
		if places.has(p) || !c.differs(r, p) {
			return
		}
		if p.Kind == arch.StatePlace && r.sides[0].faulted() { // before glue could copy it
			if w := c.lastWriter(r, p); w >= 0 {
				owned[w] = append(owned[w], arch.Result{Item: w, Operand: -1, Place: p, Wrote: p})
				return
			}
		}
		whole = false
	})
	return owned, whole && !c.onlyPadding(r)
}

// readsWrong reports whether an instruction read what an earlier one of the round left that differs.
func (c *comparer) readsWrong(r *pairing, owned map[int][]arch.Result, item int) bool {
	it := &r.block.Items[item]
	in := c.prog.Machine.Set().Insns[it.Insn]
	for _, u := range in.Uses(nil, it.Word, in.Pattern.Extract(it.Word, nil)) {
		if !u.Role.Reads() {
			continue
		}
		switch u.Kind {
		case constraints.UseRegister:
			if c.leftBefore(owned, item, func(res arch.Result) bool { return res.Place == register(int(u.Class), int(u.Num)) }) {
				return true
			}
		case constraints.UseState:
			if w := c.writerBefore(r, state(int(u.Num)), item); w >= 0 && slices.ContainsFunc(owned[w], func(res arch.Result) bool { return res.Wrote == state(int(u.Num)) }) {
				return true
			}
		case constraints.UseMemory:
			if c.leftBefore(owned, item, func(res arch.Result) bool { return c.readsBytes(r, item, res.Place) }) {
				return true
			}
		}
	}
	return false
}

// leftBefore reports whether a result of an earlier item is among those that differ.
func (c *comparer) leftBefore(owned map[int][]arch.Result, item int, is func(arch.Result) bool) bool {
	for owner, results := range owned {
		if owner < item && slices.ContainsFunc(results, is) {
			return true
		}
	}
	return false
}

// writerBefore is the last item before one that wrote a place, glue included, or -1.
func (c *comparer) writerBefore(r *pairing, p arch.Place, item int) int {
	t := newTracer(c, r)
	for i := item - 1; i >= 0; i-- {
		if slices.Contains(t.writes[i], p) {
			return i
		}
	}
	return -1
}

// permitted is the first entry, of some or (nil) of all, that allows all results of an instruction to differ as they do, or nil.
func (c *comparer) permitted(r *pairing, item int, results []arch.Result, some func(*Known) bool) *Known {
	it := &r.block.Items[item]
	operands := c.prog.Machine.Set().Insns[it.Insn].Operands
	for _, k := range c.bits.of(c, it.Insn) {
		if k.Misaligned && it.Kind != arch.Misaligned || some != nil && !some(k) {
			continue
		}
		if !slices.ContainsFunc(results, func(res arch.Result) bool {
			names := []string{c.layout.PlaceName(res.Place), c.layout.PlaceName(res.Wrote)}
			if res.Operand >= 0 {
				names = append(names, operands[res.Operand].Name)
			}
			return !k.permits(names, c.differing(r, res), res.Place.Kind == arch.MemoryPlace)
		}) {
			return k
		}
	}
	return nil
}

// differing is the bits of a result that differ, as bytes of which the first holds bits 0 to 7. Of a state that glue copied to
// a wider register the state's own.
func (c *comparer) differing(r *pairing, res arch.Result) []byte {
	at, n := c.layout.Span(res.Place)
	var sides [2][]byte
	for i := range sides {
		sides[i] = leastFirst(r.sides[i].payload[at:at+n], c.layout.Order)
	}
	if res.Wrote.Kind == arch.StatePlace {
		n = min(n, c.layout.States[res.Wrote.Num].Bytes)
	}
	out := make([]byte, n)
	for i := range out {
		out[i] = sides[0][i] ^ sides[1][i]
	}
	return out
}

// leastFirst is the bytes of a register as records hold it, the least significant one first. Wide registers stand there as
// numbers of 64 bits, the lower ones first.
func leastFirst(b []byte, order arch.ByteOrder) []byte {
	out := bytes.Clone(b)
	if arch.OrderName(order) == "little" {
		return out
	}
	for at := 0; at < len(out); at += 8 {
		slices.Reverse(out[at:min(at+8, len(out))])
	}
	return out
}
