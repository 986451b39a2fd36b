package constraints

import (
	"math/bits"
	"sync"

	"github.com/risugen/risugen/random"
)

// choice is a component as it is drawn from. Those of a sampler stand side by side, and what most of them need stands in
// them: draws from hundreds of instructions in turn would wait for memory otherwise.
type choice struct {
	mask  uint64   // bits of the word
	table []uint64 // what there is to draw, whatever the registers offered; nil: that depends

	// A value of one direct group, and one assignment of the rest for it. each is how many of these there are, 0: the diagram
	// is not of this kind.
	each     uint64
	rest     uint64    // the only assignment of the rest, if each is 1
	set      uint64    // of the values
	places   uint64    // ones up to the last of these
	free     [2]uint64 // by member of the group: values that need no register
	operands [2]int16  // of the group's members; twice the same where there is one
	shift    int16     // of the value

	group     *group // nil: free, operands and shift tell all
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
		choices[i].mask = c.mask
	}
	s.choices, s.edges = choices, in.edgeArgs()
	s.extremes = s.newExtremes(in)
	s.changing = s.changingArgs()
	s.prepared.Store(true)
}

func newChoice(d *diagram) choice {
	c := choice{diagram: d, table: d.table}
	if len(d.nodes) != 1 || len(d.nodes[0].edges) != 1 || !d.groups[0].direct || d.groups[0].places != nil {
		return c
	}
	e, g := &d.nodes[0].edges[0], d.groups[0]
	l := &d.leaves[^e.to]
	c.each, c.rest, c.set = l.count, d.assignment(l.top, 0), e.values[0]&g.valid[0]
	c.places = 1<<bits.Len64(uint64(bits.Len64(c.set|1)-1)) - 1
	if c.shift = int16(g.shift); g.shift < 0 || len(g.members) > len(c.free) {
		c.group = g
		return c
	}
	for i := range c.free {
		m := &g.members[min(i, len(g.members)-1)]
		c.free[i], c.operands[i] = m.free, int16(m.operand)
	}
	return c
}

// draw returns an assignment; it reports false when the registers offered allow none.
func (c *choice) draw(rng *random.Rand, offer []uint64, disp int64) (uint64, bool) {
	switch {
	case c.table != nil:
		return c.table[rng.IntN(len(c.table))], true
	case c.each > 0:
		return c.drawGroup(rng, offer)
	}
	d := c.of(disp)
	if d == nil {
		return 0, false
	}
	return d.draw(rng, offer)
}

// of is the diagram of a displacement; nil: there is none of a sane size.
func (c *choice) of(disp int64) *diagram {
	if c.component == nil {
		return c.diagram
	}
	d, _ := c.component.diagram(disp)
	return d
}

// drawGroup is draw where a single group is decided on.
func (c *choice) drawGroup(rng *random.Rand, offer []uint64) (uint64, bool) {
	set := c.set
	if c.group != nil {
		set &= c.group.possible64(offer)
	} else {
		set &= (offer[c.operands[0]] | c.free[0]) & (offer[c.operands[1]] | c.free[1])
	}
	value, rest := rng.Uint64()&c.places, c.rest
	if set>>value&1 == 0 {
		if set == 0 {
			return 0, false
		}
		value = uint64(rng.Bit(set))
	}
	if c.each > 1 {
		rest = c.diagram.drawRest(rng, c.diagram.nodes[0].edges[0].to)
	}
	if c.group != nil {
		return c.group.deposit(value) | rest, true
	}
	return value<<c.shift | rest, true
}

// has reports whether a word's bits could have been drawn.
func (c *choice) has(word uint64, offer []uint64, disp int64) bool {
	d := c.of(disp)
	return d != nil && d.has(word, offer)
}
