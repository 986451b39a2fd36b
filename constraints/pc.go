package constraints

// pcName is the program counter: where the instruction stands. It is fixed, and so no operand that could be given a value.
const pcName = "pc"

// ReadsPC reports whether a word of the instruction reads where it stands, so that its result tells that.
func (in *Insn) ReadsPC(word uint64, args []int64) bool {
	if !in.pc {
		return false
	}
	e := &env{word: word, args: args}
	for i := range in.Operands {
		op := &in.Operands[i]
		if op.Kind == PCOperand && (op.cond == nil || op.cond.eval(e) != 0) {
			return true
		}
		if _, m, _ := op.registers(e); m != nil && m.Kind == MemberPC {
			return true
		}
	}
	return false
}

// namesPC reports whether some word may read where it stands.
func (in *Insn) namesPC() bool {
	for i := range in.Operands {
		if in.Operands[i].Kind == PCOperand {
			return true
		}
		for _, m := range in.Operands[i].Members {
			if m.Kind == MemberPC {
				return true
			}
		}
	}
	return false
}

// onlyRead refuses to have the program counter written.
func (b *builder) onlyRead(s *source, offset int, op *Operand) error {
	if op.Role != In {
		return b.errorf(s, offset, "%s can only be read: what writes it is for a branch block to say", pcName)
	}
	return nil
}
