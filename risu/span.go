package risu

import (
	"math"
	"math/bits"
)

// span bounds the values of an expression. The two languages compute alike as long as numbers stay small
// and non-negative; the span is how a translation knows that they do.
type span struct {
	lo, hi int64
	// wide: nothing is known but that both languages have the same 64 bits, which Perl reads as unsigned
	// and the block language as signed. Only bit operations and tests for zero may look at them.
	wide bool
}

// limit is how far from zero arithmetic is followed.
const limit = 1 << 53

var wideSpan = span{math.MinInt64, math.MaxInt64, true}

func exact(v int64) span { return span{lo: v, hi: v} }

func (s span) natural() bool  { return !s.wide && s.lo >= 0 }
func (s span) constant() bool { return !s.wide && s.lo == s.hi }
func (s span) small() bool    { return !s.wide && s.lo >= -limit && s.hi <= limit }

func (s span) union(t span) span {
	return span{min(s.lo, t.lo), max(s.hi, t.hi), s.wide || t.wide}
}

// arithmeticSpan bounds + - * of small numbers. It reports false where the result may be large.
func arithmeticSpan(op string, a, b span) (span, bool) {
	if !a.small() || !b.small() {
		return span{}, false
	}
	var s span
	switch op {
	case "+":
		s = span{lo: a.lo + b.lo, hi: a.hi + b.hi}
	case "-":
		s = span{lo: a.lo - b.hi, hi: a.hi - b.lo}
	case "*":
		if hugeProduct(a, b) {
			return span{}, false
		}
		corners := []int64{a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi}
		s = exact(corners[0])
		for _, c := range corners[1:] {
			s = s.union(exact(c))
		}
	}
	return s, s.small()
}

func hugeProduct(a, b span) bool {
	high, low := bits.Mul64(max(magnitude(a.lo), magnitude(a.hi)), max(magnitude(b.lo), magnitude(b.hi)))
	return high != 0 || low > limit
}

// bitSpan bounds & | ^.
func bitSpan(op string, a, b span) span {
	switch {
	case op == "&" && a.natural() && b.natural():
		return span{hi: min(a.hi, b.hi)}
	case op == "&" && a.natural():
		return span{hi: a.hi}
	case op == "&" && b.natural():
		return span{hi: b.hi}
	case a.natural() && b.natural():
		return span{hi: int64(lowBits(bits.Len64(uint64(a.hi | b.hi))))}
	}
	return wideSpan
}

// signedBits bounds & | ^ of numbers of which any may be negative: the result needs no more bits.
func signedBits(a, b span) span {
	most := int64(0)
	for _, v := range []int64{a.lo, a.hi, b.lo, b.hi} {
		most = max(most, v, ^v)
	}
	reach := int64(lowBits(bits.Len64(uint64(most))))
	return span{lo: ^reach, hi: reach}
}

// leftSpan bounds a << n for n >= 0.
func leftSpan(a, n span) span {
	if !a.natural() || n.hi > 63 && a.hi > 0 || bits.Len64(uint64(a.hi))+int(min(n.hi, 63)) > 63 {
		return wideSpan
	}
	return span{hi: a.hi << min(n.hi, 63)}
}

// rightSpan bounds a >> n for a >= 0 and n >= 0.
func rightSpan(a, n span) span {
	return span{hi: a.hi >> min(n.lo, 63)}
}
