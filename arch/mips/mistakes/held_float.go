package mistakes

import sem "github.com/risugen/risugen/arch/semantics"

func msaFloatsHeld() []sem.Mistake {
	return []sem.Mistake{
		{
			Name: "FMSUB.D rounds twice", Kind: sem.Fused, Pattern: "FMSUB", Where: format(doubleFloat), Wrong: floats3(sem.RoundedTwice(fmsub, negatedMul)),
		},
		{
			Name: "FMIN.W of zeros is the first one", Kind: sem.Sign, Pattern: "FMIN", Where: format(singleFormat),
			Wrong: floats2(func(e *sem.Float, a, b uint64) uint64 {
				r := fmin(e, a, b)
				if x := e.Operand(a); e.IsZero(x) && e.IsZero(e.Operand(b)) {
					return x
				}
				return r
			}),
		},
		{
			Name: "FTINT_S.D of a NaN is INT_MIN", Kind: sem.Range, Pattern: "FTINT_S", Where: format(doubleFloat),
			Wrong: floats1(func(e *sem.Float, a uint64) uint64 {
				r := ftintS(e, a)
				if e.IsNaN(a) {
					return 1 << 63
				}
				return r
			}),
		},
		{
			Name: "FSQRT.W of -0 is invalid", Kind: sem.Sign, Pattern: "FSQRT", Where: format(singleFormat),
			Wrong: floats1(func(e *sem.Float, a uint64) uint64 {
				r := e.Sqrt(a)
				if e.IsZero(r) && e.Negative(r) {
					e.Raised |= sem.Invalid
					return e.Default()
				}
				return r
			}),
		},
		{
			Name: "FCLASS.W takes denormal numbers for normal ones", Kind: sem.Denormal, Pattern: "FCLASS", Where: format(singleFormat),
			Wrong: func(x *sem.Exec) { classes(x, func(sem.Format, uint64) bool { return false }) },
		},
		{
			Name: "FSLT.D of a quiet NaN is not invalid", Kind: sem.Flags, Pattern: "FSLT", Where: format(doubleFloat),
			Wrong: floatCompare(false, func(o sem.Order) bool { return o == sem.Less }),
		},
		{
			Name: "FTINT_U.W rounds to the nearest always", Kind: sem.Mode, Pattern: "FTINT_U", Where: format(singleFormat),
			Wrong: floats1(func(e *sem.Float, a uint64) uint64 {
				e.Mode = sem.NearestEven
				return ftintU(e, a)
			}),
		},
		{
			Name: "FCLE.W takes zeros of both signs for different", Kind: sem.Compare, Pattern: "FCLE", Where: format(singleFormat),
			Wrong: floats2(func(e *sem.Float, a, b uint64) uint64 {
				o := e.Compare(a, b, false)
				e.Raised &^= sem.InputDenormal
				return sem.Ones(o <= sem.Equal && (a != 0 || b != 1<<31))
			}),
		},
	}
}

func fpuHeld() []sem.Mistake {
	return []sem.Mistake{
		{
			Name: "MADD.D does not quieten a NaN in fr", Kind: sem.NaN, Pattern: "MADD_D",
			Wrong: fpu3(sem.Double, func(e *sem.Float, z, a, b uint64) uint64 {
				r := unfused(e, z, a, b)
				if e.IsSignalling(z) && r == e.Quiet(z) {
					return z
				}
				return r
			}),
		},
		{
			Name: "C.cond.D signals for signalling NaNs alone", Kind: sem.Flags, Pattern: "C_D",
			Wrong: func(x *sem.Exec) {
				fpuCompare(sem.Double, condition)(x)
				f := sem.Double
				if !f.IsSignalling(x.In[0].Lo) && !f.IsSignalling(x.In[1].Lo) {
					x.Out[2].Lo = x.Out[2].Lo&^(causeBits|0x7c) | x.In[2].Lo&0x7c
				}
			},
		},
		{
			Name: "ROUND.W.S rounds ties away from zero", Kind: sem.Rounding, Pattern: "ROUND_W_S",
			Wrong: fpuTo(sem.Single, 32, toInt(32, fixed(sem.NearestAway))),
		},
		{
			Name: "CVT.L.S of what is too large is INT_MIN", Kind: sem.Range, Pattern: "CVT_L_S",
			Wrong: fpuTo(sem.Single, 64, func(e *sem.Float, a uint64) uint64 {
				if r := e.ToInt(a, 64, true); e.Raised&sem.Invalid == 0 || e.IsNaN(a) {
					return r
				}
				return 1 << 63
			}),
		},
		{
			Name: "CVT.S.D loses the denormal results that it need not flush", Kind: sem.Denormal, Pattern: "CVT_S_D",
			Wrong: toSingle(func(from, to *sem.Float, a uint64) uint64 {
				r := convert(from, to, a)
				if to.IsDenormal(r) {
					return r & (1 << 31)
				}
				return r
			}),
		},
	}
}
