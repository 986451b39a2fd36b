package mistakes

import "github.com/risugen/risugen/arch/semantics"

// Floating point of MSA and of the FPU. MSACSR and FCSR have the same bits: rounding mode, flush to zero, flags that stay
// set, and the causes that the last instruction signalled.

const (
	flushBit  = 1 << 24
	causeBits = 0x3f << 12
)

var roundings = [4]semantics.RoundingMode{semantics.NearestEven, semantics.TowardZero, semantics.Upward, semantics.Downward}

// environment is the arithmetic that a control register asks for.
func environment(f semantics.Format, control uint64) semantics.Float {
	flush := control&flushBit != 0
	return semantics.Float{Format: f, Mode: roundings[control&3], FlushIn: flush, FlushOut: flush, TinyAfter: true}
}

// signalled is a control register after an instruction: the causes are the last ones, the flags gather them.
func signalled(control uint64, raised semantics.Exceptions) uint64 {
	var bits uint64 // I, U, O, Z, V
	if raised&(semantics.Inexact|semantics.Overflowed|semantics.InputDenormal|semantics.OutputDenormal) != 0 {
		bits |= 1
	}
	if raised&(semantics.Underflow|semantics.OutputDenormal) != 0 {
		bits |= 2
	}
	bits |= semantics.Bool(raised&semantics.Overflowed != 0)<<2 | semantics.Bool(raised&semantics.DivideByZero != 0)<<3 |
		semantics.Bool(raised&semantics.Invalid != 0)<<4
	return control&^causeBits | bits<<12 | bits<<2
}

// Formats of MSA's floating-point instructions.
const (
	singleFormat = iota
	doubleFloat
)

// formats are those that the argument df numbers there.
var formats = [2]semantics.Format{semantics.Single, semantics.Double}

// floats3 is an instruction of MSA whose operands are wd, ws, wt and MSACSR.
func floats3(f semantics.Float3) semantics.Func {
	return func(x *semantics.Exec) {
		e := environment(formats[x.Args[0]], x.In[3].Lo)
		x.Out[0] = semantics.Map3(128, e.Bits(), x.In[0], x.In[1], x.In[2], func(d, a, b uint64) uint64 { return f(&e, d, a, b) })
		x.Out[3].Lo = signalled(x.In[3].Lo, e.Raised)
	}
}

// floats2 leaves wd out.
func floats2(f semantics.Float2) semantics.Func {
	return floats3(func(e *semantics.Float, _, a, b uint64) uint64 { return f(e, a, b) })
}

// floats1 is one whose operands are wd, ws and MSACSR.
func floats1(f semantics.Float1) semantics.Func {
	return func(x *semantics.Exec) {
		e := environment(formats[x.Args[0]], x.In[2].Lo)
		x.Out[0] = semantics.Map1(128, e.Bits(), x.In[1], func(a uint64) uint64 { return f(&e, a) })
		x.Out[2].Lo = signalled(x.In[2].Lo, e.Raised)
	}
}

// fadd and the like are the arithmetic.
func fadd(e *semantics.Float, a, b uint64) uint64     { return e.Add(a, b) }
func fdiv(e *semantics.Float, a, b uint64) uint64     { return e.Div(a, b) }
func fsqrt(e *semantics.Float, a uint64) uint64       { return e.Sqrt(a) }
func fmadd(e *semantics.Float, z, a, b uint64) uint64 { return e.FMA(z, a, b, false) }

// fmsub subtracts the product: a NaN keeps its sign.
func fmsub(e *semantics.Float, z, a, b uint64) uint64 {
	if !e.IsNaN(a) {
		a = e.Neg(a)
	}
	return e.FMA(z, a, b, false)
}

func fmul(e *semantics.Float, a, b uint64) uint64       { return e.Mul(a, b) }
func negatedMul(e *semantics.Float, a, b uint64) uint64 { return e.Neg(e.Mul(a, b)) }
func frint(e *semantics.Float, a uint64) uint64         { return e.RoundInt(a, false) }
func ftintS(e *semantics.Float, a uint64) uint64        { return e.ToInt(a, e.Bits(), true) }
func ftintU(e *semantics.Float, a uint64) uint64        { return e.ToInt(a, e.Bits(), false) }
func ffintU(e *semantics.Float, a uint64) uint64        { return e.FromInt(semantics.U(a, e.Bits())) }
func truncated(f semantics.Float1) semantics.Float1 {
	return func(e *semantics.Float, a uint64) uint64 {
		e.Mode = semantics.TowardZero
		return f(e, a)
	}
}

// floatCompare makes each element all ones or zero; a flushed operand signals nothing.
func floatCompare(signals bool, f func(semantics.Order) bool) semantics.Func {
	return floats2(func(e *semantics.Float, a, b uint64) uint64 {
		o := e.Compare(a, b, signals)
		e.Raised &^= semantics.InputDenormal
		return semantics.Ones(f(o))
	})
}

// fexdo makes elements of half the width, of ws in the upper half of wd and of wt in the lower one.
func fexdo(f func(from, to *semantics.Float, a uint64) uint64) semantics.Func {
	return func(x *semantics.Exec) {
		narrow := [2]semantics.Format{semantics.Half, semantics.Single}[x.Args[0]]
		to := environment(narrow, x.In[3].Lo)
		n := narrow.Bits()
		for i := range 128 / n {
			source, at := x.In[2], i
			if at >= 64/n {
				source, at = x.In[1], at-64/n
			}
			from := environment(formats[x.Args[0]], x.In[3].Lo)
			x.Out[0].SetLane(n, i, f(&from, &to, source.Lane(2*n, at)))
		}
		x.Out[3].Lo = signalled(x.In[3].Lo, to.Raised)
	}
}

func convert(from, to *semantics.Float, a uint64) uint64 { return from.ConvertTo(to, a) }

// fclass makes a bit of what sort of number each is.
func fclass(x *semantics.Exec) {
	classes(x, func(f semantics.Format, a uint64) bool { return f.IsDenormal(a) })
}

func classes(x *semantics.Exec, denormal func(semantics.Format, uint64) bool) {
	f := formats[x.Args[0]]
	x.Out[0] = semantics.Map1(128, f.Bits(), x.In[1], func(a uint64) uint64 {
		bit := 3 // a normal number, negative
		switch {
		case f.IsSignalling(a):
			return 1
		case f.IsNaN(a):
			return 2
		case f.Abs(a) == f.Inf():
			bit = 2
		case f.IsZero(a):
			bit = 5
		case denormal(f, a):
			bit = 4
		}
		if !f.Negative(a) {
			bit += 4
		}
		return 1 << bit
	})
}

// fmax and fmin take the number beside a quiet NaN.
var (
	fmax = semantics.Number(semantics.Maximum)
	fmin = semantics.Number(semantics.Minimum)
)

func msaFloats() map[string]semantics.Func {
	return map[string]semantics.Func{
		"FADD": floats2(fadd), "FDIV": floats2(fdiv), "FSQRT": floats1(fsqrt), "FMADD": floats3(fmadd), "FMSUB": floats3(fmsub),
		"FMAX": floats2(fmax), "FMIN": floats2(fmin), "FRINT": floats1(frint),
		"FTRUNC_U": floats1(truncated(ftintU)), "FTRUNC_S": floats1(truncated(ftintS)), "FTINT_S": floats1(ftintS), "FTINT_U": floats1(ftintU),
		"FFINT_U": floats1(ffintU), "FEXDO": fexdo(convert), "FCLASS": fclass,
		"FCUEQ": floatCompare(false, func(o semantics.Order) bool { return o == semantics.Equal || o == semantics.Unordered }),
		"FSLT":  floatCompare(true, func(o semantics.Order) bool { return o == semantics.Less }),
		"FCLE":  floatCompare(false, func(o semantics.Order) bool { return o <= semantics.Equal }),
	}
}
