package constraints

import "github.com/risugen/risugen/constraints/syntax"

const branchForms = "branch: expected offset(bytes), offset(bytes, align), register(name), register(name, bytes), delay_slot, forbidden_slot, likely, " +
	"absolute, exchange or exchange(bytes)"

// branch reads `offset(4 + (s16 << 2)); delay_slot; likely;` and `register(rs); delay_slot;`.
func (b *builder) branch(s *source) error {
	br := &Branch{Target: -1}
	for _, st := range s.block.Stmts {
		if len(st.Values) != 1 || len(st.Labels) > 0 || st.If != nil {
			return b.errorf(s, st.Pos.Offset, branchForms)
		}
		var err error
		switch name, args := callOf(st.Values[0].Expr); {
		case name == "offset" && (len(args) == 1 || len(args) == 2):
			err = b.branchOffset(s, br, args)
		case name == "exchange" && args == nil:
			br.Exchange = true
		case name == "exchange" && len(args) == 1:
			br.exchange, err = b.scope(s).compile(args[0])
		case name == "register" && (len(args) == 1 || len(args) == 2):
			err = b.branchRegister(s, br, args)
		case name == "forbidden_slot" && args == nil:
			br.ForbiddenSlot = true
		case name == "delay_slot" && args == nil:
			br.DelaySlot = true
		case name == "likely" && args == nil:
			br.Likely = true
		case name == "absolute" && args == nil:
			br.Absolute = true
		default:
			err = b.errorf(s, st.Pos.Offset, branchForms)
		}
		if err != nil {
			return err
		}
	}
	if br.Exchange && br.disp == nil && br.Target < 0 {
		return b.errorf(s, s.block.Pos.Offset, "branch: neither offset nor register says where it goes")
	}
	if br.exchange != nil && br.Target < 0 {
		return b.errorf(s, s.block.Pos.Offset, "exchange(bytes) is for branches to a register")
	}
	b.insn.Branch = br
	return nil
}

// branchOffset reads the distance, and what the address that it counts from is rounded down to.
func (b *builder) branchOffset(s *source, br *Branch, args []*syntax.Expr) (err error) {
	if br.disp, err = b.scope(s).compile(args[0]); err != nil || len(args) == 1 {
		return err
	}
	align, err := b.constant(s, args[1], 1, MaxAccess)
	if err == nil && align&(align-1) != 0 {
		err = b.errorf(s, args[1].Pos.Offset, "alignment %d is not a power of two", align)
	}
	br.Align = int(align)
	return err
}

// branchRegister reads the register that holds the target, and what is added to it.
func (b *builder) branchRegister(s *source, br *Branch, args []*syntax.Expr) error {
	br.Absolute = true
	br.Target = b.readOperand(plainName(args[0]))
	if br.Target < 0 || b.insn.Operands[br.Target].Kind != RegisterField || b.insn.Operands[br.Target].count != nil {
		return b.errorf(s, args[0].Pos.Offset, "the target of a branch must be a register operand that is read")
	}
	var err error
	if len(args) == 2 {
		br.disp, err = b.scope(s).compile(args[1])
	}
	return err
}
