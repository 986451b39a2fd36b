package mistakes

import "github.com/risugen/risugen/arch/semantics"

// Instructions of the DSP module on accumulators. The argument ac is the number of one, a pair of HI and LO.

// accum is an instruction whose operands are rs, rt, DSPControl and the pairs. It sets the flag of its accumulator.
func accum(f func(acc semantics.Wide, a, b uint64) (semantics.Wide, bool)) semantics.Func {
	return func(x *semantics.Exec) {
		ac := int(x.Args[0])
		hi := 3 + 2*ac
		v, over := f(semantics.S(x.In[hi].Lo<<32|x.In[hi+1].Lo, 64), x.In[0].Lo, x.In[1].Lo)
		x.Out[hi].Lo, x.Out[hi+1].Lo = v.Lo>>32, v.Lo&0xffff_ffff
		x.Out[2].Lo = x.In[2].Lo | semantics.Bool(over)<<(ouAcc+ac)
	}
}

// fraction is the doubled product of halves i of two words, which saturates.
func fraction(a, b uint64, i int) (semantics.Wide, bool) {
	x, y := a>>(16*i)&0xffff, b>>(16*i)&0xffff
	if x == 0x8000 && y == 0x8000 {
		return semantics.SI(0x7fff_ffff), true
	}
	return signed(x, 16).Mul(signed(y, 16)).Shl(1), false
}

func dpaqS(acc semantics.Wide, a, b uint64) (semantics.Wide, bool) {
	p, o1 := fraction(a, b, 1)
	q, o2 := fraction(a, b, 0)
	return acc.Add(p).Add(q), o1 || o2
}

// long is the doubled product of words, which saturates.
func long(a, b uint64) (semantics.Wide, bool) {
	if a == 1<<31 && b == a {
		return semantics.SI(1<<63 - 1), true
	}
	return signed(a, 32).Mul(signed(b, 32)).Shl(1), false
}

func dpaqSA(acc semantics.Wide, a, b uint64) (semantics.Wide, bool) {
	p, o1 := long(a, b)
	v, o2 := acc.Add(p).SatS(64)
	return semantics.S(v, 64), o1 || o2
}

func dpsqSA(acc semantics.Wide, a, b uint64) (semantics.Wide, bool) {
	p, o1 := long(a, b)
	v, o2 := acc.Sub(p).SatS(64)
	return semantics.S(v, 64), o1 || o2
}

func maqS(half int) func(acc semantics.Wide, a, b uint64) (semantics.Wide, bool) {
	return func(acc semantics.Wide, a, b uint64) (semantics.Wide, bool) {
		p, over := fraction(a, b, half)
		return acc.Add(p), over
	}
}

// maqSA saturates the sum at 32 bits, of which it looks at 33.
func maqSA(half int) func(acc semantics.Wide, a, b uint64) (semantics.Wide, bool) {
	return func(acc semantics.Wide, a, b uint64) (semantics.Wide, bool) {
		p, o1 := fraction(a, b, half)
		v, o2 := signed(acc.Add(p).Lo, 33).SatS(32)
		return signed(v, 32), o1 || o2
	}
}

// extract is an instruction whose operands are rt, DSPControl and the pairs: it shifts an accumulator right.
func extract(f func(acc semantics.Wide, n int) (uint64, bool)) semantics.Func {
	return func(x *semantics.Exec) {
		hi := 2 + 2*int(x.Args[1])
		v, over := f(semantics.S(x.In[hi].Lo<<32|x.In[hi+1].Lo, 64), int(x.Args[2]))
		x.Out[0].Lo, x.Out[1].Lo = v, x.In[1].Lo|semantics.Bool(over)<<ouExtract
	}
}

// fits reports whether a number is a signed one of 32 bits.
func fits(v semantics.Wide) bool {
	_, over := v.SatS(32)
	return !over
}

// extrW truncates. It overflows where the number or the rounded one is too large.
func extrW(acc semantics.Wide, n int) (uint64, bool) {
	return acc.Shr(n).Lo, !fits(acc.Shr(n)) || !fits(acc.Rshr(n))
}

func extrRW(acc semantics.Wide, n int) (uint64, bool) {
	_, over := extrW(acc, n)
	return acc.Rshr(n).Lo, over
}

func extrRSW(acc semantics.Wide, n int) (uint64, bool) {
	v, _ := acc.Rshr(n).SatS(32)
	_, over := extrW(acc, n)
	return v, over
}

func extrSH(acc semantics.Wide, n int) (uint64, bool) {
	v, over := acc.Shr(n).SatS(16)
	return uint64(semantics.Sext(v, 16)), over
}

// dspRight are the right models.
func dspRight() map[string]semantics.Func {
	return map[string]semantics.Func{
		"ADDQ_S_PH": dsp3(16, ouAdd, addqS(16)), "ADDQ_S_W": dsp3(32, ouAdd, addqS(32)), "SUBQ_S_PH": dsp3(16, ouAdd, subqS(16)),
		"SUBQ_S_W":  dsp3(32, ouAdd, subqS(32)),
		"ADDU_S_QB": dsp3(8, ouAdd, adduS(8)), "SUBU_QB": dsp3(8, ouAdd, subu(8)),
		"MULQ_S_PH": product(16, mulqS(16, 0)), "MULQ_RS_PH": product(16, mulqS(16, 0x8000)), "MULQ_RS_W": product(32, mulqS(32, 1<<31)),
		"ABSQ_S_PH": dsp2(16, ouAdd, absqS(16)), "ABSQ_S_W": dsp2(32, ouAdd, absqS(32)),
		"SHLL_S_PH": dsp2(16, ouShift, shllS(16)), "SHLLV_S_W": dspShift(32, shllS(32)), "SHLL_QB": dsp2(8, ouShift, shllBytes),
		"PRECRQ_RS_PH_W": precrqRSPH(precrqRS), "PRECRQU_S_QB_PH": precrquSQB(precrquS),
		"DPAQ_S_W_PH": accum(dpaqS), "DPAQ_SA_L_W": accum(dpaqSA), "DPSQ_SA_L_W": accum(dpsqSA),
		"MAQ_S_W_PHL": accum(maqS(1)), "MAQ_SA_W_PHR": accum(maqSA(0)),
		"EXTR_W": extract(extrW), "EXTR_R_W": extract(extrRW), "EXTR_RS_W": extract(extrRSW), "EXTR_S_H": extract(extrSH),
		"ADDSC": addsc, "ADDWC": addwc, "CMP_LE_PH": cmpPH(func(a, b int16) bool { return a <= b }),
		"CMP_LT_PH":  cmpPH(func(a, b int16) bool { return a < b }),
		"ADDQH_R_W":  dspHalf(32, func(a, b uint64) uint64 { return signed(a, 32).Add(signed(b, 32)).Rshr(1).Lo }),
		"SUBQH_R_PH": dspHalf(16, func(a, b uint64) uint64 { return signed(a, 16).Sub(signed(b, 16)).Rshr(1).Lo }),
		"SHRA_R_W":   shraR(func(a uint64, n int) uint64 { return signed(a, 32).Rshr(n).Lo }),
		"MODSUB":     func(x *semantics.Exec) { x.Out[0].Lo = modsub(uint32(x.In[1].Lo), uint32(x.In[2].Lo)) },
	}
}

// product is dsp3 of a multiplication; its operands go on with HI and LO, which are undefined.
func product(n int, f func(a, b uint64) (uint64, bool)) semantics.Func { return dsp3(n, ouMultiply, f) }

// shraR is a shift of rt whose operands are rd and rt.
func shraR(f func(a uint64, n int) uint64) semantics.Func {
	return func(x *semantics.Exec) { x.Out[0].Lo = f(x.In[1].Lo, int(x.Args[2])) }
}

// addsc gives the carry of a sum, which addwc adds.
func addsc(x *semantics.Exec) {
	sum := x.In[1].Lo + x.In[2].Lo
	x.Out[0].Lo, x.Out[3].Lo = sum, x.In[3].Lo&^(1<<carryBit)|sum>>32<<carryBit
}

func addwc(x *semantics.Exec) {
	v := signed(x.In[1].Lo, 32).Add(signed(x.In[2].Lo, 32)).Add(semantics.U(x.In[3].Lo>>carryBit&1, 1))
	x.Out[0].Lo, x.Out[3].Lo = v.Lo, x.In[3].Lo|semantics.Bool(!fits(v))<<ouAdd
}

// cmpPH is a comparison whose operands are rs, rt and DSPControl.
func cmpPH(f func(a, b int16) bool) semantics.Func {
	return func(x *semantics.Exec) {
		a, b := x.In[0].Lo, x.In[1].Lo
		cc := semantics.Bool(f(int16(a>>16), int16(b>>16)))<<1 | semantics.Bool(f(int16(a), int16(b)))
		x.Out[2].Lo = x.In[2].Lo&^(3<<ccond) | cc<<ccond
	}
}

// modsub steps an index down by the lowest byte of b; from zero it goes to the last one, which stands above that.
func modsub(a, b uint32) uint64 {
	if a == 0 {
		return uint64(b >> 8 & 0xffff)
	}
	return uint64(a - b&0xff)
}
