package constraints

import (
	"math/bits"
	"slices"
	"sync"

	"github.com/risugen/risugen/random"
)

// A draw keeps account of the set of possible values of each group, and of the number of assignments below each leaf and
// each node. smallScratch is how much of that stands on its stack.
const smallScratch = 48

// scratches are used again where that is not enough: draws are to allocate nothing.
var scratches = sync.Pool{New: func() any { return new([]uint64) }}

// total is the number of assignments that the registers offered allow.
func (d *diagram) total(offer []uint64) uint64 {
	if d.empty() {
		return 0
	}
	if len(d.groups) == 0 {
		return d.leaves[^d.root].count
	}
	sets := make([]uint64, d.words)
	d.fillSets(sets, offer)
	return d.count(sets, make([]uint64, len(d.leaves)+len(d.nodes)))
}

// fillSets stores for each group the values that the registers offered allow.
func (d *diagram) fillSets(sets, offer []uint64) {
	at := 0
	for _, g := range d.groups {
		g.possible(sets[at:at+g.words], offer)
		at += g.words
	}
}

// draw returns an assignment; it reports false when the registers offered allow none.
func (d *diagram) draw(rng *random.Rand, offer []uint64) (uint64, bool) {
	switch {
	case d.table != nil:
		return d.table[rng.IntN(len(d.table))], true
	case len(d.leaves) == 0:
		return 0, false
	case len(d.groups) == 0:
		return d.drawRest(rng, d.root), true
	case d.dense:
		if word, ok := d.throw(rng, offer); ok {
			return word, true
		}
	}
	if d.single {
		return d.drawSingle(rng, offer)
	}
	if d.words+len(d.leaves)+len(d.nodes) <= smallScratch {
		var room [smallScratch]uint64
		return d.drawCounted(rng, offer, room[:])
	}
	s := scratches.Get().(*[]uint64)
	defer scratches.Put(s)
	*s = slices.Grow((*s)[:0], d.words+len(d.leaves)+len(d.nodes))
	return d.drawCounted(rng, offer, (*s)[:cap(*s)])
}

// drawSingle is draw where the account is the size of one set.
func (d *diagram) drawSingle(rng *random.Rand, offer []uint64) (uint64, bool) {
	e, g := &d.nodes[0].edges[0], d.groups[0]
	leaf := &d.leaves[^e.to]
	set := e.first & g.possible64(offer)
	if set == 0 {
		return 0, false
	}
	n, each := rng.Uint64N(uint64(bits.OnesCount64(set))*leaf.count), leaf.count
	if each == 1 {
		return g.deposit(uint64(random.NthBit(set, int(n)))) | d.assignment(leaf.top, 0), true
	}
	return g.deposit(uint64(random.NthBit(set, int(n/each)))) | d.assignment(leaf.top, n%each), true
}

// drawCounted is draw with room for an account.
func (d *diagram) drawCounted(rng *random.Rand, offer, room []uint64) (uint64, bool) {
	sets, counts := room[:d.words], room[d.words:][:len(d.leaves)+len(d.nodes)]
	d.fillSets(sets, offer)
	total := d.count(sets, counts)
	if total == 0 {
		return 0, false
	}
	return d.find(rng.Uint64N(total), sets, counts), true
}

// count fills in the number of assignments below each leaf and each node, and returns that of the whole.
func (d *diagram) count(sets, counts []uint64) uint64 {
	for i := range d.leaves {
		counts[i] = d.leaves[i].count
	}
	for i := range d.nodes {
		n := &d.nodes[i]
		sum := uint64(0)
		if n.to == n.at+1 {
			set := sets[n.at]
			for j := range n.edges {
				e := &n.edges[j]
				sum += uint64(bits.OnesCount64(e.first&set)) * counts[e.counted]
			}
		} else {
			for j := range n.edges {
				e := &n.edges[j]
				sum += uint64(e.size(sets[n.at:n.to])) * counts[e.counted]
			}
		}
		counts[len(d.leaves)+i] = sum
	}
	return counts[d.counted(d.root)]
}

// counted is where the count of a node, or of a leaf, stands among those of all.
func (d *diagram) counted(to int32) int32 {
	if to < 0 {
		return ^to
	}
	return int32(len(d.leaves)) + to
}

// size is the number of the edge's values that are in a set.
func (e *groupEdge) size(set []uint64) int {
	if len(set) == 1 {
		return bits.OnesCount64(e.first & set[0])
	}
	n := 0
	for i, values := range e.values {
		n += bits.OnesCount64(values & set[i])
	}
	return n
}

// find returns the n-th assignment.
func (d *diagram) find(n uint64, sets, counts []uint64) uint64 {
	var word uint64
	at := d.root
	for at >= 0 {
		node := &d.nodes[at]
		set := sets[node.at:node.to]
		for j := range node.edges {
			e := &node.edges[j]
			each := counts[e.counted]
			all := uint64(e.size(set)) * each
			if n >= all {
				n -= all
				continue
			}
			value := element(e.values, set, int(n/each))
			n %= each
			word |= d.groups[node.group].deposit(uint64(value))
			at = e.to
			break
		}
	}
	return word | d.assignment(d.leaves[^at].top, n)
}

// element is the n-th element that two sets have in common.
func element(a, b []uint64, n int) int {
	for i := range a {
		m := a[i] & b[i]
		k := bits.OnesCount64(m)
		if n < k {
			return 64*i + random.NthBit(m, n)
		}
		n -= k
	}
	return 0
}

// assignment returns the n-th assignment of the lower part's variables that node at allows.
func (d *diagram) assignment(at int32, n uint64) uint64 {
	var word uint64
	if len(d.bits) == 0 {
		return 0
	}
	variable := int32(0)
	for {
		node := &d.lower[at]
		for ; variable < node.variable; variable++ { // these are free
			if n&1 == 1 {
				word |= d.bits[variable]
			}
			n >>= 1
		}
		if int(variable) == len(d.bits) {
			return word
		}
		variable++
		if lo := d.weight(node.lo, variable); n < lo {
			at = node.lo
		} else {
			n -= lo
			word |= d.bits[variable-1]
			at = node.hi
		}
	}
}
