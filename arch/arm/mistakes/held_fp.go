package mistakes

import sem "github.com/risugen/risugen/arch/semantics"

func fpHeld() []sem.Mistake {
	return []sem.Mistake{
		{
			Name: "FRINTN rounds ties away from zero", Kind: sem.Rounding, Pattern: "FRINTN_s", Wrong: scalar1(frint(sem.NearestAway)),
		},
		{
			Name: "FMIN.S of zeros is the first one", Kind: sem.Sign, Pattern: "FMIN_v", Where: element(words),
			Wrong: floats(two(func(e *sem.Float, a, b uint64) uint64 {
				r := sem.Minimum(e, a, b)
				if e.IsZero(flushed(e, a)) && e.IsZero(flushed(e, b)) {
					r = flushed(e, a)
				}
				return r
			})),
		},
		{
			Name: "FMINNM of a number and a quiet NaN is the NaN", Kind: sem.NaN, Pattern: "FMINNM_s",
			Wrong: scalar2(func(e *sem.Float, a, b uint64) uint64 {
				if e.IsNaN(b) {
					return sem.Minimum(e, a, b)
				}
				return sem.Number(sem.Minimum)(e, a, b)
			}),
		},
		{
			Name: "FCVTZU of a negative fraction is invalid", Kind: sem.Flags, Pattern: "FCVTZU_gen",
			Wrong: toInteger(sem.TowardZero, func(e *sem.Float, a uint64, width int) uint64 {
				r := toUnsigned(e, a, width)
				if e.Negative(a) && e.Raised == sem.Inexact {
					e.Raised = sem.Invalid
				}
				return r
			}),
		},
		{
			Name: "FCVTAS adds a half and truncates", Kind: sem.Rounding, Pattern: "FCVTAS_gen",
			Wrong: toInteger(sem.NearestAway, func(e *sem.Float, a uint64, width int) uint64 {
				if e.Abs(a) == e.One()-1<<e.Frac-1 { // the largest number below a half
					e.Raised |= sem.Inexact
					return sem.Bool(!e.Negative(a)) | sem.Ones(e.Negative(a))&sem.Mask(width)
				}
				return toSigned(e, a, width)
			}),
		},
		{
			Name: "FMLS keeps the sign of a NaN in rn", Kind: sem.NaN, Pattern: "FMLS_v",
			Wrong: floats(func(e *sem.Float, z, a, b uint64) uint64 {
				if e.IsNaN(a) {
					return e.FMA(z, a, b, true)
				}
				return fmls(e, z, a, b)
			}),
		},
		{
			Name: "FMUL does not flush its operands", Kind: sem.Denormal, Pattern: "FMUL_s",
			Wrong: scalar2(func(e *sem.Float, a, b uint64) uint64 {
				e.FlushIn = false
				return e.Mul(a, b)
			}),
		},
		{
			Name: "FSQRT of -0 is +0", Kind: sem.Sign, Pattern: "FSQRT_s",
			Wrong: scalar1(func(e *sem.Float, a uint64) uint64 {
				if r := e.Sqrt(a); !e.IsZero(r) {
					return r
				}
				return 0
			}),
		},
		{
			Name: "FCMPE signals for signalling NaNs alone", Kind: sem.Flags, Pattern: "FCMPE", Wrong: comparing(fcmp),
		},
		{
			Name: "FCVT to single precision does not quieten NaNs", Kind: sem.NaN, Pattern: "FCVT",
			Where: func(a []int64) bool { return a[0] == 1 && a[1] == 0 },
			Wrong: converting(func(from, to *sem.Float, a uint64) uint64 {
				r := fcvt(from, to, a)
				if from.IsSignalling(a) && r&(1<<22-1) != 0 {
					return r &^ (1 << 22)
				}
				return r
			}),
		},
		{
			Name: "UCVTF halves what has bit 63 and loses bit 0", Kind: sem.Rounding, Pattern: "UCVTF_gen",
			Where: func(a []int64) bool { return a[0] == 1 && a[1] == 1 },
			Wrong: fromInteger(func(e *sem.Float, a uint64, width int) uint64 {
				if a>>63 != 0 {
					a &^= 1
				}
				return ucvtf(e, a, width)
			}),
		},
		{
			Name: "FNMUL keeps the sign of a NaN", Kind: sem.Sign, Pattern: "FNMUL",
			Wrong: scalar2(func(e *sem.Float, a, b uint64) uint64 {
				if r := e.Mul(a, b); e.IsNaN(r) {
					return r
				}
				return fnmul(e, a, b)
			}),
		},
		{
			Name: "FCMGE.D is true for what is not ordered", Kind: sem.Compare, Pattern: "FCMGE_v", Where: element(doubles),
			Wrong: floats(two(func(e *sem.Float, a, b uint64) uint64 { return sem.Ones(e.Compare(a, b, true) != sem.Less) })),
		},
		{
			Name: "FMLA.D rounds twice", Kind: sem.Fused, Pattern: "FMLA_v", Where: element(doubles),
			Wrong: floats(sem.RoundedTwice(fmadd, fmul)),
		},
	}
}
