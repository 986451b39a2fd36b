package semantics

// RoundingMode says how results are rounded.
type RoundingMode uint8

// The rounding modes.
const (
	NearestEven RoundingMode = iota
	TowardZero
	Upward
	Downward
	NearestAway // ties away from zero
	ToOdd       // the lowest bit is set where the result is not exact
)

// Exceptions are what an operation signals.
type Exceptions uint8

// The exceptions of IEEE 754, and flushes.
const (
	Invalid Exceptions = 1 << iota
	DivideByZero
	Overflowed
	Underflow
	Inexact
	InputDenormal  // a denormal operand was taken for zero
	OutputDenormal // a denormal result became zero
)

// Float is an environment of floating-point arithmetic. Operations gather exceptions in Raised. Operands and results are bit
// patterns of Format.
type Float struct {
	Format
	Mode       RoundingMode
	FlushIn    bool // denormal operands are zeros
	FlushOut   bool // denormal results are zeros
	DefaultNaN bool // every NaN that results is the default one
	// TinyAfter says that underflow is judged by the rounded result.
	TinyAfter bool
	Raised    Exceptions
}

// signed gives a magnitude a sign.
func (f *Float) signed(x uint64, neg bool) uint64 { return x | Bool(neg)*f.sign() }

// away reports whether a magnitude is to be rounded up: odd says that its last bit is set, half that the first bit lost is,
// rest that others are.
func (m RoundingMode) away(neg, odd, half, rest bool) bool {
	switch m {
	case NearestEven:
		return half && (rest || odd)
	case NearestAway:
		return half
	case Upward:
		return !neg && (half || rest)
	case Downward:
		return neg && (half || rest)
	case ToOdd:
		return !odd && (half || rest)
	}
	return false
}

// cut takes the highest bits of a finite number, so many below bit 126 away, and rounds them.
func (m RoundingMode) cut(n number, shift int) (v uint64, exact bool) {
	lo := n.down(shift - 2) // the last bits are those two that decide
	v = lo.hi<<62 | lo.lo>>2
	half, rest := lo.lo&2 != 0, lo.lo&1 != 0
	if m.away(n.neg, v&1 != 0, half, rest) {
		v++
	}
	return v, !half && !rest
}

// round makes a bit pattern of a number that is no NaN.
func (f *Float) round(n number) uint64 {
	switch n.class {
	case zero:
		return f.signed(0, n.neg)
	case infinite:
		if f.NoInf {
			return f.overflow(n.neg)
		}
		return f.signed(f.Inf(), n.neg)
	}
	least := 1 - f.bias()
	tiny := n.exp < least
	if tiny && f.FlushOut {
		f.Raised |= OutputDenormal
		return f.signed(0, n.neg)
	}
	shift := 126 - f.Frac
	if tiny && f.TinyAfter && n.exp == least-1 {
		if v, _ := f.Mode.cut(n, shift); v>>(f.Frac+1) != 0 {
			tiny = false
		}
	}
	v, exact := f.Mode.cut(n, shift+max(0, least-n.exp))
	if n.exp >= least {
		v += uint64(n.exp-least) << f.Frac
	}
	if f.beyond(n.exp, v) {
		return f.overflow(n.neg)
	}
	if !exact {
		f.Raised |= Inexact
		if tiny {
			f.Raised |= Underflow
		}
	}
	return f.signed(v, n.neg)
}

// beyond reports whether a rounded magnitude, whose exponent was that one, is too large.
func (f *Float) beyond(exp int, v uint64) bool {
	if f.NoInf {
		return exp > f.bias()+1 || v >= f.sign()
	}
	return exp > f.bias() || v >= f.Inf()
}

// overflow is the result that is too large.
func (f *Float) overflow(neg bool) uint64 {
	if f.NoInf {
		f.Raised |= Invalid
		return f.signed(f.sign()-1, neg)
	}
	f.Raised |= Overflowed | Inexact
	if f.Mode == TowardZero || f.Mode == ToOdd || f.Mode == Upward && neg || f.Mode == Downward && !neg {
		return f.signed(f.Max(), neg)
	}
	return f.signed(f.Inf(), neg)
}

// Operand is an operand as it counts: a denormal one may be flushed, which is signalled.
func (f *Float) Operand(x uint64) uint64 {
	if f.FlushIn && f.IsDenormal(x) {
		f.Raised |= InputDenormal
		return x & f.sign()
	}
	return x
}

// nanOf is the result where an operand is a NaN: the first signalling one, or else the first one.
func (f *Float) nanOf(xs ...uint64) (uint64, bool) {
	var out uint64
	found, signalling := false, false
	for _, x := range xs {
		if f.IsSignalling(x) && !signalling || f.IsNaN(x) && !found {
			out, found, signalling = x, true, f.IsSignalling(x)
		}
	}
	if signalling {
		f.Raised |= Invalid
	}
	if found && f.DefaultNaN {
		return f.Default(), true
	}
	return f.Quiet(out), found
}

// invalid is the result of an operation that has none.
func (f *Float) invalid() uint64 {
	f.Raised |= Invalid
	return f.Default()
}
