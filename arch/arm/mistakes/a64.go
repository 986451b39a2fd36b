package mistakes

import (
	"math/bits"

	"github.com/risugen/risugen/arch/semantics"
)

// Instructions of A64 on general registers. The argument sf, the first one of most, chooses registers of 64 bits. Operands stand in the
// order of the operands blocks: rd, rn, rm and what else there is.

// Condition flags, as MRS reads them.
const (
	flagN = 1 << 31
	flagZ = 1 << 30
	flagC = 1 << 29
	flagV = 1 << 28
)

// holds reports whether a condition does.
func holds(cond int64, nzcv uint64) bool {
	n, z, c, v := nzcv&flagN != 0, nzcv&flagZ != 0, nzcv&flagC != 0, nzcv&flagV != 0
	r := true
	switch cond >> 1 {
	case 0:
		r = z
	case 1:
		r = c
	case 2:
		r = n
	case 3:
		r = v
	case 4:
		r = c && !z
	case 5:
		r = n == v
	case 6:
		r = n == v && !z
	}
	return r != (cond&1 != 0 && cond != 15)
}

// width is the width of the registers that sf chooses.
func width(x *semantics.Exec) int { return 32 << x.Args[0] }

// wide is where registers have 64 bits, narrow where they have 32.
func wide(a []int64) bool   { return a[0] == 1 }
func narrow(a []int64) bool { return a[0] == 0 }

// compute is an instruction whose operands are rd, rn and rm.
func compute(f func(n int, a, b uint64) uint64) semantics.Func {
	return func(x *semantics.Exec) {
		n := width(x)
		m := semantics.Mask(n)
		x.Out[0].Lo = f(n, x.In[1].Lo&m, x.In[2].Lo&m) & m
	}
}

// addFlags adds with a carry and gives all flags.
func addFlags(n int, a, b, carry uint64) (sum, nzcv uint64) {
	m := semantics.Mask(n)
	a, b = a&m, b&m
	s := semantics.U(a, n).Add(semantics.U(b, n)).Add(semantics.U(carry, 1))
	sum = s.Lo & m
	nzcv = signZero(n, sum)
	if semantics.U(sum, n) != s {
		nzcv |= flagC
	}
	if (a^sum)&(b^sum)>>(n-1) != 0 {
		nzcv |= flagV
	}
	return sum, nzcv
}

// signZero gives N and Z.
func signZero(n int, v uint64) uint64 {
	switch {
	case v == 0:
		return flagZ
	case v>>(n-1) != 0:
		return flagN
	}
	return 0
}

// withFlags writes a result and the flags of the operand after the sources.
func withFlags(f func(x *semantics.Exec, n int) (v, nzcv uint64), flags int) semantics.Func {
	return func(x *semantics.Exec) { x.Out[0].Lo, x.Out[flags].Lo = f(x, width(x)) }
}

// shifted is rm shifted by an immediate: the arguments are sf, rd, rn, rm, shift and imm6.
func shifted(x *semantics.Exec, n int) uint64 {
	v, by := x.In[2].Lo&semantics.Mask(n), int(x.Args[5])
	switch x.Args[4] {
	case 0:
		return v << by & semantics.Mask(n)
	case 1:
		return v >> by
	case 2:
		return uint64(semantics.Sext(v, n)>>by) & semantics.Mask(n)
	}
	return rotate(n, v, by)
}

// rotate rotates to the right.
func rotate(n int, v uint64, by int) uint64 {
	if n == 32 {
		return uint64(bits.RotateLeft32(uint32(v), -by))
	}
	return bits.RotateLeft64(v, -by)
}

func addsShift(x *semantics.Exec, n int) (uint64, uint64) {
	return addFlags(n, x.In[1].Lo, shifted(x, n), 0)
}
func subsShift(x *semantics.Exec, n int) (uint64, uint64) {
	return addFlags(n, x.In[1].Lo, ^shifted(x, n), 1)
}
func adcs(x *semantics.Exec, n int) (uint64, uint64) {
	return addFlags(n, x.In[1].Lo, x.In[2].Lo, x.In[3].Lo>>29&1)
}
func sbcs(x *semantics.Exec, n int) (uint64, uint64) {
	return addFlags(n, x.In[1].Lo, ^x.In[2].Lo, x.In[3].Lo>>29&1)
}
func subsImm(x *semantics.Exec, n int) (uint64, uint64) {
	return addFlags(n, x.In[1].Lo, ^(uint64(x.Args[3]) << (12 * x.Args[4])), 1)
}

// ccmn compares with the negated rm where its condition holds. Its operands are rn, rm and the flags.
func ccmn(x *semantics.Exec) {
	if !holds(x.Args[3], x.In[2].Lo) {
		x.Out[2].Lo = uint64(x.Args[4]) << 28
		return
	}
	_, x.Out[2].Lo = addFlags(width(x), x.In[0].Lo, x.In[1].Lo, 0)
}

func sdiv(n int, a, b uint64) uint64 {
	if b == 0 {
		return 0
	}
	return uint64(semantics.Sext(a, n) / semantics.Sext(b, n))
}

func udiv(_ int, a, b uint64) uint64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// csel chooses; otherwise says what is made of rm.
func csel(otherwise func(uint64) uint64) semantics.Func {
	return func(x *semantics.Exec) {
		v := x.In[1].Lo
		if !holds(x.Args[4], x.In[3].Lo) {
			v = otherwise(x.In[2].Lo)
		}
		x.Out[0].Lo = v & semantics.Mask(width(x))
	}
}

// extr takes a register's width out of rn and rm; its arguments are sf, rd, rn, rm, n and imms.
func extr(x *semantics.Exec) {
	n, by := width(x), int(x.Args[5])
	m := semantics.Mask(n)
	x.Out[0].Lo = (x.In[2].Lo & m >> by) | x.In[1].Lo<<(n-by)&m
}

// bfm inserts a field, or moves one to the bottom; its arguments are sf, rd, rn, n, immr and imms.
func bfm(x *semantics.Exec) {
	n, r, s := width(x), int(x.Args[4]), int(x.Args[5])
	m := semantics.Mask(s + 1)
	if s >= r {
		m = semantics.Mask(s - r + 1)
	} else {
		m <<= n - r
	}
	v := rotate(n, x.In[1].Lo&semantics.Mask(n), r)
	x.Out[0].Lo = (x.In[0].Lo&^m | v&m) & semantics.Mask(n)
}

// count is an instruction whose operands are rd and rn.
func count(f func(n int, a uint64) uint64) semantics.Func {
	return func(x *semantics.Exec) { x.Out[0].Lo = f(width(x), x.In[1].Lo&semantics.Mask(width(x))) }
}

func clz(n int, a uint64) uint64 { return uint64(n - bits.Len64(a)) }

// cls counts the bits below the sign that are like it.
func cls(n int, a uint64) uint64 {
	return clz(n, (a^a<<1)&semantics.Mask(n)|1)
}

// long is a product of 32 bits that is added to 64; its operands are rd, rn, rm and ra.
func long(f func(a, b uint32, c uint64) uint64) semantics.Func {
	return func(x *semantics.Exec) { x.Out[0].Lo = f(uint32(x.In[1].Lo), uint32(x.In[2].Lo), x.In[3].Lo) }
}

func smull(a, b uint32) uint64 { return uint64(int64(int32(a)) * int64(int32(b))) }

// high is the upper half of a product; its operands are rd, rn and rm.
func high(f func(a, b uint64) uint64) semantics.Func {
	return func(x *semantics.Exec) { x.Out[0].Lo = f(x.In[1].Lo, x.In[2].Lo) }
}

func smulh(a, b uint64) uint64 {
	return uint64(semantics.S(a, 64).Mul(semantics.S(b, 64)).Hi)
}

// a64Right are the right models.
func a64Right() map[string]semantics.Func {
	return map[string]semantics.Func{
		"SDIV": compute(sdiv), "UDIV": compute(udiv),
		"SMULH": high(smulh), "UMULH": high(func(a, b uint64) uint64 { h, _ := bits.Mul64(a, b); return h }),
		"SMADDL":     long(func(a, b uint32, c uint64) uint64 { return c + smull(a, b) }),
		"UMSUBL":     long(func(a, b uint32, c uint64) uint64 { return c - uint64(a)*uint64(b) }),
		"EXTR":       extr,
		"BFM":        bfm,
		"RORV":       compute(func(n int, a, b uint64) uint64 { return rotate(n, a, int(b%uint64(n))) }),
		"ASRV":       compute(func(n int, a, b uint64) uint64 { return uint64(semantics.Sext(a, n) >> (b % uint64(n))) }),
		"ADDS_shift": withFlags(addsShift, 3), "SUBS_shift": withFlags(subsShift, 3),
		"ADCS": withFlags(adcs, 3), "SBCS": withFlags(sbcs, 3), "SUBS_imm": withFlags(subsImm, 2),
		"CCMN_reg": ccmn,
		"CSEL":     csel(func(v uint64) uint64 { return v }),
		"CSINC":    csel(func(v uint64) uint64 { return v + 1 }),
		"CLZ":      count(clz), "CLS": count(cls),
		"MADD": func(x *semantics.Exec) {
			x.Out[0].Lo = (x.In[3].Lo + x.In[1].Lo*x.In[2].Lo) & semantics.Mask(width(x))
		},
	}
}
