package runtime

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// outcome is one side's record of a round.
type outcome struct {
	header  arch.RecordHeader
	payload []byte
	stop    int  // the item that faulted; the number of items after a check
	stray   bool // control left the block by another way than its end; stop is then the first branch
	late    bool // the fault named the instruction behind the one that it is of; the header names that one
}

func (o *outcome) faulted() bool { return o.header.Kind == arch.RecordFault }

// pairing is a round: what both sides made of it, and what it began with.
type pairing struct {
	*plan
	number uint32
	input  []byte
	sides  [2]outcome
	limit  int // items before this one completed on both sides
	// inconclusive: the item at limit is a load whose linked store was not done on a side, and the last item but that.
	inconclusive bool
}

// same reports whether both sides ran equally far: to the checkpoint, or to the same fault but for its
// signal code.
func (r *pairing) same() bool {
	m, a := r.sides[0].header, r.sides[1].header
	m.Code, a.Code = 0, 0
	return m == a
}

// examine takes a pair of records apart that differ or are faults.
func (c *comparer) examine(p *plan, number uint32, input, master, apprentice []byte) error {
	r := &c.examined
	*r = pairing{plan: p, number: number, input: input}
	for i, rec := range [2][]byte{master, apprentice} {
		o, err := c.outcome(p, number, rec, c.sides[i])
		if err != nil {
			return err
		}
		r.sides[i] = o
		if o.late {
			c.report.LateFaults++
		}
	}
	for i := range r.sides {
		c.findStray(r, &r.sides[i])
	}
	r.limit = min(r.sides[0].stop, r.sides[1].stop)
	c.setAside(r)
	c.account(r)
	if c.trapRan(r) {
		return nil
	}
	c.checkRoles(r, bytes.Equal(master, apprentice))
	c.difference(r)
	return nil
}

// outcome parses a record. A fault that did not happen at an instruction under test is an error of the
// target: the harness itself, or glue, did not work there.
func (c *comparer) outcome(p *plan, number uint32, rec []byte, s *stream) (outcome, error) {
	h, _ := arch.ParseRecordHeader(rec, c.layout.Order)
	o := outcome{header: h, payload: rec[arch.RecordHeaderSize:len(rec):len(rec)], stop: len(p.block.Items)}
	if !o.faulted() {
		return o, nil
	}
	if pc := c.prog.FaultPC(p.block, &h); pc != h.PC {
		h.PC, o.header.PC, o.late = pc, pc, true
	}
	item, ok := p.test(h.PC)
	if !ok && !p.contains(h.PC) && p.firstBranch(c) >= 0 {
		o.stray, o.stop = true, p.firstBranch(c)
		return o, nil
	}
	if !ok {
		e := lastGood(c.prog, p.at, int(number))
		e.What = harnessFailed
		e.Detail = fmt.Sprintf("block %d round %d raised %s at %#x, which is no instruction under test",
			p.index, number, c.signal(h.Signal), h.PC)
		return o, s.named(e, nil)
	}
	o.stop = item
	return o, nil
}

// findStray looks for the marks of a checkpoint that belongs to another block: only a branch that went
// astray leads there.
func (c *comparer) findStray(r *pairing, o *outcome) {
	if !o.stray && !c.harnessIntact(r.plan, r.number, r.input, o.payload, o.faulted()) {
		o.stray = true
		if b := r.firstBranch(c); b >= 0 {
			o.stop = min(o.stop, b)
		}
	}
}

// account counts what ran.
func (c *comparer) account(r *pairing) {
	switch {
	case r.inconclusive:
		c.report.Executions += int64(r.testsUpTo(r.limit - 1))
		c.cover.ran(r.plan, r.limit)
		c.cover.faulted(r.plan, r.limit, r.limit)
	case r.sides[0].faulted() || r.sides[1].faulted():
		last := c.lastRun(r)
		c.report.Executions += int64(r.testsUpTo(last))
		c.cover.ran(r.plan, last+1)
		c.report.Faults++
		c.cover.faulted(r.plan, r.limit, last)
	default:
		c.report.Executions += int64(r.testsUpTo(r.limit))
		c.cover.ran(r.plan, r.limit+1)
		r.cover.checks++
		c.report.Undefined += int64(r.undef)
	}
	c.cover.observe(r.plan, r.limit, r.sides[0].payload, r.input, r.number)
}

// lastRun is the last item that ran in a round that a side ended by a fault. One in the slot of a branch is reported at the
// branch, and counted as what it is laid at: so the two counts agree.
func (c *comparer) lastRun(r *pairing) int {
	if slices.ContainsFunc(r.sides[:], func(o outcome) bool { return o.faulted() && !o.stray && o.stop == r.limit }) {
		return c.prog.Faulting(r.block, r.limit)
	}
	return r.limit
}

// checkRoles holds each side to what its instructions declare. Equal records are looked at once.
func (c *comparer) checkRoles(r *pairing, equal bool) {
	for i, which := range []string{roleMaster, roleApprentice} {
		o := &r.sides[i]
		if equal {
			which = bothSides
		}
		if o.stray { // what else the record holds says nothing
			if equal {
				c.lostControl(which, r.plan, r.number)
				return
			}
			continue
		}
		c.checkSide(which, r, o)
		if equal {
			return
		}
	}
}

// checkSide is checkRoles for a side, or for both.
func (c *comparer) checkSide(which string, r *pairing, o *outcome) {
	if !c.unchanged(r.plan, r.number, r.input, o.payload) {
		c.undeclaredChange(which, r.plan, r.number, r.input, o.payload, o.stop+1)
	}
	switch {
	case o.faulted():
		c.checkFault(which, r, o)
	case r.block.Traps:
		c.checkNoTrap(which, r.plan, r.number, o.payload)
	}
}

// checkFault counts a fault by its signal, for one side, and reports one that is not declared.
func (c *comparer) checkFault(which string, r *pairing, o *outcome) {
	name := c.signal(o.header.Signal)
	if which != roleApprentice || !r.sides[0].faulted() {
		c.report.FaultsBySignal[name]++
	}
	item := c.prog.Faulting(r.block, o.stop)
	in := c.prog.Machine.Set().Insns[r.block.Items[item].Insn]
	if c.cover.hits != nil && (which != roleApprentice || !r.sides[0].faulted()) {
		c.cover.hits.fault(&r.block.Items[item], name)
	}
	if !c.checkTrap(which, r, o) && !c.declares(r.plan, item, name) {
		c.undeclaredFault(which, r, o, item, name)
	} else if which != roleApprentice || !r.sides[0].faulted() {
		c.report.DeclaredFaults++
		if r.block.Items[item].Kind == arch.Test {
			c.cover.patterns[in.Index].trapped = true
		}
	}
}

// signal names a signal of the target's.
func (c *comparer) signal(n uint32) string {
	if name, ok := c.signals[n]; ok {
		return name
	}
	return fmt.Sprintf("signal %d", n)
}

// difference attributes what differs between the two sides to an instruction.
func (c *comparer) difference(r *pairing) {
	m, a := &r.sides[0], &r.sides[1]
	if r.same() && m.header.Code != a.header.Code {
		c.codeDifference(r)
	}
	if r.same() && bytes.Equal(m.payload, a.payload) {
		return
	}
	if c.onlyCauses(r) {
		c.causeDifference(r)
		return
	}
	c.report.Mismatches++
	switch item := c.earliest(r); {
	case m.stray || a.stray:
		c.groups.stray(c, r)
	case item >= 0 && c.readsUnowned(r, item):
		c.groups.undeclared(c, r, item)
	case item >= 0:
		if item, known := c.culprit(r, item); item == byItsEnd {
			c.groups.fault(c, r)
		} else {
			c.groups.result(c, r, item, known)
		}
	case !r.same():
		c.groups.fault(c, r)
	default:
		c.groups.undeclared(c, r, r.limit)
	}
}

// earliest returns the first item whose result differs, or -1. A wrong result may well be why a later
// instruction faults on one side alone. Items that a fault kept from running have no results; the
// faulting one may have written a part of its own.
func (c *comparer) earliest(r *pairing) int {
	limit := r.limit
	if r.same() {
		limit++
	}
	for i := range r.results {
		if res := &r.results[i]; r.since[i] < limit && c.differs(r, res.Place) {
			return c.pending(r, res.Item)
		}
	}
	return c.pending(r, -1)
}

// readsUnowned reports whether an instruction reads a register that differs and that no instruction owns:
// then its result differs because of an earlier one that wrote there.
func (c *comparer) readsUnowned(r *pairing, item int) bool {
	it := &r.block.Items[item]
	in := c.prog.Machine.Set().Insns[it.Insn]
	args := in.Pattern.Extract(it.Word, nil)
	for _, u := range in.Uses(nil, it.Word, args) {
		if u.Kind != constraints.UseRegister || !u.Role.Reads() {
			continue
		}
		if p := register(int(u.Class), int(u.Num)); !r.changed.has(p) && c.differs(r, p) {
			return true
		}
	}
	return false
}

// pending looks at results that a fault on both sides left in a state, before glue could copy them: they
// stand in the state that differs, and belong to the last instruction that wrote it. It returns that item
// if it is earlier than the one given (-1: none).
func (c *comparer) pending(r *pairing, item int) int {
	if !r.same() || !r.sides[0].faulted() {
		return item
	}
	for s := range c.layout.States {
		if !c.differs(r, state(s)) {
			continue
		}
		if w := c.lastWriter(r, state(s)); w >= 0 && (item < 0 || w < item) {
			item = w
		}
	}
	return item
}

// lastWriter returns the last item under test that wrote a place before both sides faulted, or -1.
func (c *comparer) lastWriter(r *pairing, p arch.Place) int {
	t := newTracer(c, r)
	for i := min(r.limit, len(t.writes)-1); i >= 0; i-- {
		if r.block.Items[i].Kind == arch.Test && slices.Contains(t.writes[i], p) {
			return i
		}
	}
	return -1
}

// differs reports whether the two sides differ at a place.
func (c *comparer) differs(r *pairing, p arch.Place) bool {
	at, n := c.layout.Span(p)
	return !bytes.Equal(r.sides[0].payload[at:at+n], r.sides[1].payload[at:at+n])
}
