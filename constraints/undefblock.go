package constraints

import "slices"

// undef reads `hi; lo; flags when rd == 31;`: outputs whose value is not defined.
func (b *builder) undef(s *source) error {
	for _, st := range s.block.Stmts {
		names, err := b.words(s, st)
		if err != nil {
			return err
		}
		var when *expr
		if st.If != nil {
			if when, err = b.condition(s, st.If); err != nil {
				return err
			}
		}
		for _, n := range names {
			i := b.output(n)
			if i < 0 {
				return b.errorf(s, st.Pos.Offset, "%s is not an output of %s", n, b.insn.Name())
			}
			b.insn.undefined = append(b.insn.undefined, undefined{i, when})
		}
	}
	return nil
}

// trash reads `rn;`: registers that are read, and hold anything afterwards.
func (b *builder) trash(s *source) error {
	for _, st := range s.block.Stmts {
		names, err := b.words(s, st)
		if err != nil {
			return err
		}
		for _, n := range names {
			i := b.operand(n)
			if i < 0 || b.insn.Operands[i].Role != In || b.insn.Operands[i].Kind == MemoryOperand {
				return b.errorf(s, st.Pos.Offset, "%s is not an operand of %s that is only read", n, b.insn.Name())
			}
			b.insn.Operands[i].Role = InOut
			b.insn.undefined = append(b.insn.undefined, undefined{operand: i})
		}
	}
	return nil
}

// output finds the operand of a name that is written, or -1.
func (b *builder) output(name string) int {
	return slices.IndexFunc(b.insn.Operands, func(o Operand) bool { return o.Name == name && o.Role.Writes() })
}

// readOperand finds the operand of a name that is read, or -1.
func (b *builder) readOperand(name string) int {
	return slices.IndexFunc(b.insn.Operands, func(o Operand) bool { return o.Name == name && o.Role.Reads() })
}
