package risu

import (
	"fmt"

	"github.com/risugen/risugen/decodetree"
)

// toPerl translates resolved expressions of the block language into Perl, exactly or not at all. What
// Perl does differently with negative numbers is spelled out:
//
//	block language                 Perl
//	a << n                         a * (1 << n)
//	a >> n                         a < 0 ? -1 - ((-1 - a) >> n) : a >> n
//	a & b, both below zero         sextract(a & b, 64)
//	a / b                          int(a / b)
//	~a                             -1 - a
//	a in {lo..hi, c}               a >= lo && a <= hi || a == c
//	extract(a, pos, n)             (a >> pos) & mask
type toPerl struct {
	word *layout
	meter
}

// condition translates a statement of a block of conditions.
func (t *toPerl) condition(e Expr) (Expr, error) { return t.check(t.truth(e)) }

// operand translates a number.
func (t *toPerl) operand(e Expr) (Expr, error) {
	x, _ := t.value(e)
	return t.check(x)
}

func (t *toPerl) fail(e Expr, format string, args ...any) (Expr, span) {
	t.fault(e, fmt.Sprintf(format, args...))
	return &Number{Pos: e.Place()}, span{}
}

const tooLarge = "the number may become too large for Perl"

// truth translates a value of which only matters whether it is zero.
func (t *toPerl) truth(e Expr) Expr {
	if !t.step(e) {
		return e
	}
	switch e := e.(type) {
	case *Unary:
		if e.Op == "!" {
			return negate(e.Pos, t.truth(e.X))
		}
	case *Binary:
		if e.Op == "&&" || e.Op == "||" {
			return fold(&Binary{e.Pos, e.Op, t.truth(e.L), t.truth(e.R)})
		}
	case *Cond:
		return &Cond{e.Pos, t.truth(e.If), t.truth(e.Then), t.truth(e.Else)}
	case *In:
		return t.in(e)
	}
	x, _ := t.value(e)
	return x
}

// fold works out && and || with a constant, as features leave them.
func fold(b *Binary) Expr {
	for _, side := range [][2]Expr{{b.L, b.R}, {b.R, b.L}} {
		if n, ok := side[0].(*Number); ok {
			if (n.Value != 0) == (b.Op == "||") {
				return n
			}
			return side[1]
		}
	}
	return b
}

// negate turns a comparison for equality around, and takes || apart, so that each condition stands alone.
func negate(pos decodetree.Pos, e Expr) Expr {
	if b, ok := e.(*Binary); ok {
		switch b.Op {
		case "==":
			return &Binary{b.Pos, "!=", b.L, b.R}
		case "!=":
			return &Binary{b.Pos, "==", b.L, b.R}
		case "||":
			return &Binary{b.Pos, "&&", negate(pos, b.L), negate(pos, b.R)}
		}
	}
	return &Unary{pos, "!", e}
}

func (t *toPerl) value(e Expr) (Expr, span) {
	if !t.step(e) {
		return e, span{}
	}
	switch e := e.(type) {
	case *Number:
		return e, exact(e.Value)
	case *Var:
		return e, span{hi: int64(lowBits(t.word.segment(e.Name).len))}
	case *Unary:
		return t.unary(e)
	case *Binary:
		return t.binary(e)
	case *Cond:
		yes, a := t.value(e.Then)
		no, b := t.value(e.Else)
		return &Cond{e.Pos, t.truth(e.If), yes, no}, a.union(b)
	case *In:
		return &Cond{e.Pos, t.in(e), one(e), zero(e)}, span{hi: 1}
	case *Call:
		return t.call(e)
	}
	return t.fail(e, "this has no counterpart")
}

func zero(e Expr) Expr { return &Number{Pos: e.Place()} }
func one(e Expr) Expr  { return &Number{Pos: e.Place(), Value: 1} }

func (t *toPerl) unary(e *Unary) (Expr, span) {
	if e.Op == "!" {
		return &Unary{e.Pos, "!", t.truth(e.X)}, span{hi: 1}
	}
	x, s := t.value(e.X)
	if !s.small() {
		return t.fail(e, tooLarge)
	}
	if e.Op == "-" {
		return &Unary{e.Pos, "-", x}, span{lo: -s.hi, hi: -s.lo}
	}
	return &Binary{e.Pos, "-", &Number{Pos: e.Pos, Value: -1}, x}, span{lo: -1 - s.hi, hi: -1 - s.lo}
}

func (t *toPerl) binary(e *Binary) (Expr, span) {
	switch e.Op {
	case "&&", "||":
		return &Cond{e.Pos, t.truth(e), one(e), zero(e)}, span{hi: 1}
	case "<<":
		return t.left(e)
	case ">>":
		return t.right(e)
	}
	l, a := t.value(e.L)
	r, b := t.value(e.R)
	out := &Binary{e.Pos, e.Op, l, r}
	switch {
	case comparisons[e.Op] != nil:
		return out, span{hi: 1}
	case isBitOp(e.Op):
		if s := bitSpan(e.Op, a, b); s.natural() {
			return out, s
		}
		return &Call{e.Pos, "sextract", []Expr{out, &Number{Pos: e.Pos, Value: 64}}}, signedBits(a, b)
	case e.Op == "/" || e.Op == "%":
		return t.divide(out, a, b)
	}
	s, ok := arithmeticSpan(e.Op, a, b)
	if !ok {
		return t.fail(e, tooLarge)
	}
	return out, s
}

func (t *toPerl) left(e *Binary) (Expr, span) {
	l, a := t.value(e.L)
	r, n := t.value(e.R)
	switch {
	case n.lo < 0 || n.hi > 63:
		return t.fail(e, "the distance may leave 0 to 63")
	case a.natural() && leftSpan(a, n).natural():
		return &Binary{e.Pos, "<<", l, r}, leftSpan(a, n)
	case n.hi > 52:
		return t.fail(e, tooLarge)
	}
	factor := Expr(&Binary{e.Pos, "<<", one(e), r})
	if n.constant() {
		factor = &Number{Pos: e.Pos, Value: 1 << n.lo}
	}
	s, ok := arithmeticSpan("*", a, span{lo: 1 << n.lo, hi: 1 << n.hi})
	if !ok {
		return t.fail(e, tooLarge)
	}
	return &Binary{e.Pos, "*", l, factor}, s
}

func (t *toPerl) right(e *Binary) (Expr, span) {
	l, a := t.value(e.L)
	r, n := t.value(e.R)
	shifted := &Binary{e.Pos, ">>", l, r}
	switch {
	case !n.natural():
		return t.fail(e, "the distance may be negative")
	case a.natural():
		return shifted, rightSpan(a, n)
	case !a.small():
		return t.fail(e, tooLarge)
	}
	minus := &Number{Pos: e.Pos, Value: -1}
	turned := &Binary{e.Pos, "-", minus, &Binary{e.Pos, ">>", &Binary{e.Pos, "-", minus, l}, r}}
	return &Cond{e.Pos, &Binary{e.Pos, "<", l, zero(e)}, turned, shifted}, a
}

// divide translates / and %, which round towards zero and give 0 for a divisor of 0.
func (t *toPerl) divide(e *Binary, a, b span) (Expr, span) {
	if !a.small() || !b.small() {
		return t.fail(e, tooLarge)
	}
	most := max(magnitude(a.lo), magnitude(a.hi))
	s := span{lo: -int64(most), hi: int64(most)}
	if a.natural() && b.natural() {
		s.lo = 0
	}
	quotient := &Call{e.Pos, "int", []Expr{&Binary{e.Pos, "/", e.L, e.R}}}
	var out Expr = quotient
	if e.Op == "%" {
		out = e
		if s.lo < 0 {
			out = &Binary{e.Pos, "-", e.L, &Binary{e.Pos, "*", e.R, quotient}}
		}
	}
	if b.lo <= 0 && b.hi >= 0 {
		out = &Cond{e.Pos, &Binary{e.Pos, "==", e.R, zero(e)}, zero(e), out}
	}
	return out, s
}

// in spells a set out.
func (t *toPerl) in(e *In) Expr {
	x, _ := t.value(e.X)
	var out Expr
	for _, r := range e.Ranges {
		lo, _ := t.value(r.Lo)
		var test Expr = &Binary{e.Pos, "==", x, lo}
		if r.Hi != nil {
			hi, _ := t.value(r.Hi)
			test = &Binary{e.Pos, "&&", &Binary{e.Pos, ">=", x, lo}, &Binary{e.Pos, "<=", x, hi}}
		}
		if out != nil {
			test = &Binary{e.Pos, "||", out, test}
		}
		out = test
	}
	return out
}
