package constraints

import (
	"fmt"
	"math/bits"
)

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func prefix(op string, x evalFunc) evalFunc {
	switch op {
	case opNeg:
		return func(e *env) int64 { return -x(e) }
	case opCompl:
		return func(e *env) int64 { return ^x(e) }
	}
	return func(e *env) int64 { return truth(x(e) == 0) }
}

func binary(op string, l, r evalFunc) evalFunc {
	switch op {
	case "&&":
		return func(e *env) int64 { return truth(l(e) != 0 && r(e) != 0) }
	case "||":
		return func(e *env) int64 { return truth(l(e) != 0 || r(e) != 0) }
	}
	f := arithmetic[op]
	return func(e *env) int64 { return f(l(e), r(e)) }
}

var arithmetic = map[string]func(a, b int64) int64{
	"+":  func(a, b int64) int64 { return a + b },
	"-":  func(a, b int64) int64 { return a - b },
	"*":  func(a, b int64) int64 { return a * b },
	"/":  divide,
	"%":  remainder,
	"&":  func(a, b int64) int64 { return a & b },
	"|":  func(a, b int64) int64 { return a | b },
	"^":  func(a, b int64) int64 { return a ^ b },
	"<<": shiftLeft,
	">>": shiftRight,
	"==": func(a, b int64) int64 { return truth(a == b) },
	"!=": func(a, b int64) int64 { return truth(a != b) },
	"<":  func(a, b int64) int64 { return truth(a < b) },
	"<=": func(a, b int64) int64 { return truth(a <= b) },
	">":  func(a, b int64) int64 { return truth(a > b) },
	">=": func(a, b int64) int64 { return truth(a >= b) },
}

func divide(a, b int64) int64 {
	if b == 0 {
		return 0
	}
	if b == -1 {
		return -a // Go would do the same; said here because MinInt64 / -1 overflows
	}
	return a / b
}

func remainder(a, b int64) int64 {
	if b == 0 || b == -1 {
		return 0
	}
	return a % b
}

func shiftLeft(a, n int64) int64 {
	if n < 0 || n > 63 {
		return 0
	}
	return a << n
}

func shiftRight(a, n int64) int64 {
	if n < 0 || n > 63 {
		return a >> 63
	}
	return a >> n
}

// builtin is a function that every expression may call.
type builtin struct {
	name        string
	least, most int // number of arguments
	call        func(a []int64) int64
}

var builtins = map[string]*builtin{
	"popcount": {"popcount", 1, 1, func(a []int64) int64 { return int64(bits.OnesCount64(uint64(a[0]))) }},
	"extract":  {"extract", 2, 3, func(a []int64) int64 { return extract(a[0], position(a), a[len(a)-1]) }},
	"sextract": {"sextract", 2, 3, func(a []int64) int64 { return sextract(a[0], position(a), a[len(a)-1]) }},
}

// position is where extract(value, position, length) begins; extract(value, length) begins at bit 0.
func position(a []int64) int64 {
	if len(a) == 2 {
		return 0
	}
	return a[1]
}

func (b *builtin) arity() string {
	switch {
	case b.least != b.most:
		return fmt.Sprintf("%d or %d arguments", b.least, b.most)
	case b.least == 1:
		return "1 argument"
	}
	return fmt.Sprintf("%d arguments", b.least)
}

func (b *builtin) compile(args []evalFunc) evalFunc {
	return func(e *env) int64 {
		var v [3]int64
		for i, fn := range args {
			v[i] = fn(e)
		}
		return b.call(v[:len(args)])
	}
}

// extract returns length bits of v from bit pos on; a range outside of 64 bits gives 0.
func extract(v, pos, length int64) int64 {
	if pos < 0 || length < 1 || length > 64 || pos > 64-length {
		return 0
	}
	return int64(uint64(v) >> pos & (^uint64(0) >> (64 - length)))
}

func sextract(v, pos, length int64) int64 {
	if pos < 0 || length < 1 || length > 64 || pos > 64-length {
		return 0
	}
	return v << (64 - length - pos) >> (64 - length)
}
