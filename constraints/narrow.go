package constraints

import (
	"math/bits"
	"slices"
)

// narrow gives groups of which no more than 64 values lead anywhere these values alone, so that a set of them is one number: a condition
// that must be "always" leaves one in sixteen. It is for diagrams that are counted; thrown are all values of a group's bits.
func (m *diagramMaker) narrow(a *alike) {
	m.groups = slices.Clone(m.groups)
	for i, g := range m.groups {
		used := make([]uint64, g.words)
		m.eachEdge(i, func(e *groupEdge) {
			for w, values := range e.values {
				used[w] |= values
			}
		})
		values := elements(used)
		if g.words == 1 || len(values) > 64 {
			continue
		}
		m.eachEdge(i, func(e *groupEdge) {
			narrow := uint64(0)
			for n, v := range values {
				narrow |= e.values[v/64] >> (v % 64) & 1 << n
			}
			e.values = []uint64{narrow}
		})
		m.groups[i] = a.group(g.narrowed(values))
	}
	m.words = 0
	for i, g := range m.groups {
		for j := range m.nodes {
			if n := &m.nodes[j]; int(n.group) == i {
				n.at, n.to = int32(m.words), int32(m.words+g.words)
			}
		}
		m.words += g.words
	}
	m.shorten()
}

// eachEdge calls fn with the edges of a group's nodes.
func (m *diagramMaker) eachEdge(group int, fn func(*groupEdge)) {
	for i := range m.nodes {
		for j := range m.nodes[i].edges {
			if int(m.nodes[i].group) == group {
				fn(&m.nodes[i].edges[j])
			}
		}
	}
}

// elements lists those of a set.
func elements(set []uint64) []int {
	var out []int
	for i, m := range set {
		for ; m != 0; m &= m - 1 {
			out = append(out, 64*i+bits.TrailingZeros64(m))
		}
	}
	return out
}

// narrowed is the group with some of its values, at least one and no more than 64, which are numbered anew.
func (g *group) narrowed(values []int) *group {
	out := &group{mask: g.mask, shift: -1, words: 1, direct: true, valid: []uint64{^uint64(0) >> (64 - len(values))}}
	for _, v := range values {
		out.places = append(out.places, g.deposit(uint64(v)))
	}
	for i := range g.members {
		needs := make([]uint64, len(values))
		for n, v := range values {
			needs[n] = g.members[i].needs[v]
			out.direct = out.direct && (needs[n] == 0 || needs[n] == 1<<n)
		}
		out.members = append(out.members, newMember(g.members[i].operand, needs, 1))
	}
	return out
}
