package constraints

import "fmt"

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// of is the result of a binary operator whose operands are both evaluated.
func (c opcode) of(a, b int64) int64 {
	switch c {
	case doAdd:
		return a + b
	case doSub:
		return a - b
	case doMul:
		return a * b
	case doDiv:
		return divide(a, b)
	case doRem:
		return remainder(a, b)
	case doAnd:
		return a & b
	case doOr:
		return a | b
	case doXor:
		return a ^ b
	case doShiftLeft:
		return shiftLeft(a, b)
	case doShiftRight:
		return shiftRight(a, b)
	case doEqual:
		return truth(a == b)
	case doUnequal:
		return truth(a != b)
	case doLess:
		return truth(a < b)
	case doLessEqual:
		return truth(a <= b)
	case doGreater:
		return truth(a > b)
	}
	return truth(a >= b)
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
}

var builtins = map[string]*builtin{
	"popcount": {"popcount", 1, 1},
	"extract":  {"extract", 2, 3},
	"sextract": {"sextract", 2, 3},
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
