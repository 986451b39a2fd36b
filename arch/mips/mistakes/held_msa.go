package mistakes

import sem "github.com/risugen/risugen/arch/semantics"

func msaHeld() []sem.Mistake { return append(msaIntegersHeld(), msaFloatsHeld()...) }

func msaIntegersHeld() []sem.Mistake {
	return []sem.Mistake{
		{
			Name: "SUBS_S.D adds the negated number", Kind: sem.Overflow, Pattern: "SUBS_S", Where: format(doubleFormat),
			Wrong: each3(func(n int, a, b uint64) uint64 { return addsS(n, a, -b) }),
		},
		{
			Name: "SUBSUU_S.W lets a difference of 2^31 wrap", Kind: sem.Saturation, Pattern: "SUBSUU_S", Where: format(wordFormat),
			Wrong: each3(func(n int, a, b uint64) uint64 {
				if a-b == 1<<31 {
					return 1 << 31
				}
				return subsuuS(n, a, b)
			}),
		},
		{
			Name: "SUBSUS_U.H gives zero for -32768", Kind: sem.Sign, Pattern: "SUBSUS_U", Where: format(halfFormat),
			Wrong: each3(func(n int, a, b uint64) uint64 {
				if b == 1<<15 {
					return satU(unsigned(a, n).Sub(unsigned(b, n)), n)
				}
				return subsusU(n, a, b)
			}),
		},
		{
			Name: "ASUB_S.W has no magnitude for INT_MIN", Kind: sem.Overflow, Pattern: "ASUB_S", Where: format(wordFormat),
			Wrong: each3(func(n int, a, b uint64) uint64 {
				if uint32(a-b) == 1<<31 {
					return 1<<31 - 1
				}
				return asubS(n, a, b)
			}),
		},
		{
			Name: "SRLR.W rounds in 32 bits", Kind: sem.Carry, Pattern: "SRLR", Where: format(wordFormat),
			Wrong: each3(func(n int, a, b uint64) uint64 {
				if b%32 != 1 {
					return srlr(n, a, b)
				}
				return uint64(uint32(a)+1) & sem.Mask(32) >> 1
			}),
		},
		{
			Name: "BINSR.W of 32 bits inserts none", Kind: sem.Amount, Pattern: "BINSR", Where: format(wordFormat),
			Wrong: each3acc(func(n int, d, a, b uint64) uint64 {
				if b%32 == 31 {
					return d
				}
				return binsr(n, d, a, b)
			}),
		},
		{
			Name: "SLD.H takes the number modulo 16", Kind: sem.Amount, Pattern: "SLD", Where: format(halfFormat),
			Wrong: func(x *sem.Exec) { sldBy(x, 16) },
		},
		{
			Name: "PCKEV.H writes over its sources", Kind: sem.Alias, Pattern: "PCKEV", Where: format(halfFormat), Wrong: inPlace(pckev),
		},
		{
			Name: "ILVR.B writes over its sources", Kind: sem.Alias, Pattern: "ILVR", Where: format(byteFormat), Wrong: inPlace(ilvr),
		},
		{
			Name: "NLZC.D of zero is 63", Kind: sem.Range, Pattern: "NLZC", Where: format(doubleFormat),
			Wrong: each2(func(n int, a, _ uint64) uint64 { return min(63, nlzc(n, a, 0)) }),
		},
		{
			Name: "MOD_S.D of INT_MIN and -1 is INT_MIN", Kind: sem.Overflow, Pattern: "MOD_S", Where: format(doubleFormat),
			Wrong: each3(func(n int, a, b uint64) uint64 {
				if a == 1<<63 && b == ^uint64(0) {
					return a
				}
				return modS(n, a, b)
			}),
		},
		{
			Name: "DPSUB_S.H saturates the sum of products", Kind: sem.Accumulate, Pattern: "DPSUB_S", Where: format(halfFormat),
			Wrong: each3acc(func(n int, d, a, b uint64) uint64 { return d - satS(dot(n, a, b, signed), n) }),
		},
		{
			Name: "MULR_Q.W of -1 and -1 is -1", Kind: sem.Saturation, Pattern: "MULR_Q", Where: format(1),
			Wrong: each3x(func(n int, a, b uint64) uint64 { return signed(a, n).Mul(signed(b, n)).Rshr(n - 1).Lo }),
		},
		{
			Name: "MSUB_Q.H stops one above the smallest", Kind: sem.Saturation, Pattern: "MSUB_Q", Where: format(0),
			Wrong: each3accx(func(n int, d, a, b uint64) uint64 {
				if v := msubQ(n, d, a, b); v != 1<<15 || d == 1<<15 {
					return v
				}
				return 1<<15 + 1
			}),
		},
		{
			Name: "CLT_U.D compares the lower halves where the upper are equal as signed numbers", Kind: sem.Compare, Pattern: "CLT_U", Where: format(doubleFormat),
			Wrong: compare(func(_ int, a, b uint64) bool {
				if a>>32 == b>>32 {
					return int32(a) < int32(b)
				}
				return a < b
			}),
		},
		{
			Name: "SAT_U.W of 32 bits gives zero", Kind: sem.Amount, Pattern: "SAT_U", Where: format(wordFormat),
			Wrong: each2(func(_ int, a, m uint64) uint64 { return min(a, uint64(uint32(2)<<m-1)) * sem.Bool(m < 31) }),
		},
		{
			Name: "INSVE.B inserts at a number of three bits", Kind: sem.Lane, Pattern: "INSVE", Where: format(byteFormat),
			Wrong: func(x *sem.Exec) { x.Out[0].SetLane(8, int(x.Args[3]&7), x.In[1].Lane(8, 0)) },
		},
	}
}
