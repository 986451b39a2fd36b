package risu

import "github.com/risugen/risugen/decodetree"

// Expr is an expression: Perl's, as .risu files have it, or that of the block language. Both have C's
// operators, and what they do differently is said where one is turned into the other.
type Expr interface {
	Place() decodetree.Pos
}

// Number is a literal.
type Number struct {
	Pos   decodetree.Pos
	Text  string // as written; "" where it was computed
	Value int64
}

// Var is the value of a field.
type Var struct {
	Pos  decodetree.Pos
	Name string // without the "$"
}

// Raw is the block language's %name, a field before its function.
type Raw struct {
	Pos  decodetree.Pos
	Name string // without the "%"
}

// Unary is one of - ! ~ +.
type Unary struct {
	Pos decodetree.Pos
	Op  string
	X   Expr
}

// Binary is an operator between two values.
type Binary struct {
	Pos  decodetree.Pos
	Op   string
	L, R Expr
}

// Cond is If ? Then : Else.
type Cond struct {
	Pos            decodetree.Pos
	If, Then, Else Expr
}

// Call is a function with its arguments.
type Call struct {
	Pos  decodetree.Pos
	Name string
	Args []Expr
}

// Assign is Perl's $name = value, or with an operator in Op ("&" for "&=").
type Assign struct {
	Pos   decodetree.Pos
	Name  string
	Op    string
	Value Expr
}

// In is the block language's x in {lo..hi, ...}. A single value has no Hi.
type In struct {
	Pos    decodetree.Pos
	X      Expr
	Ranges []Range
}

// Range is a member of a set.
type Range struct {
	Lo, Hi Expr
}

func (e *Number) Place() decodetree.Pos { return e.Pos }
func (e *Var) Place() decodetree.Pos    { return e.Pos }
func (e *Raw) Place() decodetree.Pos    { return e.Pos }
func (e *Unary) Place() decodetree.Pos  { return e.Pos }
func (e *Binary) Place() decodetree.Pos { return e.Pos }
func (e *Cond) Place() decodetree.Pos   { return e.Pos }
func (e *Call) Place() decodetree.Pos   { return e.Pos }
func (e *Assign) Place() decodetree.Pos { return e.Pos }
func (e *In) Place() decodetree.Pos     { return e.Pos }

// children gives the expressions that e is made of.
func children(e Expr) []Expr {
	switch e := e.(type) {
	case *Unary:
		return []Expr{e.X}
	case *Binary:
		return []Expr{e.L, e.R}
	case *Cond:
		return []Expr{e.If, e.Then, e.Else}
	case *Call:
		return e.Args
	case *Assign:
		return []Expr{e.Value}
	case *In:
		list := []Expr{e.X}
		for _, r := range e.Ranges {
			list = append(list, r.Lo)
			if r.Hi != nil {
				list = append(list, r.Hi)
			}
		}
		return list
	}
	return nil
}

// visit calls f for e and everything inside it.
func visit(e Expr, f func(Expr)) {
	f(e)
	for _, c := range children(e) {
		visit(c, f)
	}
}

// Stmt is one statement of a Perl block: an expression, or a condition with blocks.
type Stmt struct {
	Pos  decodetree.Pos
	Expr Expr // nil for a condition
	If   Expr
	Then []Stmt
	Else []Stmt
}
