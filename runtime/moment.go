package runtime

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/risugen/risugen/arch"
)

// Moment tells what is known of a round in which the two sides differ: see Options.Inspect. Values are those of the master.
type Moment struct {
	c *comparer
	r *pairing
}

// Register returns the bytes that a register of a class held when an item of the block ran, in the target's byte order, or
// nil where that is not known.
func (m Moment) Register(class, num, item int) []byte {
	return newTracer(m.c, m.r).register(register(class, num), item)
}

// State returns the value that a state had when an item ran. known is false where nothing shows it.
func (m Moment) State(state, item int) (value uint64, known bool) {
	text := newTracer(m.c, m.r).state(state, item)
	if len(text) == 0 || len(text) > 16 {
		return 0, false
	}
	v, err := strconv.ParseUint(text, 16, 64)
	unused := 64 - 8*m.c.layout.States[state].Bytes // of the register that it was copied to
	return v << unused >> unused, err == nil
}

// Memory returns what a window of the memory block held when an item ran, or nil where that is not known.
func (m Moment) Memory(num, item int) []byte {
	if !m.r.block.Memory {
		return nil
	}
	return newTracer(m.c, m.r).bytes(window(num), item)
}

// Faults are the signals that the master and the apprentice raised at the first instruction that raised one on either side.
// They are empty for a side that came beyond it, whatever became of it there.
func (m Moment) Faults() (master, apprentice string) {
	first := min(m.r.sides[0].stop, m.r.sides[1].stop)
	name := func(o *outcome) string {
		if !o.faulted() || o.stop > first {
			return ""
		}
		return m.c.signal(o.header.Signal)
	}
	return name(&m.r.sides[0]), name(&m.r.sides[1])
}

// observed tells who asked for it of a pair of records that differ.
func (c *comparer) observed(r *pairing, key mismatchKey, item int) {
	if c.observe == nil && c.inspect == nil {
		return
	}
	b := Blame{Kind: key.kind, Block: r.index, Item: item, Round: r.number, Place: key.opcode, Known: c.knownAlready(r, key, item)}
	if key.kind == KindUndeclared {
		b.Place = c.unownedPlace(r)
	}
	if c.observe != nil {
		c.observe(b)
	}
	if c.inspect != nil {
		c.inspect(b, Moment{c, r})
	}
}

// unownedPlace names the first place that differs and that nothing in the block may change or, where there is none, the first that
// differs. It is empty where only bytes differ that belong to nothing.
func (c *comparer) unownedPlace(r *pairing) string {
	owned, unowned := "", ""
	eachPlace(c.layout, r.block, func(p arch.Place) {
		switch {
		case unowned != "" || owned != "" && r.changed.has(p) || !c.differs(r, p):
		case r.changed.has(p):
			owned = c.layout.PlaceName(p)
		default:
			unowned = c.layout.PlaceName(p)
		}
	})
	return cmp.Or(unowned, owned)
}

// DeadTargets lists the targets of which an error of Run says that they died, hung or wrote something else than records, as
// "master" and "apprentice". It is empty for other errors.
func DeadTargets(err error) []string {
	switch e := err.(type) {
	case *StreamError:
		if side, _, _ := strings.Cut(e.Target, " "); slices.Contains([]string{endedEarly, stalled, garbage, harnessFailed}, e.What) {
			return []string{side}
		}
	case interface{ Unwrap() []error }:
		var out []string
		for _, one := range e.Unwrap() {
			out = append(out, DeadTargets(one)...)
		}
		return out
	case interface{ Unwrap() error }:
		return DeadTargets(e.Unwrap())
	}
	return nil
}
