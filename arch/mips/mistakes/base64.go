package mistakes

import (
	"math/bits"

	"github.com/risugen/risugen/arch/semantics"
)

// Integer instructions of MIPS64. What computes in 32 bits sign-extends its result.

// sext is a result of 32 bits.
func sext(x uint64) uint64 { return uint64(semantics.Sext(x, 32)) }

// rrr64 is an instruction with one output and two sources, rr64 one with one source and a shift amount as its last argument.
func rrr64(f func(a, b uint64) uint64) semantics.Func {
	return func(x *semantics.Exec) { x.Out[0].Lo = f(x.In[1].Lo, x.In[2].Lo) }
}

func rr64(f func(a uint64, n int64) uint64) semantics.Func {
	return func(x *semantics.Exec) { x.Out[0].Lo = f(x.In[1].Lo, x.Args[len(x.Args)-1]) }
}

// hilo64 writes HI and LO; its operands are rs, rt, hi and lo.
func hilo64(f func(a, b uint64) (hi, lo uint64)) semantics.Func {
	return func(x *semantics.Exec) { x.Out[2].Lo, x.Out[3].Lo = f(x.In[0].Lo, x.In[1].Lo) }
}

// checked64 is a sum or a difference that faults where it overflows.
func checked64(f func(a, b semantics.Wide) semantics.Wide) semantics.Func {
	return func(x *semantics.Exec) {
		v := f(semantics.S(x.In[1].Lo, 64), semantics.S(x.In[2].Lo, 64))
		_, x.Fault = v.SatS(64)
		x.Out[0].Lo = v.Lo
	}
}

// ddiv gives remainder and quotient; of a division by zero, which is UNPREDICTABLE, zeros.
func ddiv(a, b uint64) (hi, lo uint64) {
	if b == 0 {
		return 0, 0
	}
	x, y := int64(a), int64(b)
	return uint64(x % y), uint64(x / y)
}

func multu(a, b uint64) (hi, lo uint64) {
	p := umul(uint32(a), uint32(b))
	return sext(p >> 32), sext(p)
}

var dsub = checked64(semantics.Wide.Sub)

// base64Right are the right models.
func base64Right() map[string]semantics.Func {
	return map[string]semantics.Func{
		"ADDU": rrr64(func(a, b uint64) uint64 { return sext(a + b) }), "SUBU": rrr64(func(a, b uint64) uint64 { return sext(a - b) }),
		"DADD": checked64(semantics.Wide.Add), "DSUB": dsub,
		"DDIV": hilo64(ddiv), "MULTU": hilo64(multu),
		"DCLZ":   rr64(func(a uint64, _ int64) uint64 { return uint64(bits.LeadingZeros64(a)) }),
		"DROTRV": rrr64(func(a, n uint64) uint64 { return bits.RotateLeft64(a, -int(n&63)) }),
		"SLL":    rr64(func(a uint64, n int64) uint64 { return sext(a << n) }),
		"SRL":    rr64(func(a uint64, n int64) uint64 { return sext(uint64(uint32(a) >> n)) }),
		"MOVZ":   movz,
	}
}
