package constraints

import (
	"fmt"

	"github.com/risugen/risugen/constraints/syntax"
	"github.com/risugen/risugen/decodetree"
)

// env is what an expression is evaluated in: one instruction word and its arguments, and, within a
// function's body, the function's parameter.
type env struct {
	word  uint64
	args  []int64
	param int64
	tried bool // the arguments are what is tried, and not those of the word
}

// node is an expression as a tree. It is evaluated as an operation made from it (eval.go), or turned into a
// decision diagram (blast.go).
type node struct {
	op    string // an operator as written, or one of the words below
	value int64  // of a constant
	arg   int    // index of an argument
	field *decodetree.Field
	bound *decodetree.Binding // the argument
	call  *builtin
	body  *node // of an applied function
	kids  []*node
}

// argNode is the node of an argument.
func argNode(p *decodetree.Pattern, i int) *node { return &node{op: opArg, arg: i, bound: &p.Args[i]} }

// Node kinds that are no operators.
const (
	opConst   = "const"
	opArg     = "arg"
	opRaw     = "raw"     // a raw field
	opParam   = "param"   // of a function
	opFeature = "feature" // whether a CPU has a free feature, within requires blocks
	opCall    = "call"    // of a built-in function
	opApply   = "apply"   // a function of a functions block
	opCond    = "?:"
	opIn      = "in" // kids: a value, then a lower and an upper bound for each range
	opNeg     = "neg"
	opNot     = "!"
	opCompl   = "~"
)

// expr is a compiled expression and what it depends on.
type expr struct {
	pos  decodetree.Pos
	tree *node
	run  operation
	bits uint64 // instruction bits that the value depends on
	uses []int  // arguments that are mentioned

	features bool // features are mentioned
	unsure   bool // and free ones among them
}

// eval is the value in an environment.
func (x *expr) eval(e *env) int64 { return x.run.eval(e) }

// constant reports whether the value is the same for all words.
func (x *expr) constant() bool { return x.bits == 0 && len(x.uses) == 0 }

// newExpr makes an expression of a tree whose dependencies are known.
func newExpr(pos decodetree.Pos, tree *node, bits uint64, uses []int) *expr {
	return &expr{pos: pos, tree: tree, run: tree.compile(), bits: bits, uses: uses}
}

// scope resolves the names in an expression. A scope without a pattern knows features alone.
type scope struct {
	set       *Set
	cpu       cpu             // its free features
	behind    string          // the feature that a prefix turns on, or ""
	insn      *Insn           // that the expression is for, or nil
	requires  bool            // the expression is evaluated for CPUs instead of words
	note      decodetree.Note // to turn offsets into positions
	base      int             // offset of the expression's text in the note
	spec      *decodetree.Spec
	pattern   *decodetree.Pattern
	functions functionTable
	lists     listTable
	param     string // name of the parameter in a function's body
	cost      int    // of the last expression compiled
}

func (s *scope) at(offset int) decodetree.Pos { return s.note.At(s.base + offset) }

func (s *scope) errorf(offset int, format string, args ...any) error {
	return &decodetree.Error{Pos: s.at(offset), Msg: fmt.Sprintf(format, args...)}
}

// compile resolves a parsed expression.
func (s *scope) compile(a *syntax.Expr) (*expr, error) {
	r := resolver{scope: s}
	tree, err := r.expr(a)
	if err != nil {
		return nil, err
	}
	s.cost = r.cost
	x := newExpr(s.at(a.Pos.Offset), tree, r.bits, r.uses)
	x.features, x.unsure = r.features, r.unsure
	if p := s.pattern; p != nil && !s.requires && s.param == "" && !x.features && x.bits&^p.FixedMask == 0 {
		x.run = operation{code: doConst, value: x.eval(&env{word: p.FixedBits, args: p.Extract(p.FixedBits, nil)})}
	}
	return x, nil
}
