package risu

import "fmt"

// toBlocks translates reduced Perl into the block language. It translates exactly or not at all.
//
//	Perl                                block language
//	a && b, as a number                 a ? b : 0
//	a || b, as a number                 a ? a : b
//	a >> n, a below zero                extract(a, n, 64 - n)
//	a % b, a below zero                 (a % b + b) % b
//	int(a / b)                          a / b
//	sextract(a, n)                      sextract(a, 0, n), or more where a has bits above the sign
//	is_pow_of_2(a)                      a > 0 && popcount(a) == 1
//	ctz(a), the highest bit             (a >= 2) + (a >= 4) + ...
type toBlocks struct {
	pattern *Pattern
	rename  map[string]string // fields to arguments
	meter
}

// condition translates the value of a constraints block.
func (t *toBlocks) condition(e Expr) (Expr, error) { return t.check(t.truth(e)) }

// operand translates a number.
func (t *toBlocks) operand(e Expr) (Expr, error) {
	x, _ := t.number(e)
	return t.check(x)
}

func (t *toBlocks) fail(e Expr, format string, args ...any) (Expr, span) {
	t.fault(e, fmt.Sprintf(format, args...))
	return &Number{Pos: e.Place()}, span{}
}

// truth translates a value of which only matters whether it is zero.
func (t *toBlocks) truth(e Expr) Expr {
	if !t.step(e) {
		return e
	}
	switch e := e.(type) {
	case *Unary:
		if e.Op == "!" {
			return &Unary{e.Pos, "!", t.truth(e.X)}
		}
	case *Binary:
		if e.Op == "&&" || e.Op == "||" {
			return &Binary{e.Pos, e.Op, t.truth(e.L), t.truth(e.R)}
		}
	case *Cond:
		return &Cond{e.Pos, t.truth(e.If), t.truth(e.Then), t.truth(e.Else)}
	}
	x, _ := t.value(e)
	return x
}

// number translates a value and makes sure that both languages see the same number.
func (t *toBlocks) number(e Expr) (Expr, span) {
	x, s := t.value(e)
	if s.wide {
		return t.fail(e, "Perl's number may be 2^63 or more here")
	}
	return x, s
}

func (t *toBlocks) value(e Expr) (Expr, span) {
	if !t.step(e) {
		return e, span{}
	}
	switch e := e.(type) {
	case *Number:
		return e, exact(e.Value)
	case *Var:
		return t.variable(e)
	case *Unary:
		return t.unary(e)
	case *Binary:
		return t.binary(e)
	case *Cond:
		yes, a := t.value(e.Then)
		no, b := t.value(e.Else)
		return &Cond{e.Pos, t.truth(e.If), yes, no}, a.union(b)
	case *Call:
		return t.call(e)
	}
	return t.fail(e, "this has no counterpart")
}

func (t *toBlocks) variable(e *Var) (Expr, span) {
	f := t.pattern.field(e.Name)
	if f == nil || f.Len == 0 {
		return &Number{Pos: e.Pos}, span{}
	}
	return &Var{e.Pos, t.rename[e.Name]}, span{hi: int64(lowBits(f.Len))}
}

func (t *toBlocks) unary(e *Unary) (Expr, span) {
	switch e.Op {
	case "!":
		return &Unary{e.Pos, "!", t.truth(e.X)}, span{hi: 1}
	case "~":
		x, _ := t.value(e.X)
		return &Unary{e.Pos, "~", x}, wideSpan
	}
	x, s := t.number(e.X)
	if !s.small() {
		return t.fail(e, "the number may become too large")
	}
	return &Unary{e.Pos, "-", x}, span{lo: -s.hi, hi: -s.lo}
}

func (t *toBlocks) binary(e *Binary) (Expr, span) {
	switch e.Op {
	case "&&", "||":
		return t.logical(e)
	case "&", "|", "^":
		l, a := t.value(e.L)
		r, b := t.value(e.R)
		return &Binary{e.Pos, e.Op, l, r}, bitSpan(e.Op, a, b)
	case "<<", ">>":
		return t.shift(e)
	case "/":
		return t.fail(e, "Perl divides with fractions; only int(a / b) has a counterpart")
	case "%":
		return t.modulo(e)
	}
	l, a := t.number(e.L)
	r, b := t.number(e.R)
	out := &Binary{e.Pos, e.Op, l, r}
	if comparisons[e.Op] != nil {
		return out, span{hi: 1}
	}
	s, ok := arithmeticSpan(e.Op, a, b)
	if !ok {
		return t.fail(e, "the number may become too large")
	}
	return out, s
}

// logical translates && and || where the value matters: in Perl it is that of the deciding operand.
func (t *toBlocks) logical(e *Binary) (Expr, span) {
	r, b := t.value(e.R)
	if e.Op == "&&" {
		return &Cond{e.Pos, t.truth(e.L), r, &Number{Pos: e.Pos}}, b.union(span{})
	}
	l, a := t.value(e.L)
	return &Cond{e.Pos, t.truth(e.L), l, r}, a.union(b)
}

func (t *toBlocks) shift(e *Binary) (Expr, span) {
	l, a := t.value(e.L)
	r, n := t.number(e.R)
	switch {
	case !n.natural():
		return t.fail(e, "the distance may be negative, which in Perl shifts the other way")
	case e.Op == "<<":
		return &Binary{e.Pos, "<<", l, r}, leftSpan(a, n)
	case a.natural():
		return &Binary{e.Pos, ">>", l, r}, rightSpan(a, n)
	case !n.constant() || n.lo < 1 || n.lo > 63:
		return t.fail(e, "a negative number is shifted by a distance that varies")
	}
	rest := &Number{Pos: e.Pos, Value: 64 - n.lo}
	return &Call{e.Pos, "extract", []Expr{l, r, rest}}, span{hi: int64(lowBits(int(rest.Value)))}
}

func (t *toBlocks) modulo(e *Binary) (Expr, span) {
	l, a := t.number(e.L)
	r, b := t.number(e.R)
	if b.lo < 1 || !b.small() || !a.small() {
		return t.fail(e, "the right side of %% may be zero, negative or too large")
	}
	m := &Binary{e.Pos, "%", l, r}
	if a.lo < 0 {
		m = &Binary{e.Pos, "%", &Binary{e.Pos, "+", m, r}, r}
	}
	return m, span{hi: b.hi - 1}
}

func (t *toBlocks) call(e *Call) (Expr, span) {
	switch e.Name {
	case "sextract":
		return t.sextract(e)
	case "int":
		return t.integer(e)
	case "is_pow_of_2":
		x, _ := t.number(e.Args[0])
		one := &Binary{e.Pos, "==", &Call{e.Pos, "popcount", []Expr{x}}, &Number{Pos: e.Pos, Value: 1}}
		return &Binary{e.Pos, "&&", &Binary{e.Pos, ">", x, &Number{Pos: e.Pos}}, one}, span{hi: 1}
	case "ctz":
		return t.highestBit(e)
	}
	return t.fail(e, "%s has no counterpart", e.Name)
}

func (t *toBlocks) sextract(e *Call) (Expr, span) {
	x, a := t.number(e.Args[0])
	n, b := t.number(e.Args[1])
	if b.lo < 1 || b.hi > 32 || !a.small() {
		return t.fail(e, "sextract wants 1 to 32 bits of a number that is not too large")
	}
	half := int64(1) << (b.hi - 1)
	if b.constant() && a.natural() && a.hi < 2*half {
		return &Call{e.Pos, "sextract", []Expr{x, &Number{Pos: e.Pos}, n}}, span{lo: -half, hi: half - 1}
	}
	one := &Number{Pos: e.Pos, Value: 1}
	sign := &Binary{e.Pos, "&", x, &Binary{e.Pos, "<<", one, &Binary{e.Pos, "-", n, one}}}
	return &Binary{e.Pos, "-", x, &Binary{e.Pos, "<<", sign, one}}, span{lo: a.lo - 2*half, hi: a.hi}
}

func (t *toBlocks) integer(e *Call) (Expr, span) {
	d, ok := e.Args[0].(*Binary)
	if !ok || d.Op != "/" {
		return t.number(e.Args[0])
	}
	l, a := t.number(d.L)
	r, b := t.number(d.R)
	if b.lo < 1 || !a.small() || !b.small() {
		return t.fail(e, "the divisor may be zero or negative, or a number too large")
	}
	return &Binary{d.Pos, "/", l, r}, span{lo: min(a.lo, 0), hi: max(a.hi, 0)}
}

func (t *toBlocks) highestBit(e *Call) (Expr, span) {
	x, a := t.number(e.Args[0])
	var sum Expr = &Number{Pos: e.Pos}
	n := int64(0)
	for v := int64(2); v <= a.hi && v <= limit; v *= 2 {
		sum = &Binary{e.Pos, "+", sum, &Binary{e.Pos, ">=", x, &Number{Pos: e.Pos, Value: v}}}
		n++
	}
	return sum, span{hi: n}
}
