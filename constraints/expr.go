package constraints

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/risugen/risugen/decodetree"
)

// env is what an expression is evaluated in: one instruction word and its arguments.
type env struct {
	word uint64
	args []int64
}

// evalFunc evaluates a compiled expression.
type evalFunc func(*env) int64

// expr is a compiled expression and what it depends on.
type expr struct {
	pos  decodetree.Pos
	eval evalFunc
	bits uint64 // instruction bits that the value depends on
	uses []int  // arguments that are mentioned
}

// scope resolves the names in an expression. A scope without a pattern knows features alone.
type scope struct {
	note     decodetree.Note // to turn offsets into positions
	base     int             // offset of the expression's text in the note
	spec     *decodetree.Spec
	pattern  *decodetree.Pattern
	features map[string]bool
}

func (s *scope) at(offset int) decodetree.Pos { return s.note.At(s.base + offset) }

func (s *scope) errorf(offset int, format string, args ...any) error {
	return &decodetree.Error{Pos: s.at(offset), Msg: fmt.Sprintf(format, args...)}
}

// compile turns a parsed expression into a function.
func (s *scope) compile(a *astExpr) (*expr, error) {
	c := compiler{scope: s}
	fn, err := c.expr(a)
	if err != nil {
		return nil, err
	}
	return &expr{pos: s.at(a.Pos.Offset), eval: fn, bits: c.bits, uses: c.uses}, nil
}

type compiler struct {
	*scope
	bits uint64
	uses []int
}

func (c *compiler) expr(a *astExpr) (evalFunc, error) {
	cond, err := c.chain(a)
	if err != nil || a.Then == nil {
		return cond, err
	}
	yes, err := c.expr(a.Then)
	if err != nil {
		return nil, err
	}
	no, err := c.expr(a.Else)
	if err != nil {
		return nil, err
	}
	return func(e *env) int64 {
		if cond(e) != 0 {
			return yes(e)
		}
		return no(e)
	}, nil
}

// precedence of the binary operators, as in C; `in` binds like a comparison.
var precedence = map[string]int{
	"||": 1, "&&": 2, "|": 3, "^": 4, "&": 5, "==": 6, "!=": 6,
	"<": 7, "<=": 7, ">": 7, ">=": 7, "in": 7, "<<": 8, ">>": 8, "+": 9, "-": 9, "*": 10, "/": 10, "%": 10,
}

// chain folds a flat run of operands and operators by precedence.
func (c *compiler) chain(a *astExpr) (evalFunc, error) {
	left, err := c.unary(a.Head)
	if err != nil {
		return nil, err
	}
	fn, rest, err := c.climb(left, a.Tail, 1)
	if err == nil && len(rest) > 0 {
		err = c.errorf(rest[0].Pos.Offset, "unexpected operator %s", rest[0].Op)
	}
	return fn, err
}

// climb is precedence climbing: it takes the operators that bind at least as tightly as level.
func (c *compiler) climb(left evalFunc, tail []*astTail, level int) (evalFunc, []*astTail, error) {
	for len(tail) > 0 && precedenceOf(tail[0]) >= level {
		t := tail[0]
		tail = tail[1:]
		if t.Set != nil {
			in, err := c.set(left, t.Set)
			if err != nil {
				return nil, nil, err
			}
			left = in
			continue
		}
		right, err := c.unary(t.Right)
		if err != nil {
			return nil, nil, err
		}
		for len(tail) > 0 && precedenceOf(tail[0]) > precedenceOf(t) {
			if right, tail, err = c.climb(right, tail, precedenceOf(t)+1); err != nil {
				return nil, nil, err
			}
		}
		left = binary(t.Op, left, right)
	}
	return left, tail, nil
}

func precedenceOf(t *astTail) int {
	if t.Set != nil {
		return precedence["in"]
	}
	return precedence[t.Op]
}

// set compiles membership in ranges.
func (c *compiler) set(left evalFunc, ranges []*astRange) (evalFunc, error) {
	type span struct{ lo, hi evalFunc }
	var spans []span
	for _, r := range ranges {
		lo, err := c.expr(r.Lo)
		if err != nil {
			return nil, err
		}
		hi := lo
		if r.Hi != nil {
			if hi, err = c.expr(r.Hi); err != nil {
				return nil, err
			}
		}
		spans = append(spans, span{lo, hi})
	}
	return func(e *env) int64 {
		v := left(e)
		for _, s := range spans {
			if s.lo(e) <= v && v <= s.hi(e) {
				return 1
			}
		}
		return 0
	}, nil
}

func (c *compiler) unary(a *astUnary) (evalFunc, error) {
	fn, err := c.primary(a.Primary)
	for i := len(a.Ops) - 1; err == nil && i >= 0; i-- {
		fn = prefix(a.Ops[i], fn)
	}
	return fn, err
}

func (c *compiler) primary(a *astPrimary) (evalFunc, error) {
	switch {
	case a.Number != "":
		v, err := parseNumber(a.Number)
		if err != nil {
			return nil, c.errorf(a.Pos.Offset, "number %s does not fit 64 bits", a.Number)
		}
		return func(*env) int64 { return v }, nil
	case a.Raw != "":
		return c.raw(a)
	case a.Sub != nil:
		return c.expr(a.Sub)
	case a.Call:
		return c.call(a)
	}
	return c.name(a)
}

// parseNumber reads a decimal, hexadecimal or binary number with optional underscores. Numbers from 2^63
// to 2^64-1 are taken as their two's complement.
func parseNumber(text string) (int64, error) {
	u, err := strconv.ParseUint(strings.ReplaceAll(normalBase(text), "_", ""), 0, 64)
	return int64(u), err
}

// normalBase strips the zeros that would make Go read a decimal number as octal.
func normalBase(text string) string {
	if len(text) > 1 && text[0] == '0' && text[1] != 'x' && text[1] != 'X' && text[1] != 'b' && text[1] != 'B' {
		text = strings.TrimLeft(text, "0_")
		if text == "" {
			return "0"
		}
	}
	return text
}

func (c *compiler) raw(a *astPrimary) (evalFunc, error) {
	name := a.Raw[1:]
	if c.spec == nil || c.pattern == nil {
		return nil, c.errorf(a.Pos.Offset, "%s cannot be used here", a.Raw)
	}
	f := c.spec.Field(name)
	if f == nil {
		return nil, c.errorf(a.Pos.Offset, "no field is named %s", a.Raw)
	}
	c.bits |= rawBits(f)
	return func(e *env) int64 { return f.Extract(e.word) }, nil
}

// rawBits is the mask of instruction bits of a field's unnamed parts.
func rawBits(f *decodetree.Field) uint64 {
	var m uint64
	for _, p := range f.Parts {
		if p.Ref == "" && p.Len > 0 {
			m |= (^uint64(0) >> (64 - p.Len)) << p.Pos
		}
	}
	return m
}

func (c *compiler) name(a *astPrimary) (evalFunc, error) {
	if c.pattern != nil {
		if i := c.pattern.ArgIndex(a.Name); i >= 0 {
			c.bits |= c.pattern.FieldBits(i)
			c.uses = append(c.uses, i)
			return func(e *env) int64 { return e.args[i] }, nil
		}
	}
	if v, ok := c.features[a.Name]; ok {
		n := truth(v)
		return func(*env) int64 { return n }, nil
	}
	if c.pattern != nil {
		return nil, c.errorf(a.Pos.Offset, "%s is neither an argument of %s nor a feature", a.Name, c.pattern.Name)
	}
	return nil, c.errorf(a.Pos.Offset, "unknown feature %s", a.Name)
}
