package constraints

import (
	"math/bits"
)

// maxGroup is how many bits may decide together on registers.
const maxGroup = 12

// group is a set of bits that decide on the registers of some operands. Their value is drawn at once: it
// is possible if all registers that it needs are offered.
type group struct {
	mask    uint64
	members []groupMember
	words   int      // of 64 bits, in a set of values
	valid   []uint64 // values whose registers exist
	direct  bool     // there is one member, and value v needs register v
}

// groupMember is an operand of a group.
type groupMember struct {
	operand int
	needs   []uint64 // registers, by value of the group's bits
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
		g := &group{}
		for _, t := range joined {
			g.mask |= t.bits
		}
		if bits.OnesCount64(g.mask) <= maxGroup {
			in.fill(g, joined)
		}
		out = append(out, g)
	}
	return out
}

// fill tabulates what registers the values of a group need.
func (in *Insn) fill(g *group, ties []tie) {
	n := 1 << bits.OnesCount64(g.mask)
	g.words = (n + 63) / 64
	g.valid = make([]uint64, g.words)
	for v := range n {
		g.valid[v/64] |= 1 << (v % 64)
	}
	for _, t := range ties {
		m := groupMember{operand: t.operand, needs: make([]uint64, n)}
		for v := range n {
			need, ok := in.needs(t.operand, in.env(in.Pattern.FixedBits|deposit(uint64(v), g.mask)))
			if !ok {
				g.valid[v/64] &^= 1 << (v % 64)
			}
			m.needs[v] = need
		}
		g.members = append(g.members, m)
	}
	g.direct = len(g.members) == 1 && n <= 64
	for v := 0; g.direct && v < n; v++ {
		g.direct = g.members[0].needs[v] == 1<<v || g.valid[0]>>v&1 == 0
	}
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
	if g.direct {
		dst[0] = g.valid[0] & offer[g.members[0].operand]
		return
	}
	copy(dst, g.valid)
	for _, m := range g.members {
		barred := ^offer[m.operand]
		for v, need := range m.needs {
			if need&barred != 0 {
				dst[v/64] &^= 1 << (v % 64)
			}
		}
	}
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
