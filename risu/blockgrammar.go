package risu

import (
	"errors"
	"strconv"
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/risugen/risugen/decodetree"
)

// The grammar of the block language's expressions.

type bExpr struct {
	Pos  lexer.Position
	Head *bUnary  `parser:"@@"`
	Tail []*bTail `parser:"@@*"`
	Then *bExpr   `parser:"( '?' @@"`
	Else *bExpr   `parser:"  ':' @@ )?"`
}

type bTail struct {
	Pos   lexer.Position
	Op    string    `parser:"( @( Op | '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | '<' | '>' )"`
	Right *bUnary   `parser:"  @@ )"`
	Set   []*bRange `parser:"| 'in' '{' @@ ( ',' @@ )* '}'"`
}

type bRange struct {
	Lo *bExpr `parser:"@@"`
	Hi *bExpr `parser:"( '..' @@ )?"`
}

type bUnary struct {
	Pos     lexer.Position
	Ops     []string  `parser:"@( '-' | '!' | '~' )*"`
	Primary *bPrimary `parser:"@@"`
}

type bPrimary struct {
	Pos    lexer.Position
	Number string   `parser:"  @Number"`
	Raw    string   `parser:"| @Raw"`
	Name   string   `parser:"| @Ident"`
	Call   bool     `parser:"  ( @'('"`
	Args   []*bExpr `parser:"    ( @@ ( ',' @@ )* )? ')' )?"`
	Sub    *bExpr   `parser:"| '(' @@ ')'"`
}

var bLexer = lexer.MustSimple([]lexer.SimpleRule{
	{Name: "Number", Pattern: `0[xX][0-9a-fA-F_]+|0[bB][01_]+|[0-9][0-9_]*`},
	{Name: "Raw", Pattern: `%[a-zA-Z_][a-zA-Z0-9_]*`},
	{Name: "Keyword", Pattern: `in\b`},
	{Name: "Ident", Pattern: `[a-zA-Z_][a-zA-Z0-9_]*`},
	{Name: "Range", Pattern: `\.\.`},
	{Name: "Op", Pattern: `<<|>>|<=|>=|==|!=|&&|\|\|`},
	{Name: "Punct", Pattern: `[-+*/%&|^~!<>=?:{}();,]`},
	{Name: "space", Pattern: `[ \t\r\n]+`},
})

var bParser = sync.OnceValue(func() *participle.Parser[bExpr] {
	return participle.MustBuild[bExpr](participle.Lexer(bLexer), participle.UseLookahead(0))
})

// parseExpr parses the statement s of block b.
func (b *noteBlock) parseExpr(s stmt) (Expr, error) {
	if tooDeep(s.text) >= 0 {
		return nil, b.errorf(s.offset, "nested too deeply")
	}
	ast, err := bParser().ParseString("", s.text)
	var unexpected *participle.UnexpectedTokenError
	switch {
	case errors.As(err, &unexpected):
		tok := unexpected.Unexpected
		return nil, b.errorf(s.offset+tok.Pos.Offset, "unexpected %s", tokenText(tok))
	case err != nil:
		return nil, b.errorf(s.offset, "%s", message(err))
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

func (c *blockBuilder) expr(a *bExpr) Expr {
	x, _ := c.climb(c.unary(a.Head), a.Tail, 1)
	if a.Then == nil {
		return x
	}
	return &Cond{c.at(a.Pos), x, c.expr(a.Then), c.expr(a.Else)}
}

func (t *bTail) level() int {
	if t.Set != nil {
		return blockLevels["in"]
	}
	return blockLevels[t.Op]
}

func (c *blockBuilder) climb(left Expr, tail []*bTail, level int) (Expr, []*bTail) {
	for len(tail) > 0 && tail[0].level() >= level {
		t := tail[0]
		tail = tail[1:]
		if t.Set != nil {
			left = c.set(left, t)
			continue
		}
		right := c.unary(t.Right)
		for len(tail) > 0 && tail[0].level() > t.level() {
			right, tail = c.climb(right, tail, t.level()+1)
		}
		left = &Binary{c.at(t.Pos), t.Op, left, right}
	}
	return left, tail
}

func (c *blockBuilder) set(x Expr, t *bTail) Expr {
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

func (c *blockBuilder) unary(a *bUnary) Expr {
	x := c.primary(a.Primary)
	for i := len(a.Ops) - 1; i >= 0; i-- {
		x = &Unary{c.at(a.Pos), a.Ops[i], x}
	}
	return x
}

func (c *blockBuilder) primary(a *bPrimary) Expr {
	pos := c.at(a.Pos)
	switch {
	case a.Number != "":
		v, err := blockNumber(a.Number)
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

// blockNumber reads a literal; a leading zero means nothing, and numbers from 2^63 on are negative.
func blockNumber(text string) (int64, error) {
	text = strings.ReplaceAll(text, "_", "")
	if len(text) > 1 && text[1] >= '0' && text[1] <= '9' {
		text = strings.TrimLeft(text[:len(text)-1], "0") + text[len(text)-1:]
	}
	u, err := strconv.ParseUint(text, 0, 64)
	return int64(u), err
}
