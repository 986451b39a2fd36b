package mistakes

import sem "github.com/risugen/risugen/arch/semantics"

func a64Tune() []sem.Mistake {
	return []sem.Mistake{
		{
			Name: "SDIV saturates INT_MIN / -1", Kind: sem.Overflow, Pattern: "SDIV", Where: wide,
			Wrong: compute(func(n int, a, b uint64) uint64 {
				if a == 1<<63 && b == sem.Mask(64) {
					return 1<<63 - 1
				}
				return sdiv(n, a, b)
			}),
		},
		{
			Name: "SMULH of INT_MIN and INT_MIN is negative", Kind: sem.Overflow, Pattern: "SMULH",
			Wrong: high(func(a, b uint64) uint64 {
				if a == 1<<63 && b == a {
					return 3 << 62
				}
				return smulh(a, b)
			}),
		},
		{
			Name: "EXTR from bit 0 mixes both registers", Kind: sem.Amount, Pattern: "EXTR",
			Wrong: func(x *sem.Exec) {
				if extr(x); x.Args[5] == 0 {
					x.Out[0].Lo |= x.In[1].Lo & sem.Mask(width(x))
				}
			},
		},
		{
			Name: "ADCS loses the carry where rm is all ones", Kind: sem.Carry, Pattern: "ADCS",
			Wrong: withFlags(func(x *sem.Exec, n int) (uint64, uint64) {
				return addFlags(n, x.In[1].Lo, (x.In[2].Lo+x.In[3].Lo>>29&1)&sem.Mask(n), 0)
			}, 3),
		},
		{
			Name: "SUBS clears C for equal numbers", Kind: sem.Flags, Pattern: "SUBS_shift",
			Wrong: withFlags(func(x *sem.Exec, n int) (uint64, uint64) {
				v, f := subsShift(x, n)
				if v == 0 {
					f &^= flagC
				}
				return v, f
			}, 3),
		},
		{
			Name: "SUBS with an immediate has no V for INT_MIN", Kind: sem.Flags, Pattern: "SUBS_imm", Where: wide,
			Wrong: withFlags(func(x *sem.Exec, n int) (uint64, uint64) {
				v, f := subsImm(x, n)
				if x.In[1].Lo == 1<<63 {
					f &^= flagV
				}
				return v, f
			}, 2),
		},
		{
			Name: "CSEL takes NV for never", Kind: sem.Compare, Pattern: "CSEL",
			Wrong: func(x *sem.Exec) {
				if csel(func(v uint64) uint64 { return v })(x); x.Args[4] == 15 {
					x.Out[0].Lo = x.In[2].Lo & sem.Mask(width(x))
				}
			},
		},
		{
			Name: "CLS of a register of zeros is 64", Kind: sem.Range, Pattern: "CLS", Where: wide,
			Wrong: count(func(n int, a uint64) uint64 {
				if a == 0 {
					return 64
				}
				return cls(n, a)
			}),
		},
		{
			Name: "SMADDL takes 2^62 for negative", Kind: sem.Overflow, Pattern: "SMADDL",
			Wrong: long(func(a, b uint32, c uint64) uint64 {
				p := smull(a, b)
				if p == 1<<62 {
					p = -p
				}
				return c + p
			}),
		},
		{
			Name: "BFM of a whole register keeps the destination", Kind: sem.Amount, Pattern: "BFM",
			Wrong: func(x *sem.Exec) {
				if bfm(x); x.Args[4] == 0 && int(x.Args[5]) == width(x)-1 {
					x.Out[0] = x.In[0]
				}
			},
		},
	}
}
