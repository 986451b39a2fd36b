package mistakes

import sem "github.com/risugen/risugen/arch/semantics"

func dspTune() []sem.Mistake {
	return []sem.Mistake{
		{
			Name: "ADDQ_S.PH sets no flag where both halves are -1", Kind: sem.Flags, Pattern: "ADDQ_S_PH",
			Wrong: dsp3(16, ouAdd, func(a, b uint64) (uint64, bool) {
				v, over := addqS(16)(a, b)
				return v, over && a+b != 1<<16
			}),
		},
		{
			Name: "MULQ_S.PH of -1 and -1 is -1", Kind: sem.Overflow, Pattern: "MULQ_S_PH",
			Wrong: product(16, func(a, b uint64) (uint64, bool) { return signed(a, 16).Mul(signed(b, 16)).Shr(15).Lo, false }),
		},
		{
			Name: "ABSQ_S.W of INT_MIN sets no flag", Kind: sem.Flags, Pattern: "ABSQ_S_W",
			Wrong: dsp2(32, ouAdd, func(a uint64, n int64) (uint64, bool) {
				v, _ := absqS(32)(a, n)
				return v, false
			}),
		},
		{
			Name: "SHLL_S.PH takes a result of -32768 for an overflow", Kind: sem.Saturation, Pattern: "SHLL_S_PH",
			Wrong: dsp2(16, ouShift, func(a uint64, n int64) (uint64, bool) {
				v, over := shllS(16)(a, n)
				return v, over || n > 0 && v == 1<<15
			}),
		},
		{
			Name: "PRECRQ_RS.PH.W rounds 0x7fff8000 to 0x8000", Kind: sem.Rounding, Pattern: "PRECRQ_RS_PH_W",
			Wrong: precrqRSPH(func(a uint64) (uint64, bool) { return (a + 0x8000) >> 16 & 0xffff, false }),
		},
		{
			Name: "DPAQ_S.W.PH saturates once where both products overflow", Kind: sem.Overflow, Pattern: "DPAQ_S_W_PH",
			Wrong: accum(func(acc sem.Wide, a, b uint64) (sem.Wide, bool) {
				v, over := dpaqS(acc, a, b)
				_, o1 := fraction(a, b, 1)
				if _, o2 := fraction(a, b, 0); o1 && o2 {
					v = v.Add(sem.SI(1))
				}
				return v, over
			}),
		},
		{
			Name: "DPAQ_SA.L.W sets no flag for the sum", Kind: sem.Flags, Pattern: "DPAQ_SA_L_W",
			Wrong: accum(func(acc sem.Wide, a, b uint64) (sem.Wide, bool) {
				v, _ := dpaqSA(acc, a, b)
				_, over := long(a, b)
				return v, over
			}),
		},
		{
			Name: "EXTR_RS.W saturates before it rounds", Kind: sem.Rounding, Pattern: "EXTR_RS_W",
			Wrong: extract(func(acc sem.Wide, n int) (uint64, bool) {
				v, over := extrRSW(acc, n)
				if cut := acc.Shr(n); fits(cut) && !fits(acc.Rshr(n)) {
					v = 1 << 31
				}
				return v, over
			}),
		},
		{
			Name: "EXTR.W by zero rounds", Kind: sem.Amount, Pattern: "EXTR_W",
			Wrong: extract(func(acc sem.Wide, n int) (uint64, bool) {
				v, over := extrW(acc, n)
				if n == 0 {
					v += uint64(acc.Lo >> 63)
				}
				return v, over
			}),
		},
		{
			Name: "CMP.LE.PH takes equal halves for greater", Kind: sem.Compare, Pattern: "CMP_LE_PH",
			Wrong: cmpPH(func(a, b int16) bool { return a < b }),
		},
		{
			Name: "ADDQH_R.W adds in 32 bits where the sum is -2^32", Kind: sem.Carry, Pattern: "ADDQH_R_W",
			Wrong: dspHalf(32, func(a, b uint64) uint64 {
				if v := signed(a, 32).Add(signed(b, 32)); v != sem.SI(-1<<32) {
					return v.Rshr(1).Lo
				}
				return 0
			}),
		},
		{
			Name: "ADDWC sets no flag where the carry makes the sum overflow", Kind: sem.Flags, Pattern: "ADDWC",
			Wrong: func(x *sem.Exec) {
				addwc(x)
				if fits(signed(x.In[1].Lo, 32).Add(signed(x.In[2].Lo, 32))) {
					x.Out[3] = x.In[3]
				}
			},
		},
	}
}
