package risu

import (
	"errors"
	"math"
	"math/bits"
)

// num is a number as Perl keeps it: an integer from -2^63 to 2^64-1. The results of its bit operations
// are unsigned, so -1 & ~0 is 2^64-1.
type num struct {
	v    int64
	wide bool // v is the bit pattern of a number of 2^63 and more
}

var (
	errOverflow = errors.New("the value leaves 64 bits")
	errFraction = errors.New("the value is a fraction")
	errZero     = errors.New("division by zero")
)

func unsigned(v int64) num { return num{v, v < 0} }

func flag(b bool) num {
	if b {
		return num{v: 1}
	}
	return num{}
}

// compare gives -1, 0 or 1.
func (a num) compare(b num) int {
	switch {
	case a == b:
		return 0
	case a.wide != b.wide && b.wide, a.wide == b.wide && a.v < b.v:
		return -1
	}
	return 1
}

var comparisons = map[string]func(order int) bool{
	"==": func(o int) bool { return o == 0 }, "!=": func(o int) bool { return o != 0 },
	"<": func(o int) bool { return o < 0 }, "<=": func(o int) bool { return o <= 0 },
	">": func(o int) bool { return o > 0 }, ">=": func(o int) bool { return o >= 0 },
}

// binaryOp gives what Perl's operator makes of two numbers. Arithmetic on numbers of 2^63 and more is
// refused, as is what Perl would continue in floating point.
func binaryOp(op string, a, b num) (num, error) {
	if holds := comparisons[op]; holds != nil {
		return flag(holds(a.compare(b))), nil
	}
	switch op {
	case "&":
		return unsigned(a.v & b.v), nil
	case "|":
		return unsigned(a.v | b.v), nil
	case "^":
		return unsigned(a.v ^ b.v), nil
	}
	if b.wide || a.wide && op != "<<" && op != ">>" {
		return num{}, errOverflow
	}
	switch op {
	case "<<":
		return shift(a.v, b.v), nil
	case ">>":
		return shift(a.v, -b.v), nil
	}
	v, err := arithmetic(op, a.v, b.v)
	return num{v: v}, err
}

// shift moves the bit pattern left, or right for a negative distance; what moves 64 places is gone.
func shift(v, n int64) num {
	switch {
	case n > 63 || n < -63:
		return num{}
	case n < 0:
		return unsigned(int64(uint64(v) >> -n))
	}
	return unsigned(v << n)
}

func arithmetic(op string, a, b int64) (int64, error) {
	switch op {
	case "+":
		return exactly(a+b, (a < 0) == (b < 0) && (a+b < 0) != (a < 0))
	case "-":
		return exactly(a-b, (a < 0) != (b < 0) && (a-b < 0) != (a < 0))
	case "*":
		high, low := bits.Mul64(magnitude(a), magnitude(b))
		return exactly(a*b, high != 0 || low > math.MaxInt64)
	case "%":
		return modulo(a, b)
	}
	return quotient(a, b)
}

func exactly(v int64, overflow bool) (int64, error) {
	if overflow {
		return 0, errOverflow
	}
	return v, nil
}

func magnitude(v int64) uint64 {
	if v < 0 {
		return -uint64(v)
	}
	return uint64(v)
}

// modulo takes the sign of the right operand.
func modulo(a, b int64) (int64, error) {
	switch b {
	case 0:
		return 0, errZero
	case -1:
		return 0, nil
	}
	m := a % b
	if m != 0 && (m < 0) != (b < 0) {
		m += b
	}
	return m, nil
}

func quotient(a, b int64) (int64, error) {
	switch {
	case b == 0:
		return 0, errZero
	case b == -1:
		return exactly(-a, a == math.MinInt64)
	case a%b != 0:
		return 0, errFraction
	}
	return a / b, nil
}
