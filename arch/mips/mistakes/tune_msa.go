package mistakes

import sem "github.com/risugen/risugen/arch/semantics"

func msaTune() []sem.Mistake { return append(msaIntegersTune(), msaFloatsTune()...) }

func msaIntegersTune() []sem.Mistake {
	return []sem.Mistake{
		{
			Name: "ADDS_S.W stops one above INT_MIN", Kind: sem.Saturation, Pattern: "ADDS_S", Where: format(wordFormat),
			Wrong: each3(func(n int, a, b uint64) uint64 {
				v, _ := signed(a, n).Add(signed(b, n)).Clamp(sem.SI(-1<<31+1), sem.SI(1<<31-1))
				return v.Lo
			}),
		},
		{
			Name: "ADDS_U.H lets a sum of 65536 wrap", Kind: sem.Saturation, Pattern: "ADDS_U", Where: format(halfFormat),
			Wrong: each3(func(n int, a, b uint64) uint64 {
				if a+b == 1<<16 {
					return 0
				}
				return addsU(n, a, b)
			}),
		},
		{
			Name: "MAX_A.W takes the magnitude of INT_MIN for negative", Kind: sem.Overflow, Pattern: "MAX_A", Where: format(wordFormat),
			Wrong: each3(func(_ int, a, b uint64) uint64 {
				abs := func(x uint64) int32 { return max(int32(x), -int32(x)) }
				if abs(a) > abs(b) {
					return a
				}
				return b
			}),
		},
		{
			Name: "MAX_A.B takes ws where magnitudes are equal", Kind: sem.Compare, Pattern: "MAX_A", Where: format(byteFormat),
			Wrong: each3(func(n int, a, b uint64) uint64 {
				if signed(a, n).Abs() == signed(b, n).Abs() {
					return a
				}
				return maxA(n, a, b)
			}),
		},
		{
			Name: "SRAR.W by zero rounds by the sign", Kind: sem.Rounding, Pattern: "SRAR", Where: format(wordFormat),
			Wrong: each3(func(n int, a, b uint64) uint64 {
				if b%32 == 0 {
					return a + a>>31
				}
				return srar(n, a, b)
			}),
		},
		{
			Name: "BINSL.D of 64 bits inserts none", Kind: sem.Amount, Pattern: "BINSL", Where: format(doubleFormat),
			Wrong: each3acc(func(n int, d, a, b uint64) uint64 {
				if b%64 == 63 {
					return d
				}
				return binsl(n, d, a, b)
			}),
		},
		{
			Name: "VSHF.W looks at bit 7 of an index alone", Kind: sem.Amount, Pattern: "VSHF", Where: format(wordFormat),
			Wrong: func(x *sem.Exec) { vshfBy(x, 0x80) },
		},
		{
			Name: "ILVEV.W writes over its sources", Kind: sem.Alias, Pattern: "ILVEV", Where: format(wordFormat), Wrong: inPlace(ilvev),
		},
		{
			Name: "NLOC.H of all ones is 15", Kind: sem.Range, Pattern: "NLOC", Where: format(halfFormat),
			Wrong: each2(func(n int, a, _ uint64) uint64 { return min(15, nloc(n, a, 0)) }),
		},
		{
			Name: "DIV_S.W saturates INT_MIN / -1", Kind: sem.Overflow, Pattern: "DIV_S", Where: format(wordFormat),
			Wrong: each3(func(n int, a, b uint64) uint64 {
				if a == 1<<31 && b == sem.Mask(32) {
					return 1<<31 - 1
				}
				return divS(n, a, b)
			}),
		},
		{
			Name: "DOTP_S.W saturates", Kind: sem.Saturation, Pattern: "DOTP_S", Where: format(wordFormat),
			Wrong: each3(func(n int, a, b uint64) uint64 { return satS(dot(n, a, b, signed), n) }),
		},
		{
			Name: "MUL_Q.H of -1 and -1 is -1", Kind: sem.Saturation, Pattern: "MUL_Q", Where: format(0),
			Wrong: each3x(func(n int, a, b uint64) uint64 { return signed(a, n).Mul(signed(b, n)).Shr(n - 1).Lo }),
		},
		{
			Name: "MADDR_Q.W limits the product before it adds", Kind: sem.Accumulate, Pattern: "MADDR_Q", Where: format(1),
			Wrong: each3accx(func(n int, d, a, b uint64) uint64 {
				return satS(signed(d, n).Add(signed(mulrQ(n, a, b), n)), n)
			}),
		},
		{
			Name: "CLE_S.W takes equal numbers for greater", Kind: sem.Compare, Pattern: "CLE_S", Where: format(wordFormat),
			Wrong: compare(func(n int, a, b uint64) bool { return sem.Sext(a, n) < sem.Sext(b, n) }),
		},
		{
			Name: "CEQ.D compares 32 bits", Kind: sem.Lane, Pattern: "CEQ", Where: format(doubleFormat),
			Wrong: compare(func(_ int, a, b uint64) bool { return uint32(a) == uint32(b) }),
		},
		{
			Name: "BNEG.D extends bit 31", Kind: sem.Extension, Pattern: "BNEG", Where: format(doubleFormat),
			Wrong: each3(func(n int, a, b uint64) uint64 {
				if b%64 == 31 {
					return a ^ uint64(0xffff_ffff_8000_0000)
				}
				return bneg(n, a, b)
			}),
		},
		{
			Name: "SAT_S.H stops one above the smallest", Kind: sem.Saturation, Pattern: "SAT_S", Where: format(halfFormat),
			Wrong: each2(func(n int, a, m uint64) uint64 {
				top := sem.SI(1<<m - 1)
				v, _ := signed(a, n).Clamp(top.Neg(), top)
				return v.Lo
			}),
		},
		{
			Name: "SPLAT.B takes three bits of the number", Kind: sem.Lane, Pattern: "SPLAT", Where: format(byteFormat),
			Wrong: func(x *sem.Exec) {
				v := x.In[1].Lane(8, int(x.In[2].Lo%8))
				x.Out[0] = sem.Map1(128, 8, x.In[1], func(uint64) uint64 { return v })
			},
		},
		{
			Name: "MADDV.H loses the destination where the product is zero", Kind: sem.Accumulate, Pattern: "MADDV", Where: format(halfFormat),
			Wrong: each3acc(func(n int, d, a, b uint64) uint64 {
				if a*b&sem.Mask(n) == 0 {
					return 0
				}
				return d + a*b
			}),
		},
		{
			Name: "SHF.H writes over its source", Kind: sem.Alias, Pattern: "SHF", Where: format(halfFormat),
			Wrong: func(x *sem.Exec) {
				in := x.In[1]
				for i := range 8 {
					v := in.Lane(16, i&^3|int(x.Args[3]>>(2*(i%4))&3))
					x.Out[0].SetLane(16, i, v)
					if x.Args[1] == x.Args[2] {
						in.SetLane(16, i, v)
					}
				}
			},
		},
	}
}
