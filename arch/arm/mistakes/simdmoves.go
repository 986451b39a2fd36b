package mistakes

import "github.com/risugen/risugen/arch/semantics"

// permute moves elements; with inPlace it writes over its sources.
func permute(f semantics.Chosen, inPlace bool) semantics.Func {
	return func(x *semantics.Exec) {
		alias := semantics.Aliases{First: inPlace && x.Args[2] == x.Args[3], Second: inPlace && x.Args[2] == x.Args[4]}
		x.Out[0] = semantics.Permute(bitsOf(x), 8<<x.Args[1], x.In[1], x.In[2], f, alias)
	}
}

func uzp1(i, count int) (bool, int) { return i >= count/2, 2 * i % count }
func zip1(i, _ int) (bool, int)     { return i%2 == 1, i / 2 }

// pairs combines neighbours, of rn and then of rm.
func pairs(f func(n int, a, b uint64) uint64, inPlace bool) semantics.Func {
	return func(x *semantics.Exec) {
		n := 8 << x.Args[1]
		count := bitsOf(x) / n
		rn, rm := x.In[1], x.In[2]
		for i := range count {
			from, at := &rn, 2*i
			if at >= count {
				from, at = &rm, at-count
			}
			v := f(n, from.Lane(n, at), from.Lane(n, at+1))
			x.Out[0].SetLane(n, i, v)
			if inPlace && x.Args[2] == x.Args[4] {
				rm.SetLane(n, i, v)
			}
		}
	}
}

func sum(_ int, a, b uint64) uint64 { return a + b }

// simdRight are the right models.
func simdRight() map[string]semantics.Func {
	return map[string]semantics.Func{
		"SQADD_v": saturating(sqadd), "UQADD_v": saturating(uqadd), "UQSUB_v": saturating(uqsub), "SQSUB_v": saturating(sqsub),
		"SQDMULH_v": saturating(sqdmulh), "SQRDMULH_v": saturating(sqrdmulh),
		"SQRDMLAH_v": saturating(sqrdmlah), "SQRDMLSH_v": saturating(sqrdmlsh),
		"SQDMULL_v": doubling(sqdmull), "SQDMLAL_v": doubling(sqdmlal),
		"SQSHL_v": saturating(sqshl), "SRSHL_v": vector(srshl), "URSHL_v": vector(urshl),
		"SQABS_v": saturating1(sqabs), "SQNEG_v": saturating1(sqneg), "SUQADD_v": saturating1(suqadd), "USQADD_v": saturating1(usqadd),
		"SQXTN_v": narrowing(bySize, sqxtn), "SQXTUN_v": narrowing(bySize, sqxtun),
		"SQRSHRN_v": narrowing(byImmediate, sqrshrn), "UQRSHRN_v": narrowing(byImmediate, uqrshrn),
		"SQSHLU_v": leftSat(sqshlu),
		"USHR_v":   shiftRight(func(n, shift int, _, a uint64) uint64 { return unsigned(a, n).Shr(shift).Lo }),
		"SRI_v":    shiftRight(sri),
		"URSRA_v":  shiftRight(func(n, shift int, d, a uint64) uint64 { return d + unsigned(a, n).Rshr(shift).Lo }),
		"CLS_v":    each(cls),
		"CLZ_v":    each(clz),
		"UZP1":     permute(uzp1, false), "ZIP1": permute(zip1, false), "ADDP_v": pairs(sum, false),
		"CMGE_v": vector(func(n int, a, b uint64) uint64 { return semantics.Ones(semantics.Sext(a, n) >= semantics.Sext(b, n)) }),
		"CMHI_v": vector(func(_ int, a, b uint64) uint64 { return semantics.Ones(a > b) }),
		"MLA_v":  accumulating(func(_ int, d, a, b uint64) uint64 { return d + a*b }),
		"SABA":   accumulating(saba),
	}
}

// accumulating is a vector instruction that reads rd.
func accumulating(f func(n int, d, a, b uint64) uint64) semantics.Func {
	return func(x *semantics.Exec) {
		n := 8 << x.Args[1]
		x.Out[0] = semantics.Map3(bitsOf(x), n, x.In[0], x.In[1], x.In[2], func(d, a, b uint64) uint64 { return f(n, d, a, b) })
	}
}

func saba(n int, d, a, b uint64) uint64 { return d + signed(a, n).Sub(signed(b, n)).Abs().Lo }

// sri shifts right into what rd holds.
func sri(n, shift int, d, a uint64) uint64 {
	m := unsigned(semantics.Mask(n), n).Shr(shift).Lo
	return d&^m | unsigned(a, n).Shr(shift).Lo
}
