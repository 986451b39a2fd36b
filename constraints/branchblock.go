package constraints

// branch reads `offset(4 + (s16 << 2)); delay_slot; likely;`.
func (b *builder) branch(s *source) error {
	br := &Branch{}
	for _, st := range s.block.Stmts {
		if len(st.Values) != 1 || len(st.Labels) > 0 || st.If != nil {
			return b.errorf(s, st.Pos.Offset, "branch: expected offset(bytes), delay_slot, likely or absolute")
		}
		var err error
		switch name, args := callOf(st.Values[0].Expr); {
		case name == "offset" && len(args) == 1:
			br.disp, err = b.scope(s).compile(args[0])
		case name == "delay_slot" && args == nil:
			br.DelaySlot = true
		case name == "likely" && args == nil:
			br.Likely = true
		case name == "absolute" && args == nil:
			br.Absolute = true
		default:
			err = b.errorf(s, st.Pos.Offset, "branch: expected offset(bytes), delay_slot, likely or absolute")
		}
		if err != nil {
			return err
		}
	}
	b.insn.Branch = br
	return nil
}
