package mistakes

import "github.com/risugen/risugen/arch/semantics"

// The arithmetic of A64's floating-point instructions.

func fadd(e *semantics.Float, a, b uint64) uint64  { return e.Add(a, b) }
func fsub(e *semantics.Float, a, b uint64) uint64  { return e.Sub(a, b) }
func fmul(e *semantics.Float, a, b uint64) uint64  { return e.Mul(a, b) }
func fdiv(e *semantics.Float, a, b uint64) uint64  { return e.Div(a, b) }
func fnmul(e *semantics.Float, a, b uint64) uint64 { return e.Neg(e.Mul(a, b)) }
func fsqrt(e *semantics.Float, a uint64) uint64    { return e.Sqrt(a) }

func fmadd(e *semantics.Float, z, a, b uint64) uint64 { return e.FMA(z, a, b, true) }

// fmls negates rn, a NaN too.
func fmls(e *semantics.Float, z, a, b uint64) uint64 { return e.FMA(z, e.Neg(a), b, true) }

// fmulx is a product in which zero times infinity is two.
func fmulx(e *semantics.Float, a, b uint64) uint64 {
	x, y := flushed(e, a), flushed(e, b)
	if e.IsZero(x) && e.Abs(y) == e.Inf() || e.IsZero(y) && e.Abs(x) == e.Inf() {
		e.Operand(a)
		e.Operand(b)
		return e.One() + 1<<e.Frac | (a^b)&(1<<(e.Bits()-1))
	}
	return e.Mul(a, b)
}

// flushed is an operand as it counts.
func flushed(e *semantics.Float, a uint64) uint64 {
	if e.FlushIn && e.IsDenormal(a) {
		return a & (1 << (e.Bits() - 1))
	}
	return a
}

// frint rounds to a whole number in a mode, without being inexact.
func frint(mode semantics.RoundingMode) semantics.Float1 {
	return func(e *semantics.Float, a uint64) uint64 {
		e.Mode = mode
		return e.RoundInt(a, true)
	}
}

func fcmp(e *semantics.Float, a, b uint64) semantics.Order  { return e.Compare(a, b, false) }
func fcmpe(e *semantics.Float, a, b uint64) semantics.Order { return e.Compare(a, b, true) }

func fcmge(e *semantics.Float, a, b uint64) uint64 {
	o := e.Compare(a, b, true)
	return semantics.Ones(o == semantics.Greater || o == semantics.Equal)
}

func fcvt(from, to *semantics.Float, a uint64) uint64 { return from.ConvertTo(to, a) }

func scvtf(e *semantics.Float, a uint64, width int) uint64 { return e.FromInt(semantics.S(a, width)) }
func ucvtf(e *semantics.Float, a uint64, width int) uint64 { return e.FromInt(semantics.U(a, width)) }

// fpRight are the right models.
func fpRight() map[string]semantics.Func {
	return map[string]semantics.Func{
		"FADD_s": scalar2(fadd), "FMUL_s": scalar2(fmul), "FDIV_s": scalar2(fdiv), "FNMUL": scalar2(fnmul), "FSQRT_s": scalar1(fsqrt),
		"FMAX_s": scalar2(semantics.Maximum), "FMAXNM_s": scalar2(semantics.Number(semantics.Maximum)), "FMINNM_s": scalar2(semantics.Number(semantics.Minimum)),
		"FMADD": scalar3(fmadd), "FRINTA_s": scalar1(frint(semantics.NearestAway)), "FRINTN_s": scalar1(frint(semantics.NearestEven)),
		"FADD_v": floats(two(fadd)), "FSUB_v": floats(two(fsub)), "FMUL_v": floats(two(fmul)), "FMULX_v": floats(two(fmulx)),
		"FMIN_v": floats(two(semantics.Minimum)), "FMLA_v": floats(fmadd), "FMLS_v": floats(fmls), "FCMGE_v": floats(two(fcmge)),
		"FCVTZS_gen": toInteger(semantics.TowardZero, toSigned), "FCVTZU_gen": toInteger(semantics.TowardZero, toUnsigned),
		"FCVTAS_gen": toInteger(semantics.NearestAway, toSigned),
		"SCVTF_gen":  fromInteger(scvtf), "UCVTF_gen": fromInteger(ucvtf),
		"FCMP": comparing(fcmp), "FCMPE": comparing(fcmpe), "FCVT": converting(fcvt),
	}
}
