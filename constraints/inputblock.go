package constraints

import "github.com/risugen/risugen/constraints/syntax"

const inputForms = "what can be forced is `rt: nonzero`, `rt != 0`, `rt: nonzero(lane bits)`, `rt: bits(mask)`, `rt: bits(mask, mask where exceptions are enabled)` and `rt: sext32`"

// inputs reads `wt: nonzero(8 << df);`, `rs, rt: sext32;`, `rs: bits(0x0100007f);` and `rt != 0;`.
func (b *builder) inputs(s *source) error {
	for _, st := range s.block.Stmts {
		if len(st.Values) != 1 || st.Values[0].Expr == nil || st.If != nil {
			return b.errorf(s, st.Pos.Offset, "inputs: %s", inputForms)
		}
		if len(st.Labels) == 0 {
			if err := b.unequalZero(s, st); err != nil {
				return err
			}
			continue
		}
		for _, label := range st.Labels {
			if err := b.input(s, st, label.Name, label.Args == nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// unequalZero reads `rt != 0`.
func (b *builder) unequalZero(s *source, st *syntax.Stmt) error {
	x := st.Values[0].Expr
	name := plainName(&syntax.Expr{Head: x.Head})
	if name == "" || x.Then != nil || len(x.Tail) != 1 || x.Tail[0].Op != "!=" ||
		len(x.Tail[0].Right.Ops) > 0 || x.Tail[0].Right.Primary.Number != "0" {
		return b.errorf(s, st.Pos.Offset, "inputs: %s", inputForms)
	}
	in, err := b.source(s, st, name)
	if err == nil {
		in.NonZero = true
		b.insn.Inputs = append(b.insn.Inputs, in)
	}
	return err
}

// source finds the operand that a condition is about.
func (b *builder) source(s *source, st *syntax.Stmt, name string) (Input, error) {
	in := Input{Operand: b.readOperand(name), pos: s.note.At(st.Pos.Offset)}
	if in.Operand >= 0 {
		if op := &b.insn.Operands[in.Operand]; op.Kind == FixedRegister || op.Kind == RegisterField && op.count == nil {
			return in, nil
		}
	}
	return in, b.errorf(s, st.Pos.Offset, "%s is not a register operand that is read", name)
}

func (b *builder) input(s *source, st *syntax.Stmt, name string, plain bool) error {
	in, err := b.source(s, st, name)
	if err != nil {
		return err
	}
	kind, args := callOf(st.Values[0].Expr)
	switch {
	case !plain:
		err = b.errorf(s, st.Pos.Offset, "inputs: %s", inputForms)
	case kind == "nonzero" && len(args) <= 1:
		in.NonZero = true
		if len(args) == 1 {
			in.lane, err = b.scope(s).compile(args[0])
		}
	case kind == "sext32" && args == nil:
		if b.narrow(in.Operand) {
			return nil // every number that such a register holds is one
		}
		in.Sext32 = true
	case kind == "bits" && (len(args) == 1 || len(args) == 2):
		in.writes = len(args) == 2
		if in.Mask, err = b.mask(s, args[0]); err == nil {
			in.TrapMask, err = b.mask(s, args[len(args)-1])
		}
	default:
		err = b.errorf(s, st.Pos.Offset, "inputs: %s", inputForms)
	}
	if err == nil {
		b.insn.Inputs = append(b.insn.Inputs, in)
	}
	return err
}

// mask reads a number that is the same for all words.
func (b *builder) mask(s *source, arg *syntax.Expr) (uint64, error) {
	x, err := b.scope(s).compile(arg)
	if err != nil {
		return 0, err
	}
	if !x.constant() {
		return 0, b.errorf(s, arg.Pos.Offset, "inputs: the mask must be constant")
	}
	return uint64(x.eval(&env{})), nil
}

// narrow reports whether the registers of an operand's class have no more than 32 bits.
func (b *builder) narrow(operand int) bool {
	class := b.insn.Operands[operand].Class
	return class < len(b.set.vocab.Widths) && 0 < b.set.vocab.Widths[class] && b.set.vocab.Widths[class] <= 32
}
