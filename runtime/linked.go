package runtime

import (
	"bytes"
	"fmt"

	"github.com/risugen/risugen/arch"
)

// linked is a store that depends on a load before it: see package arch. It may fail on any machine at any time, and
// is tried again; where it failed at every try, what it and its load left behind says nothing about them.
type linked struct {
	load, store int    // items; -1: the block has none
	flag        span   // the register that tells whether the store was done; only record and n
	failed      uint64 // what it holds where the store was not
}

// findLinked finds the linked store of a block, which is the last of its instructions.
func findLinked(p *arch.Program, b *arch.Block) linked {
	none := linked{load: -1, store: -1}
	set, l := p.Machine.Set(), p.Machine.Layout()
	for i := 1; i < len(b.Items); i++ {
		it, before := &b.Items[i], &b.Items[i-1]
		if it.Kind != arch.Test || set.Insns[it.Insn].Linked == nil || before.Kind != arch.Test {
			continue
		}
		in := set.Insns[it.Insn]
		if load := in.Linked.Load; load == nil || before.Insn != int32(load.Index) {
			continue
		}
		op := &in.Operands[in.Linked.Flag]
		c := &l.Classes[op.Class]
		reg := int(op.Register(in.Pattern.Extract(it.Word, nil)))
		if reg >= c.Count {
			return none
		}
		return linked{
			load: i - 1, store: i, flag: span{record: c.Record + reg*c.Bytes, n: c.Bytes},
			failed: uint64(in.Linked.Failed) & (^uint64(0) >> (64 - 8*c.Bytes)),
		}
	}
	return none
}

// gaveUp reports whether a payload is that of a round in which the store was not done.
func (k *linked) gaveUp(payload []byte, order arch.ByteOrder) bool {
	return k.store >= 0 && number(payload[k.flag.record:k.flag.record+k.flag.n], order) == k.failed
}

// setAside takes what a linked store and its load left behind out of a round in which the store was not done on one
// side or on both, and the two instructions out of what was compared.
func (c *comparer) setAside(r *pairing) {
	var gave [2]bool
	for i := range r.sides {
		o := &r.sides[i]
		if o.faulted() || o.stray {
			return
		}
		gave[i] = r.linked.gaveUp(o.payload, c.layout.Order)
	}
	if !gave[0] && !gave[1] {
		return
	}
	for i, which := range [2]string{roleMaster, roleApprentice} {
		if gave[i] {
			c.checkNotStored(which, r, &r.sides[i])
		}
	}
	c.report.Inconclusive[c.prog.Machine.Set().Insns[r.block.Items[r.linked.store].Insn].Name()]++
	r.inconclusive, r.limit = true, r.linked.load
	for i := range r.sides {
		o := &r.sides[i]
		o.payload = bytes.Clone(o.payload)
		for _, res := range r.results {
			if res.Item == r.linked.load || res.Item == r.linked.store {
				at, n := c.layout.Span(res.Place)
				clear(o.payload[at : at+n])
			}
		}
	}
}

// checkNotStored reports a store that was done although it tells that it was not.
func (c *comparer) checkNotStored(which string, r *pairing, o *outcome) {
	it := &r.block.Items[r.linked.store]
	place := window(int(it.Window))
	if c.holds(r.block, place, r.number, r.input, o.payload) {
		return
	}
	in := c.prog.Machine.Set().Insns[it.Insn]
	f, isNew := c.find(findingKey{kind: FindingStored, target: which, pattern: it.Insn}, Finding{
		Kind: FindingStored, Target: which, Place: c.layout.PlaceName(place), Block: r.index, Round: r.number, Candidates: []string{in.Name()},
	})
	if f != nil && isNew {
		w := c.where(r, r.linked.store)
		f.Text = fmt.Sprintf("%s (%s) changed memory %s, and told that it did not: %s at %s, first in block %d round %d",
			in.Name(), w.Source, onTarget(which), w.Disassembly, w.Address, r.index, r.number)
	}
}

// linkCandidates names the linked store beside its load where both differ: one that stored something, told that it had
// not and was tried again is why the load found something else. nil: the load itself is wrong.
func (c *comparer) linkCandidates(r *pairing, item int) []string {
	if item < 0 || item != r.linked.load {
		return nil
	}
	for i := range r.results {
		if res := &r.results[i]; res.Item == r.linked.store && c.differs(r, res.Place) {
			set := c.prog.Machine.Set()
			return []string{set.Insns[r.block.Items[item].Insn].Name(), set.Insns[r.block.Items[r.linked.store].Insn].Name()}
		}
	}
	return nil
}
