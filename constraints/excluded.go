package constraints

import "github.com/risugen/risugen/decodetree"

// Excluded tells which statement keeps a word of the instruction, which Accepts takes, from being legal: the
// block that it stands in, reserved or unpredictable, and its position. It reports false where none does.
func (in *Insn) Excluded(word uint64) (block string, at decodetree.Pos, ok bool) {
	e := in.env(word)
	for _, b := range []struct {
		name  string
		exprs []*expr
	}{{"reserved", in.reserved}, {"unpredictable", in.unpredictable}} {
		for _, x := range b.exprs {
			if x.eval(e) != 0 {
				return b.name, x.pos, true
			}
		}
	}
	return "", decodetree.Pos{}, false
}

// AbsentPattern finds a pattern that has the word's fixed bits and whose requirements the CPU does not meet; nil:
// there is none.
func (s *Set) AbsentPattern(word uint64) *decodetree.Pattern {
	for _, p := range s.Absent {
		if word>>s.absentBits[p] == 0 && p.Matches(word) {
			return p
		}
	}
	return nil
}

// Nonexistent finds an operand of which a word names a register that its class has not; nil: there is none.
func (in *Insn) Nonexistent(word uint64) *Operand {
	e := in.env(word)
	for i := range in.Operands {
		op := &in.Operands[i]
		if set, _, ok := op.registers(e); !ok || op.size > 0 && op.size < maxRegisters && set>>op.size != 0 {
			return op
		}
	}
	return nil
}
