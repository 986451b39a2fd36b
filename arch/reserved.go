package arch

import (
	"errors"
	"fmt"
	"slices"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/random"
)

// Reserved words are words that must raise the fault for reserved instructions. There are three kinds:
//
//   - words in a table of opcodes that no instruction of the CPU takes. A pattern of the group "space" is such
//     a table: its fixed bits and its arguments that are no operands tell opcodes apart;
//   - words of a pattern of the group "reserved", each of which must fault: instructions of another CPU;
//   - words of an instruction that a reserved block of it speaks of.
//
// Groups that reserved words come from; none of their patterns is drawn otherwise.
const (
	spaceGroup    = "space"
	reservedGroup = "reserved"
)

// reservedStream separates their random numbers from all others.
const reservedStream = 0x7265736572766564

// reservedTries is how many words are drawn before a table counts as full, or a block as one that no word is
// found for.
const reservedTries = 1 << 14

// reservedWords draws reserved words.
type reservedWords struct {
	rng     *random.Rand
	taken   []*constraints.Insn // instructions that the CPU has
	sources []reservedSource    // those that have words
	turns   []int               // indexes of sources, each as often as it is to be chosen
}

// reservedSource is a pattern that reserved words are drawn from.
type reservedSource struct {
	in      *constraints.Insn
	opcode  uint64              // bits that tell opcodes apart
	exact   bool                // all bits do
	rivals  []*constraints.Insn // other instructions that may take its words
	ownWord func(rng *random.Rand) (uint64, bool)
}

// spaceTurns is how often a table is chosen where one instruction is chosen once: it holds many opcodes.
const spaceTurns = 4

// newReservedWords finds what reserved words of a machine can be drawn from.
func newReservedWords(m Machine, not []matcher, seed uint64) (*reservedWords, error) {
	if !m.Config().Reserved || m.Layout().ReservedFault == "" {
		return nil, errors.New("the machine was not made for reserved words")
	}
	r := &reservedWords{rng: random.New(seed, reservedStream)}
	for _, in := range m.Set().Patterns() {
		if !in.InGroup(reservedGroup) {
			r.taken = append(r.taken, in)
		}
	}
	for _, in := range m.Set().Patterns() {
		switch {
		case matchesAny(not, in):
		case in.InGroup(reservedGroup) && in.InGroup(spaceGroup):
			bits := opcodeBits(in)
			r.add(reservedSource{in: in, opcode: bits, exact: bits == allBits(in), ownWord: drawOpcode(in)}, spaceTurns)
		case in.InGroup(reservedGroup):
			r.add(reservedSource{in: in, opcode: allBits(in), exact: true, ownWord: in.DrawAny}, 1)
		case in.HasReserved():
			r.add(reservedSource{in: in, opcode: allBits(in), exact: true, ownWord: func(rng *random.Rand) (uint64, bool) {
				return in.DrawReserved(rng, reservedTries)
			}}, 1)
		}
	}
	if len(r.sources) == 0 {
		return nil, fmt.Errorf("the descriptions of the %s leave no reserved words", m.Config().CPU)
	}
	return r, nil
}

// OpcodeArgs lists the arguments of a pattern that are no operands: they tell the opcodes of a table apart.
func OpcodeArgs(in *constraints.Insn) []int {
	var out []int
	for i := range in.Pattern.Args {
		isOperand := func(o constraints.Operand) bool { return o.Arg == i }
		if in.Pattern.FieldBits(i) != 0 && !slices.ContainsFunc(in.Operands, isOperand) {
			out = append(out, i)
		}
	}
	return out
}

// allBits are the bits of a pattern's words.
func allBits(in *constraints.Insn) uint64 { return ^uint64(0) >> (64 - in.Pattern.Width) }

// opcodeBits are the bits of a table's words that tell opcodes apart.
func opcodeBits(in *constraints.Insn) uint64 {
	m := in.Pattern.FixedMask
	for _, i := range OpcodeArgs(in) {
		m |= in.Pattern.FieldBits(i)
	}
	return m
}

// drawOpcode draws an opcode of a table with random operands.
func drawOpcode(in *constraints.Insn) func(rng *random.Rand) (uint64, bool) {
	return func(rng *random.Rand) (uint64, bool) {
		word, ok := in.DrawAny(rng)
		return word | rng.Uint64()&in.Pattern.UndefMask, ok
	}
}

// add adds a source, if a reserved word of it can be found.
func (r *reservedWords) add(s reservedSource, turns int) {
	p := s.in.Pattern
	for _, t := range r.taken {
		before := slices.Contains(t.Earlier(), s.in) // the other gets what this one leaves
		if q := t.Pattern; t != s.in && !before && q.Width == p.Width && (p.FixedBits^q.FixedBits)&p.FixedMask&q.FixedMask == 0 {
			s.rivals = append(s.rivals, t)
		}
	}
	if _, ok := s.draw(r.rng); ok {
		for range turns {
			r.turns = append(r.turns, len(r.sources))
		}
		r.sources = append(r.sources, s)
	}
}

// draw draws a word of the source that no instruction takes.
func (s *reservedSource) draw(rng *random.Rand) (uint64, bool) {
	for range reservedTries {
		word, ok := s.ownWord(rng)
		if !ok {
			return 0, false
		}
		if !s.taken(word) {
			return word, true
		}
	}
	return 0, false
}

// taken reports whether an instruction may take a word. A table's word is taken by every instruction of the same
// opcode: what its other bits must be is not for the table to say, unless it has none.
func (s *reservedSource) taken(word uint64) bool {
	for _, t := range s.rivals {
		p := t.Pattern
		if (word^p.FixedBits)&p.FixedMask&s.opcode != 0 {
			continue
		}
		if !s.exact || t.Accepts(word) && !t.Reserved(word) {
			return true
		}
	}
	return false
}

// next draws a word and returns the pattern that it is drawn from.
func (r *reservedWords) next() (*constraints.Insn, uint64, bool) {
	s := &r.sources[r.turns[r.rng.IntN(len(r.turns))]]
	word, ok := s.draw(r.rng)
	return s.in, word, ok
}

// addReserved appends blocks of one reserved word each. Nothing stands beside it, since what a word does that no
// description knows may be anything.
func (s *scheduler) addReserved(n int, not []string) error {
	if n == 0 {
		return nil
	}
	excluded, err := matchers(not)
	if err != nil {
		return err
	}
	words, err := newReservedWords(s.prog.Machine, excluded, s.prog.Seed)
	if err != nil {
		return err
	}
	if k := len(s.prog.Blocks); k > 0 {
		s.prog.Blocks[k-1].Flush = true
	}
	s.prog.Blocks = slices.Grow(s.prog.Blocks, n)
	for range n {
		in, word, ok := words.next()
		if !ok {
			return fmt.Errorf("no more reserved word of %s is found", in)
		}
		s.push(Item{
			Word: word, Insn: int32(in.Index), Kind: Reserved, Size: uint8(in.Pattern.Width / 8), Window: NoWindow,
		})
		s.tests++
		s.close()
		s.prog.Blocks[len(s.prog.Blocks)-1].Flush = true
	}
	return nil
}
