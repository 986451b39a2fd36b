package constraints

import "github.com/risugen/risugen/random"

// Throws. To count what the registers offered allow takes as long as all else that a draw does. Where a large part of all
// assignments satisfies the conditions, one of all is drawn, until it is one that does: then each of these is as
// likely as the others, too. After some throws they are counted.

// minDensity is how many of all assignments satisfy the conditions at least where one is thrown.
const minDensity = 1.0 / 8

// throws is how many assignments are thrown before those that satisfy the conditions are counted.
const throws = 6

// throw returns an assignment. It reports false where it finds none soon.
//
// Values of all groups are thrown, each on its own, and lead to a leaf, or to none. A leaf with fewer assignments than another is
// taken less often in proportion.
func (d *diagram) throw(rng *random.Rand, offer []uint64) (uint64, bool) {
	for range throws {
		word, at := uint64(0), d.root
		for at >= 0 {
			n := &d.nodes[at]
			g := d.groups[n.group]
			v := g.throw(rng, offer)
			if v < 0 {
				return 0, false
			}
			word |= g.deposit(uint64(v))
			at = n.next(v)
		}
		if at == noEdge {
			continue
		}
		if count := d.leaves[^at].count; count == d.most || rng.Uint64N(d.most) < count {
			return word | d.drawRest(rng, at), true
		}
	}
	return 0, false
}

// has reports whether a word's bits are an assignment that the registers offered allow.
func (d *diagram) has(word uint64, offer []uint64) bool {
	if d.empty() {
		return false
	}
	at := d.root
	for at >= 0 {
		n := &d.nodes[at]
		g := d.groups[n.group]
		v := g.value(word)
		if v < 0 || !g.has(v, offer) {
			return false
		}
		at = n.next(v)
	}
	return at != noEdge && d.restHas(at, word)
}

// next is where a value leads to; noEdge: it is not allowed.
func (n *groupNode) next(v int) int32 {
	for i := range n.edges {
		e := &n.edges[i]
		values := e.first
		if v >= 64 {
			values = e.values[v/64]
		}
		if values>>(v%64)&1 != 0 {
			return e.to
		}
	}
	return noEdge
}

// drawRest draws an assignment of the lower part's variables that a leaf allows.
func (d *diagram) drawRest(rng *random.Rand, leaf int32) uint64 {
	l := &d.leaves[^leaf]
	if len(d.bits) == 0 {
		return 0
	}
	if l.dense {
		for range throws {
			if word := rng.Uint64() & d.restMask; d.restHas(leaf, word) {
				return word
			}
		}
	}
	return d.assignment(l.top, rng.Uint64N(l.count))
}

// restHas reports whether a leaf allows what a word has for the lower part's variables.
func (d *diagram) restHas(leaf int32, word uint64) bool {
	at := d.leaves[^leaf].top
	for {
		n := &d.lower[at]
		if int(n.variable) == len(d.bits) {
			return n.count != 0
		}
		if at = n.lo; word&d.bits[n.variable] != 0 {
			at = n.hi
		}
	}
}

// measure finds out where throws are worth their while.
func (d *diagram) measure() {
	if d.empty() {
		return
	}
	rest := float64(1)
	for _, bit := range d.bits {
		d.restMask |= bit
		rest *= 2
	}
	for i := range d.leaves {
		l := &d.leaves[i]
		l.dense = float64(l.count) >= minDensity*rest
		d.most = max(d.most, l.count)
	}
	if len(d.groups) == 0 {
		return
	}
	operands, all := 0, float64(d.most)
	for _, g := range d.groups {
		all *= float64(g.count())
		for _, m := range g.members {
			operands = max(operands, m.operand+1)
		}
	}
	offer := make([]uint64, operands)
	for i := range offer {
		offer[i] = ^uint64(0)
	}
	d.dense = float64(d.total(offer)) >= minDensity*all
}
