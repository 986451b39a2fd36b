package constraints

import (
	"fmt"
	"math/big"
	"math/bits"
	"sync/atomic"

	"github.com/risugen/risugen/decodetree"
	"github.com/risugen/risugen/random"
)

// sampler draws legal words of one instruction. What every draw reads stands first, and side by side.
type sampler struct {
	fixed    uint64     // fixed bits of the pattern
	free     uint64     // bits that nothing restricts
	regs     []regField // register operands that no constraint mentions
	choices  []choice   // the rest as it is drawn from, once it is prepared
	prepared atomic.Bool
	room     [4]regField // for regs
	edges    []edgeArg   // by argument, once the sampler is prepared
	drawn    uint64      // bits that differ between words

	changing []uint8   // arguments that DrawEdge changes one by one, likewise
	extremes *extremes // of the immediates, likewise; nil: there are none

	tied  []*component // the rest
	empty *component   // one that no word satisfies, or nil
}

// regField is a register operand whose bits nothing else depends on.
type regField struct {
	valid   uint64                // register numbers that have an encoding
	mask    uint64                // bits of the word
	places  uint64                // ones up to the last valid number
	bits    *[maxRegisters]uint64 // those of each register number; nil where shift tells
	operand int16
	shift   int16 // of the number
}

func fmtError(pos decodetree.Pos, format string, args ...any) error {
	return &decodetree.Error{Pos: pos, Msg: fmt.Sprintf(format, args...)}
}

// sampling is how words of an instruction are drawn.
type sampling struct {
	sampler                 *sampler // nil: no word can be drawn
	unreachable, impossible bool
	err                     *decodetree.Error // of the description
}

// newSampling makes the sampler, or finds out that earlier members of groups take all legal words.
func (in *Insn) newSampling() sampling {
	s, err := in.newSampler(in.forbidden)
	if err != nil {
		return sampling{err: err}
	}
	if s.empty == nil {
		return sampling{sampler: s}
	}
	if len(in.forbidden) > 0 {
		s, err = in.newSampler(nil)
	}
	switch {
	case err != nil || s.empty == nil:
		return sampling{unreachable: true}
	case in.unsure():
		return sampling{impossible: true}
	}
	return sampling{err: &decodetree.Error{Pos: s.empty.pos, Msg: "no word of " + in.Label() + " satisfies its constraints"}}
}

// newSampler finds what must be drawn together. The words of earlier are left out.
func (in *Insn) newSampler(earlier []*Insn) (*sampler, *decodetree.Error) {
	s := &sampler{fixed: in.Pattern.FixedBits, free: in.drawnBits(), drawn: in.drawnBits()}
	s.regs = s.room[:0]
	ties := in.conditions(earlier)
	var taken uint64
	for _, t := range ties {
		taken |= t.bits
	}
	more, apart := in.operandTies(taken)
	for _, group := range joinTies(append(ties, more...)) {
		c, err := in.newComponent(group)
		if err != nil {
			return nil, err
		}
		if c.empty {
			s.empty = c
			return s, nil
		}
		s.tied = append(s.tied, c)
		s.free &^= c.mask
	}
	for _, i := range apart {
		if s.addRegister(in, i); s.regs[len(s.regs)-1].valid == 0 {
			s.empty = &component{pos: in.Operands[i].Pos}
		}
	}
	return s, nil
}

// addRegister gives a register operand a table of its encodings.
func (s *sampler) addRegister(in *Insn, i int) {
	var encodings [maxRegisters]uint64
	mask := in.Pattern.FieldBits(in.Operands[i].Arg)
	r := regField{operand: int16(i), shift: int16(bits.TrailingZeros64(mask)), mask: mask & in.drawnBits()}
	in.eachEncoding(i, func(reg int64, word uint64) {
		if reg >= 0 && reg < maxRegisters {
			r.valid |= 1 << reg
			encodings[reg] = word
			if word != uint64(reg)<<r.shift {
				r.bits = &encodings
			}
		}
	})
	r.places = 1<<bits.Len64(uint64(bits.Len64(r.valid|1)-1)) - 1
	s.regs = append(s.regs, r)
	s.free &^= mask
}

// eachEncoding calls fn with every assignment of a register operand's bits.
func (in *Insn) eachEncoding(operand int, fn func(reg int64, word uint64)) {
	arg := in.Operands[operand].Arg
	mask := in.Pattern.FieldBits(arg) & in.drawnBits()
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

// Drawer draws words of one instruction. Who draws many keeps it, which saves the look for it.
type Drawer struct{ s *sampler }

// Drawer is what words of the instruction are drawn with.
func (in *Insn) Drawer() Drawer {
	s := in.sampler()
	if s != nil && !s.prepared.Load() {
		s.prepare(in)
	}
	return Drawer{s}
}

// Draw returns a legal word. offer[i] is the set of registers (bit n: register n) that register operand i
// may have; disp is the displacement that a branch must have. Among the words that these allow each is
// equally likely. It reports false when there is none.
func (in *Insn) Draw(rng *random.Rand, offer []uint64, disp int64) (uint64, bool) {
	return in.Drawer().Draw(rng, offer, disp)
}

// Draw is the instruction's.
func (d Drawer) Draw(rng *random.Rand, offer []uint64, disp int64) (uint64, bool) {
	s := d.s
	if s == nil {
		return 0, false
	}
	word := s.fixed | rng.Uint64()&s.free
	for i := range s.regs {
		r := &s.regs[i]
		m := offer[r.operand] & r.valid
		reg := rng.Uint64() & r.places
		if m>>reg&1 == 0 { // as a rule one that is offered is found at once
			if m == 0 {
				return 0, false
			}
			reg = uint64(rng.Bit(m))
		}
		if r.bits == nil {
			word |= reg << r.shift
		} else {
			word |= r.bits[reg]
		}
	}
	for i := range s.choices {
		b, ok := s.choices[i].draw(rng, offer, disp)
		if !ok {
			return 0, false
		}
		word |= b
	}
	return word, true
}

// permits reports whether Draw could have drawn a word, which differs in some bits from one that it has drawn.
func (s *sampler) permits(word, differ uint64, offer []uint64, disp int64) bool {
	if differ&^s.drawn != 0 {
		return false
	}
	for i := range s.regs {
		if r := &s.regs[i]; r.mask&differ != 0 && !r.has(word, offer[r.operand]) {
			return false
		}
	}
	for i := range s.choices {
		if c := &s.choices[i]; c.mask&differ != 0 && !c.has(word, offer, disp) {
			return false
		}
	}
	return true
}

// has reports whether a word names one of the registers offered.
func (r *regField) has(word, offer uint64) bool {
	offer &= r.valid
	if r.bits == nil {
		return offer>>(word&r.mask>>r.shift)&1 != 0
	}
	for ; offer != 0; offer &= offer - 1 {
		if r.bits[bits.TrailingZeros64(offer)] == word&r.mask {
			return true
		}
	}
	return false
}

// Encodings is the number of words that Draw can return when all registers are offered, those that branch
// anywhere included. It is nil where they cannot be counted, which happens to branches alone.
func (in *Insn) Encodings() *big.Int {
	s := in.sampling().sampler
	if s == nil {
		return new(big.Int)
	}
	n := new(big.Int).Lsh(big.NewInt(1), uint(bits.OnesCount64(s.free)))
	times := func(k uint64) { n.Mul(n, new(big.Int).SetUint64(k)) }
	for i := range s.regs {
		times(uint64(bits.OnesCount64(s.regs[i].valid)))
	}
	all := make([]uint64, len(in.Operands))
	for i := range all {
		all[i] = ^uint64(0)
	}
	for _, c := range s.tied {
		d := c.plain.Load()
		if d == nil {
			d = c.build(nil)
		}
		if d == nil {
			return nil
		}
		times(d.total(all))
	}
	return n
}

// Matching is the number of words that have the pattern's fixed bits, where bits without a meaning are zero.
func (in *Insn) Matching() *big.Int {
	return new(big.Int).Lsh(big.NewInt(1), uint(bits.OnesCount64(in.drawnBits())))
}
