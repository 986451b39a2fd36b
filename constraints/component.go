package constraints

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/risugen/risugen/decodetree"
)

// Limits and thresholds of counting, in bits of the word that are tied together.
const (
	// enumerateBits is up to where trying all assignments takes less time than a diagram of the
	// expressions.
	enumerateBits = 6
	// MaxEnumerated is up to where all assignments are tried of what makes no diagram of a sane size: a
	// tenth of a second.
	MaxEnumerated = 20
	// maxCounted keeps counts within 64 bits.
	maxCounted = 62
)

// component is a set of instruction bits that are drawn together. Its diagrams are made when it is first
// drawn from.
type component struct {
	in     *Insn
	pos    decodetree.Pos // of the first condition
	mask   uint64
	ties   []tie
	groups []*group // of register operands
	order  []int    // bit numbers: the groups' first, then the rest
	branch bool     // the branch displacement depends on these bits
	empty  bool     // no word satisfies it

	filled sync.Once // the groups
	plain  atomic.Pointer[diagram]
	mu     sync.Mutex
	disps  map[int64]*diagram // by displacement
}

// newComponent makes a component and finds out whether any word satisfies it.
func (in *Insn) newComponent(ties []tie) (*component, *decodetree.Error) {
	c := &component{in: in, pos: ties[0].pos, ties: ties}
	for _, t := range ties {
		c.mask |= t.bits
		c.branch = c.branch || t.branch
	}
	c.groups = in.groupsOf(ties)
	for _, g := range c.groups {
		if bits.OnesCount64(g.mask) > maxGroup {
			return c, c.tooHard()
		}
	}
	c.order = c.chooseOrder()
	n := len(c.order)
	if n <= MaxEnumerated && c.probe() {
		return c, nil
	}
	disp := int64(0)
	if c.branch {
		disp = in.BranchOffset(in.Pattern.FixedBits, in.env(in.Pattern.FixedBits).args)
	}
	d, ok := c.diagram(disp)
	if !ok {
		return c, c.tooHard()
	}
	if c.empty = d.empty(); c.empty && c.branch { // to where that word branches: another may go elsewhere
		all := c.build(nil)
		c.empty = all != nil && all.empty()
	}
	return c, nil
}

func (c *component) tooHard() *decodetree.Error {
	e := fmtError(c.pos, "the constraints of %s tie %d bits together, and the words that they allow cannot be counted",
		c.in.Name(), bits.OnesCount64(c.mask))
	return e.(*decodetree.Error)
}

// probes is how many assignments are tried before a satisfying one is looked for in earnest.
const probes = 64

// probe reports whether it found an assignment that satisfies all conditions. Where it does, the diagram
// need not be made before it is drawn from.
func (c *component) probe() bool { return c.in.probe(c.mask, c.holds) }

// probe reports whether it found a word of the instruction, which differs from its fixed bits in those of a mask alone,
// that a condition holds for.
func (in *Insn) probe(mask uint64, holds func(*env) bool) bool {
	x, e := uint64(0x9e3779b97f4a7c15), &env{}
	for i := range probes {
		e.word = in.Pattern.FixedBits
		switch i {
		case 0:
		case 1:
			e.word |= mask
		default:
			x ^= x << 13
			x ^= x >> 7
			x ^= x << 17
			e.word |= x & mask
		}
		e.args = in.Pattern.Extract(e.word, e.args[:0])
		if holds(e) {
			return true
		}
	}
	return false
}

func (c *component) holds(e *env) bool {
	for i := range c.ties {
		if t := &c.ties[i]; !t.branch && !t.holds(c.in, e) {
			return false
		}
	}
	return true
}

// chooseOrder numbers the variables. The groups of register operands come first: fields before the bits of
// lists, and those first that most conditions mention, since what depends on a register is then soon
// decided. The other bits follow by significance, those of all fields side by side: sums and comparisons
// stay small so.
func (c *component) chooseOrder() []int {
	mentions := func(g *group) int {
		n := 0
		for _, t := range c.ties {
			if t.operand < 0 && t.bits&g.mask != 0 {
				n++
			}
		}
		return n
	}
	single := func(g *group) int64 { return truth(g.mask&(g.mask-1) == 0) }
	slices.SortStableFunc(c.groups, func(a, b *group) int {
		return cmp.Or(cmp.Compare(single(a), single(b)), cmp.Compare(mentions(b), mentions(a)))
	})
	var order []int
	rest := c.mask
	for _, g := range c.groups {
		for m := g.mask; m != 0; m &= m - 1 {
			order = append(order, bits.TrailingZeros64(m))
		}
		rest &^= g.mask
	}
	first := len(order)
	for ; rest != 0; rest &= rest - 1 {
		order = append(order, bits.TrailingZeros64(rest))
	}
	weight := c.in.significance()
	slices.SortStableFunc(order[first:], func(a, b int) int { return cmp.Compare(weight[b], weight[a]) })
	return order
}

// significance is for each bit of the word its place in the field that it belongs to.
func (in *Insn) significance() (weight [64]int) {
	for i := range in.Pattern.Args {
		f := in.Pattern.Args[i].Field
		if f == nil {
			continue
		}
		at := 0
		for j := len(f.Parts) - 1; j >= 0; j-- {
			p := f.Parts[j]
			for n := 0; p.Ref == "" && n < p.Len; n++ {
				weight[p.Pos+n] = max(weight[p.Pos+n], at+n)
			}
			at += p.Len
		}
	}
	return weight
}

// diagram returns the component's diagram, for branches that of one displacement. It reports false where
// there is none of a sane size.
func (c *component) diagram(disp int64) (*diagram, bool) {
	if d := c.plain.Load(); d != nil {
		return d, true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.branch {
		d := c.build(nil)
		c.plain.Store(d)
		return d, d != nil
	}
	d, ok := c.disps[disp]
	if !ok {
		d = c.build(&disp)
		if c.disps == nil {
			c.disps = map[int64]*diagram{}
		}
		c.disps[disp] = d
	}
	return d, d != nil
}

// build makes a diagram: by trying all assignments where these are few, from the expressions otherwise.
func (c *component) build(disp *int64) *diagram {
	n := len(c.order)
	if n > maxCounted {
		return nil
	}
	c.filled.Do(func() {
		for i, g := range c.groups {
			c.in.fill(g)
			c.groups[i] = c.in.alike.group(g)
		}
	})
	if n > enumerateBits {
		d, root, ok := c.blast(disp)
		defer d.release()
		if ok {
			return newDiagram(c, d, root)
		}
	}
	if n > MaxEnumerated {
		return nil
	}
	d, root := c.enumerate(disp)
	defer d.release()
	return newDiagram(c, d, root)
}

// blast makes a binary diagram from the expressions.
func (c *component) blast(disp *int64) (d *bdd, root ref, ok bool) {
	d = newBDD()
	var word [64]ref
	for i := range word {
		word[i] = constBit(c.in.Pattern.FixedBits>>i&1 == 1)
	}
	for v, bit := range c.order {
		word[bit] = d.variable(v)
	}
	blasters := map[*Insn]*blaster{}
	of := func(in *Insn) *blaster {
		if blasters[in] == nil {
			blasters[in] = newBlaster(d, in, &word)
		}
		return blasters[in]
	}
	root = yes
	if disp != nil {
		b := of(c.in)
		root = b.equal(b.number(c.in.Branch.disp.tree), constVector(*disp))
	}
	for i := range c.ties {
		if t := &c.ties[i]; t.operand < 0 && !t.branch {
			root = d.and(root, t.blast(of(t.in), &word))
		}
	}
	for _, b := range blasters {
		if b.hard {
			return d, no, false
		}
	}
	return d, root, !d.full
}

// blast makes the diagram of a condition.
func (t *tie) blast(b *blaster, word *[64]ref) ref {
	r := yes
	for m := t.mask; m != 0; m &= m - 1 {
		i := bits.TrailingZeros64(m)
		if t.word>>i&1 == 1 {
			r = b.and(r, word[i])
		} else {
			r = b.and(r, b.not(word[i]))
		}
	}
	for _, x := range t.exprs {
		if r == no {
			break
		}
		r = b.and(r, b.bool(b.number(x.tree)))
	}
	if t.negate {
		return b.not(r)
	}
	return r
}

// enumerate makes a binary diagram by trying every assignment.
func (c *component) enumerate(disp *int64) (*bdd, ref) {
	d := newBDD()
	d.budget = math.MaxInt
	e := &env{args: make([]int64, 0, 8)}
	var rec func(v int, word uint64) ref
	rec = func(v int, word uint64) ref {
		if v == len(c.order) {
			e.word = word
			e.args = c.in.Pattern.Extract(word, e.args[:0])
			return constBit(c.holds(e) && (disp == nil || c.in.Branch.disp.eval(e) == *disp))
		}
		lo := rec(v+1, word)
		return d.node(int32(v), lo, rec(v+1, word|1<<c.order[v]))
	}
	root := rec(0, c.in.Pattern.FixedBits)
	return d, root
}
