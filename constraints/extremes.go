package constraints

import (
	"slices"

	"github.com/risugen/risugen/random"
)

// Extremes of immediates. Many mistakes need several immediates to be extreme at once: a field of all 32 bits is a first bit of 0
// and a last one of 31. To throw each on its own finds few of these combinations, so who draws goes through them, one
// in each turn.

// Turn says how far the words of an instruction have gone through the combinations of its immediates' extremes. The zero value
// is that of who has not begun.
type Turn struct {
	n     uint32 // edge draws, and one more
	at    uint32 // combinations that were looked at
	start uint32 // where they begin
}

// due reports whether the next draw is to make all immediates extreme. It is of each three two.
func (t *Turn) due(rng *random.Rand) bool {
	if t.n == 0 {
		t.start, t.n = rng.Uint32(), 1+uint32(rng.IntN(3))
	}
	t.n++
	return t.n%3 != 0
}

// first reports whether the last word was one of the first corners: each is to be seen as it is, without two registers that are the same and
// may hide what it does.
func (t *Turn) first(x *extremes) bool { return uint64(t.at) <= x.corners }

// extremes are the combinations of an instruction's immediates at which it may go wrong. They have numbers: from 0 to total-1 all,
// and from 0 to corners-1 those of corners alone.
type extremes struct {
	args    []extremeArg
	mask    uint64 // of all immediates, in the word
	corners uint64
	total   uint64
	step    uint64 // from one of all combinations to the next, which has no divisor in common with their number
}

// extremeArg is an immediate: the bits of its extremes in the word, those of corners first.
type extremeArg struct {
	values  []uint64
	corners uint64
}

const (
	// maxCorners is how many combinations of corners all values of fields of two bits may take part in.
	maxCorners = 16
	// maxExtremes bounds the combinations: more immediates than make them stay as they were drawn.
	maxExtremes = 1 << 24
	// extremeTries is how many combinations are tried in a turn.
	extremeTries = 8
)

// newExtremes finds the extremes that each of an instruction's immediates may have, whatever the others are. What has less than two of
// them, depends on where the word stands, or decides whether it does anything, is left alone. It returns nil where nothing is left.
func (s *sampler) newExtremes(in *Insn) *extremes {
	x := &extremes{corners: 1, total: 1}
	taken := in.decided()
	for arg := range s.edges {
		if s.edges[arg].register {
			taken |= in.Pattern.FieldBits(arg)
		}
	}
	for arg := range s.edges {
		a, mask := &s.edges[arg], in.Pattern.FieldBits(arg)
		if a.field == nil || mask&taken != 0 || in.placed(mask) {
			continue
		}
		if values := s.extremesOf(a, mask); len(values) > 1 && x.total*uint64(len(values)) <= maxExtremes {
			x.add(values, a.width, mask)
			taken |= mask
		}
	}
	if x.args == nil {
		return nil
	}
	x.finish()
	return x
}

// decided is the bits that decide whether a word does anything.
func (in *Insn) decided() uint64 {
	var mask uint64
	for _, c := range in.conditional {
		mask |= c.bits
	}
	return mask
}

// extremesOf lists the bits in the word of an immediate's extremes that some word has.
func (s *sampler) extremesOf(a *edgeArg, mask uint64) []uint64 {
	var out []uint64
	for _, v := range a.extremes() {
		if word, ok := a.insert(s.fixed, v); ok && (word^s.fixed)&^s.drawn == 0 && s.allows(mask&s.drawn, word) {
			out = append(out, word&mask&s.drawn)
		}
	}
	return out
}

// smallField is the width of fields whose values are all extreme.
const smallField = 3

// extremes lists those of an immediate: zeros, ones, the sign bit alone, one, all bits but that of the sign; of a field of few bits all values.
func (a *edgeArg) extremes() []uint64 {
	ones := ^uint64(0) >> (64 - a.width)
	if a.width > smallField {
		return []uint64{0, ones, 1 << (a.width - 1), 1, ones >> 1}
	}
	out := []uint64{0, ones}
	for v := uint64(1); v < ones; v++ {
		out = append(out, v)
	}
	return out
}

// add adds an immediate.
func (x *extremes) add(values []uint64, width uint8, mask uint64) {
	a := extremeArg{values, 2}
	if width == 2 {
		a.corners = uint64(len(values))
	}
	x.args, x.mask = append(x.args, a), x.mask|mask
	x.total *= uint64(len(values))
}

// finish counts the corners, and finds the step.
func (x *extremes) finish() {
	for i := range x.args {
		x.corners *= x.args[i].corners
	}
	if x.corners > maxCorners {
		x.corners = 1
		for i := range x.args {
			x.args[i].corners = 2
			x.corners *= 2
		}
	}
	for x.step = x.total*618/1000 | 1; gcd(x.step, x.total) != 1; x.step += 2 {
	}
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// combination is the bits of the one that is looked at in a turn: first all of corners, then all.
func (x *extremes) combination(t *Turn) uint64 {
	at, start := uint64(t.at), uint64(t.start)
	t.at++
	if at >= x.corners {
		if at -= x.corners; at&1 != 0 {
			return x.numbered((start + at/2*x.step) % x.total)
		}
		at /= 2
	}
	return x.corner((start + at) % x.corners)
}

// corner is the bits of a combination of corners.
func (x *extremes) corner(n uint64) (word uint64) {
	for i := range x.args {
		a := &x.args[i]
		word |= a.values[n%a.corners]
		n /= a.corners
	}
	return word
}

// numbered is the bits of a combination.
func (x *extremes) numbered(n uint64) (word uint64) {
	for i := range x.args {
		a := &x.args[i]
		word |= a.values[n%uint64(len(a.values))]
		n /= uint64(len(a.values))
	}
	return word
}

// edgeImmediates gives a word the next combination of its immediates that is legal in it, if there is one soon.
func (s *sampler) edgeImmediates(t *Turn, word uint64, offer []uint64, disp int64) uint64 {
	x := s.extremes
	for range extremeTries {
		changed := word&^x.mask | x.combination(t)
		if s.permits(changed, word^changed, offer, disp) {
			return changed
		}
	}
	return word
}

// allows reports whether some word that may be drawn has these bits where the mask has ones.
func (s *sampler) allows(mask, word uint64) bool {
	return !slices.ContainsFunc(s.choices, func(c choice) bool {
		return c.mask&mask != 0 && (c.diagram == nil || !c.diagram.allows(c.mask&mask, word))
	})
}

// allows reports whether some assignment has these bits where the mask has ones.
func (d *diagram) allows(mask, word uint64) bool {
	f := finder{diagram: d, mask: mask, word: word}
	return !d.empty() && f.from(d.root)
}

// finder looks for an assignment that has a word's bits where the mask has ones.
type finder struct {
	*diagram
	mask, word uint64
	dead       map[int32]bool // nodes of the lower part that lead to none
}

// from looks for one from a node of the upper part on.
func (f *finder) from(at int32) bool {
	if at < 0 {
		return at != noEdge && f.rest(f.leaves[^at].top)
	}
	n := &f.nodes[at]
	g := f.groups[n.group]
	return slices.ContainsFunc(n.edges, func(e groupEdge) bool {
		return g.anyHas(e.values, g.mask&f.mask, f.word) && f.from(e.to)
	})
}

// anyHas reports whether one of a set of values has a word's bits where the mask has ones.
func (g *group) anyHas(values []uint64, mask, word uint64) bool {
	return slices.ContainsFunc(elements(values), func(v int) bool { return (g.deposit(uint64(v))^word)&mask == 0 })
}

// rest looks for one from a node of the lower part on.
func (f *finder) rest(at int32) bool {
	n := &f.lower[at]
	switch {
	case int(n.variable) == len(f.bits):
		return n.count != 0
	case f.dead[at]:
		return false
	}
	bit := f.bits[n.variable]
	if f.mask&bit&^f.word == 0 && f.rest(n.hi) || f.mask&bit&f.word == 0 && f.rest(n.lo) {
		return true
	}
	if f.dead == nil {
		f.dead = map[int32]bool{}
	}
	f.dead[at] = true
	return false
}
