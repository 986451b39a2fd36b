package constraints

import (
	"slices"
	"strings"
)

var roles = map[string]Role{"in": In, "out": Out, "inout": InOut}

// operands reads `wd: out vec; ws, wt: in vec; hi, lo: out; ra: out gpr(31); mem: in;`.
func (b *builder) operands(s *source) error {
	for _, st := range s.block.Stmts {
		if len(st.Labels) == 0 || len(st.Values) != 1 || st.Values[0].Role == "" {
			return b.errorf(s, st.Pos.Offset, "operands: expected `name: in|out|inout class`")
		}
		for _, name := range st.Labels {
			if err := b.oneOperand(s, st, name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *builder) oneOperand(s *source, st *astStmt, name string) error {
	if b.operand(name) >= 0 {
		return b.errorf(s, st.Pos.Offset, "operand %s is declared twice", name)
	}
	v := st.Values[0]
	op := Operand{Name: name, Role: roles[v.Role], Pos: s.note.At(st.Pos.Offset), Arg: -1}
	var err error
	if v.Class == nil {
		err = b.implicit(s, st, &op)
	} else {
		err = b.register(s, st, v.Class, &op)
	}
	if err == nil && st.If != nil {
		op.cond, err = b.scope(s).compile(st.If)
	}
	if err == nil {
		b.insn.Operands = append(b.insn.Operands, op)
	}
	return err
}

// implicit resolves an operand without a class: memory or state.
func (b *builder) implicit(s *source, st *astStmt, op *Operand) error {
	if op.Name == "mem" {
		op.Kind = MemoryOperand
		return nil
	}
	op.Kind = StateOperand
	if op.State = slices.Index(b.set.vocab.States, op.Name); op.State < 0 {
		return b.errorf(s, st.Pos.Offset, "%s has no register class and is no state; known are mem, %s",
			op.Name, strings.Join(b.set.vocab.States, ", "))
	}
	return nil
}

// register resolves an operand with a class, and a number where no argument has its name.
func (b *builder) register(s *source, st *astStmt, class *astExpr, op *Operand) error {
	name, args := callOf(class)
	if op.Class = slices.Index(b.set.vocab.Classes, name); op.Class < 0 {
		return b.errorf(s, class.Pos.Offset, "unknown register class %s; known are %s",
			name, strings.Join(b.set.vocab.Classes, ", "))
	}
	if len(args) == 1 {
		x, err := b.scope(s).compile(args[0])
		if err != nil {
			return err
		}
		if x.bits != 0 || len(x.uses) > 0 {
			return b.errorf(s, class.Pos.Offset, "the register number of %s must be constant", op.Name)
		}
		op.Kind, op.Reg = FixedRegister, int(x.eval(&env{}))
		if op.Reg < 0 || op.Reg > 63 {
			return b.errorf(s, class.Pos.Offset, "register number %d is out of range", op.Reg)
		}
		return nil
	}
	op.Kind = RegisterField
	if op.Arg = b.insn.Pattern.ArgIndex(op.Name); op.Arg < 0 || len(args) > 0 {
		return b.errorf(s, st.Pos.Offset, "%s is not an argument of %s", op.Name, b.insn.Name())
	}
	return nil
}

// memory reads `size(16); align(1); reg_plus_imm(rs, s10 << df);`.
func (b *builder) memory(s *source) error {
	m := &Memory{Align: 1, Base: -1}
	for _, st := range s.block.Stmts {
		if len(st.Values) != 1 || len(st.Labels) > 0 || st.If != nil {
			return b.errorf(s, st.Pos.Offset, "memory: expected size, align or an address mode")
		}
		name, args := callOf(st.Values[0].Expr)
		if err := b.memoryStmt(s, st, m, name, args); err != nil {
			return err
		}
	}
	if m.Size == 0 || m.Base < 0 {
		return b.errorf(s, s.block.Pos.Offset, "memory: size and an address mode are needed")
	}
	b.insn.Memory = m
	return nil
}

func (b *builder) memoryStmt(s *source, st *astStmt, m *Memory, name string, args []*astExpr) (err error) {
	switch {
	case name == "size" && len(args) == 1:
		m.Size, err = b.constant(s, args[0], 1, 64)
	case name == "align" && len(args) == 1:
		m.Align, err = b.constant(s, args[0], 1, 64)
		if err == nil && m.Align&(m.Align-1) != 0 {
			err = b.errorf(s, st.Pos.Offset, "alignment %d is not a power of two", m.Align)
		}
	case name == "reg" && len(args) == 1:
		m.Base, err = b.baseOperand(s, args[0])
	case name == "reg_plus_imm" && len(args) == 2:
		if m.Base, err = b.baseOperand(s, args[0]); err == nil {
			m.disp, err = b.scope(s).compile(args[1])
		}
	default:
		err = b.errorf(s, st.Pos.Offset, "memory: expected size(n), align(n), reg(base) or reg_plus_imm(base, imm)")
	}
	return err
}

// baseOperand finds the register operand that an address mode names.
func (b *builder) baseOperand(s *source, x *astExpr) (int, error) {
	name := plainName(x)
	i := b.operand(name)
	if i < 0 || b.insn.Operands[i].Kind != RegisterField || !b.insn.Operands[i].Role.Reads() {
		return -1, b.errorf(s, x.Pos.Offset, "the base of a memory access must be a register operand that is read")
	}
	return i, nil
}

// constant evaluates an expression that depends on nothing, within limits.
func (b *builder) constant(s *source, x *astExpr, lo, hi int64) (int, error) {
	c, err := b.scope(s).compile(x)
	if err != nil {
		return 0, err
	}
	v := int64(0)
	if len(c.uses) == 0 && c.bits == 0 {
		v = c.eval(&env{})
	}
	if v < lo || v > hi {
		return 0, b.errorf(s, x.Pos.Offset, "expected a constant from %d to %d", lo, hi)
	}
	return int(v), nil
}

// inputs reads `wt: nonzero(8 << df);`, `rt: nonzero;` and `rs: bits(0x0100007f);`.
func (b *builder) inputs(s *source) error {
	for _, st := range s.block.Stmts {
		if len(st.Labels) == 0 || len(st.Values) != 1 {
			return b.errorf(s, st.Pos.Offset, "inputs: expected `name: condition`")
		}
		for _, name := range st.Labels {
			in, err := b.input(s, st, name)
			if err != nil {
				return err
			}
			b.insn.Inputs = append(b.insn.Inputs, in)
		}
	}
	return nil
}

func (b *builder) input(s *source, st *astStmt, name string) (in Input, err error) {
	in.Operand = b.operand(name)
	if in.Operand < 0 || b.insn.Operands[in.Operand].Kind != RegisterField || !b.insn.Operands[in.Operand].Role.Reads() {
		return in, b.errorf(s, st.Pos.Offset, "%s is not a register operand that is read", name)
	}
	kind, args := callOf(st.Values[0].Expr)
	switch {
	case kind == "nonzero" && len(args) <= 1:
		in.NonZero = true
		if len(args) == 1 {
			in.lane, err = b.scope(s).compile(args[0])
		}
	case kind == "bits" && len(args) == 1:
		var x *expr
		if x, err = b.scope(s).compile(args[0]); err == nil {
			in.Mask = uint64(x.eval(&env{args: make([]int64, 64)}))
		}
	default:
		err = b.errorf(s, st.Pos.Offset, "inputs: expected nonzero, nonzero(lane bits) or bits(mask)")
	}
	return in, err
}

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

// finish checks what needs several blocks.
func (b *builder) finish() error {
	in := b.insn
	for i := range in.Operands {
		if in.Operands[i].Kind == MemoryOperand && in.Memory == nil {
			return fmtError(in.Operands[i].Pos, "%s names mem but has no memory block", in.Name())
		}
	}
	return nil
}
