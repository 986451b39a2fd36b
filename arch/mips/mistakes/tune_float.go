package mistakes

import sem "github.com/risugen/risugen/arch/semantics"

func msaFloatsTune() []sem.Mistake {
	return []sem.Mistake{
		{
			Name: "FMADD.W rounds twice", Kind: sem.Fused, Pattern: "FMADD", Where: format(singleFormat), Wrong: floats3(sem.RoundedTwice(fmadd, fmul)),
		},
		{
			Name: "FMAX.W of a number and a quiet NaN is the NaN", Kind: sem.NaN, Pattern: "FMAX", Where: format(singleFormat),
			Wrong: floats2(func(e *sem.Float, a, b uint64) uint64 {
				if e.IsNaN(a) || e.IsNaN(b) {
					return e.Add(a, b)
				}
				return fmax(e, a, b)
			}),
		},
		{
			Name: "FTRUNC_U.W of -1 is all ones", Kind: sem.Range, Pattern: "FTRUNC_U", Where: format(singleFormat),
			Wrong: floats1(func(e *sem.Float, a uint64) uint64 {
				r := truncated(ftintU)(e, a)
				if a == e.Neg(e.One()) {
					return sem.Mask(32)
				}
				return r
			}),
		},
		{
			Name: "FEXDO.H has infinity for what rounds to 65504", Kind: sem.Range, Pattern: "FEXDO", Where: format(singleFormat),
			Wrong: fexdo(func(from, to *sem.Float, a uint64) uint64 {
				r := convert(from, to, a)
				if to.Abs(r) == to.Max() {
					r++
				}
				return r
			}),
		},
		{
			Name: "FRINT.D rounds ties away from zero", Kind: sem.Rounding, Pattern: "FRINT", Where: format(doubleFloat),
			Wrong: floats1(func(e *sem.Float, a uint64) uint64 {
				if e.Mode == sem.NearestEven {
					e.Mode = sem.NearestAway
				}
				return frint(e, a)
			}),
		},
		{
			Name: "FDIV.D of zero by zero divides by zero", Kind: sem.Flags, Pattern: "FDIV", Where: format(doubleFloat),
			Wrong: floats2(func(e *sem.Float, a, b uint64) uint64 {
				r := e.Div(a, b)
				if e.IsZero(a) && e.IsZero(b) {
					e.Raised |= sem.DivideByZero
				}
				return r
			}),
		},
		{
			Name: "FCUEQ.W is false for what is not ordered", Kind: sem.Compare, Pattern: "FCUEQ", Where: format(singleFormat),
			Wrong: floatCompare(false, func(o sem.Order) bool { return o == sem.Equal }),
		},
		{
			Name: "FADD.D does not flush its operands", Kind: sem.Denormal, Pattern: "FADD", Where: format(doubleFloat),
			Wrong: floats2(func(e *sem.Float, a, b uint64) uint64 {
				e.FlushIn = false
				return e.Add(a, b)
			}),
		},
	}
}

func fpuTune() []sem.Mistake {
	return []sem.Mistake{
		{
			Name: "MADD.S rounds once", Kind: sem.Fused, Pattern: "MADD_S",
			Wrong: fpu3(sem.Single, func(e *sem.Float, z, a, b uint64) uint64 {
				r := unfused(e, z, a, b)
				if once := *e; !e.IsNaN(r) {
					return once.FMA(z, a, b, false)
				}
				return r
			}),
		},
		{
			Name: "C.cond.S takes zeros of both signs for different", Kind: sem.Compare, Pattern: "C_S",
			Wrong: func(x *sem.Exec) {
				fpuCompare(sem.Single, condition)(x)
				if a, b := x.In[0].Lo, x.In[1].Lo; uint32(a^b) == 1<<31 && uint32(a)<<1 == 0 {
					fpuCompare(sem.Single, func(cond int64, _ sem.Order) bool { return condition(cond, sem.Greater) })(x)
				}
			},
		},
		{
			Name: "CVT.W.D rounds to the nearest always", Kind: sem.Mode, Pattern: "CVT_W_D",
			Wrong: fpuTo(sem.Double, 32, toInt(32, fixed(sem.NearestEven))),
		},
		{
			Name: "TRUNC.W.S of what is too small is INT_MAX", Kind: sem.Range, Pattern: "TRUNC_W_S",
			Wrong: fpuTo(sem.Single, 32, func(e *sem.Float, a uint64) uint64 {
				e.Mode = sem.TowardZero
				if r := e.ToInt(a, 32, true); e.Raised&sem.Invalid == 0 || e.IsNaN(a) {
					return r
				}
				return 1<<31 - 1
			}),
		},
		{
			Name: "MUL.D of a denormal result has no underflow", Kind: sem.Flags, Pattern: "MUL_D",
			Wrong: fpu2(sem.Double, func(e *sem.Float, a, b uint64) uint64 {
				r := e.Mul(a, b)
				if e.IsDenormal(r) {
					e.Raised &^= sem.Underflow
				}
				return r
			}),
		},
	}
}
