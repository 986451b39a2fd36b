package mistakes

import sem "github.com/risugen/risugen/arch/semantics"

func fpTune() []sem.Mistake {
	single := func(a []int64) bool { return a[0] == 0 }
	return []sem.Mistake{
		{
			Name: "FRINTA rounds ties to even", Kind: sem.Rounding, Pattern: "FRINTA_s", Wrong: scalar1(frint(sem.NearestEven)),
		},
		{
			Name: "FMAX of zeros is the second one", Kind: sem.Sign, Pattern: "FMAX_s",
			Wrong: scalar2(func(e *sem.Float, a, b uint64) uint64 {
				r := sem.Maximum(e, a, b)
				if e.IsZero(flushed(e, a)) && e.IsZero(flushed(e, b)) {
					r = flushed(e, b)
				}
				return r
			}),
		},
		{
			Name: "FMAXNM takes the number beside a signalling NaN", Kind: sem.NaN, Pattern: "FMAXNM_s",
			Wrong: scalar2(func(e *sem.Float, a, b uint64) uint64 {
				r := sem.Number(sem.Maximum)(e, a, b)
				switch {
				case e.IsNaN(a) && !e.IsNaN(b):
					return flushed(e, b)
				case e.IsNaN(b) && !e.IsNaN(a):
					return flushed(e, a)
				}
				return r
			}),
		},
		{
			Name: "FCVTZS of what is too large is INT_MIN", Kind: sem.Range, Pattern: "FCVTZS_gen",
			Wrong: toInteger(sem.TowardZero, func(e *sem.Float, a uint64, width int) uint64 {
				r := toSigned(e, a, width)
				if e.Raised&sem.Invalid != 0 && !e.IsNaN(a) {
					return 1 << (width - 1)
				}
				return r
			}),
		},
		{
			Name: "FMADD.S rounds twice", Kind: sem.Fused, Pattern: "FMADD", Where: single,
			Wrong: scalar3(sem.RoundedTwice(fmadd, fmul)),
		},
		{
			Name: "FADD does not flush its result", Kind: sem.Denormal, Pattern: "FADD_s",
			Wrong: scalar2(func(e *sem.Float, a, b uint64) uint64 {
				e.FlushOut = false
				return e.Add(a, b)
			}),
		},
		{
			Name: "FDIV of zero by zero divides by zero", Kind: sem.Flags, Pattern: "FDIV_s",
			Wrong: scalar2(func(e *sem.Float, a, b uint64) uint64 {
				r := e.Div(a, b)
				if e.IsZero(flushed(e, a)) && e.IsZero(flushed(e, b)) {
					e.Raised |= sem.DivideByZero
				}
				return r
			}),
		},
		{
			Name: "FCMP takes what is not ordered for less", Kind: sem.Compare, Pattern: "FCMP",
			Wrong: comparing(func(e *sem.Float, a, b uint64) sem.Order { return fcmp(e, a, b) % sem.Unordered }),
		},
		{
			Name: "FCVT to half precision rounds to the nearest always", Kind: sem.Mode, Pattern: "FCVT", Where: func(a []int64) bool { return a[1] == 3 },
			Wrong: converting(func(from, to *sem.Float, a uint64) uint64 {
				to.Mode = sem.NearestEven
				return fcvt(from, to, a)
			}),
		},
		{
			Name: "SCVTF to single precision rounds to double first", Kind: sem.Rounding, Pattern: "SCVTF_gen",
			Where: func(a []int64) bool { return a[0] == 1 && a[1] == 0 },
			Wrong: fromInteger(func(e *sem.Float, a uint64, width int) uint64 {
				wide := sem.Float{Format: sem.Double, Mode: e.Mode}
				d := wide.FromInt(sem.S(a, width))
				return wide.ConvertTo(e, d)
			}),
		},
		{
			Name: "FMULX of zero and infinity is positive", Kind: sem.Sign, Pattern: "FMULX_v",
			Wrong: floats(two(func(e *sem.Float, a, b uint64) uint64 {
				if r := fmulx(e, a, b); e.Abs(r) != e.One()+1<<e.Frac || e.Abs(a) != e.Inf() && e.Abs(b) != e.Inf() {
					return r
				}
				return e.One() + 1<<e.Frac
			})),
		},
		{
			Name: "FADD.H flushes by FZ", Kind: sem.Mode, Pattern: "FADD_v", Where: element(halves),
			Wrong: func(x *sem.Exec) {
				e := environment(sem.Half, x.In[3].Lo)
				e.FlushIn = x.In[3].Lo&fpcrFZ != 0
				e.FlushOut = e.FlushIn
				x.Out[0] = sem.Map2(bitsOf(x), 16, x.In[1], x.In[2], e.Add)
				x.Out[4].Lo = x.In[4].Lo | cumulative(&e)
			},
		},
		{
			Name: "FMUL.D takes the second of two quiet NaNs", Kind: sem.NaN, Pattern: "FMUL_v", Where: element(doubles),
			Wrong: floats(two(func(e *sem.Float, a, b uint64) uint64 {
				if e.IsNaN(a) && e.IsNaN(b) && !e.IsSignalling(a) && !e.IsSignalling(b) {
					return e.Mul(b, a)
				}
				return e.Mul(a, b)
			})),
		},
		{
			Name: "FSUB of equal numbers is positive in all modes", Kind: sem.Sign, Pattern: "FSUB_v",
			Wrong: floats(two(func(e *sem.Float, a, b uint64) uint64 {
				if r := e.Sub(a, b); !e.IsZero(r) || e.IsZero(flushed(e, a)) {
					return r
				}
				return 0
			})),
		},
	}
}
