package mistakes

import sem "github.com/risugen/risugen/arch/semantics"

func simdHeld() []sem.Mistake {
	return []sem.Mistake{
		{
			Name: "SQSUB.2D negates INT_MIN and adds", Kind: sem.Overflow, Pattern: "SQSUB_v", Where: element(doubles),
			Wrong: saturating(func(n int, d, a, b uint64) (uint64, bool) {
				if b == 1<<63 {
					return sqadd(n, d, a, b)
				}
				return sqsub(n, d, a, b)
			}),
		},
		{
			Name: "UQSUB.S sets QC for equal numbers", Kind: sem.Flags, Pattern: "UQSUB_v", Where: element(words),
			Wrong: saturating(func(n int, d, a, b uint64) (uint64, bool) {
				v, over := uqsub(n, d, a, b)
				return v, over || a == b
			}),
		},
		{
			Name: "SQDMULH.S of -1 and -1 sets no QC", Kind: sem.Flags, Pattern: "SQDMULH_v", Where: element(words),
			Wrong: saturating(func(n int, d, a, b uint64) (uint64, bool) {
				v, _ := sqdmulh(n, d, a, b)
				return v, false
			}),
		},
		{
			Name: "SQRDMLSH.S limits the product before it subtracts", Kind: sem.Accumulate, Pattern: "SQRDMLSH_v", Where: element(words),
			Wrong: saturating(func(n int, d, a, b uint64) (uint64, bool) {
				if a == 1<<31 && b == a {
					v, _ := signed(d, n).Sub(sem.SI(1<<31 - 1)).SatS(n)
					return v, true
				}
				return sqrdmlsh(n, d, a, b)
			}),
		},
		{
			Name: "SRSHL.H by -16 is the sign", Kind: sem.Rounding, Pattern: "SRSHL_v", Where: element(halves),
			Wrong: vector(func(n int, a, b uint64) uint64 {
				if int8(b) == -16 {
					return uint64(sem.Sext(a, n) >> 15)
				}
				return srshl(n, a, b)
			}),
		},
		{
			Name: "SQNEG.S of INT_MIN sets no QC", Kind: sem.Flags, Pattern: "SQNEG_v", Where: element(words),
			Wrong: saturating1(func(n int, d, a uint64) (uint64, bool) {
				v, _ := sqneg(n, d, a)
				return v, false
			}),
		},
		{
			Name: "USQADD.H subtracts -32768 as 32767", Kind: sem.Overflow, Pattern: "USQADD_v", Where: element(halves),
			Wrong: saturating1(func(n int, d, a uint64) (uint64, bool) {
				if a == 1<<15 {
					a++
				}
				return usqadd(n, d, a)
			}),
		},
		{
			Name: "SQDMLAL.S limits the sum alone", Kind: sem.Accumulate, Pattern: "SQDMLAL_v", Where: element(words),
			Wrong: doubling(func(n int, d, a, b uint64) (uint64, bool) {
				return signed(d, 2*n).Add(signed(a, n).Mul(signed(b, n)).Shl(1)).SatS(2 * n)
			}),
		},
		{
			Name: "SQXTUN.H lets 65536 wrap", Kind: sem.Saturation, Pattern: "SQXTUN_v", Where: element(halves),
			Wrong: narrowing(bySize, func(n, shift int, a uint64) (uint64, bool) {
				if a == 1<<n {
					return 0, false
				}
				return sqxtun(n, shift, a)
			}),
		},
		{
			Name: "UQRSHRN loses the carry of its rounding", Kind: sem.Carry, Pattern: "UQRSHRN_v",
			Wrong: narrowing(byImmediate, func(n, shift int, a uint64) (uint64, bool) {
				if a >= sem.Mask(2*n)&^(1<<(shift-1)-1) {
					return 0, false
				}
				return uqrshrn(n, shift, a)
			}),
		},
		{
			Name: "SQSHLU by zero of a negative number sets no QC", Kind: sem.Flags, Pattern: "SQSHLU_v",
			Wrong: leftSat(func(n int, a uint64, by int) (uint64, bool) {
				v, over := sqshlu(n, a, by)
				return v, over && by != 0
			}),
		},
		{
			Name: "SRI by the whole width inserts zero", Kind: sem.Amount, Pattern: "SRI_v",
			Wrong: shiftRight(func(n, shift int, d, a uint64) uint64 {
				if shift == n {
					return 0
				}
				return sri(n, shift, d, a)
			}),
		},
		{
			Name: "ZIP1.H writes over its sources", Kind: sem.Alias, Pattern: "ZIP1", Where: element(halves), Wrong: permute(zip1, true),
		},
		{
			Name: "CLZ.S of zero is 31", Kind: sem.Range, Pattern: "CLZ_v", Where: element(words),
			Wrong: each(func(n int, a uint64) uint64 { return min(31, clz(n, a)) }),
		},
		{
			Name: "CMHI.2D compares the lower halves as signed numbers", Kind: sem.Compare, Pattern: "CMHI_v", Where: element(doubles),
			Wrong: vector(func(_ int, a, b uint64) uint64 {
				if a>>32 == b>>32 {
					return sem.Ones(int32(a) > int32(b))
				}
				return sem.Ones(a > b)
			}),
		},
		{
			Name: "SABA.H has no magnitude for 32768", Kind: sem.Overflow, Pattern: "SABA", Where: element(halves),
			Wrong: accumulating(func(n int, d, a, b uint64) uint64 {
				if v := signed(a, n).Sub(signed(b, n)).Abs().Lo; v == 1<<15 {
					return d + 1<<15 - 1
				}
				return saba(n, d, a, b)
			}),
		},
		{
			Name: "URSRA by one loses the carry of its rounding", Kind: sem.Carry, Pattern: "URSRA_v",
			Wrong: shiftRight(func(n, shift int, d, a uint64) uint64 {
				if a == sem.Mask(n) {
					return d
				}
				return d + unsigned(a, n).Rshr(shift).Lo
			}),
		},
	}
}
