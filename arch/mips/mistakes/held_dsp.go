package mistakes

import sem "github.com/risugen/risugen/arch/semantics"

func dspHeld() []sem.Mistake {
	return []sem.Mistake{
		{
			Name: "SUBQ_S.W of INT_MIN adds it", Kind: sem.Overflow, Pattern: "SUBQ_S_W",
			Wrong: dsp3(32, ouAdd, func(a, b uint64) (uint64, bool) {
				if b == 1<<31 {
					return addqS(32)(a, b)
				}
				return subqS(32)(a, b)
			}),
		},
		{
			Name: "MULQ_RS.W of -1 and -1 sets no flag", Kind: sem.Flags, Pattern: "MULQ_RS_W",
			Wrong: product(32, func(a, b uint64) (uint64, bool) {
				v, _ := mulqS(32, 1<<31)(a, b)
				return v, false
			}),
		},
		{
			Name: "ABSQ_S.PH of -32768 is -32768", Kind: sem.Overflow, Pattern: "ABSQ_S_PH",
			Wrong: dsp2(16, ouAdd, func(a uint64, _ int64) (uint64, bool) { return signed(a, 16).Abs().Lo, a == 1<<15 }),
		},
		{
			Name: "SHLLV_S.W by zero of INT_MIN sets the flag", Kind: sem.Flags, Pattern: "SHLLV_S_W",
			Wrong: dspShift(32, func(a uint64, n int64) (uint64, bool) {
				v, over := shllS(32)(a, n)
				return v, over || n == 0 && a == 1<<31
			}),
		},
		{
			Name: "PRECRQU_S.QB.PH saturates above 0x7fff", Kind: sem.Saturation, Pattern: "PRECRQU_S_QB_PH",
			Wrong: precrquSQB(func(a uint64) (uint64, bool) {
				v, over := precrquS(a)
				return v, over && sem.Sext(a, 16) < 0
			}),
		},
		{
			Name: "MAQ_S.W.PHL sets the flag of accumulator 0", Kind: sem.Flags, Pattern: "MAQ_S_W_PHL",
			Wrong: func(x *sem.Exec) {
				accum(maqS(1))(x)
				if set := x.Out[2].Lo &^ x.In[2].Lo; set != 0 {
					x.Out[2].Lo = x.In[2].Lo | 1<<ouAcc
				}
			},
		},
		{
			Name: "DPSQ_SA.L.W of INT_MIN and INT_MIN adds one too much", Kind: sem.Saturation, Pattern: "DPSQ_SA_L_W",
			Wrong: accum(func(acc sem.Wide, a, b uint64) (sem.Wide, bool) {
				p := signed(a, 32).Mul(signed(b, 32)).Shl(1)
				v, over := acc.Sub(p).SatS(64)
				_, o1 := long(a, b)
				return signed(v, 64), over || o1
			}),
		},
		{
			Name: "MAQ_SA.W.PHR sets no flag where the product alone saturates", Kind: sem.Flags, Pattern: "MAQ_SA_W_PHR",
			Wrong: accum(func(acc sem.Wide, a, b uint64) (sem.Wide, bool) {
				v, _ := maqSA(0)(acc, a, b)
				p, _ := fraction(a, b, 0)
				return v, !fits(signed(acc.Add(p).Lo, 33))
			}),
		},
		{
			Name: "EXTR_R.W sets no flag where rounding makes it overflow", Kind: sem.Flags, Pattern: "EXTR_R_W",
			Wrong: extract(func(acc sem.Wide, n int) (uint64, bool) {
				v, _ := extrRW(acc, n)
				return v, !fits(acc.Shr(n))
			}),
		},
		{
			Name: "EXTR_S.H stops one above -32768", Kind: sem.Saturation, Pattern: "EXTR_S_H",
			Wrong: extract(func(acc sem.Wide, n int) (uint64, bool) {
				v, over := acc.Shr(n).Clamp(sem.SI(-0x7fff), sem.SI(0x7fff))
				return v.Lo, over && acc.Shr(n) != sem.SI(-0x8000)
			}),
		},
		{
			Name: "CMP.LT.PH compares by the difference", Kind: sem.Compare, Pattern: "CMP_LT_PH",
			Wrong: cmpPH(func(a, b int16) bool { return a-b < 0 }),
		},
		{
			Name: "SHRA_R.W by zero rounds by bit 31", Kind: sem.Rounding, Pattern: "SHRA_R_W",
			Wrong: shraR(func(a uint64, n int) uint64 {
				if n == 0 {
					return a + a>>31
				}
				return signed(a, 32).Rshr(n).Lo
			}),
		},
		{
			Name: "MODSUB goes below zero where the index is not zero but its lower half is", Kind: sem.Compare, Pattern: "MODSUB",
			Wrong: func(x *sem.Exec) {
				if x.Out[0].Lo = modsub(uint32(x.In[1].Lo), uint32(x.In[2].Lo)); uint16(x.In[1].Lo) == 0 {
					x.Out[0].Lo = modsub(0, uint32(x.In[2].Lo))
				}
			},
		},
	}
}
