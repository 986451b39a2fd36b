package mistakes

import (
	"math/bits"

	"github.com/risugen/risugen/arch/semantics"
)

// The instructions of MSA on integers. Their first argument is the data format df: elements have 8 << df bits. Operands are wd,
// ws and wt in this order, or wd and ws.

type (
	lane2 = func(n int, a, b uint64) uint64    // of ws and wt, elements of n bits
	lane3 = func(n int, d, a, b uint64) uint64 // and of wd
)

// format is where the data format is one.
func format(df int64) func([]int64) bool { return func(a []int64) bool { return a[0] == df } }

const (
	byteFormat = iota
	halfFormat
	wordFormat
	doubleFormat
)

// each3 applies a function to the elements of two vectors.
func each3(f lane2) semantics.Func {
	return func(x *semantics.Exec) {
		n := 8 << x.Args[0]
		x.Out[0] = semantics.Map2(128, n, x.In[1], x.In[2], func(a, b uint64) uint64 { return f(n, a, b) })
	}
}

// each3acc is the same with the destination as a third one.
func each3acc(f lane3) semantics.Func {
	return func(x *semantics.Exec) {
		n := 8 << x.Args[0]
		x.Out[0] = semantics.Map3(128, n, x.In[0], x.In[1], x.In[2], func(d, a, b uint64) uint64 { return f(n, d, a, b) })
	}
}

// each2 applies a function to the elements of a vector; its second argument is that of the pattern, a bit number.
func each2(f func(n int, a, m uint64) uint64) semantics.Func {
	return func(x *semantics.Exec) {
		n := 8 << x.Args[0]
		m := uint64(x.Args[len(x.Args)-1])
		x.Out[0] = semantics.Map1(128, n, x.In[1], func(a uint64) uint64 { return f(n, a, m) })
	}
}

func satS(w semantics.Wide, n int) uint64 {
	v, _ := w.SatS(n)
	return v
}

func satU(w semantics.Wide, n int) uint64 {
	v, _ := w.SatU(n)
	return v
}

var (
	signed   = semantics.S
	unsigned = semantics.U
)

func addsS(n int, a, b uint64) uint64   { return satS(signed(a, n).Add(signed(b, n)), n) }
func addsU(n int, a, b uint64) uint64   { return satU(unsigned(a, n).Add(unsigned(b, n)), n) }
func subsS(n int, a, b uint64) uint64   { return satS(signed(a, n).Sub(signed(b, n)), n) }
func subsuuS(n int, a, b uint64) uint64 { return satS(unsigned(a, n).Sub(unsigned(b, n)), n) }
func subsusU(n int, a, b uint64) uint64 { return satU(unsigned(a, n).Sub(signed(b, n)), n) }
func asubS(n int, a, b uint64) uint64   { return signed(a, n).Sub(signed(b, n)).Abs().Lo }

func maxA(n int, a, b uint64) uint64 {
	if signed(b, n).Abs().Less(signed(a, n).Abs()) {
		return a
	}
	return b
}

// divS divides; by zero, which is UNPREDICTABLE, it gives zero.
func divS(n int, a, b uint64) uint64 {
	if b == 0 {
		return 0
	}
	return uint64(semantics.Sext(a, n) / semantics.Sext(b, n))
}

func modS(n int, a, b uint64) uint64 { return a - divS(n, a, b)*b }

// srar shifts right and rounds by the last bit that is shifted out.
func srar(n int, a, b uint64) uint64 { return signed(a, n).Rshr(int(b % uint64(n))).Lo }
func srlr(n int, a, b uint64) uint64 { return unsigned(a, n).Rshr(int(b % uint64(n))).Lo }

// binsl takes the b+1 highest bits from a.
func binsl(n int, d, a, b uint64) uint64 {
	m := semantics.Mask(n) &^ (semantics.Mask(n) >> (b%uint64(n) + 1))
	return d&^m | a&m
}

func binsr(n int, d, a, b uint64) uint64 {
	m := semantics.Mask(int(b%uint64(n)) + 1)
	return d&^m | a&m
}

func bneg(n int, a, b uint64) uint64 { return a ^ 1<<(b%uint64(n)) }

func nloc(n int, a, _ uint64) uint64 { return nlzc(n, ^a&semantics.Mask(n), 0) }
func nlzc(n int, a, _ uint64) uint64 { return uint64(n - bits.Len64(a)) }

func mulQ(n int, a, b uint64) uint64 { return satS(signed(a, n).Mul(signed(b, n)).Shr(n-1), n) }
func mulrQ(n int, a, b uint64) uint64 {
	return satS(signed(a, n).Mul(signed(b, n)).Rshr(n-1), n)
}
func maddrQ(n int, d, a, b uint64) uint64 {
	return satS(signed(d, n).Shl(n-1).Add(signed(a, n).Mul(signed(b, n))).Rshr(n-1), n)
}
func msubQ(n int, d, a, b uint64) uint64 {
	return satS(signed(d, n).Shl(n-1).Sub(signed(a, n).Mul(signed(b, n))).Shr(n-1), n)
}

// dot is the sum of the products of the halves of two elements, by how a half is extended.
func dot(n int, a, b uint64, ext func(uint64, int) semantics.Wide) semantics.Wide {
	h := n / 2
	return ext(a>>h, h).Mul(ext(b>>h, h)).Add(ext(a, h).Mul(ext(b, h)))
}

func dotpS(n int, a, b uint64) uint64     { return dot(n, a, b, signed).Lo }
func dpsubS(n int, d, a, b uint64) uint64 { return d - dot(n, a, b, signed).Lo }

// satSto limits a number to the signed ones of m + 1 bits.
func satSto(n int, a, m uint64) uint64 {
	v, _ := signed(a, n).SatS(int(m) + 1)
	return uint64(semantics.Sext(v, int(m)+1))
}
