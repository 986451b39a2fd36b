package mistakes

import "github.com/risugen/risugen/arch/semantics"

// parallel computes lanes of n bits, and GE bits where there are any: operands are rd twice, rn, rm, GE and the condition's flags.
func parallel(n int, f func(a, b uint64) (v uint64, ge bool)) semantics.Func {
	return conditional(5, func(x *semantics.Exec) {
		var out, ge uint64
		for at := 0; at < 32; at += n {
			v, set := f(x.In[2].Lo>>at&semantics.Mask(n), x.In[3].Lo>>at&semantics.Mask(n))
			out |= v & semantics.Mask(n) << at
			ge |= semantics.Mask(n/8) * semantics.Bool(set) << (at / 8)
		}
		x.Out[0].Lo, x.Out[4].Lo = out, ge<<geAt
	})
}

// lanes32 is the same without GE.
func lanes32(n int, f func(a, b uint64) uint64) semantics.Func {
	return rrr32(func(a, b uint32) (out uint32) {
		for at := 0; at < 32; at += n {
			out |= uint32(f(uint64(a)>>at&semantics.Mask(n), uint64(b)>>at&semantics.Mask(n))&semantics.Mask(n)) << at
		}
		return out
	})
}

func uadd8(a, b uint64) (uint64, bool) { return a + b, a+b > 0xff }

func sadd16(a, b uint64) (uint64, bool) {
	return a + b, semantics.Sext(a, 16)+semantics.Sext(b, 16) >= 0
}

func uhadd8(a, b uint64) uint64 { return (a + b) >> 1 }

func uqadd8(a, b uint64) uint64 { return min(a+b, 0xff) }

func qsub16(a, b uint64) uint64 {
	v, _ := signed(a, 16).Sub(signed(b, 16)).SatS(16)
	return v
}

// accumulated is a product for two registers: operands are rdhi, rdlo, rn and rm.
func accumulated(f func(hi, lo, a, b uint64) uint64) semantics.Func {
	return conditional(4, func(x *semantics.Exec) {
		v := f(x.In[0].Lo, x.In[1].Lo, x.In[2].Lo, x.In[3].Lo)
		x.Out[0].Lo, x.Out[1].Lo = v>>32, v&semantics.Mask(32)
	})
}

func umaal(hi, lo, a, b uint64) uint64  { return a*b + hi + lo }
func smlald(hi, lo, a, b uint64) uint64 { return hi<<32 + lo + dual(a, b).Lo }

// upper is what the upper half of a product is added to: operands are rd twice, rn, rm, ra and the condition's flags.
func upper(f func(p, ra semantics.Wide) semantics.Wide) semantics.Func {
	return conditional(5, func(x *semantics.Exec) {
		p := signed(x.In[2].Lo, 32).Mul(signed(x.In[3].Lo, 32))
		x.Out[0].Lo = f(p, signed(x.In[4].Lo, 32).Shl(32)).Shr(32).Lo & semantics.Mask(32)
	})
}

// pkhtb takes the upper half of rn, and the lower one of rm shifted right, by 32 where the immediate is zero.
func pkhtb(shift shifter) semantics.Func {
	return conditional(4, func(x *semantics.Exec) {
		v, _ := shift(uint32(x.In[3].Lo), x.Args[4], 2, 0)
		x.Out[0].Lo = x.In[2].Lo&0xffff_0000 | uint64(v&0xffff)
	})
}

// sbfx takes a signed field: the arguments are cond, rd, rn, lsb and widthm1.
func sbfx(f func(v uint64, lsb, width int) uint64) semantics.Func {
	return conditional(3, func(x *semantics.Exec) {
		x.Out[0].Lo = f(x.In[2].Lo, int(x.Args[3]), int(x.Args[4])+1) & semantics.Mask(32)
	})
}

func signedField(v uint64, lsb, width int) uint64 { return uint64(semantics.Sext(v>>lsb, width)) }

func or(a, b uint32) uint32  { return a | b }
func and(a, b uint32) uint32 { return a & b }

// a32Right are the right models.
func a32Right() map[string]semantics.Func {
	return map[string]semantics.Func{
		"MOV_reg": moveReg(byImmediate32), "MOV_rsr": moveRSR(byAmount), "ORR_rsr": orrRSR(byAmount),
		"AND_reg": logicReg(and, byImmediate32), "ORR_reg": logicReg(or, byImmediate32),
		"ADC_reg": carryReg(adc32), "RSC_reg": carryReg(rsc32),
		"QADD": sat32(qadd), "QSUB": sat32(qsub), "QDADD": sat32(qdadd),
		"SMLAD": sticky(5, smlad), "SMUAD": sticky(4, smuad), "SMLABB": sticky(5, smlabb), "SMLAWB": sticky(5, smlawb),
		"SSAT": saturate(ssat, byImmediate32), "USAT": saturate(usat, byImmediate32),
		"SSAT16": saturate16(ssat), "USAT16": saturate16(usat),
		"UADD8": parallel(8, uadd8), "SADD16": parallel(16, sadd16),
		"UHADD8": lanes32(8, uhadd8), "UQADD8": lanes32(8, uqadd8), "QSUB16": lanes32(16, qsub16),
		"UMAAL": accumulated(umaal), "SMLALD": accumulated(smlald),
		"SMMLS":  upper(func(p, ra semantics.Wide) semantics.Wide { return ra.Sub(p) }),
		"SMMLAR": upper(func(p, ra semantics.Wide) semantics.Wide { return ra.Add(p).Add(semantics.SI(1 << 31)) }),
		"PKHTB":  pkhtb(byImmediate32), "SBFX": sbfx(signedField),
		"SDIV": rrr32(func(a, b uint32) uint32 { return uint32(sdiv(32, uint64(a), uint64(b))) }),
	}
}
