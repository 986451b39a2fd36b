package mistakes

import (
	"math/bits"

	sem "github.com/risugen/risugen/arch/semantics"
)

func a64Held() []sem.Mistake {
	return []sem.Mistake{
		{
			Name: "UDIV by zero is all ones", Kind: sem.Range, Pattern: "UDIV", Where: wide,
			Wrong: compute(func(n int, a, b uint64) uint64 {
				if b == 0 {
					return sem.Mask(n)
				}
				return a / b
			}),
		},
		{
			Name: "UMULH loses the carry of the sum of the middle products", Kind: sem.Carry, Pattern: "UMULH",
			Wrong: high(func(a, b uint64) uint64 {
				h, _ := bits.Mul64(a, b)
				lh, hl := a&sem.Mask(32)*(b>>32), a>>32*(b&sem.Mask(32))
				if a == b && lh+hl < lh {
					h -= 1 << 32
				}
				return h
			}),
		},
		{
			Name: "ASRV by zero has bits above 32", Kind: sem.Extension, Pattern: "ASRV", Where: narrow,
			Wrong: func(x *sem.Exec) {
				n := x.In[2].Lo % 32
				if x.Out[0].Lo = uint64(uint32(int32(x.In[1].Lo) >> n)); n == 0 {
					x.Out[0] = x.In[1]
				}
			},
		},
		{
			Name: "SBCS has V of the difference without the borrow", Kind: sem.Flags, Pattern: "SBCS",
			Wrong: withFlags(func(x *sem.Exec, n int) (uint64, uint64) {
				v, f := sbcs(x, n)
				_, plain := addFlags(n, x.In[1].Lo, ^x.In[2].Lo, 1)
				return v, f&^flagV | plain&flagV
			}, 3),
		},
		{
			Name: "ADDS sets Z by 32 bits", Kind: sem.Flags, Pattern: "ADDS_shift", Where: wide,
			Wrong: withFlags(func(x *sem.Exec, n int) (uint64, uint64) {
				v, f := addsShift(x, n)
				if uint32(v) == 0 {
					f |= flagZ
				}
				return v, f
			}, 3),
		},
		{
			Name: "CCMN has no C where the sum is zero", Kind: sem.Flags, Pattern: "CCMN_reg",
			Wrong: func(x *sem.Exec) {
				if ccmn(x); holds(x.Args[3], x.In[2].Lo) && x.Out[2].Lo&flagZ != 0 {
					x.Out[2].Lo &^= flagC
				}
			},
		},
		{
			Name: "CSINC of all ones stays all ones", Kind: sem.Overflow, Pattern: "CSINC",
			Wrong: func(x *sem.Exec) {
				m := sem.Mask(width(x))
				csel(func(v uint64) uint64 {
					if v&m == m {
						return v
					}
					return v + 1
				})(x)
			},
		},
		{
			Name: "CLZ of a 32-bit zero is 31", Kind: sem.Range, Pattern: "CLZ", Where: narrow,
			Wrong: count(func(n int, a uint64) uint64 { return min(31, clz(n, a)) }),
		},
		{
			Name: "UMSUBL loses the borrow where the lower half of ra is zero", Kind: sem.Carry, Pattern: "UMSUBL",
			Wrong: long(func(a, b uint32, c uint64) uint64 {
				r := c - uint64(a)*uint64(b)
				if uint32(c) == 0 && uint32(r) != 0 {
					r += 1 << 32
				}
				return r
			}),
		},
		{
			Name: "MADD adds ra after rd was written", Kind: sem.Alias, Pattern: "MADD",
			Wrong: func(x *sem.Exec) {
				c := x.In[3].Lo
				if x.Args[1] == x.Args[4] && x.Args[1] != 31 {
					c = x.In[1].Lo * x.In[2].Lo
				}
				x.Out[0].Lo = (c + x.In[1].Lo*x.In[2].Lo) & sem.Mask(width(x))
			},
		},
	}
}
