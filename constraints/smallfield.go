package constraints

import (
	"math/bits"
	"slices"
)

// MaxSmallBits is how many bits of the word a small field has at most: it has no more than 64 values.
const MaxSmallBits = 6

// SmallField is an argument of few values. Its value in a word is told by a number, that of its bits pushed together: see
// [SmallField.Number] and [Insn.FieldValue].
type SmallField struct {
	Name  string
	Arg   int
	mask  uint64 // its bits that the pattern leaves open
	shift int    // of these, if they are all in a row; else -1
}

// SmallFields lists the arguments of few values, but for those that say how far a branch goes, or an access relative to
// the program counter: these have what the place in the program needs.
func (in *Insn) SmallFields() []SmallField {
	var out []SmallField
	for i := range in.Pattern.Args {
		a := &in.Pattern.Args[i]
		mask := in.Pattern.FieldBits(i) & in.drawnBits()
		n := bits.OnesCount64(mask)
		if a.Field == nil || n == 0 || n > MaxSmallBits || in.placed(mask) {
			continue
		}
		f := SmallField{Name: a.Name, Arg: i, mask: mask, shift: bits.TrailingZeros64(mask)}
		if mask>>f.shift != 1<<n-1 {
			f.shift = -1
		}
		out = append(out, f)
	}
	return out
}

// placed reports whether some bits of the word depend on where it stands.
func (in *Insn) placed(mask uint64) bool {
	if b := in.Branch; b != nil && b.disp != nil && b.Target < 0 && b.disp.bits&mask != 0 {
		return true
	}
	m := in.Memory
	return m != nil && m.Base < 0 && m.disp != nil && m.disp.bits&mask != 0
}

// Number is the number of the field's value in a word, from 0 to 63.
func (f *SmallField) Number(word uint64) uint64 {
	if f.shift >= 0 {
		return word & f.mask >> f.shift
	}
	return collect(word, f.mask)
}

// FieldValue is the argument's value that has a number.
func (in *Insn) FieldValue(f *SmallField, number uint64) int64 {
	return in.env(in.Pattern.FixedBits | deposit(number, f.mask)).args[f.Arg]
}

// Full is the set of all numbers that the field's bits can make.
func (f *SmallField) Full() uint64 {
	return ^uint64(0) >> (64 - 1<<bits.OnesCount64(f.mask))
}

// FieldValues finds for each of some small fields the set of numbers (bit n: number n) that it has in words that can be drawn where
// offer[i] is the set of registers that operand i may have. It adds them to sets that are known already. It is exact, but for branches whose
// words cannot be counted: of these all numbers are in the set.
func (in *Insn) FieldValues(fields []SmallField, known []uint64, offer []uint64) {
	s := in.sampler()
	if s == nil {
		return
	}
	check := in.newChecker(s, offer)
	if !check.allows(0, 0, ^uint64(0)) {
		return
	}
	for i := range fields {
		f := &fields[i]
		for m := f.Full() &^ known[i]; m != 0; m &= m - 1 {
			n := bits.TrailingZeros64(m)
			if check.allows(f.mask, deposit(uint64(n), f.mask), f.mask) {
				known[i] |= 1 << n
			}
		}
	}
}

// Having returns the instruction with those of its words alone in which an argument has a value. It is to be drawn from and not to
// be kept; nil: there are none, or they cannot be counted.
func (in *Insn) Having(arg int, value int64) *Insn {
	equal := &node{op: "==", kids: []*node{argNode(in.Pattern, arg), {op: opConst, value: value}}}
	return in.half(newExpr(in.Pattern.Pos, equal, in.Pattern.FieldBits(arg), []int{arg}))
}

// checker tells whether words with some bits can be drawn.
type checker struct {
	sampler  *sampler
	offer    []uint64
	diagrams []*diagram // of the sampler's components; nil: it is not known what these allow
	sets     [][]uint64 // for each: the possible values of its groups
	seen     []int8     // scratch
}

func (in *Insn) newChecker(s *sampler, offer []uint64) *checker {
	c := &checker{sampler: s, offer: offer}
	for _, t := range s.tied {
		d := t.plain.Load()
		switch {
		case d != nil:
		case t.branch:
			d = t.build(nil)
		default:
			d, _ = t.diagram(0)
		}
		var sets []uint64
		if d != nil {
			sets = make([]uint64, d.words)
			d.fillSets(sets, offer)
		}
		c.diagrams, c.sets = append(c.diagrams, d), append(c.sets, sets)
	}
	return c
}

// allows reports whether some word has these bits of a mask. It looks only at what decides on bits of a concern.
func (c *checker) allows(mask, word, concern uint64) bool {
	for i := range c.sampler.regs {
		if c.sampler.regs[i].mask&concern != 0 && !c.sampler.regs[i].allows(c.offer, mask, word) {
			return false
		}
	}
	for i, d := range c.diagrams {
		if d == nil || c.sampler.tied[i].mask&concern == 0 {
			continue
		}
		c.seen = slices.Grow(c.seen[:0], len(d.nodes)+len(d.lower))[:len(d.nodes)+len(d.lower)]
		clear(c.seen)
		w := walk{d, c.sets[i], mask, word, c.seen}
		if d.empty() || !w.upper(d.root) {
			return false
		}
	}
	return true
}

// allows reports whether a register that is offered has an encoding with these bits of a mask.
func (r *regField) allows(offer []uint64, mask, word uint64) bool {
	for m := offer[r.operand] & r.valid; m != 0; m &= m - 1 {
		reg := bits.TrailingZeros64(m)
		b := uint64(reg) << r.shift
		if r.bits != nil {
			b = r.bits[reg]
		}
		if (b^word)&r.mask&mask == 0 {
			return true
		}
	}
	return false
}

// walk looks for a way through a diagram on which the bits of a mask are those of a word.
type walk struct {
	*diagram
	sets       []uint64
	mask, word uint64
	seen       []int8 // by node, then by lower node: 1 there is none, 2 there is one
}

// upper reports whether there is a way from a node of the upper part, or a leaf.
func (w *walk) upper(at int32) bool {
	if at < 0 {
		return w.below(w.leaves[^at].top)
	}
	return w.remember(int(at), func() bool {
		n := &w.nodes[at]
		g, set := w.groups[n.group], w.sets[n.at:n.to]
		for i := range n.edges {
			if e := &n.edges[i]; e.has(g, set, w.mask&g.mask, w.word) && w.upper(e.to) {
				return true
			}
		}
		return false
	})
}

// has reports whether one of the edge's values that are in a set has some bits of a mask as a word has them.
func (e *groupEdge) has(g *group, set []uint64, mask, word uint64) bool {
	for i, values := range e.values {
		m := values & set[i]
		if mask == 0 && m != 0 {
			return true
		}
		for ; m != 0; m &= m - 1 {
			if (g.deposit(uint64(64*i+bits.TrailingZeros64(m)))^word)&mask == 0 {
				return true
			}
		}
	}
	return false
}

// collect pushes the bits of a mask together: it is deposit the other way round.
func collect(word, mask uint64) uint64 {
	n, at := uint64(0), 0
	for m := mask; m != 0; m &= m - 1 {
		n |= word >> bits.TrailingZeros64(m) & 1 << at
		at++
	}
	return n
}

// below reports whether there is a way from a node of the lower part.
func (w *walk) below(at int32) bool {
	n := &w.lower[at]
	if n.count == 0 || int(n.variable) == len(w.bits) {
		return n.count > 0
	}
	return w.remember(len(w.nodes)+int(at), func() bool {
		b := w.bits[n.variable]
		if b&w.mask == 0 || b&w.word == 0 {
			if w.below(n.lo) {
				return true
			}
		}
		return (b&w.mask == 0 || b&w.word != 0) && w.below(n.hi)
	})
}

// remember finds something out once for a node.
func (w *walk) remember(node int, f func() bool) bool {
	if w.seen[node] == 0 {
		w.seen[node] = 1
		if f() {
			w.seen[node] = 2
		}
	}
	return w.seen[node] == 2
}
