package mistakes

import "github.com/risugen/risugen/arch/semantics"

// Instructions of the FPU with registers of 64 bits. A result of 32 bits keeps the upper half of its register.

// keep is a result in the lower bits of a register.
func keep(f semantics.Format, old semantics.Value, v uint64) semantics.Value {
	if m := semantics.Mask(f.Bits()); m != ^uint64(0) {
		return semantics.V(old.Lo&^m | v&m)
	}
	return semantics.V(v)
}

// fpuEnvironment is the arithmetic that FCSR asks for. Whether FS flushes operands, and what a flushed result signals, is left to
// implementations: this is what QEMU does.
func fpuEnvironment(f semantics.Format, control uint64) semantics.Float {
	e := environment(f, control)
	e.FlushIn = false
	return e
}

// raisedFPU is FCSR after an instruction.
func raisedFPU(control uint64, raised semantics.Exceptions) uint64 {
	return signalled(control, raised&^semantics.OutputDenormal)
}

// fpu2 is an instruction whose operands are fd, fs, ft and FCSR.
func fpu2(format semantics.Format, f semantics.Float2) semantics.Func {
	return func(x *semantics.Exec) {
		e := fpuEnvironment(format, x.In[3].Lo)
		m := semantics.Mask(format.Bits())
		x.Out[0] = keep(format, x.In[0], f(&e, x.In[1].Lo&m, x.In[2].Lo&m))
		x.Out[3].Lo = raisedFPU(x.In[3].Lo, e.Raised)
	}
}

// fpu3 has fr behind fd, which is added to.
func fpu3(format semantics.Format, f semantics.Float3) semantics.Func {
	return func(x *semantics.Exec) {
		e := fpuEnvironment(format, x.In[4].Lo)
		m := semantics.Mask(format.Bits())
		x.Out[0] = keep(format, x.In[0], f(&e, x.In[1].Lo&m, x.In[2].Lo&m, x.In[3].Lo&m))
		x.Out[4].Lo = raisedFPU(x.In[4].Lo, e.Raised)
	}
}

// fpuTo converts; its operands are fd, fs and FCSR, and the result has a width in bits.
func fpuTo(format semantics.Format, width int, f semantics.Float1) semantics.Func {
	return func(x *semantics.Exec) {
		e := fpuEnvironment(format, x.In[2].Lo)
		v := f(&e, x.In[1].Lo&semantics.Mask(format.Bits()))
		if m := semantics.Mask(width); m != ^uint64(0) {
			v = x.In[0].Lo&^m | v&m
		}
		x.Out[0].Lo, x.Out[2].Lo = v, raisedFPU(x.In[2].Lo, e.Raised)
	}
}

// fpuCompare is a comparison, whose arguments are fs, ft, cond and cc. Bits 0 to 2 of cond say whether it is true for what is not
// ordered, equal, less; bit 3 that quiet NaNs are invalid.
func fpuCompare(format semantics.Format, f func(cond int64, o semantics.Order) bool) semantics.Func {
	return func(x *semantics.Exec) {
		e := fpuEnvironment(format, x.In[2].Lo)
		m := semantics.Mask(format.Bits())
		holds := f(x.Args[2], e.Compare(x.In[0].Lo&m, x.In[1].Lo&m, x.Args[2]&8 != 0))
		bit := 23
		if cc := int(x.Args[3]); cc > 0 {
			bit = 24 + cc
		}
		x.Out[2].Lo = raisedFPU(x.In[2].Lo, e.Raised)&^(1<<bit) | semantics.Bool(holds)<<bit
	}
}

func condition(cond int64, o semantics.Order) bool {
	return cond&1 != 0 && o == semantics.Unordered || cond&2 != 0 && o == semantics.Equal || cond&4 != 0 && o == semantics.Less
}

// toWord and toLong round as a mode says.
func toInt(width int, mode func(control semantics.RoundingMode) semantics.RoundingMode) semantics.Float1 {
	return func(e *semantics.Float, a uint64) uint64 {
		e.Mode = mode(e.Mode)
		return e.ToInt(a, width, true)
	}
}

func asIs(m semantics.RoundingMode) semantics.RoundingMode { return m }
func fixed(m semantics.RoundingMode) func(semantics.RoundingMode) semantics.RoundingMode {
	return func(semantics.RoundingMode) semantics.RoundingMode { return m }
}

// unfused rounds the product first.
func unfused(e *semantics.Float, z, a, b uint64) uint64 { return e.Add(e.Mul(a, b), z) }

// toSingle converts a double.
func toSingle(f func(from, to *semantics.Float, a uint64) uint64) semantics.Func {
	return func(x *semantics.Exec) {
		from, to := fpuEnvironment(semantics.Double, x.In[2].Lo), fpuEnvironment(semantics.Single, x.In[2].Lo)
		x.Out[0] = keep(semantics.Single, x.In[0], f(&from, &to, x.In[1].Lo))
		x.Out[2].Lo = raisedFPU(x.In[2].Lo, to.Raised)
	}
}

// fpuRight are the right models.
func fpuRight() map[string]semantics.Func {
	return map[string]semantics.Func{
		"ADD_S": fpu2(semantics.Single, fadd), "DIV_D": fpu2(semantics.Double, fdiv), "MUL_D": fpu2(semantics.Double, fmul),
		"MADD_S": fpu3(semantics.Single, unfused), "MADD_D": fpu3(semantics.Double, unfused),
		"C_S": fpuCompare(semantics.Single, condition), "C_D": fpuCompare(semantics.Double, condition),
		"CVT_W_D":   fpuTo(semantics.Double, 32, toInt(32, asIs)),
		"CVT_L_S":   fpuTo(semantics.Single, 64, toInt(64, asIs)),
		"ROUND_W_S": fpuTo(semantics.Single, 32, toInt(32, fixed(semantics.NearestEven))),
		"TRUNC_W_S": fpuTo(semantics.Single, 32, toInt(32, fixed(semantics.TowardZero))),
		"SQRT_S":    fpuTo(semantics.Single, 32, fsqrt),
		"CVT_S_D":   toSingle(convert),
	}
}
