package mistakes

import sem "github.com/risugen/risugen/arch/semantics"

func simdTune() []sem.Mistake {
	return []sem.Mistake{
		{
			Name: "SQADD.2D sets no QC for INT_MIN + INT_MIN", Kind: sem.Flags, Pattern: "SQADD_v", Where: element(doubles),
			Wrong: saturating(func(n int, d, a, b uint64) (uint64, bool) {
				v, over := sqadd(n, d, a, b)
				return v, over && a+b != 0
			}),
		},
		{
			Name: "UQADD.2D lets a sum of 2^64 wrap", Kind: sem.Saturation, Pattern: "UQADD_v", Where: element(doubles),
			Wrong: saturating(func(n int, d, a, b uint64) (uint64, bool) {
				v, over := uqadd(n, d, a, b)
				if over && a+b == 0 {
					return 0, false
				}
				return v, over
			}),
		},
		{
			Name: "SQRDMULH.H of -1 and -1 is -1", Kind: sem.Saturation, Pattern: "SQRDMULH_v", Where: element(halves),
			Wrong: saturating(func(n int, _, a, b uint64) (uint64, bool) {
				return signed(a, n).Mul(signed(b, n)).Rshr(n - 1).Lo, false
			}),
		},
		{
			Name: "SQRDMLAH.H limits the product before it adds", Kind: sem.Accumulate, Pattern: "SQRDMLAH_v", Where: element(halves),
			Wrong: saturating(func(n int, d, a, b uint64) (uint64, bool) {
				p, o1 := sqrdmulh(n, 0, a, b)
				v, o2 := signed(d, n).Add(signed(p, n)).SatS(n)
				return v, o1 || o2
			}),
		},
		{
			Name: "SQSHL.S of zero by 32 or more sets QC", Kind: sem.Flags, Pattern: "SQSHL_v", Where: element(words),
			Wrong: saturating(func(n int, d, a, b uint64) (uint64, bool) {
				v, over := sqshl(n, d, a, b)
				return v, over || a == 0 && int8(b) >= 32
			}),
		},
		{
			Name: "URSHL.S by -32 is zero", Kind: sem.Rounding, Pattern: "URSHL_v", Where: element(words),
			Wrong: vector(func(n int, a, b uint64) uint64 {
				if int8(b) == -32 {
					return 0
				}
				return urshl(n, a, b)
			}),
		},
		{
			Name: "SQABS.2D of INT_MIN is INT_MIN", Kind: sem.Overflow, Pattern: "SQABS_v", Where: element(doubles),
			Wrong: saturating1(func(n int, _, a uint64) (uint64, bool) { return signed(a, n).Abs().Lo, false }),
		},
		{
			Name: "SUQADD.S takes 2^31 for negative", Kind: sem.Sign, Pattern: "SUQADD_v", Where: element(words),
			Wrong: saturating1(func(n int, d, a uint64) (uint64, bool) {
				if a == 1<<31 {
					return signed(d, n).Add(signed(a, n)).SatS(n)
				}
				return suqadd(n, d, a)
			}),
		},
		{
			Name: "SQDMULL.S of -1 and -1 sets no QC", Kind: sem.Flags, Pattern: "SQDMULL_v", Where: element(words),
			Wrong: doubling(func(n int, d, a, b uint64) (uint64, bool) {
				v, _ := sqdmull(n, d, a, b)
				return v, false
			}),
		},
		{
			Name: "SQXTN.S sets QC for what just fits", Kind: sem.Flags, Pattern: "SQXTN_v", Where: element(words),
			Wrong: narrowing(bySize, func(n, shift int, a uint64) (uint64, bool) {
				v, over := sqxtn(n, shift, a)
				return v, over || v == 1<<31 || v == 1<<31-1
			}),
		},
		{
			Name: "SQRSHRN limits before it rounds", Kind: sem.Rounding, Pattern: "SQRSHRN_v",
			Wrong: narrowing(byImmediate, func(n, shift int, a uint64) (uint64, bool) {
				if _, over := signed(a, 2*n).Shr(shift).SatS(n); over {
					return sqrshrn(n, shift, a)
				}
				return signed(a, 2*n).Rshr(shift).Lo, false
			}),
		},
		{
			Name: "USHR.2D by 64 shifts by none", Kind: sem.Amount, Pattern: "USHR_v",
			Wrong: shiftRight(func(n, shift int, _, a uint64) uint64 { return a >> (shift & 63) }),
		},
		{
			Name: "UZP1.S writes over its sources", Kind: sem.Alias, Pattern: "UZP1", Where: element(words), Wrong: permute(uzp1, true),
		},
		{
			Name: "CLS.H of all ones is 16", Kind: sem.Range, Pattern: "CLS_v", Where: element(halves),
			Wrong: each(func(n int, a uint64) uint64 {
				if a == sem.Mask(n) {
					return 16
				}
				return cls(n, a)
			}),
		},
		{
			Name: "CMGE.2D takes equal numbers for less", Kind: sem.Compare, Pattern: "CMGE_v", Where: element(doubles),
			Wrong: vector(func(n int, a, b uint64) uint64 { return sem.Ones(sem.Sext(a, n) > sem.Sext(b, n)) }),
		},
		{
			Name: "MLA.S loses rd where rn is zero", Kind: sem.Accumulate, Pattern: "MLA_v", Where: element(words),
			Wrong: accumulating(func(_ int, d, a, b uint64) uint64 {
				if a == 0 {
					return 0
				}
				return d + a*b
			}),
		},
		{
			Name: "ADDP.S writes over rm", Kind: sem.Alias, Pattern: "ADDP_v", Where: element(words), Wrong: pairs(sum, true),
		},
	}
}
