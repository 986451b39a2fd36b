package semantics

import "math/bits"

// Wide is a signed number of 128 bits: sums and products of numbers of 64 bits do not overflow in it.
type Wide struct {
	Hi int64
	Lo uint64
}

// S is a signed number of some bits, 1 to 64.
func S(x uint64, width int) Wide { return SI(Sext(x, width)) }

// U is an unsigned number of some bits.
func U(x uint64, width int) Wide { return Wide{0, x & Mask(width)} }

// SI is a small number.
func SI(x int64) Wide { return Wide{x >> 63, uint64(x)} }

// Add returns a + b.
func (a Wide) Add(b Wide) Wide {
	lo, c := bits.Add64(a.Lo, b.Lo, 0)
	hi, _ := bits.Add64(uint64(a.Hi), uint64(b.Hi), c)
	return Wide{int64(hi), lo}
}

// Sub returns a - b.
func (a Wide) Sub(b Wide) Wide { return a.Add(b.Neg()) }

// Neg returns -a.
func (a Wide) Neg() Wide {
	lo, c := bits.Add64(^a.Lo, 1, 0)
	return Wide{^a.Hi + int64(c), lo}
}

// Abs returns the magnitude.
func (a Wide) Abs() Wide {
	if a.Hi < 0 {
		return a.Neg()
	}
	return a
}

// Mul returns the lowest 128 bits of a * b.
func (a Wide) Mul(b Wide) Wide {
	hi, lo := bits.Mul64(a.Lo, b.Lo)
	return Wide{int64(hi + uint64(a.Hi)*b.Lo + a.Lo*uint64(b.Hi)), lo}
}

// Shl shifts left by any number of bits.
func (a Wide) Shl(n int) Wide {
	switch {
	case n >= 128:
		return Wide{}
	case n >= 64:
		return Wide{int64(a.Lo << (n - 64)), 0}
	case n == 0:
		return a
	}
	return Wide{a.Hi<<n | int64(a.Lo>>(64-n)), a.Lo << n}
}

// Shr shifts right by any number of bits, and copies the sign in.
func (a Wide) Shr(n int) Wide {
	switch {
	case n >= 128:
		return Wide{a.Hi >> 63, uint64(a.Hi >> 63)}
	case n >= 64:
		return Wide{a.Hi >> 63, uint64(a.Hi >> (n - 64))}
	case n == 0:
		return a
	}
	return Wide{a.Hi >> n, a.Lo>>n | uint64(a.Hi)<<(64-n)}
}

// Rshr is Shr, rounded to the nearest number, upwards where there are two.
func (a Wide) Rshr(n int) Wide {
	if n == 0 {
		return a
	}
	if n > 127 {
		return Wide{}
	}
	return a.Add(SI(1).Shl(n - 1)).Shr(n)
}

// Less reports a < b.
func (a Wide) Less(b Wide) bool { return a.Hi < b.Hi || a.Hi == b.Hi && a.Lo < b.Lo }

// Clamp limits a number. It reports whether that changed it.
func (a Wide) Clamp(lo, hi Wide) (Wide, bool) {
	switch {
	case a.Less(lo):
		return lo, true
	case hi.Less(a):
		return hi, true
	}
	return a, false
}

// SatS limits a number to the signed ones of a width in bits.
func (a Wide) SatS(width int) (uint64, bool) {
	max := Wide{0, Mask(width) >> 1}
	r, sat := a.Clamp(max.Neg().Sub(SI(1)), max)
	return r.Lo & Mask(width), sat
}

// SatU limits a number to the unsigned ones of a width in bits.
func (a Wide) SatU(width int) (uint64, bool) {
	r, sat := a.Clamp(Wide{}, Wide{0, Mask(width)})
	return r.Lo, sat
}
