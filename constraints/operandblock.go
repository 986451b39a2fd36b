package constraints

import (
	"slices"
	"strings"

	"github.com/risugen/risugen/constraints/syntax"
)

var roles = map[string]Role{"in": In, "out": Out, "inout": InOut}

// operands reads `wd: out vec; ws, wt: in vec; hi, lo: out; ra: out gpr(31); mem: in; pair(rt): out gpr;`.
func (b *builder) operands(s *source) error {
	n := 0
	for _, st := range s.block.Stmts {
		n += len(st.Labels)
	}
	b.insn.Operands = make([]Operand, 0, n)
	for _, st := range s.block.Stmts {
		if len(st.Labels) == 0 || len(st.Values) == 0 || st.Values[0].Role == "" {
			return b.errorf(s, st.Pos.Offset, "operands: expected `name: in|out|inout class`")
		}
		for _, label := range st.Labels {
			if err := b.oneOperand(s, st, label); err != nil {
				return err
			}
		}
	}
	return nil
}

// oneOperand adds an operand. A name may stand twice if one is read and the other written: often they
// have different conditions.
func (b *builder) oneOperand(s *source, st *syntax.Stmt, label *syntax.Label) error {
	v := st.Values[0]
	op := Operand{Name: label.Name, Role: roles[v.Role], Pos: s.note.At(label.Pos.Offset), Arg: -1}
	var err error
	switch {
	case label.Args != nil:
		err = b.shape(s, label, v.Class, &op)
	case v.Class == nil:
		err = b.implicit(s, label, &op)
	default:
		err = b.register(s, label, v.Class, &op)
	}
	if err == nil {
		err = b.members(s, st.Values[1:], &op)
	}
	if err == nil && st.If != nil {
		op.cond, err = b.condition(s, st.If)
	}
	if err != nil {
		return err
	}
	if op.cond != nil && op.cond.constant() {
		if op.cond.eval(&env{}) == 0 {
			return nil // such as a half of a register pair where a CPU has wide registers
		}
		op.cond = nil
	}
	for i := range b.insn.Operands {
		if o := &b.insn.Operands[i]; o.Name == op.Name && o.Role&op.Role != 0 {
			return b.errorf(s, label.Pos.Offset, "operand %s is declared twice", op.Name)
		}
	}
	b.insn.Operands = append(b.insn.Operands, op)
	return nil
}

// implicit resolves an operand without a class: memory or state.
func (b *builder) implicit(s *source, label *syntax.Label, op *Operand) error {
	if op.Name == "mem" {
		op.Kind = MemoryOperand
		return nil
	}
	if op.Name == pcName {
		op.Kind = PCOperand
		return b.onlyRead(s, label.Pos.Offset, op)
	}
	op.Kind = StateOperand
	vocab := &b.set.vocab
	if vocab.Open && b.insn.Pattern.ArgIndex(op.Name) >= 0 {
		return b.errorf(s, label.Pos.Offset, "argument %s has no register class", op.Name)
	}
	if op.State = vocab.state(op.Name); op.State < 0 {
		return b.errorf(s, label.Pos.Offset, "%s has no register class and is no state%s",
			op.Name, vocab.known(append([]string{"mem", pcName}, vocab.States...)...))
	}
	return nil
}

// class resolves the name of a register class and returns what stands in parentheses behind it.
func (b *builder) class(s *source, x *syntax.Expr) (class int, args []*syntax.Expr, err error) {
	name, args := callOf(x)
	if name == "" {
		return -1, nil, b.errorf(s, x.Pos.Offset, "expected the name of a register class")
	}
	if class = b.set.vocab.class(name); class < 0 {
		err = b.errorf(s, x.Pos.Offset, "unknown register class %s%s", name, b.set.vocab.known(b.set.vocab.Classes...))
	}
	return class, args, err
}

// register resolves an operand with a class, and a number where no argument has its name.
func (b *builder) register(s *source, label *syntax.Label, class *syntax.Expr, op *Operand) (err error) {
	var args []*syntax.Expr
	if op.Class, args, err = b.class(s, class); err != nil {
		return err
	}
	op.size = b.set.vocab.size(op.Class)
	if len(args) == 1 {
		op.Kind = FixedRegister
		op.Reg, err = b.registerNumber(s, args[0], op.Name)
		return err
	}
	op.Kind = RegisterField
	if op.Arg = b.insn.Pattern.ArgIndex(op.Name); op.Arg < 0 || len(args) > 0 {
		return b.errorf(s, label.Pos.Offset, "%s is not an argument of %s", op.Name, b.insn.Name())
	}
	b.insn.named[op.Arg] = true
	if name := undefinedFunction(b.insn.Spec, b.insn.Pattern, op.Arg); name != "" {
		return b.errorf(s, label.Pos.Offset, "%s is made by !function=%s, which no functions block defines", op.Name, name)
	}
	return nil
}

func (b *builder) registerNumber(s *source, x *syntax.Expr, name string) (int, error) {
	c, err := b.scope(s).compile(x)
	if err != nil {
		return 0, err
	}
	if !c.constant() {
		return 0, b.errorf(s, x.Pos.Offset, "the register number of %s must be constant", name)
	}
	v := c.eval(&env{})
	if v < 0 || v >= maxRegisters {
		return 0, b.errorf(s, x.Pos.Offset, "register number %d is out of range", v)
	}
	return int(v), nil
}

// shape resolves pair(rt), list(rt, count) and list(bits).
func (b *builder) shape(s *source, label *syntax.Label, class *syntax.Expr, op *Operand) (err error) {
	n := len(label.Args)
	if class == nil || !(label.Name == "pair" && n == 1 || label.Name == "list" && n <= 2) {
		return b.errorf(s, label.Pos.Offset, "operands: expected pair(rt), list(rt, count) or list(bits), and a register class")
	}
	if label.Name == "list" && n == 1 {
		return b.bitList(s, label, class, op)
	}
	if op.Name = plainName(label.Args[0]); op.Name == "" {
		return b.errorf(s, label.Args[0].Pos.Offset, "%s: expected the argument that numbers the first register", label.Name)
	}
	first := &syntax.Label{Pos: label.Args[0].Pos, Name: op.Name}
	if err := b.register(s, first, class, op); err != nil {
		return err
	}
	if op.Kind != RegisterField {
		return b.errorf(s, class.Pos.Offset, "%s: expected a class without a number", label.Name)
	}
	if n == 1 {
		op.count = newExpr(op.Pos, &node{op: opConst, value: 2}, 0, nil)
		return nil
	}
	op.count, err = b.scope(s).compile(label.Args[1])
	return err
}

// bitList resolves list(bits): its name is that of the first argument in it.
func (b *builder) bitList(s *source, label *syntax.Label, class *syntax.Expr, op *Operand) (err error) {
	op.Kind = RegisterList
	if op.Class, _, err = b.class(s, class); err != nil {
		return err
	}
	if op.list, err = b.scope(s).compile(label.Args[0]); err != nil {
		return err
	}
	if len(op.list.uses) > 0 {
		op.Name = b.insn.Pattern.Args[op.list.uses[0]].Name
	}
	return nil
}

// members reads what follows a class: `31 is zero`, `15 is none`, `15 is pc`, `31 is sp`, `31 is gpr(32)`.
func (b *builder) members(s *source, terms []*syntax.Term, op *Operand) error {
	for _, t := range terms {
		if t.Member == nil || op.Kind != RegisterField || op.count != nil {
			return b.errorf(s, t.Pos.Offset, "operands: expected `name: role class, number is member` for a single register")
		}
		m, err := b.member(s, t.Member, op)
		if err != nil {
			return err
		}
		op.Members = append(op.Members, m)
		b.memberStatement(s, t.Member, op)
	}
	return nil
}

func (b *builder) member(s *source, a *syntax.Member, op *Operand) (m Member, err error) {
	n, err := syntax.Number(a.Number)
	if err != nil || n < 0 || n >= maxRegisters {
		return m, b.errorf(s, a.Pos.Offset, "register number %s is out of range", a.Number)
	}
	m.Number = int(n)
	name, args := callOf(a.Is)
	switch {
	case name == "zero" && args == nil:
		m.Kind = MemberZero
	case name == "none" && args == nil:
		m.Kind = MemberNone
	case name == pcName && args == nil:
		m.Kind = MemberPC
		return m, b.onlyRead(s, a.Is.Pos.Offset, op)
	default:
		return b.namedMember(s, a.Is, m)
	}
	return m, nil
}

// namedMember reads a state, a class of one register, or one of a class's registers.
func (b *builder) namedMember(s *source, is *syntax.Expr, m Member) (_ Member, err error) {
	name, args := callOf(is)
	vocab := &b.set.vocab
	class := slices.Index(vocab.Classes, name)
	if len(args) == 1 {
		class = vocab.class(name)
	}
	switch {
	case class >= 0 && len(args) <= 1 && !slices.Contains(vocab.States, name):
		m.Kind, m.Class = MemberRegister, class
		if len(args) == 1 {
			m.Num, err = b.registerNumber(s, args[0], name)
		}
		return m, err
	case args == nil && vocab.state(name) >= 0:
		m.Kind, m.Num = MemberState, vocab.state(name)
		return m, nil
	}
	known := ""
	if !vocab.Open {
		known = "; known states are " + strings.Join(vocab.States, ", ")
	}
	return m, b.errorf(s, is.Pos.Offset, "expected zero, none, pc, a state or class(number)%s", known)
}
