package constraints

import "math/bits"

// diagram counts the assignments of a component's bits that satisfy its conditions, and finds the n-th.
//
// Its upper part decides on the values of groups, one after the other, and the weight of an edge is the
// number of its values that are possible with the registers offered. That is counted anew in each draw.
// The lower part decides on single bits, and its counts are fixed.
type diagram struct {
	groups []*group
	words  int // of the groups' sets of values
	nodes  []groupNode
	leaves []leaf
	root   int32 // a node, or the complement of a leaf's index

	bits  []uint64 // of the lower part, in the order of its variables
	lower []bitNode

	table []uint64 // all assignments in their order, where these are few and no group is decided on

	restMask uint64 // of bits
	most     uint64 // assignments of a leaf
	dense    bool   // a large part of the groups' values leads to leaves: see throw
	single   bool   // one group of no more than 64 values decides, and all its values lead to the same leaf
}

// groupNode decides on a group's value. Nodes come after those that their edges lead to.
type groupNode struct {
	group  int32
	at, to int32 // where the possible values of its group stand among those of all
	edges  []groupEdge
}

type groupEdge struct {
	values []uint64 // a set
	first  uint64   // of which that is the first word
	to     int32    // a node, or the complement of a leaf's index

	counted int32 // where what it leads to is counted
}

// leaf is where the upper part ends.
type leaf struct {
	top   int32 // node of the lower part
	dense bool  // a large part of the assignments of its bits is allowed
	count uint64
}

// bitNode decides on a bit; count is the number of assignments of its bit and those after it.
type bitNode struct {
	variable int32
	lo, hi   int32
	count    uint64
}

func (d *diagram) empty() bool { return len(d.leaves) == 0 }

// diagramMaker copies a binary diagram.
type diagramMaker struct {
	*diagram
	from   *bdd
	starts []int // first variable of each group
	upper  int   // variables of groups
	seen   []map[ref]int32
	copied map[ref]int32
	leafOf map[ref]int32
}

// noEdge marks what cannot be satisfied.
const noEdge = int32(-1 << 31)

func newDiagram(c *component, from *bdd, root ref) *diagram {
	m := &diagramMaker{diagram: &diagram{groups: c.groups}, from: from, copied: map[ref]int32{}, leafOf: map[ref]int32{}}
	for _, g := range c.groups {
		m.starts = append(m.starts, m.upper)
		m.upper += bits.OnesCount64(g.mask)
		m.words += g.words
		m.seen = append(m.seen, map[ref]int32{})
	}
	for _, bit := range c.order[m.upper:] {
		m.bits = append(m.bits, 1<<bit)
	}
	last := int32(len(m.bits))
	m.lower = []bitNode{{variable: last}, {variable: last, count: 1}}
	m.copied[no], m.copied[yes] = 0, 1
	m.root = m.node(0, root)
	m.shorten()
	m.measure()
	if !m.dense && len(m.nodes) > 0 {
		m.narrow(c.in.alike)
	}
	return c.in.alike.diagram(m.diagram)
}

// maxTable is how many assignments are tabulated.
const maxTable = 64

// shorten prepares what makes draws short.
func (m *diagramMaker) shorten() {
	m.single = len(m.nodes) == 1 && len(m.nodes[0].edges) == 1 && m.words == 1
	for i := range m.nodes {
		for j := range m.nodes[i].edges {
			e := &m.nodes[i].edges[j]
			e.first, e.counted = e.values[0], m.counted(e.to)
		}
	}
	if m.empty() || len(m.groups) > 0 || m.leaves[^m.root].count > maxTable {
		return
	}
	l := &m.leaves[^m.root]
	for n := range l.count {
		m.table = append(m.table, m.assignment(l.top, n))
	}
}

// node copies what decides from a group on.
func (m *diagramMaker) node(group int, r ref) int32 {
	if r == no {
		return noEdge
	}
	if group == len(m.groups) {
		return m.leaf(r)
	}
	if n, ok := m.seen[group][r]; ok {
		return n
	}
	g := m.groups[group]
	out := groupNode{group: int32(group)}
	for _, before := range m.groups[:group] {
		out.at += int32(before.words)
	}
	out.to = out.at + int32(g.words)
	for v := range 1 << bits.OnesCount64(g.mask) {
		if g.valid[v/64]>>(v%64)&1 == 0 {
			continue
		}
		to := m.node(group+1, m.follow(group, r, v))
		if to != noEdge {
			out.add(to, v, g.words)
		}
	}
	n := noEdge
	if len(out.edges) > 0 {
		n = int32(len(m.nodes))
		m.nodes = append(m.nodes, out)
	}
	m.seen[group][r] = n
	return n
}

// follow is where a value of a group leads.
func (m *diagramMaker) follow(group int, r ref, value int) ref {
	width := bits.OnesCount64(m.groups[group].mask)
	for i := range width {
		lo, hi := m.from.split(r, int32(m.starts[group]+i))
		if r = lo; value>>i&1 == 1 {
			r = hi
		}
	}
	return r
}

// add puts a value on the edge to a node.
func (n *groupNode) add(to int32, value, words int) {
	for i := range n.edges {
		if n.edges[i].to == to {
			n.edges[i].values[value/64] |= 1 << (value % 64)
			return
		}
	}
	e := groupEdge{values: make([]uint64, words), to: to}
	e.values[value/64] |= 1 << (value % 64)
	n.edges = append(n.edges, e)
}

func (m *diagramMaker) leaf(r ref) int32 {
	if l, ok := m.leafOf[r]; ok {
		return l
	}
	top := m.bit(r)
	m.leaves = append(m.leaves, leaf{top: top, count: m.weight(top, 0)})
	l := ^int32(len(m.leaves) - 1)
	m.leafOf[r] = l
	return l
}

// bit copies a node of the lower part.
func (m *diagramMaker) bit(r ref) int32 {
	if n, ok := m.copied[r]; ok {
		return n
	}
	b := &m.from.nodes[r]
	n := bitNode{variable: b.variable - int32(m.upper), lo: m.bit(b.lo), hi: m.bit(b.hi)}
	n.count = m.weight(n.lo, n.variable+1) + m.weight(n.hi, n.variable+1)
	m.lower = append(m.lower, n)
	m.copied[r] = int32(len(m.lower) - 1)
	return m.copied[r]
}

// weight is the number of assignments of the lower part's variables from one on that node n allows.
func (d *diagram) weight(n, variable int32) uint64 {
	return d.lower[n].count << (d.lower[n].variable - variable)
}
