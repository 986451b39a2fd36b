package constraints

import (
	"math/bits"
	"slices"

	"github.com/risugen/risugen/random"
)

// maxGroup is how many bits may decide together on registers.
const maxGroup = 12

// group is a set of bits that decide on the registers of some operands. Their value is drawn at once: it
// is possible if all registers that it needs are offered.
//
// Only a group that is drawn from has more than its mask: see fill.
type group struct {
	mask    uint64
	shift   int   // of the mask, if its bits are all in a row; else -1
	ties    []tie // what makes its bits a group
	members []groupMember
	number  int      // among those of a set that are not alike
	words   int      // of 64 bits, in a set of values
	valid   []uint64 // values whose registers exist
	direct  bool     // there are at most 64 values, and value v needs register v or nothing
	places  []uint64 // of a narrowed group: the bits of each value in the word, ascending; see narrow
}

// groupMember is an operand of a group.
type groupMember struct {
	operand  int
	needs    []uint64 // registers, by value
	free     uint64   // of a direct group: values that need nothing
	involved uint64   // registers that some value needs
	need     []uint64 // a set of values for each register involved, the lowest first: those that need it
}

// groupsOf makes the groups of a component's register operands.
func (in *Insn) groupsOf(ties []tie) []*group {
	var operandTies []tie
	for _, t := range ties {
		if t.operand >= 0 {
			operandTies = append(operandTies, t)
		}
	}
	var out []*group
	for _, joined := range joinTies(operandTies) {
		g := &group{ties: joined}
		for _, t := range joined {
			g.mask |= t.bits
		}
		out = append(out, g)
	}
	return out
}

// fill tabulates what registers the values of a group need.
func (in *Insn) fill(g *group) {
	n := 1 << bits.OnesCount64(g.mask)
	if g.shift = bits.TrailingZeros64(g.mask); g.mask>>g.shift != uint64(n-1) {
		g.shift = -1
	}
	g.words = (n + 63) / 64
	g.valid = make([]uint64, g.words)
	for v := range n {
		g.valid[v/64] |= 1 << (v % 64)
	}
	e := &env{}
	g.direct = n <= 64
	for _, t := range g.ties {
		needs := make([]uint64, n)
		for v := range n {
			e.word = in.Pattern.FixedBits | g.deposit(uint64(v))
			e.args = in.Pattern.Extract(e.word, e.args[:0])
			need, ok := in.needs(t.operand, e)
			if !ok {
				g.valid[v/64] &^= 1 << (v % 64)
			}
			needs[v] = need
			g.direct = g.direct && (!ok || need == 0 || need == 1<<v)
		}
		g.members = append(g.members, newMember(t.operand, needs, g.words))
	}
	g.ties = nil
}

// newMember turns what registers values need into what values need a register: few registers are not offered.
func newMember(operand int, needs []uint64, words int) groupMember {
	m := groupMember{operand: operand, needs: needs}
	for v, need := range needs {
		m.involved |= need
		if need == 0 && v < 64 {
			m.free |= 1 << v
		}
	}
	m.need = make([]uint64, bits.OnesCount64(m.involved)*words)
	for v, need := range needs {
		for ; need != 0; need &= need - 1 {
			m.of(bits.TrailingZeros64(need), words)[v/64] |= 1 << (v % 64)
		}
	}
	return m
}

// of is the set of values that need a register, which is one of those involved.
func (m *groupMember) of(register, words int) []uint64 {
	at := bits.OnesCount64(m.involved&(1<<register-1)) * words
	return m.need[at : at+words]
}

// needs is the registers of its class that must be offered for an operand in a word. It reports false
// where the word names no register that there is, or something that cannot be given the value it must have.
func (in *Insn) needs(i int, e *env) (uint64, bool) {
	set, m, ok := in.Operands[i].registers(e)
	if m == nil {
		return set, ok
	}
	if in.Memory != nil && in.Memory.Base == i || in.Branch != nil && in.Branch.Target == i {
		return 0, false
	}
	for j := range in.Inputs {
		if in.Inputs[j].Operand == i {
			return 0, false
		}
	}
	return 0, in.Memory == nil || in.Memory.Index != i || m.Kind == MemberZero
}

// possible stores the values whose registers are offered.
func (g *group) possible(dst, offer []uint64) {
	if g.words == 1 {
		dst[0] = g.possible64(offer)
		return
	}
	copy(dst, g.valid)
	for i := range g.members {
		m := &g.members[i]
		for barred := m.involved &^ offer[m.operand]; barred != 0; barred &= barred - 1 {
			for w, need := range m.of(bits.TrailingZeros64(barred), g.words) {
				dst[w] &^= need
			}
		}
	}
}

// possible64 is the set of possible values of a group that has no more than 64.
func (g *group) possible64(offer []uint64) uint64 {
	set := g.valid[0]
	if g.direct {
		for i := range g.members {
			m := &g.members[i]
			set &= offer[m.operand] | m.free
		}
		return set
	}
	for i := range g.members {
		m := &g.members[i]
		for barred := m.involved &^ offer[m.operand]; barred != 0; barred &= barred - 1 {
			set &^= m.of(bits.TrailingZeros64(barred), 1)[0]
		}
	}
	return set
}

// throwTries is how many values of a group are thrown before the possible ones are counted.
const throwTries = 5

// throw returns one of the possible values, each of which is as likely as the others; -1 where there is none.
func (g *group) throw(rng *random.Rand, offer []uint64) int {
	if !g.direct {
		x, last := rng.Uint64(), len(g.members[0].needs)-1
		for range throwTries {
			if v := int(x) & last; g.has(v, offer) {
				return v
			}
			x >>= maxGroup
		}
	}
	if g.words == 1 {
		if set := g.possible64(offer); set != 0 {
			return rng.Bit(set)
		}
		return -1
	}
	var room [1 << maxGroup / 64]uint64
	set, n := room[:g.words], 0
	g.possible(set, offer)
	for _, w := range set {
		n += bits.OnesCount64(w)
	}
	if n == 0 {
		return -1
	}
	return element(set, set, rng.IntN(n))
}

// count is how many values there are whose registers exist.
func (g *group) count() int {
	n := 0
	for _, set := range g.valid {
		n += bits.OnesCount64(set)
	}
	return n
}

// has reports whether a value is possible.
func (g *group) has(v int, offer []uint64) bool {
	if g.valid[v/64]>>(v%64)&1 == 0 {
		return false
	}
	for i := range g.members {
		if m := &g.members[i]; m.needs[v]&^offer[m.operand] != 0 {
			return false
		}
	}
	return true
}

// value is the group's value in a word; -1: a narrowed group has none.
func (g *group) value(word uint64) int {
	if g.places != nil {
		if v, ok := slices.BinarySearch(g.places, word&g.mask); ok {
			return v
		}
		return -1
	}
	if g.shift >= 0 {
		return int(word & g.mask >> g.shift)
	}
	return int(gather(word, g.mask))
}

// deposit puts a value into the places of the group's bits.
func (g *group) deposit(v uint64) uint64 {
	if g.shift >= 0 {
		return v << g.shift
	}
	if g.places != nil {
		return g.places[v]
	}
	return deposit(v, g.mask)
}

// deposit puts the low bits of v into the places of the mask's bits.
func deposit(v, mask uint64) uint64 {
	var out uint64
	for ; mask != 0; mask &= mask - 1 {
		if v&1 == 1 {
			out |= mask & -mask
		}
		v >>= 1
	}
	return out
}

// gather takes the bits of a mask out of a word, the lowest first: the contrary of deposit.
func gather(word, mask uint64) uint64 {
	var out uint64
	for i := 0; mask != 0; i++ {
		if word&mask&-mask != 0 {
			out |= 1 << i
		}
		mask &= mask - 1
	}
	return out
}
