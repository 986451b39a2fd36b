package risu

import (
	"strconv"
	"strings"
)

// perlLevels are Perl's binary operators by how tightly they bind. Those of one level group from the
// left; comparisons of one level do not group at all.
var perlLevels = map[string]int{
	"||": 1, "&&": 2, "|": 3, "^": 3, "&": 4, "==": 5, "!=": 5, "<": 6, ">": 6, "<=": 6, ">=": 6,
	"<<": 7, ">>": 7, "+": 8, "-": 8, "*": 9, "/": 9, "%": 9,
}

func (c *perlBuilder) stmts(b *blockAST) []Stmt {
	var out []Stmt
	for i, s := range b.Stmts {
		stmt := Stmt{Pos: c.at(s.Pos)}
		if i > 0 && b.Stmts[i-1].Expr != nil && b.Stmts[i-1].Ends == nil {
			c.fail(s.Pos.Offset, "a semicolon is missing before this statement")
		}
		if s.If == nil {
			stmt.Expr = c.expr(s.Expr)
		} else {
			stmt.If, stmt.Then = c.expr(s.If), c.stmts(s.Then)
			if s.Else != nil {
				stmt.Else = c.stmts(s.Else)
			}
		}
		out = append(out, stmt)
	}
	return out
}

func (c *perlBuilder) expr(a *exprAST) Expr {
	if a.Target != "" {
		op := strings.TrimSuffix(a.Op, "=")
		return &Assign{Pos: c.at(a.Pos), Name: c.variable(a.Pos.Offset, a.Target), Op: op, Value: c.expr(a.Value)}
	}
	x := c.chain(a)
	if a.Then == nil {
		return x
	}
	return &Cond{Pos: c.at(a.Pos), If: x, Then: c.expr(a.Then), Else: c.expr(a.Else)}
}

func (c *perlBuilder) chain(a *exprAST) Expr {
	x, rest := c.climb(c.unary(a.Head), a.Tail, 1)
	for _, t := range rest { // none: every operator has a level of at least 1
		c.fail(t.Pos.Offset, "unexpected operator %s", t.Op)
	}
	return x
}

// climb is precedence climbing: it takes the operators that bind at least as tightly as level.
func (c *perlBuilder) climb(left Expr, tail []*tailAST, level int) (Expr, []*tailAST) {
	compared := 0
	for len(tail) > 0 && perlLevels[tail[0].Op] >= level {
		t := tail[0]
		own := perlLevels[t.Op]
		if own == compared && (own == perlLevels["=="] || own == perlLevels["<"]) {
			c.fail(t.Pos.Offset, "comparison of a comparison: Perl wants parentheses")
		}
		right := c.unary(t.Right)
		tail = tail[1:]
		for len(tail) > 0 && perlLevels[tail[0].Op] > own {
			right, tail = c.climb(right, tail, own+1)
		}
		left, compared = &Binary{Pos: c.at(t.Pos), Op: t.Op, L: left, R: right}, own
	}
	return left, tail
}

func (c *perlBuilder) unary(a *unaryAST) Expr {
	x := c.primary(a.Primary)
	for i := len(a.Ops) - 1; i >= 0; i-- {
		if a.Ops[i] != "+" {
			x = &Unary{Pos: c.at(a.Pos), Op: a.Ops[i], X: x}
		}
	}
	return x
}

func (c *perlBuilder) primary(a *primaryAST) Expr {
	pos := c.at(a.Pos)
	switch {
	case a.Number != "":
		v, err := perlNumber(a.Number)
		if err != nil {
			c.fail(a.Pos.Offset, "%s is no number of 63 bits", a.Number)
		}
		return &Number{Pos: pos, Text: a.Number, Value: v}
	case a.Var != "":
		return &Var{Pos: pos, Name: c.variable(a.Pos.Offset, a.Var)}
	case a.Sub != nil:
		return c.expr(a.Sub)
	}
	call := &Call{Pos: pos, Name: a.Call}
	for _, x := range a.Args {
		call.Args = append(call.Args, c.expr(x))
	}
	if want, known := arity[a.Call]; known && len(a.Args) != want {
		c.fail(a.Pos.Offset, "%s takes %d arguments, not %d", a.Call, want, len(a.Args))
	}
	return call
}

// arity is the number of arguments of functions that give a value.
var arity = map[string]int{"sextract": 2, "ctz": 1, "is_pow_of_2": 1, "int": 1, "align": 1}

// variable checks that "$name" is a field; Perl refuses a variable that nothing declares.
func (c *perlBuilder) variable(at int, text string) string {
	name := text[1:]
	if c.pattern.field(name) == nil {
		c.fail(at, "%s is no field of %s", text, c.pattern.FullName())
	}
	return name
}

// perlNumber reads a literal; a leading zero makes it octal.
func perlNumber(text string) (int64, error) {
	return strconv.ParseInt(strings.ReplaceAll(text, "_", ""), 0, 64)
}
