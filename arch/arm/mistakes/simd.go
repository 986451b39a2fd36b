package mistakes

import (
	"math/bits"

	"github.com/risugen/risugen/arch/semantics"
)

// Advanced SIMD instructions of A64 on integers. Their first arguments are q, which chooses vectors of 128 bits, and the size of an element
// or immhb, which has it and a shift. Operands are rd, rn, rm and FPSR; what saturates sets QC there.

const fpsrQC = 1 << 27

// element is where elements have a size: 0 for bytes to 3 for doublewords.
func element(size int64) func([]int64) bool { return func(a []int64) bool { return a[1] == size } }

const (
	bytes = iota
	halves
	words
	doubles
)

// bitsOf is the length of a vector.
func bitsOf(x *semantics.Exec) int { return 64 << x.Args[0] }

// vector applies a function to elements: operands are rd, rn and rm.
func vector(f func(n int, a, b uint64) uint64) semantics.Func {
	return func(x *semantics.Exec) {
		n := 8 << x.Args[1]
		x.Out[0] = semantics.Map2(bitsOf(x), n, x.In[1], x.In[2], func(a, b uint64) uint64 { return f(n, a, b) })
	}
}

// each is the same with one source: operands are rd and rn.
func each(f func(n int, a uint64) uint64) semantics.Func {
	return func(x *semantics.Exec) {
		n := 8 << x.Args[1]
		x.Out[0] = semantics.Map1(bitsOf(x), n, x.In[1], func(a uint64) uint64 { return f(n, a) })
	}
}

// saturating is a vector instruction with an accumulator that sets QC.
func saturating(f func(n int, d, a, b uint64) (uint64, bool)) semantics.Func {
	return func(x *semantics.Exec) {
		n, qc := 8<<x.Args[1], false
		x.Out[0] = semantics.Map3(bitsOf(x), n, x.In[0], x.In[1], x.In[2], func(d, a, b uint64) uint64 {
			v, over := f(n, d, a, b)
			qc = qc || over
			return v
		})
		x.Out[3].Lo = x.In[3].Lo | semantics.Bool(qc)*fpsrQC
	}
}

// saturating1 is one with one source, whose operands are rd, rn and FPSR.
func saturating1(f func(n int, d, a uint64) (uint64, bool)) semantics.Func {
	return func(x *semantics.Exec) {
		n, qc := 8<<x.Args[1], false
		x.Out[0] = semantics.Map2(bitsOf(x), n, x.In[0], x.In[1], func(d, a uint64) uint64 {
			v, over := f(n, d, a)
			qc = qc || over
			return v
		})
		x.Out[2].Lo = x.In[2].Lo | semantics.Bool(qc)*fpsrQC
	}
}

// narrowing makes elements of half the width, in the lower half of rd or, with q, in the upper one. Its operands are rd written, rd
// read, rn and FPSR.
func narrowing(size func(x *semantics.Exec) (n, shift int), f func(n, shift int, a uint64) (uint64, bool)) semantics.Func {
	return func(x *semantics.Exec) {
		n, shift := size(x)
		var half semantics.Value
		qc := false
		for i := range 64 / n {
			v, over := f(n, shift, x.In[2].Lane(2*n, i))
			half.SetLane(n, i, v)
			qc = qc || over
		}
		if x.Out[0] = half; x.Args[0] == 1 {
			x.Out[0] = semantics.Value{Lo: x.In[1].Lo, Hi: half.Lo}
		}
		x.Out[3].Lo = x.In[3].Lo | semantics.Bool(qc)*fpsrQC
	}
}

// bySize and byImmediate are the width of the narrow elements and the shift.
func bySize(x *semantics.Exec) (n, shift int) { return 8 << x.Args[1], 0 }
func byImmediate(x *semantics.Exec) (n, shift int) {
	n = 4 << bits.Len64(uint64(x.Args[1])>>3)
	return n, 2*n - int(x.Args[1])
}

// shiftRight applies a function to elements that an immediate shifts.
func shiftRight(f func(n, shift int, d, a uint64) uint64) semantics.Func {
	return func(x *semantics.Exec) {
		n, shift := byImmediate(x)
		x.Out[0] = semantics.Map2(bitsOf(x), n, x.In[0], x.In[1], func(d, a uint64) uint64 { return f(n, shift, d, a) })
	}
}

// doubling makes elements of twice the width of products, of the lower or upper halves of vectors.
func doubling(f func(n int, d, a, b uint64) (uint64, bool)) semantics.Func {
	return func(x *semantics.Exec) {
		n, qc := 8<<x.Args[1], false
		for i := range 64 / n {
			at := i + int(x.Args[0])*64/n
			v, over := f(n, x.In[0].Lane(2*n, i), x.In[1].Lane(n, at), x.In[2].Lane(n, at))
			x.Out[0].SetLane(2*n, i, v)
			qc = qc || over
		}
		x.Out[3].Lo = x.In[3].Lo | semantics.Bool(qc)*fpsrQC
	}
}

var (
	signed   = semantics.S
	unsigned = semantics.U
)

func sqadd(n int, _, a, b uint64) (uint64, bool) { return signed(a, n).Add(signed(b, n)).SatS(n) }
func uqadd(n int, _, a, b uint64) (uint64, bool) { return unsigned(a, n).Add(unsigned(b, n)).SatU(n) }
func uqsub(n int, _, a, b uint64) (uint64, bool) { return unsigned(a, n).Sub(unsigned(b, n)).SatU(n) }
func sqsub(n int, _, a, b uint64) (uint64, bool) { return signed(a, n).Sub(signed(b, n)).SatS(n) }

func sqdmulh(n int, _, a, b uint64) (uint64, bool) {
	return signed(a, n).Mul(signed(b, n)).Shr(n - 1).SatS(n)
}

func sqrdmulh(n int, _, a, b uint64) (uint64, bool) {
	return signed(a, n).Mul(signed(b, n)).Rshr(n - 1).SatS(n)
}

func sqrdmlah(n int, d, a, b uint64) (uint64, bool) {
	return signed(d, n).Shl(n - 1).Add(signed(a, n).Mul(signed(b, n))).Rshr(n - 1).SatS(n)
}

func sqrdmlsh(n int, d, a, b uint64) (uint64, bool) {
	return signed(d, n).Shl(n - 1).Sub(signed(a, n).Mul(signed(b, n))).Rshr(n - 1).SatS(n)
}

// sqdmull doubles a product.
func sqdmull(n int, _, a, b uint64) (uint64, bool) {
	return signed(a, n).Mul(signed(b, n)).Shl(1).SatS(2 * n)
}

func sqdmlal(n int, d, a, b uint64) (uint64, bool) {
	p, o1 := sqdmull(n, 0, a, b)
	v, o2 := signed(d, 2*n).Add(signed(p, 2*n)).SatS(2 * n)
	return v, o1 || o2
}

// byRegister shifts by the lowest byte of b, to the right where that is negative; round says that the last bit shifted out rounds.
func byRegister(v semantics.Wide, b uint64, round bool) semantics.Wide {
	by := int(int8(b))
	switch {
	case by >= 0 && v == semantics.Wide{}:
		return v
	case by >= 0:
		return v.Shl(min(by, 64))
	case round:
		return v.Rshr(-by)
	}
	return v.Shr(-by)
}

func sqshl(n int, _, a, b uint64) (uint64, bool) { return byRegister(signed(a, n), b, false).SatS(n) }
func srshl(n int, a, b uint64) uint64 {
	if int8(b) >= int8(n) && n < 128 {
		return 0
	}
	return byRegister(signed(a, n), b, true).Lo
}
func urshl(n int, a, b uint64) uint64 {
	if int8(b) >= int8(n) {
		return 0
	}
	return byRegister(unsigned(a, n), b, true).Lo
}

func sqabs(n int, _, a uint64) (uint64, bool) { return signed(a, n).Abs().SatS(n) }
func sqneg(n int, _, a uint64) (uint64, bool) { return signed(a, n).Neg().SatS(n) }

func suqadd(n int, d, a uint64) (uint64, bool) { return signed(d, n).Add(unsigned(a, n)).SatS(n) }
func usqadd(n int, d, a uint64) (uint64, bool) { return unsigned(d, n).Add(signed(a, n)).SatU(n) }

func sqxtn(n, _ int, a uint64) (uint64, bool)  { return signed(a, 2*n).SatS(n) }
func sqxtun(n, _ int, a uint64) (uint64, bool) { return signed(a, 2*n).SatU(n) }
func sqrshrn(n, shift int, a uint64) (uint64, bool) {
	return signed(a, 2*n).Rshr(shift).SatS(n)
}
func uqrshrn(n, shift int, a uint64) (uint64, bool) {
	return unsigned(a, 2*n).Rshr(shift).SatU(n)
}

// sqshlu shifts left by an immediate, of which n is the part above the width.
func sqshlu(n int, a uint64, by int) (uint64, bool) { return signed(a, n).Shl(by).SatU(n) }

// leftSat is a shift to the left by an immediate; its operands are rd, rn and FPSR.
func leftSat(f func(n int, a uint64, by int) (uint64, bool)) semantics.Func {
	return func(x *semantics.Exec) {
		n := 4 << bits.Len64(uint64(x.Args[1])>>3)
		by, qc := int(x.Args[1])-n, false
		x.Out[0] = semantics.Map1(bitsOf(x), n, x.In[1], func(a uint64) uint64 {
			v, over := f(n, a, by)
			qc = qc || over
			return v
		})
		x.Out[2].Lo = x.In[2].Lo | semantics.Bool(qc)*fpsrQC
	}
}
