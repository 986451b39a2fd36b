package semantics

import "math/bits"

// Format is a binary format of IEEE 754.
type Format struct {
	Exp, Frac int // widths in bits
	// NoInf says that it has neither infinities nor NaNs, but numbers in their place.
	NoInf bool
}

// The formats.
var (
	Half   = Format{Exp: 5, Frac: 10}
	Single = Format{Exp: 8, Frac: 23}
	Double = Format{Exp: 11, Frac: 52}
	// HalfAlternative is Arm's other format of half precision.
	HalfAlternative = Format{Exp: 5, Frac: 10, NoInf: true}
)

// Bits is the width of the format.
func (f Format) Bits() int { return 1 + f.Exp + f.Frac }

func (f Format) bias() int       { return 1<<(f.Exp-1) - 1 }
func (f Format) sign() uint64    { return 1 << (f.Exp + f.Frac) }
func (f Format) quiet() uint64   { return 1 << (f.Frac - 1) }
func (f Format) biased() uint64  { return 1<<f.Exp - 1 }
func (f Format) Inf() uint64     { return f.biased() << f.Frac } // Inf is positive infinity
func (f Format) Default() uint64 { return f.Inf() | f.quiet() }  // Default is the default NaN
func (f Format) Max() uint64     { return f.Inf() - 1 }          // Max is the largest finite number
func (f Format) One() uint64     { return uint64(f.bias()) << f.Frac }

// Negative reports whether the sign is set.
func (f Format) Negative(x uint64) bool { return x&f.sign() != 0 }

// Abs clears the sign.
func (f Format) Abs(x uint64) uint64 { return x & (f.sign() - 1) }

// Neg changes the sign.
func (f Format) Neg(x uint64) uint64 { return x ^ f.sign() }

// IsNaN reports whether it is a NaN.
func (f Format) IsNaN(x uint64) bool { return !f.NoInf && f.Abs(x) > f.Inf() }

// IsSignalling reports whether it is a signalling NaN: the highest bit of its fraction is clear.
func (f Format) IsSignalling(x uint64) bool { return f.IsNaN(x) && x&f.quiet() == 0 }

// IsZero reports whether it is a zero.
func (f Format) IsZero(x uint64) bool { return f.Abs(x) == 0 }

// IsDenormal reports whether it is no zero but less than all normal numbers.
func (f Format) IsDenormal(x uint64) bool { return f.Abs(x) != 0 && f.Abs(x)>>f.Frac == 0 }

// Quiet makes a NaN a quiet one.
func (f Format) Quiet(x uint64) uint64 { return x | f.quiet() }

// class is what sort of number one is.
type class uint8

const (
	finite class = iota
	zero
	infinite
	nan
)

// number is a number that is not rounded: of a finite one the magnitude is hi:lo/2^126 * 2^exp, where bit 126 is set.
// Bit 0 also stands for all that is too small for the rest.
type number struct {
	class  class
	neg    bool
	exp    int
	hi, lo uint64
}

func (f Format) unpack(x uint64) number {
	n := number{neg: f.Negative(x)}
	e, frac := int(f.Abs(x)>>f.Frac), x&(1<<f.Frac-1)
	switch {
	case f.IsNaN(x):
		n.class = nan
	case e == int(f.biased()) && !f.NoInf:
		n.class = infinite
	case e == 0 && frac == 0:
		n.class = zero
	case e == 0:
		up := bits.LeadingZeros64(frac) - 1 // to bit 62
		n.hi, n.exp = frac<<up, 1-f.bias()+62-f.Frac-up
	default:
		n.hi, n.exp = (frac|1<<f.Frac)<<(62-f.Frac), e-f.bias()
	}
	return n
}

// integer is a whole number.
func integer(v Wide) number {
	n := number{neg: v.Hi < 0, exp: 126}
	v = v.Abs()
	n.hi, n.lo = uint64(v.Hi), v.Lo
	if n.hi == 0 && n.lo == 0 {
		n.class = zero
		return n
	}
	return n.normalized()
}

// normalized moves the highest bit, which is not above 126, to there.
func (n number) normalized() number {
	if n.hi == 0 {
		n.hi, n.lo, n.exp = n.lo>>1, n.lo<<63, n.exp-63
	}
	up := bits.LeadingZeros64(n.hi) - 1
	if n.hi>>63 != 0 {
		return n.down(1)
	}
	if up == 0 {
		return n
	}
	n.hi, n.lo, n.exp = n.hi<<up|n.lo>>(64-up), n.lo<<up, n.exp-up
	if n.hi>>62 == 0 {
		return n.normalized()
	}
	return n
}

// down shifts right and keeps the value, but for bits that are lost, which bit 0 stands for.
func (n number) down(by int) number {
	n.exp += by
	switch {
	case by == 0:
	case by > 127:
		n.hi, n.lo = 0, Bool(n.hi|n.lo != 0)
	case by > 63:
		lost := n.lo | n.hi<<1<<(127-by)
		n.hi, n.lo = 0, n.hi>>(by-64)|Bool(lost != 0)
	default:
		lost := n.lo << (64 - by)
		n.lo = n.lo>>by | n.hi<<(64-by) | Bool(lost != 0)
		n.hi >>= by
	}
	return n
}

// plus adds finite numbers. An exact zero has the sign that the caller gives it.
func (n number) plus(o number) number {
	if n.exp < o.exp {
		n, o = o, n
	}
	o = o.down(n.exp - o.exp)
	if n.neg == o.neg {
		var c uint64
		n.lo, c = bits.Add64(n.lo, o.lo, 0)
		n.hi, _ = bits.Add64(n.hi, o.hi, c)
		return n.normalized()
	}
	lo, c := bits.Sub64(n.lo, o.lo, 0)
	hi, c := bits.Sub64(n.hi, o.hi, c)
	if c != 0 {
		lo, c = bits.Sub64(o.lo, n.lo, 0)
		hi, _ = bits.Sub64(o.hi, n.hi, c)
		n.neg = o.neg
	}
	if n.hi, n.lo = hi, lo; hi|lo == 0 {
		n.class = zero
		return n
	}
	return n.normalized()
}

// times multiplies finite numbers of 63 bits.
func (n number) times(o number) number {
	n.neg = n.neg != o.neg
	n.hi, n.lo = bits.Mul64(n.hi, o.hi)
	n.hi, n.lo, n.exp = n.hi<<2|n.lo>>62, n.lo<<2, n.exp+o.exp
	return n.normalized()
}

// over divides finite numbers of 63 bits.
func (n number) over(o number) number {
	n.neg = n.neg != o.neg
	q1, r := bits.Div64(n.hi>>1, n.hi<<63, o.hi)
	q2, r := bits.Div64(r, 0, o.hi)
	n.hi, n.lo, n.exp = q1, q2|Bool(r != 0), n.exp-o.exp-1
	return n.normalized()
}

// root is the square root of a finite number of 63 bits that is not negative.
func (n number) root() number {
	h, l := n.hi>>2, n.hi<<62 // times 2^62
	if n.exp&1 != 0 {
		h, l = h<<1|l>>63, l<<1
	}
	r := uint64(0)
	for bit := uint64(1) << 62; bit != 0; bit >>= 1 {
		ph, pl := bits.Mul64(r|bit, r|bit)
		if ph < h || ph == h && pl <= l {
			r |= bit
		}
	}
	ph, pl := bits.Mul64(r, r)
	n.exp = (n.exp - n.exp&1) / 2
	n.hi, n.lo = r, Bool(ph != h || pl != l)
	return n
}
