package constraints

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/risugen/risugen/decodetree"
)

// MaxComponentBits is how many instruction bits constraints may tie together. All assignments of a
// component are enumerated once, which at this size takes about a tenth of a second.
const MaxComponentBits = 20

// sampler draws legal words of one instruction.
type sampler struct {
	fixed uint64      // fixed bits of the pattern
	free  uint64      // bits that nothing restricts
	regs  []regField  // register operands that no constraint mentions
	tied  []component // the rest
}

// regField is a register operand whose bits nothing else depends on.
type regField struct {
	operand int
	valid   uint64     // register numbers that have an encoding
	bits    [64]uint64 // instruction bits of each register number
}

// component is a set of instruction bits that are drawn together.
type component struct {
	mask     uint64
	tests    []tie
	operands []int // register operands whose field lies in the mask
	branch   bool  // the branch displacement depends on these bits
	table    []uint64
	cache    *branchTables
}

// tie is a condition on some bits of the word.
type tie struct {
	bits uint64
	pos  decodetree.Pos
	ok   func(*env) bool
}

// branchTables holds, for each displacement asked for, the assignments that branch there.
type branchTables struct {
	mu     sync.Mutex
	byDisp map[int64][]uint64
}

type tableKey struct {
	pos  decodetree.Pos
	mask uint64
}

// tableCache shares the branch tables of patterns that inherit one branch block.
type tableCache map[tableKey]*branchTables

func fmtError(pos decodetree.Pos, format string, args ...any) error {
	return &decodetree.Error{Pos: pos, Msg: fmt.Sprintf(format, args...)}
}

// buildSampler finds the components and enumerates them.
func (in *Insn) buildSampler(tables tableCache) *decodetree.Error {
	p := in.Pattern
	s := &sampler{fixed: p.FixedBits}
	in.sampler = s
	s.free = in.wordMask() &^ p.FixedMask &^ p.UndefMask
	ties := in.ties()
	for _, group := range joinTies(ties) {
		c, err := in.component(group, tables)
		if err != nil {
			return err
		}
		s.tied = append(s.tied, c)
		s.free &^= c.mask
	}
	in.addRegisters(s)
	return nil
}

func (in *Insn) wordMask() uint64 {
	return ^uint64(0) >> (64 - in.Spec.Options.InsnWidth)
}

// ties lists all conditions on a word.
func (in *Insn) ties() []tie {
	var out []tie
	add := func(es []*expr, want bool) {
		for _, x := range es {
			out = append(out, tie{x.bits, x.pos, func(e *env) bool { return (x.eval(e) != 0) == want }})
		}
	}
	add(in.constraints, true)
	add(in.reserved, false)
	add(in.unpredictable, false)
	for _, f := range in.forbidden {
		out = append(out, in.notTaken(f))
	}
	if in.Branch != nil && in.Branch.disp != nil {
		out = append(out, tie{in.Branch.disp.bits, in.Branch.disp.pos, nil})
	}
	return append(out, in.sharedFields()...)
}

// notTaken is the condition that an earlier member of an overlap group does not take the word.
func (in *Insn) notTaken(f *Insn) tie {
	q := f.Pattern
	mask := q.FixedMask
	for _, x := range f.constraints {
		mask |= x.bits
	}
	return tie{mask &^ in.Pattern.FixedMask, q.Pos, func(e *env) bool {
		return e.word&q.FixedMask != q.FixedBits || !f.Accepts(e.word)
	}}
}

// sharedFields ties register operands whose fields have bits in common, and fields in which several
// encodings mean one register.
func (in *Insn) sharedFields() []tie {
	var out []tie
	var seen uint64
	always := func(*env) bool { return true }
	for i := range in.Operands {
		if in.Operands[i].Kind != RegisterField {
			continue
		}
		m := in.Pattern.FieldBits(in.Operands[i].Arg)
		if m&seen != 0 || !in.oneEncoding(i) {
			out = append(out, tie{m, in.Operands[i].Pos, always})
		}
		seen |= m
	}
	return out
}

// joinTies groups conditions that share bits. Each group's conditions are in the order given.
func joinTies(ties []tie) [][]tie {
	var groups [][]tie
	var masks []uint64
	for _, t := range ties {
		group, mask := []tie{t}, t.bits
		var restGroups [][]tie
		var restMasks []uint64
		for i := range groups {
			if masks[i]&mask != 0 {
				group, mask = append(slices.Clone(groups[i]), group...), mask|masks[i]
			} else {
				restGroups, restMasks = append(restGroups, groups[i]), append(restMasks, masks[i])
			}
		}
		groups, masks = append(restGroups, group), append(restMasks, mask)
	}
	return groups
}

// component enumerates the assignments of one group of conditions.
func (in *Insn) component(group []tie, tables tableCache) (component, *decodetree.Error) {
	c := component{tests: group}
	pos := group[0].pos
	conditions := 0
	for _, t := range group {
		c.mask |= t.bits
		if t.ok == nil {
			c.branch = true
			pos = t.pos
		} else {
			conditions++
		}
	}
	if n := bits.OnesCount64(c.mask); n > MaxComponentBits && !c.branch || n > 26 {
		return c, &decodetree.Error{Pos: pos, Msg: fmt.Sprintf(
			"the constraints of %s tie %d bits together, more than the %d that can be counted", in.Name(), n, MaxComponentBits)}
	}
	c.operands = in.operandsIn(c.mask)
	if c.branch {
		key := tableKey{pos, c.mask}
		if tables[key] == nil || conditions > 0 {
			tables[key] = &branchTables{byDisp: map[int64][]uint64{}}
		}
		c.cache = tables[key]
		return c, nil
	}
	c.table = in.enumerate(&c, nil)
	if len(c.table) == 0 {
		return c, &decodetree.Error{Pos: pos, Msg: fmt.Sprintf("no word of %s satisfies its constraints", in.Name())}
	}
	return c, nil
}

// operandsIn lists the register operands whose fields lie in the mask.
func (in *Insn) operandsIn(mask uint64) []int {
	var out []int
	for i := range in.Operands {
		op := &in.Operands[i]
		if op.Kind == RegisterField && in.Pattern.FieldBits(op.Arg)&mask != 0 {
			out = append(out, i)
		}
	}
	return out
}

// enumerate lists the assignments of a component's bits that satisfy its conditions, and the extra one.
func (in *Insn) enumerate(c *component, extra func(*env) bool) []uint64 {
	var out []uint64
	e := env{args: make([]int64, 0, 8)}
	for s := uint64(0); ; {
		e.word = in.Pattern.FixedBits | s
		e.args = in.Pattern.Extract(e.word, e.args[:0])
		if c.holds(&e) && (extra == nil || extra(&e)) {
			out = append(out, s)
		}
		if s = (s - c.mask) & c.mask; s == 0 {
			return out
		}
	}
}

func (c *component) holds(e *env) bool {
	for _, t := range c.tests {
		if t.ok != nil && !t.ok(e) {
			return false
		}
	}
	return true
}

// addRegisters gives every register operand outside of components a table of its encodings.
func (in *Insn) addRegisters(s *sampler) {
	for i := range in.Operands {
		op := &in.Operands[i]
		if op.Kind != RegisterField {
			continue
		}
		mask := in.Pattern.FieldBits(op.Arg)
		if mask == 0 || mask&^s.free != 0 {
			continue // a constant argument, or part of a component
		}
		r := regField{operand: i}
		in.eachEncoding(i, func(reg int64, word uint64) {
			if reg >= 0 && reg < 64 {
				r.valid |= 1 << reg
				r.bits[reg] = word
			}
		})
		s.regs = append(s.regs, r)
		s.free &^= mask
	}
}

// eachEncoding calls fn with every assignment of a register operand's bits.
func (in *Insn) eachEncoding(operand int, fn func(reg int64, word uint64)) {
	arg := in.Operands[operand].Arg
	mask := in.Pattern.FieldBits(arg)
	args := make([]int64, 0, 8)
	for s := uint64(0); ; {
		args = in.Pattern.Extract(in.Pattern.FixedBits|s, args[:0])
		fn(args[arg], s)
		if s = (s - mask) & mask; s == 0 {
			return
		}
	}
}

// oneEncoding reports whether every register has at most one encoding.
func (in *Insn) oneEncoding(operand int) bool {
	if bits.OnesCount64(in.Pattern.FieldBits(in.Operands[operand].Arg)) > 8 {
		return false
	}
	seen := map[int64]bool{}
	once := true
	in.eachEncoding(operand, func(reg int64, _ uint64) {
		once = once && !seen[reg]
		seen[reg] = true
	})
	return once
}

// Draw returns a legal word. offer[i] is the set of registers (bit n: register n) that register operand i
// may have; disp is the displacement that a branch must have. Among the words that these allow each is
// equally likely. It reports false when there is none.
func (in *Insn) Draw(rng *rand.Rand, offer []uint64, disp int64) (uint64, bool) {
	s := in.sampler
	word := s.fixed
	if s.free != 0 {
		word |= rng.Uint64() & s.free
	}
	for i := range s.regs {
		r := &s.regs[i]
		m := offer[r.operand] & r.valid
		if m == 0 {
			return 0, false
		}
		word |= r.bits[nthBit(m, rng.IntN(bits.OnesCount64(m)))]
	}
	for i := range s.tied {
		b, ok := in.drawTied(&s.tied[i], rng, offer, disp)
		if !ok {
			return 0, false
		}
		word |= b
	}
	return word, true
}

func (in *Insn) drawTied(c *component, rng *rand.Rand, offer []uint64, disp int64) (uint64, bool) {
	table := c.table
	if c.branch {
		table = in.branchTable(c, disp)
	}
	if len(table) == 0 {
		return 0, false
	}
	if len(c.operands) == 0 {
		return table[rng.IntN(len(table))], true
	}
	return in.drawOffered(c, table, rng, offer)
}

// drawOffered draws among the assignments whose registers are offered: it counts them, then picks one.
func (in *Insn) drawOffered(c *component, table []uint64, rng *rand.Rand, offer []uint64) (uint64, bool) {
	args := make([]int64, 0, 8)
	fits := func(s uint64) bool {
		args = in.Pattern.Extract(in.Pattern.FixedBits|s, args[:0])
		for _, i := range c.operands {
			reg := args[in.Operands[i].Arg]
			if reg < 0 || reg > 63 || offer[i]>>reg&1 == 0 {
				return false
			}
		}
		return true
	}
	n := 0
	for _, s := range table {
		if fits(s) {
			n++
		}
	}
	if n == 0 {
		return 0, false
	}
	pick := rng.IntN(n)
	for _, s := range table {
		if fits(s) {
			if pick == 0 {
				return s, true
			}
			pick--
		}
	}
	return 0, false
}

// branchTable returns the assignments of a component that branch to disp.
func (in *Insn) branchTable(c *component, disp int64) []uint64 {
	c.cache.mu.Lock()
	defer c.cache.mu.Unlock()
	t, ok := c.cache.byDisp[disp]
	if !ok {
		t = in.enumerate(c, func(e *env) bool { return in.Branch.disp.eval(e) == disp })
		c.cache.byDisp[disp] = t
	}
	return t
}

// nthBit returns the position of the n-th set bit of m, counted from 0.
func nthBit(m uint64, n int) int {
	for ; n > 0; n-- {
		m &= m - 1
	}
	return bits.TrailingZeros64(m)
}
