package constraints

import "sync"

// ref is a node of a decision diagram; no and yes are its two ends.
type ref int32

const (
	no  ref = 0
	yes ref = 1
)

// bddNode decides on one variable. Variables are numbered in the order in which a path meets them.
type bddNode struct {
	variable int32
	lo, hi   ref
}

// bdd is a reduced ordered binary decision diagram: equal functions are equal nodes.
//
// It is a plain one, without garbage collection: a diagram is made once for each component and thrown
// away when its nodes have been copied.
type bdd struct {
	nodes  []bddNode
	slots  []ref      // hash table of nodes
	cache  []iteEntry // results of ite, overwritten at collisions
	budget int        // calls of ite that are left
	full   bool       // a limit was met: all results are worthless
}

type iteEntry struct{ f, g, h, r ref }

const (
	maxNodes  = 1 << 18
	maxSteps  = 1 << 22
	endOfPath = 1 << 30 // the variable of the two ends
)

// oldBDDs are diagrams whose memory is used again: those of an instruction take less time than their memory.
var oldBDDs = sync.Pool{New: func() any { return new(bdd) }}

func newBDD() *bdd {
	d := oldBDDs.Get().(*bdd)
	d.nodes = append(d.nodes[:0], bddNode{endOfPath, no, no}, bddNode{endOfPath, yes, yes})
	d.slots, d.cache = cleared(d.slots, 1<<8), cleared(d.cache, 1<<8)
	d.budget, d.full = maxSteps, false
	return d
}

// maxKept is how many slots a diagram may have for its memory to be kept.
const maxKept = 1 << 13

// release gives the memory of a diagram back, which nobody may use any more.
func (d *bdd) release() {
	if cap(d.slots) <= maxKept {
		oldBDDs.Put(d)
	}
}

// cleared makes a table of n empty entries, of old memory if there is as much.
func cleared[T any](old []T, n int) []T {
	if n > cap(old) {
		return make([]T, n)
	}
	old = old[:n]
	clear(old)
	return old
}

func hash3(a, b, c uint32) uint32 {
	h := a*0x9e3779b1 ^ b*0x85ebca6b ^ c*0xc2b2ae35
	return h ^ h>>15
}

// node returns the node of these parts.
func (d *bdd) node(variable int32, lo, hi ref) ref {
	if lo == hi {
		return lo
	}
	want := bddNode{variable, lo, hi}
	mask := uint32(len(d.slots) - 1)
	i := hash3(uint32(variable), uint32(lo), uint32(hi)) & mask
	for ; d.slots[i] != 0; i = (i + 1) & mask {
		if d.nodes[d.slots[i]] == want {
			return d.slots[i]
		}
	}
	if len(d.nodes) >= maxNodes {
		d.full = true
		return no
	}
	d.nodes = append(d.nodes, want)
	d.slots[i] = ref(len(d.nodes) - 1)
	if 2*len(d.nodes) > len(d.slots) {
		d.grow()
	}
	return ref(len(d.nodes) - 1)
}

// grow doubles the tables.
func (d *bdd) grow() {
	d.slots = cleared(d.slots, 2*len(d.slots))
	mask := uint32(len(d.slots) - 1)
	for r := ref(2); int(r) < len(d.nodes); r++ {
		n := &d.nodes[r]
		i := hash3(uint32(n.variable), uint32(n.lo), uint32(n.hi)) & mask
		for d.slots[i] != 0 {
			i = (i + 1) & mask
		}
		d.slots[i] = r
	}
	d.cache = cleared(d.cache, len(d.slots))
}

func (d *bdd) variable(v int) ref { return d.node(int32(v), no, yes) }

// ite is g where f holds, and h elsewhere.
func (d *bdd) ite(f, g, h ref) ref {
	switch {
	case f == yes || g == h:
		return g
	case f == no:
		return h
	case g == yes && h == no:
		return f
	}
	if d.budget--; d.budget < 0 || d.full {
		d.full = true
		return no
	}
	e := &d.cache[hash3(uint32(f), uint32(g), uint32(h))&uint32(len(d.cache)-1)]
	if e.f == f && e.g == g && e.h == h {
		return e.r
	}
	v := min(d.nodes[f].variable, d.nodes[g].variable, d.nodes[h].variable)
	f0, f1 := d.split(f, v)
	g0, g1 := d.split(g, v)
	h0, h1 := d.split(h, v)
	lo := d.ite(f0, g0, h0)
	hi := d.ite(f1, g1, h1)
	r := d.node(v, lo, hi)
	d.cache[hash3(uint32(f), uint32(g), uint32(h))&uint32(len(d.cache)-1)] = iteEntry{f, g, h, r}
	return r
}

// split returns what a node becomes where a variable, not below its own, is false and true.
func (d *bdd) split(f ref, v int32) (lo, hi ref) {
	if n := &d.nodes[f]; n.variable == v {
		return n.lo, n.hi
	}
	return f, f
}

func (d *bdd) not(f ref) ref    { return d.ite(f, no, yes) }
func (d *bdd) and(f, g ref) ref { return d.ite(f, g, no) }
func (d *bdd) or(f, g ref) ref  { return d.ite(f, yes, g) }
func (d *bdd) xor(f, g ref) ref { return d.ite(f, d.not(g), g) }

// constBit is the end of a truth value.
func constBit(b bool) ref {
	if b {
		return yes
	}
	return no
}
