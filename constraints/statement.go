package constraints

import (
	"math/bits"
	"strconv"

	"github.com/risugen/risugen/constraints/syntax"
	"github.com/risugen/risugen/decodetree"
)

// Statement is something in a block that depends on the word, as it applies to one instruction: a statement
// of constraints, reserved or unpredictable, the condition of an operand, of an undef statement or of
// post_index, or a number of an operand that means something else.
type Statement struct {
	Block  string
	Pos    decodetree.Pos
	Member string // the number, where that is what it is

	in *Insn
	x  *expr
}

// Value is what can be said of a statement for all words of its pattern.
type Value uint8

const (
	Varies Value = iota // or is not known; or a feature is mentioned: then another CPU may need it
	Always
	Never
)

// Statements lists what depends on the word in an instruction's blocks; nothing after LoadSound.
func (in *Insn) Statements() []Statement { return in.statements }

// statement notes a condition.
func (b *builder) statement(s *source, x *expr) {
	if b.set.sound {
		return // nobody will ask
	}
	b.insn.statements = append(b.insn.statements, Statement{Block: s.block.Name, Pos: x.pos, in: b.insn, x: x})
}

// condition compiles what stands behind if or when.
func (b *builder) condition(s *source, a *syntax.Expr) (*expr, error) {
	x, err := b.scope(s).compile(a)
	if err == nil {
		b.statement(s, x)
	}
	return x, err
}

// memberStatement notes that a number of an operand means something else.
func (b *builder) memberStatement(s *source, a *syntax.Member, op *Operand) {
	if b.set.sound {
		return
	}
	m := op.Members[len(op.Members)-1]
	is := &node{op: "==", kids: []*node{argNode(b.insn.Pattern, op.Arg), {op: opConst, value: int64(m.Number)}}}
	x := newExpr(s.note.At(a.Pos.Offset), is, b.insn.Pattern.FieldBits(op.Arg), []int{op.Arg})
	b.statement(s, x)
	b.insn.statements[len(b.insn.statements)-1].Member = strconv.Itoa(m.Number)
}

// Value tells whether the statement's value is the same for every word of the pattern, whatever other
// statements and other members of its group leave of these.
func (s Statement) Value() Value {
	switch {
	case s.x.features:
		return Varies
	case !s.in.some(s.x, true):
		return Always
	case !s.in.some(s.x, false):
		return Never
	}
	return Varies
}

// judgedBits is up to how many bits all words are tried where an expression makes no diagram of a sane size.
const judgedBits = 12

// some reports whether an expression is true for some word of the pattern, or false if negate is set. It
// reports true where that is too hard to tell.
func (in *Insn) some(x *expr, negate bool) bool {
	word := ^uint64(0) >> (64 - in.Spec.Options.InsnWidth)
	t := tie{pos: x.pos, bits: x.bits & word &^ in.Pattern.FixedMask, in: in, exprs: []*expr{x}, negate: negate, operand: -1}
	c := &component{in: in, pos: x.pos, mask: t.bits, ties: []tie{t}}
	c.order = c.chooseOrder()
	if c.probe() {
		return true
	}
	d, root, ok := c.blast(nil)
	d.release()
	if ok {
		return root != no
	}
	if bits.OnesCount64(c.mask) > judgedBits {
		return true
	}
	d, root = c.enumerate(nil)
	d.release()
	return root != no
}
