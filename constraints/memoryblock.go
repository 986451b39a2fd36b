package constraints

import "github.com/risugen/risugen/constraints/syntax"

import "strings"

const memoryForms = "size(n), align(n), align(n, granule), reg(base), reg_plus_imm(base, imm), reg_minus_imm(base, imm), reg_plus_reg(base, index), " +
	"reg_plus_reg(base, index, imm), reg_plus_reg_shifted(base, index, shift), reg_plus_reg_shifted(base, index, shift, kind, minus), pc_plus_imm(imm), pc_plus_imm(imm, align), base_align(n), pre_index or post_index"

// memory reads `size(16); align(1); reg_plus_imm(rs, s10 << df); post_index;`.
func (b *builder) memory(s *source) error {
	r := memoryReader{builder: b, s: s, m: &Memory{Align: 1, Base: -1, Index: -1, PCAlign: 1}}
	for _, st := range s.block.Stmts {
		if err := r.statement(st); err != nil {
			return err
		}
	}
	switch {
	case r.m.Size == 0 || r.mode == "":
		return b.errorf(s, s.block.Pos.Offset, "memory: size and an address mode are needed")
	case r.m.BaseAlign > 0 && r.m.Base < 0:
		return b.errorf(s, s.block.Pos.Offset, "memory: there is no base to be aligned")
	case r.m.WriteBack && r.m.Base < 0:
		return b.errorf(s, s.block.Pos.Offset, "memory: there is no base to write back")
	case r.m.WriteBack && b.output(b.insn.Operands[r.m.Base].Name) < 0:
		return b.errorf(s, s.block.Pos.Offset, "memory: %s is written back, but is no output", b.insn.Operands[r.m.Base].Name)
	}
	b.insn.Memory = r.m
	return nil
}

// memoryReader reads the statements of one memory block.
type memoryReader struct {
	*builder
	s    *source
	m    *Memory
	mode string // the address mode, once read
}

func (r *memoryReader) statement(st *syntax.Stmt) error {
	if len(st.Values) != 1 || len(st.Labels) > 0 {
		return r.errorf(r.s, st.Pos.Offset, "memory: expected %s", memoryForms)
	}
	name, args := callOf(st.Values[0].Expr)
	if st.If != nil && name != "post_index" && name != "base_align" {
		return r.errorf(r.s, st.Pos.Offset, "memory: only post_index and base_align take a condition")
	}
	switch {
	case name == "size" && len(args) == 1:
		return r.size(args[0])
	case name == "align" && (len(args) == 1 || len(args) == 2):
		return r.align(args)
	case name == "base_align" && len(args) == 1:
		return r.baseAlign(st, args[0])
	case name == "pre_index" && args == nil:
		r.m.WriteBack = true
		return nil
	case name == "post_index" && len(args) <= 1:
		return r.postIndex(st, args)
	}
	return r.addressMode(st, name, args)
}

func (r *memoryReader) size(x *syntax.Expr) error {
	c, err := r.scope(r.s).compile(x)
	if err != nil {
		return err
	}
	if !c.constant() {
		r.m.size, r.m.Size = c, int(min(MaxAccess, r.insn.upper(c.tree, 1<<32)))
		return nil
	}
	r.m.Size, err = r.constant(r.s, x, 1, MaxAccess)
	return err
}

func (r *memoryReader) align(args []*syntax.Expr) (err error) {
	if len(args) == 2 {
		if r.m.granule, err = r.scope(r.s).compile(args[1]); err != nil {
			return err
		}
	}
	x := args[0]
	c, err := r.scope(r.s).compile(x)
	if err != nil {
		return err
	}
	if !c.constant() {
		r.m.align, r.m.Align = c, powerOfTwo(r.insn.upper(c.tree, 1<<32))
		return nil
	}
	r.m.Align, err = r.power(x)
	return err
}

// baseAlign reads `base_align(16) if rn == 31;`.
func (r *memoryReader) baseAlign(st *syntax.Stmt, x *syntax.Expr) (err error) {
	if st.If != nil {
		if r.m.based, err = r.condition(r.s, st.If); err != nil {
			return err
		}
	}
	r.m.BaseAlign, err = r.power(x)
	return err
}

// power evaluates a constant alignment.
func (r *memoryReader) power(x *syntax.Expr) (int, error) {
	n, err := r.constant(r.s, x, 1, MaxAccess)
	if err == nil && n&(n-1) != 0 {
		err = r.errorf(r.s, x.Pos.Offset, "alignment %d is not a power of two", n)
	}
	return n, err
}

// postIndex reads `post_index;`, which adds what the mode adds after the access, and `post_index(expr);`,
// which adds another number. How much is added is not kept: the base's new value is compared, not computed.
func (r *memoryReader) postIndex(st *syntax.Stmt, args []*syntax.Expr) (err error) {
	r.m.WriteBack = true
	if st.If != nil {
		if r.m.post, err = r.condition(r.s, st.If); err != nil {
			return err
		}
	}
	if len(args) == 0 {
		r.m.Post = true
		return nil
	}
	_, err = r.scope(r.s).compile(args[0])
	return err
}

// addressModes are the address modes and their parameters; moreParams are what some take behind them.
var addressModes = map[string]string{
	"reg": "base", "reg_plus_imm": "base imm", "reg_minus_imm": "base imm", "reg_plus_reg": "base index",
	"reg_plus_reg_shifted": "base index shift", "pc_plus_imm": "imm",
}

var moreParams = map[string]string{"reg_plus_reg": "imm", "reg_plus_reg_shifted": "kind minus", "pc_plus_imm": "align"}

func (r *memoryReader) addressMode(st *syntax.Stmt, name string, args []*syntax.Expr) (err error) {
	params := strings.Fields(addressModes[name])
	if more := strings.Fields(moreParams[name]); len(args) == len(params)+len(more) {
		params = append(params, more...)
	}
	if len(params) == 0 || len(params) != len(args) {
		return r.errorf(r.s, st.Pos.Offset, "memory: expected %s", memoryForms)
	}
	if r.mode != "" {
		return r.errorf(r.s, st.Pos.Offset, "memory: %s after %s: only one address mode can be given", name, r.mode)
	}
	r.mode = name
	for i, p := range params {
		switch p {
		case "base":
			r.m.Base, err = r.addressOperand(args[i], "base")
		case "index":
			r.m.Index, err = r.addressOperand(args[i], "index")
		case "imm":
			r.m.disp, err = r.scope(r.s).compile(args[i])
		case "align":
			r.m.PCAlign, err = r.power(args[i])
		case "shift":
			r.m.shift, err = r.scope(r.s).compile(args[i])
		case "kind":
			r.m.kind, err = r.scope(r.s).compile(args[i])
		case "minus":
			r.m.minus, err = r.scope(r.s).compile(args[i])
		}
		if err != nil {
			return err
		}
	}
	if d := r.m.disp; name == "reg_minus_imm" {
		r.m.disp = newExpr(d.pos, &node{op: opNeg, kids: []*node{d.tree}}, d.bits, d.uses)
	}
	return nil
}

// addressOperand finds the register operand that an address mode names.
func (r *memoryReader) addressOperand(x *syntax.Expr, what string) (int, error) {
	i := r.readOperand(plainName(x))
	if i >= 0 {
		if op := &r.insn.Operands[i]; op.Kind == FixedRegister || op.Kind == RegisterField && op.count == nil {
			return i, nil
		}
	}
	return -1, r.errorf(r.s, x.Pos.Offset, "the %s of a memory access must be a register operand that is read", what)
}

// constant evaluates an expression that depends on nothing, within limits.
func (b *builder) constant(s *source, x *syntax.Expr, lo, hi int64) (int, error) {
	c, err := b.scope(s).compile(x)
	if err != nil {
		return 0, err
	}
	v := int64(0)
	if c.constant() {
		v = c.eval(&env{})
	}
	if v < lo || v > hi {
		return 0, b.errorf(s, x.Pos.Offset, "expected a constant from %d to %d", lo, hi)
	}
	return int(v), nil
}
