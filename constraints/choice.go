package constraints

import (
	"math/bits"
	"math/rand/v2"
	"sync"
)

// choice is a component as it is drawn from. Those of a sampler stand side by side, and what most of them need stands in
// them: draws from hundreds of instructions in turn would wait for memory otherwise.
type choice struct {
	// A value of one group, and one assignment of the rest for it. each is how many of these there are, 0: the diagram
	// is not of this kind.
	each    uint64
	set     uint64 // of the values
	free    uint64 // values that need no register
	operand int16  // value v of the others needs register v of this operand; -1: the group knows
	shift   int16  // of the value; -1: the group knows
	rest    uint64 // the only assignment of the rest, if each is 1

	table []uint64 // what there is to draw, whatever the registers offered; nil: that depends

	group     *group
	diagram   *diagram
	component *component // of a branch, whose diagram depends on its displacement
}

// preparing guards the choices of samplers that are drawn from for the first time.
var preparing sync.Mutex

// prepare makes what a sampler is drawn with.
func (s *sampler) prepare(in *Insn) {
	preparing.Lock()
	defer preparing.Unlock()
	if s.prepared.Load() {
		return
	}
	choices := make([]choice, len(s.tied))
	for i, c := range s.tied {
		if c.branch {
			choices[i].component = c
		} else if d, ok := c.diagram(0); ok {
			choices[i] = newChoice(d)
		}
	}
	s.choices, s.edges = choices, in.edgeArgs()
	s.prepared.Store(true)
}

func newChoice(d *diagram) choice {
	c := choice{diagram: d, table: d.table}
	if len(d.nodes) != 1 || len(d.nodes[0].edges) != 1 || d.groups[0].words != 1 {
		return c
	}
	e, g := &d.nodes[0].edges[0], d.groups[0]
	l := &d.leaves[^e.to]
	c.each, c.rest, c.group, c.shift = l.count, d.assignment(l.top, 0), g, int16(g.shift)
	c.set, c.operand = e.values[0]&g.valid[0], -1
	if g.direct {
		c.operand, c.free = int16(g.members[0].operand), g.free
	}
	return c
}

// draw returns an assignment; it reports false when the registers offered allow none.
func (c *choice) draw(rng *rand.Rand, offer []uint64, disp int64) (uint64, bool) {
	switch {
	case c.table != nil:
		return c.table[rng.Uint64N(uint64(len(c.table)))], true
	case c.each > 0:
		return c.drawGroup(rng, offer)
	case c.component != nil:
		d, ok := c.component.diagram(disp)
		if !ok {
			return 0, false
		}
		return d.draw(rng, offer)
	case c.diagram == nil: // there is none of a sane size
		return 0, false
	}
	return c.diagram.draw(rng, offer)
}

// drawGroup is draw where a single group is decided on.
func (c *choice) drawGroup(rng *rand.Rand, offer []uint64) (uint64, bool) {
	set := c.set
	if c.operand >= 0 {
		set &= offer[c.operand] | c.free
	} else {
		set &= c.group.possible64(offer)
	}
	if set == 0 {
		return 0, false
	}
	n, rest := rng.Uint64N(uint64(bits.OnesCount64(set))*c.each), c.rest
	if c.each > 1 {
		l := &c.diagram.leaves[^c.diagram.nodes[0].edges[0].to]
		rest = c.diagram.assignment(l.top, n%c.each)
		n /= c.each
	}
	value := uint64(nthBit(set, int(n)))
	if c.shift < 0 {
		return deposit(value, c.group.mask) | rest, true
	}
	return value<<c.shift | rest, true
}
