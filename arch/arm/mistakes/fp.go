package mistakes

import "github.com/risugen/risugen/arch/semantics"

// Floating-point instructions of A64. FPCR has the rounding mode, what is flushed to zero and whether NaNs are the default
// one; FPSR gathers exceptions.

// Bits of FPCR.
const (
	fpcrFZ16 = 1 << 19
	fpcrFZ   = 1 << 24
	fpcrDN   = 1 << 25
	fpcrAHP  = 1 << 26
)

var roundings = [4]semantics.RoundingMode{semantics.NearestEven, semantics.Upward, semantics.Downward, semantics.TowardZero}

// formats are those that the argument ftype numbers; sizes those that size does.
var (
	formats = [4]semantics.Format{semantics.Single, semantics.Double, {}, semantics.Half}
	sizes   = [4]semantics.Format{1: semantics.Half, 2: semantics.Single, 3: semantics.Double}
)

// environment is the arithmetic that FPCR asks for.
func environment(f semantics.Format, fpcr uint64) semantics.Float {
	flush := fpcr&fpcrFZ != 0
	if f == semantics.Half {
		flush = fpcr&fpcrFZ16 != 0
	}
	return semantics.Float{
		Format: f, Mode: roundings[fpcr>>22&3], FlushIn: flush, FlushOut: flush, DefaultNaN: fpcr&fpcrDN != 0,
	}
}

// cumulative is what exceptions set in FPSR.
func cumulative(e *semantics.Float) (bits uint64) {
	for _, b := range []struct {
		raised semantics.Exceptions
		bit    uint64
	}{
		{semantics.Invalid, 1}, {semantics.DivideByZero, 2}, {semantics.Overflowed, 4}, {semantics.Underflow | semantics.OutputDenormal, 8},
		{semantics.Inexact, 16}, {semantics.InputDenormal, 0x80},
	} {
		if e.Raised&b.raised != 0 && (b.raised != semantics.InputDenormal || e.Format != semantics.Half) {
			bits |= b.bit
		}
	}
	return bits
}

// low is the number in the lowest bits of a register.
func low(f semantics.Format, v semantics.Value) uint64 { return v.Lo & semantics.Mask(f.Bits()) }

// scalar1 is an instruction whose operands are rd, rn, FPCR and FPSR, and whose first argument is ftype.
func scalar1(f semantics.Float1) semantics.Func {
	return func(x *semantics.Exec) {
		e := environment(formats[x.Args[0]], x.In[2].Lo)
		x.Out[0].Lo = f(&e, low(e.Format, x.In[1]))
		x.Out[3].Lo = x.In[3].Lo | cumulative(&e)
	}
}

// scalar2 is one with rm.
func scalar2(f semantics.Float2) semantics.Func {
	return func(x *semantics.Exec) {
		e := environment(formats[x.Args[0]], x.In[3].Lo)
		x.Out[0].Lo = f(&e, low(e.Format, x.In[1]), low(e.Format, x.In[2]))
		x.Out[4].Lo = x.In[4].Lo | cumulative(&e)
	}
}

// scalar3 is one with ra, which comes first.
func scalar3(f semantics.Float3) semantics.Func {
	return func(x *semantics.Exec) {
		e := environment(formats[x.Args[0]], x.In[4].Lo)
		x.Out[0].Lo = f(&e, low(e.Format, x.In[3]), low(e.Format, x.In[1]), low(e.Format, x.In[2]))
		x.Out[5].Lo = x.In[5].Lo | cumulative(&e)
	}
}

// floats is a vector instruction whose operands are rd, rn, rm, FPCR and FPSR; its arguments are q and size. rd is the first source of
// the function.
func floats(f semantics.Float3) semantics.Func {
	return func(x *semantics.Exec) {
		e := environment(sizes[x.Args[1]], x.In[3].Lo)
		x.Out[0] = semantics.Map3(bitsOf(x), 8<<x.Args[1], x.In[0], x.In[1], x.In[2], func(d, a, b uint64) uint64 { return f(&e, d, a, b) })
		x.Out[4].Lo = x.In[4].Lo | cumulative(&e)
	}
}

// two leaves rd out.
func two(f semantics.Float2) semantics.Float3 {
	return func(e *semantics.Float, _, a, b uint64) uint64 { return f(e, a, b) }
}

// toInteger converts to a general register; arguments are sf and ftype, operands rd, rn, FPCR and FPSR.
func toInteger(mode semantics.RoundingMode, f func(e *semantics.Float, a uint64, width int) uint64) semantics.Func {
	return func(x *semantics.Exec) {
		e := environment(formats[x.Args[1]], x.In[2].Lo)
		e.Mode = mode
		x.Out[0].Lo = f(&e, low(e.Format, x.In[1]), width(x))
		x.Out[3].Lo = x.In[3].Lo | cumulative(&e)
	}
}

func toSigned(e *semantics.Float, a uint64, width int) uint64   { return e.ToInt(a, width, true) }
func toUnsigned(e *semantics.Float, a uint64, width int) uint64 { return e.ToInt(a, width, false) }

// fromInteger converts a general register.
func fromInteger(f func(e *semantics.Float, a uint64, width int) uint64) semantics.Func {
	return func(x *semantics.Exec) {
		e := environment(formats[x.Args[1]], x.In[2].Lo)
		x.Out[0].Lo = f(&e, x.In[1].Lo, width(x))
		x.Out[3].Lo = x.In[3].Lo | cumulative(&e)
	}
}

// comparing writes the flags; operands are rn, rm, the flags, FPCR and FPSR.
func comparing(f func(e *semantics.Float, a, b uint64) semantics.Order) semantics.Func {
	return func(x *semantics.Exec) {
		e := environment(formats[x.Args[0]], x.In[3].Lo)
		x.Out[2].Lo = [...]uint64{
			semantics.Less: flagN, semantics.Equal: flagZ | flagC, semantics.Greater: flagC, semantics.Unordered: flagC | flagV,
		}[f(&e, low(e.Format, x.In[0]), low(e.Format, x.In[1]))]
		x.Out[4].Lo = x.In[4].Lo | cumulative(&e)
	}
}

// converting is FCVT: arguments are ftype and opc, the formats. Half precision is not flushed.
func converting(f func(from, to *semantics.Float, a uint64) uint64) semantics.Func {
	return func(x *semantics.Exec) {
		fpcr := x.In[2].Lo
		from, to := conversion(formats[x.Args[0]], fpcr), conversion(formats[x.Args[1]], fpcr)
		x.Out[0].Lo = f(&from, &to, low(from.Format, x.In[1]))
		x.Out[3].Lo = x.In[3].Lo | cumulative(&to) | cumulative(&from)&0x80
	}
}

func conversion(f semantics.Format, fpcr uint64) semantics.Float {
	if f == semantics.Half {
		fpcr &^= fpcrFZ16
	}
	e := environment(f, fpcr)
	if f == semantics.Half && fpcr&fpcrAHP != 0 {
		e.Format = semantics.HalfAlternative
	}
	return e
}
