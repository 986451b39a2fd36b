package constraints

import (
	"fmt"
	"math/big"
	"math/bits"
	"math/rand/v2"
	"sync/atomic"

	"github.com/risugen/risugen/decodetree"
)

// sampler draws legal words of one instruction.
type sampler struct {
	fixed    uint64     // fixed bits of the pattern
	free     uint64     // bits that nothing restricts
	regs     []regField // register operands that no constraint mentions
	choices  []choice   // the rest as it is drawn from, once it is prepared
	edges    []edgeArg  // by argument, likewise
	prepared atomic.Bool

	tied  []*component // the rest
	empty *component   // one that no word satisfies, or nil
	apart []tie        // the instruction's clashes
}

// regField is a register operand whose bits nothing else depends on.
type regField struct {
	operand int
	mask    uint64                // its bits
	valid   uint64                // register numbers that have an encoding
	shift   int                   // of the number, where it is the encoding of every register; else -1
	bits    *[maxRegisters]uint64 // instruction bits of each register number; nil where shift tells
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
	s := &sampler{fixed: in.Pattern.FixedBits, free: in.drawnBits(), apart: in.clashes()}
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
	r := regField{operand: i, mask: mask & in.drawnBits(), shift: bits.TrailingZeros64(mask)}
	in.eachEncoding(i, func(reg int64, word uint64) {
		if reg >= 0 && reg < maxRegisters {
			r.valid |= 1 << reg
			encodings[reg] = word
			if word != uint64(reg)<<r.shift {
				r.bits = &encodings
			}
		}
	})
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

// Draw returns a legal word. offer[i] is the set of registers (bit n: register n) that register operand i
// may have; disp is the displacement that a branch must have. Among the words that these allow each is
// equally likely. It reports false when there is none.
func (in *Insn) Draw(rng *rand.Rand, offer []uint64, disp int64) (uint64, bool) {
	s := in.sampler()
	if s == nil {
		return 0, false
	}
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
		reg := nthBit(m, rng.IntN(bits.OnesCount64(m)))
		if r.bits == nil {
			word |= uint64(reg) << r.shift
		} else {
			word |= r.bits[reg]
		}
	}
	if !s.prepared.Load() {
		s.prepare(in)
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

// nthBit returns the position of the n-th set bit of m, counted from 0; there must be as many. It counts the bits of all
// bytes at once, and then goes through those of one.
func nthBit(m uint64, n int) int {
	const each = 0x0101010101010101 // a one in every byte
	s := m - m>>1&(0x55*each)
	s = s&(0x33*each) + s>>2&(0x33*each)
	s = (s + s>>4) & (0x0f * each) * each // the bits of a byte and of those below it
	at := 8 * bits.OnesCount64(((uint64(n)*each|0x80*each)-s)&(0x80*each))
	n -= int(s << 8 >> at & 0xff)
	for m = m >> at; n > 0; n-- {
		m &= m - 1
	}
	return at + bits.TrailingZeros64(m)
}
