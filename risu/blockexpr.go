package risu

import (
	"errors"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/risugen/risugen/constraints/syntax"
	"github.com/risugen/risugen/decodetree"
)

// parseExpr parses the statement s of block b.
func (b *noteBlock) parseExpr(s stmt) (Expr, error) {
	ast, err := syntax.ParseExpr(s.text)
	var wrong *syntax.Error
	if errors.As(err, &wrong) {
		return nil, b.errorf(s.offset+wrong.Offset, "%s", wrong.Msg)
	}
	c := &blockBuilder{block: b, base: s.offset}
	x := c.expr(ast)
	return x, c.err
}

// blockBuilder makes the tree, with C's precedences.
type blockBuilder struct {
	block *noteBlock
	base  int
	err   error
}

func (c *blockBuilder) at(p lexer.Position) decodetree.Pos {
	return c.block.note.At(c.block.body + c.base + p.Offset)
}

func (c *blockBuilder) expr(a *syntax.Expr) Expr {
	x, _ := c.climb(c.unary(a.Head), a.Tail, 1)
	if a.Then == nil {
		return x
	}
	return &Cond{c.at(a.Pos), x, c.expr(a.Then), c.expr(a.Else)}
}

func blockLevel(t *syntax.Tail) int {
	if t.Set != nil {
		return blockLevels["in"]
	}
	return blockLevels[t.Op]
}

func (c *blockBuilder) climb(left Expr, tail []*syntax.Tail, level int) (Expr, []*syntax.Tail) {
	for len(tail) > 0 && blockLevel(tail[0]) >= level {
		t := tail[0]
		tail = tail[1:]
		if t.Set != nil {
			left = c.set(left, t)
			continue
		}
		right := c.unary(t.Right)
		for len(tail) > 0 && blockLevel(tail[0]) > blockLevel(t) {
			right, tail = c.climb(right, tail, blockLevel(t)+1)
		}
		left = &Binary{c.at(t.Pos), t.Op, left, right}
	}
	return left, tail
}

func (c *blockBuilder) set(x Expr, t *syntax.Tail) Expr {
	in := &In{Pos: c.at(t.Pos), X: x}
	for _, r := range t.Set {
		out := Range{Lo: c.expr(r.Lo)}
		if r.Hi != nil {
			out.Hi = c.expr(r.Hi)
		}
		in.Ranges = append(in.Ranges, out)
	}
	return in
}

func (c *blockBuilder) unary(a *syntax.Unary) Expr {
	x := c.primary(a.Primary)
	for i := len(a.Ops) - 1; i >= 0; i-- {
		x = &Unary{c.at(a.Pos), a.Ops[i], x}
	}
	return x
}

func (c *blockBuilder) primary(a *syntax.Primary) Expr {
	pos := c.at(a.Pos)
	switch {
	case a.Number != "":
		v, err := syntax.Number(a.Number)
		if err != nil && c.err == nil {
			c.err = &decodetree.Error{Pos: pos, Msg: "number " + a.Number + " does not fit 64 bits"}
		}
		return &Number{Pos: pos, Text: a.Number, Value: v}
	case a.Raw != "":
		return &Raw{pos, a.Raw[1:]}
	case a.Sub != nil:
		return c.expr(a.Sub)
	case !a.Call:
		return &Var{pos, a.Name}
	}
	call := &Call{Pos: pos, Name: a.Name}
	for _, x := range a.Args {
		call.Args = append(call.Args, c.expr(x))
	}
	return call
}
