package mistakes

import "github.com/risugen/risugen/arch/semantics"

// Instructions of the DSP module on 32-bit CPUs. DSPControl, an operand of those that set its flags, keeps what was set.

// Bits of DSPControl.
const (
	ouAcc      = 16 // and those of the other accumulators above
	ouAdd      = 20
	ouMultiply = 21
	ouShift    = 22
	ouExtract  = 23
	carryBit   = 13
	ccond      = 24
)

// laned is a result made lane by lane, and whether some lane overflowed.
func laned(n int, f func(a, b uint64) (uint64, bool), a, b uint64) (out uint64, over bool) {
	for at := 0; at < 32; at += n {
		v, o := f(a>>at&semantics.Mask(n), b>>at&semantics.Mask(n))
		out |= v & semantics.Mask(n) << at
		over = over || o
	}
	return out, over
}

// dsp3 is an instruction whose operands are rd, rs, rt and DSPControl, of which it sets a flag where it overflows.
func dsp3(n, flag int, f func(a, b uint64) (uint64, bool)) semantics.Func {
	return func(x *semantics.Exec) {
		v, over := laned(n, f, x.In[1].Lo, x.In[2].Lo)
		x.Out[0].Lo, x.Out[3].Lo = v, x.In[3].Lo|semantics.Bool(over)<<flag
	}
}

// dsp2 is one whose operands are rd, rt and DSPControl; the last argument is a shift amount.
func dsp2(n, flag int, f func(a uint64, sa int64) (uint64, bool)) semantics.Func {
	return func(x *semantics.Exec) {
		sa := x.Args[len(x.Args)-1]
		v, over := laned(n, func(a, _ uint64) (uint64, bool) { return f(a, sa) }, x.In[1].Lo, 0)
		x.Out[0].Lo, x.Out[2].Lo = v, x.In[2].Lo|semantics.Bool(over)<<flag
	}
}

// dspShift is one whose operands are rd, rt, rs with the amount, and DSPControl.
func dspShift(n int, f func(a uint64, sa int64) (uint64, bool)) semantics.Func {
	return func(x *semantics.Exec) {
		sa := int64(x.In[2].Lo) & int64(n-1)
		v, over := laned(n, func(a, _ uint64) (uint64, bool) { return f(a, sa) }, x.In[1].Lo, 0)
		x.Out[0].Lo, x.Out[3].Lo = v, x.In[3].Lo|semantics.Bool(over)<<ouShift
	}
}

// dspHalf is one without flags, whose operands are rd, rs and rt.
func dspHalf(n int, f func(a, b uint64) uint64) semantics.Func {
	return func(x *semantics.Exec) {
		x.Out[0].Lo, _ = laned(n, func(a, b uint64) (uint64, bool) { return f(a, b), false }, x.In[1].Lo, x.In[2].Lo)
	}
}

func addqS(n int) func(a, b uint64) (uint64, bool) {
	return func(a, b uint64) (uint64, bool) { return signed(a, n).Add(signed(b, n)).SatS(n) }
}

func subqS(n int) func(a, b uint64) (uint64, bool) {
	return func(a, b uint64) (uint64, bool) { return signed(a, n).Sub(signed(b, n)).SatS(n) }
}

func adduS(n int) func(a, b uint64) (uint64, bool) {
	return func(a, b uint64) (uint64, bool) { return unsigned(a, n).Add(unsigned(b, n)).SatU(n) }
}

// subu wraps.
func subu(n int) func(a, b uint64) (uint64, bool) {
	return func(a, b uint64) (uint64, bool) { return (a - b) & semantics.Mask(n), a < b }
}

// mulqS doubles the product of fractions, rounds it by what is added, and keeps the upper half.
func mulqS(n int, round uint64) func(a, b uint64) (uint64, bool) {
	return func(a, b uint64) (uint64, bool) {
		if least := uint64(1) << (n - 1); a == least && b == least {
			return semantics.Mask(n - 1), true
		}
		p := signed(a, n).Mul(signed(b, n)).Shl(1).Add(semantics.U(round, 64))
		return p.Shr(n).Lo & semantics.Mask(n), false
	}
}

func absqS(n int) func(a uint64, _ int64) (uint64, bool) {
	return func(a uint64, _ int64) (uint64, bool) { return signed(a, n).Abs().SatS(n) }
}

func shllS(n int) func(a uint64, sa int64) (uint64, bool) {
	return func(a uint64, sa int64) (uint64, bool) { return signed(a, n).Shl(int(sa)).SatS(n) }
}

// shll wraps. Unsigned bytes overflow where a bit that is set is lost, signed halves where the sign is, too.
func shllBytes(a uint64, sa int64) (uint64, bool) { return a << sa & 0xff, a<<sa > 0xff }

// precrqRS rounds a fraction of 32 bits to its upper half.
func precrqRS(a uint64) (uint64, bool) {
	v := signed(a, 32).Add(semantics.SI(0x8000))
	r, over := v.SatS(32)
	if over {
		return 0x7fff, true
	}
	return r >> 16 & 0xffff, false
}

func precrqRSPH(f func(uint64) (uint64, bool)) semantics.Func {
	return func(x *semantics.Exec) {
		hi, o1 := f(x.In[1].Lo)
		lo, o2 := f(x.In[2].Lo)
		x.Out[0].Lo, x.Out[3].Lo = hi<<16|lo, x.In[3].Lo|semantics.Bool(o1 || o2)<<ouShift
	}
}

// precrquS makes an unsigned byte of a signed fraction of 16 bits.
func precrquS(a uint64) (uint64, bool) {
	switch v := semantics.Sext(a, 16); {
	case v < 0:
		return 0, true
	case v > 0x7f80:
		return 0xff, true
	default:
		return uint64(v) >> 7, false
	}
}

func precrquSQB(f func(uint64) (uint64, bool)) semantics.Func {
	return func(x *semantics.Exec) {
		var out uint64
		over := false
		for i, r := range []uint64{x.In[1].Lo, x.In[2].Lo} {
			hi, o1 := f(r >> 16)
			lo, o2 := f(r & 0xffff)
			out |= (hi<<8 | lo) << (16 - 16*i)
			over = over || o1 || o2
		}
		x.Out[0].Lo, x.Out[3].Lo = out, x.In[3].Lo|semantics.Bool(over)<<ouShift
	}
}
