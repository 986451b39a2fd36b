package runtime

import (
	"bytes"
	"errors"

	"github.com/risugen/risugen/arch"
)

// comparer compares two streams record by record. Records that are equal, are no faults, need be none and leave
// alone what they must cost a few comparisons of bytes; everything else is taken apart (see examine).
type comparer struct {
	prog   *arch.Program
	layout *arch.Layout
	sides  [2]*stream // master, apprentice
	cover  *coverage
	report *Report
	groups groups
	traps  trapLog
	bits   bitLists // entries of lists of known differences that cover some bits alone
	known  []*Known // lists of known differences
	askers askers   // entries of such lists that ask for details
	reads  reads    // what instructions read, where that is asked
	kindAt int      // index of the byte of a record that holds its kind
	due    int64    // executions that the records compared would stand for if nothing faulted

	signals  map[uint32]string // names by number
	examined pairing           // the one that examine looks at

	observe        func(Blame)         // may be nil
	inspect        func(Blame, Moment) // may be nil
	observeFinding func(Finding)       // may be nil
}

func newComparer(p *arch.Program, r *Report, opt Options) *comparer {
	c := &comparer{
		prog: p, layout: p.Machine.Layout(), cover: newCoverage(p, opt), report: r,
		groups: newGroups(maxGroups), observe: opt.Observe, inspect: opt.Inspect, observeFinding: opt.ObserveFinding,
		signals: map[uint32]string{}, bits: newBitLists(opt.Known), known: opt.Known, askers: newAskers(opt.Known),
	}
	for name, n := range c.layout.Signals {
		c.signals[n] = name
	}
	if arch.OrderName(c.layout.Order) == "big" {
		c.kindAt = 3
	}
	return c
}

// block compares the rounds of a block from one on; those before it are only read. It returns the round that it did
// not come beyond.
func (c *comparer) block(p *plan, from int) (int, error) {
	c.cover.open(p)
	c.groups.open(p.index)
	defer c.cover.close(p)
	for round := 0; round < c.prog.Rounds; {
		master, apprentice, err := c.stretch(p.size, c.prog.Rounds-round)
		equal := bytes.Equal(master, apprentice)
		for ; err == nil && len(master) > 0; round++ {
			if round >= from {
				err = c.round(p, uint32(round), master[:p.size], apprentice[:p.size], equal)
				c.report.Records++
			}
			if err != nil {
				break
			}
			master, apprentice = master[p.size:], apprentice[p.size:]
		}
		if err != nil {
			c.cover.interrupted[p.index] = true
			return max(round, from), err
		}
	}
	return 0, nil
}

// stretch returns as many records of a size as both sides have at hand, at least one and at most so many.
func (c *comparer) stretch(size, most int) (master, apprentice []byte, err error) {
	master, err = c.sides[0].ahead(size * most)
	apprentice, err2 := c.sides[1].ahead(size * most)
	if err = errors.Join(err, err2); err != nil {
		return nil, nil, err
	}
	n := min(len(master), len(apprentice)) / size * size
	return c.sides[0].take(n), c.sides[1].take(n), nil
}

// pair compares two records.
func (c *comparer) pair(p *plan, round uint32, master, apprentice []byte) error {
	return c.round(p, round, master, apprentice, false)
}

// round is pair for records of which it may be known that they are equal.
func (c *comparer) round(p *plan, round uint32, master, apprentice []byte, equal bool) error {
	input := c.prog.PoolWindow(p.block, round)
	c.due += int64(p.tests)
	if p.trap.item >= 0 || master[c.kindAt] != byte(arch.RecordCheck) || !equal && !bytes.Equal(master, apprentice) ||
		p.linked.gaveUp(master[arch.RecordHeaderSize:], c.layout.Order) {
		return c.examine(p, round, input, master, apprentice)
	}
	p.cover.checks++
	p.cover.clean++
	c.report.Executions += int64(p.tests)
	c.report.Undefined += int64(p.undef)
	payload := master[arch.RecordHeaderSize:len(master):len(master)]
	if len(p.cover.watch) > 0 {
		c.cover.observe(p, len(p.block.Items), payload, input, round)
	}
	if !c.unchanged(p, round, input, payload) {
		c.undeclaredChange(bothSides, p, round, input, payload, len(p.block.Items))
	}
	if !c.harnessIntact(p, round, input, payload, false) {
		c.lostControl(bothSides, p, round)
	}
	if p.block.Traps {
		c.checkNoTrap(bothSides, p, round, payload)
	}
	return nil
}

// harnessIntact reports whether the harness's registers hold what they must. The checkpoint of another
// block than the one that was started leaves something else there, and so does a change of the register
// that sticky state is reset with. A fault is recorded with the base register in use.
func (c *comparer) harnessIntact(p *plan, round uint32, input, payload []byte, faulted bool) bool {
	if !faulted && !allZero(payload[p.base.record:p.base.record+p.base.n]) {
		return false
	}
	for i, k := range p.keeps {
		state := c.layout.KeepStates[i]
		unused := 64 - 8*c.layout.States[state].Bytes // of the register, when it is the wider one
		diff := number(payload[k.record:k.record+k.n], c.layout.Order) ^ c.prog.Machine.InitialState(p.block, state, round, input)
		if diff<<unused != 0 {
			return false
		}
	}
	return true
}

// unchanged reports whether everything that must not change is as the round's input has it.
func (c *comparer) unchanged(p *plan, round uint32, input, payload []byte) bool {
	for i := range p.spans {
		if !p.spans[i].holds(payload, input) {
			return false
		}
	}
	for _, s := range p.states {
		if c.stateValue(s, payload) != c.prog.Machine.InitialState(p.block, s, round, input) {
			return false
		}
	}
	return true
}

// stateValue reads a state from a payload.
func (c *comparer) stateValue(state int, payload []byte) uint64 {
	s := &c.layout.States[state]
	return number(payload[s.Record:s.Record+s.Bytes], c.layout.Order)
}
