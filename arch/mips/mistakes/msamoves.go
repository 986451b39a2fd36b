package mistakes

import "github.com/risugen/risugen/arch/semantics"

// Instructions of MSA that move elements.

// pick moves elements.
func pick(f semantics.Chosen) semantics.Func { return moves(f, false) }

// inPlace writes over its sources.
func inPlace(f semantics.Chosen) semantics.Func { return moves(f, true) }

func moves(f semantics.Chosen, inPlace bool) semantics.Func {
	return func(x *semantics.Exec) {
		alias := semantics.Aliases{First: inPlace && x.Args[1] == x.Args[2], Second: inPlace && x.Args[1] == x.Args[3]}
		x.Out[0] = semantics.Permute(128, 8<<x.Args[0], x.In[1], x.In[2], f, alias)
	}
}

func ilvev(i, _ int) (bool, int) { return i%2 == 0, i &^ 1 }
func ilvod(i, _ int) (bool, int) { return i%2 == 0, i | 1 }
func pckev(i, n int) (bool, int) { return i < n/2, 2 * i % n }
func ilvr(i, _ int) (bool, int)  { return i%2 == 0, i / 2 }

// shf takes element i of each four by two bits of the immediate.
func shf(x *semantics.Exec) {
	n := 8 << x.Args[0]
	for i := range 128 / n {
		x.Out[0].SetLane(n, i, x.In[1].Lane(n, i&^3|int(x.Args[3]>>(2*(i%4))&3)))
	}
}

// vshf takes elements of ws, behind wt, by the indices that wd holds; bits 6 and 7 of one make a zero.
func vshf(x *semantics.Exec) { vshfBy(x, 0xc0) }

func vshfBy(x *semantics.Exec, zero uint64) {
	n := 8 << x.Args[0]
	count := 128 / n
	for i := range count {
		at, v := x.In[0].Lane(n, i), uint64(0)
		k := int(at & 0x3f % uint64(2*count))
		switch {
		case at&zero != 0:
		case k < count:
			v = x.In[2].Lane(n, k)
		default:
			v = x.In[1].Lane(n, k-count)
		}
		x.Out[0].SetLane(n, i, v)
	}
}

// sld slides each column of ws, behind wd, down by the number in rt. A column is as many bytes as there are elements.
func sld(x *semantics.Exec) { sldBy(x, 16>>x.Args[0]) }

// sldBy is the same for columns of a size that the number is taken modulo.
func sldBy(x *semantics.Exec, modulo int64) {
	size := 16 >> x.Args[0]
	n := int(int64(x.In[2].Lo) % modulo)
	var out semantics.Value
	for column := 0; column < 16; column += size {
		for i := range size {
			if k := i + n; k < size {
				out.SetLane(8, column+i, x.In[1].Lane(8, column+k))
			} else {
				out.SetLane(8, column+i, x.In[0].Lane(8, column+(k-size)%size))
			}
		}
	}
	x.Out[0] = out
}

// splat copies the element of ws that rt chooses.
func splat(x *semantics.Exec) {
	n := 8 << x.Args[0]
	v := x.In[1].Lane(n, int(x.In[2].Lo%uint64(128/n)))
	x.Out[0] = semantics.Map1(128, n, x.In[1], func(uint64) uint64 { return v })
}

func insve(x *semantics.Exec) {
	x.Out[0].SetLane(8<<x.Args[0], int(x.Args[3]), x.In[1].Lane(8<<x.Args[0], 0))
}

// compare makes each element all ones or zero.
func compare(f func(n int, a, b uint64) bool) semantics.Func {
	return each3(func(n int, a, b uint64) uint64 { return semantics.Ones(f(n, a, b)) })
}

// msaIntegers are the right models.
func msaIntegers() map[string]semantics.Func {
	return map[string]semantics.Func{
		"ADDS_S": each3(addsS), "ADDS_U": each3(addsU), "SUBS_S": each3(subsS),
		"SUBSUU_S": each3(subsuuS), "SUBSUS_U": each3(subsusU), "ASUB_S": each3(asubS),
		"MAX_A": each3(maxA), "SRAR": each3(srar), "SRLR": each3(srlr), "BNEG": each3(bneg),
		"DIV_S": each3(divS), "MOD_S": each3(modS), "MUL_Q": each3x(mulQ), "MULR_Q": each3x(mulrQ),
		"DOTP_S": each3(dotpS), "BINSL": each3acc(binsl), "BINSR": each3acc(binsr), "DPSUB_S": each3acc(dpsubS),
		"MADDR_Q": each3accx(maddrQ), "MSUB_Q": each3accx(msubQ),
		"NLOC": each2(nloc), "NLZC": each2(nlzc),
		"MADDV":  each3acc(func(_ int, d, a, b uint64) uint64 { return d + a*b }),
		"SAT_S":  each2(satSto),
		"SAT_U":  each2(func(n int, a, m uint64) uint64 { return min(a, semantics.Mask(int(m)+1)) }),
		"CEQ":    compare(func(_ int, a, b uint64) bool { return a == b }),
		"CLE_S":  compare(func(n int, a, b uint64) bool { return semantics.Sext(a, n) <= semantics.Sext(b, n) }),
		"CLT_U":  compare(func(_ int, a, b uint64) bool { return a < b }),
		"MAXI_U": each2(func(_ int, a, u uint64) uint64 { return max(a, u) }),
		"ILVEV":  pick(ilvev), "ILVOD": pick(ilvod), "ILVR": pick(ilvr), "PCKEV": pick(pckev),
		"SHF": shf, "VSHF": vshf, "SLD": sld, "SPLAT": splat, "INSVE": insve,
	}
}

// each3x and each3accx are each3 and each3acc for the formats of fixed point: halfwords and words.
func each3x(f lane2) semantics.Func    { return fixedFormat(each3(f)) }
func each3accx(f lane3) semantics.Func { return fixedFormat(each3acc(f)) }

func fixedFormat(f semantics.Func) semantics.Func {
	return func(x *semantics.Exec) {
		args := [4]int64{x.Args[0] + 1, x.Args[1], x.Args[2], x.Args[3]}
		f(&semantics.Exec{Args: args[:], In: x.In, Out: x.Out})
	}
}

// msaRight are the right models of MSA.
func msaRight() map[string]semantics.Func { return merged(msaIntegers(), msaFloats()) }
