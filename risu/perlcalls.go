package risu

import "fmt"

// call translates the functions of the block language.
func (t *toPerl) call(e *Call) (Expr, span) {
	switch {
	case e.Name == "extract" && len(e.Args) == 3:
		return t.extract(e)
	case e.Name == "sextract" && len(e.Args) == 3:
		x, s := t.extract(e)
		_, n := t.value(e.Args[2])
		if t.err != nil || s.constant() && s.lo == 0 {
			return x, s
		}
		half := int64(1) << (n.lo - 1)
		return &Call{e.Pos, "sextract", []Expr{x, e.Args[2]}}, span{lo: -half, hi: half - 1}
	case e.Name == "popcount" && len(e.Args) == 1:
		return t.popcount(e)
	}
	return t.fail(e, "%s has no counterpart in RISU", e.Name)
}

func (t *toPerl) extract(e *Call) (Expr, span) {
	x, a := t.value(e.Args[0])
	_, pos := t.value(e.Args[1])
	_, n := t.value(e.Args[2])
	switch {
	case !pos.constant() || !n.constant():
		return t.fail(e, "%s of a place that varies has no counterpart in RISU", e.Name)
	case pos.lo < 0 || n.lo < 1 || n.lo > 64 || pos.lo > 64-n.lo:
		return zero(e), span{}
	case n.lo > 62:
		return t.fail(e, tooLarge)
	}
	mask := int64(lowBits(int(n.lo)))
	if pos.lo > 0 {
		x = &Binary{e.Pos, ">>", x, &Number{Pos: e.Pos, Value: pos.lo}}
		if a.natural() {
			a = rightSpan(a, pos)
		}
	}
	if a.natural() && a.hi <= mask {
		return x, a
	}
	return &Binary{e.Pos, "&", x, &Number{Pos: e.Pos, Text: fmt.Sprintf("0x%x", mask), Value: mask}}, span{hi: mask}
}

// popcount adds up the bits.
func (t *toPerl) popcount(e *Call) (Expr, span) {
	x, a := t.value(e.Args[0])
	if !a.natural() || a.hi > int64(lowBits(32)) {
		return t.fail(e, "popcount of a number of more than 32 bits")
	}
	sum := Expr(&Binary{e.Pos, "&", x, one(e)})
	count := int64(1)
	for i := int64(1); a.hi>>i != 0; i++ {
		bit := &Binary{e.Pos, "&", &Binary{e.Pos, ">>", x, &Number{Pos: e.Pos, Value: i}}, one(e)}
		sum = &Binary{e.Pos, "+", sum, bit}
		count++
	}
	return sum, span{hi: count}
}
