package mistakes

import (
	"math/bits"

	sem "github.com/risugen/risugen/arch/semantics"
)

func baseTune() []sem.Mistake {
	return []sem.Mistake{
		{
			Name: "DIV gives INT_MAX for INT_MIN / -1", Kind: sem.Overflow, Pattern: "DIV",
			Wrong: hilo(func(_ uint64, a, b uint32) uint64 {
				if a == 1<<31 && b == ^uint32(0) {
					return pair(0, 1<<31-1)
				}
				return div(0, a, b)
			}),
		},
		{
			Name: "TEQ does not trap for equal numbers but zero", Kind: sem.Compare, Pattern: "TEQ",
			Wrong: traps(func(a, b uint32) bool { return a == b && a == 0 }),
		},
		{
			Name: "ADD does not trap for INT_MIN + INT_MIN", Kind: sem.Overflow, Pattern: "ADD",
			Wrong: func(x *sem.Exec) {
				add(x)
				x.Fault = x.Fault && uint32(x.Out[0].Lo) != 0
			},
		},
		{
			Name: "MADDU loses the carry from LO where the low halves are equal", Kind: sem.Carry, Pattern: "MADDU",
			Wrong: hilo(func(acc uint64, a, b uint32) uint64 {
				p := umul(a, b)
				lo := uint32(acc) + uint32(p)
				carry := uint32(sem.Bool(lo < uint32(acc) && lo != 0))
				return pair(uint32(acc>>32)+uint32(p>>32)+carry, lo)
			}),
		},
		{
			Name: "INS of 32 bits inserts none", Kind: sem.Amount, Pattern: "INS",
			Wrong: func(x *sem.Exec) {
				if ins(x); x.Args[2]-x.Args[3] == 31 {
					x.Out[0] = x.In[0]
				}
			},
		},
		{
			Name: "ROTRV by a multiple of 32 gives zero", Kind: sem.Amount, Pattern: "ROTRV",
			Wrong: rrr(func(a, n uint32) uint32 {
				if n&31 == 0 {
					return 0
				}
				return bits.RotateLeft32(a, -int(n&31))
			}),
		},
		{
			Name: "CLZ of zero is 31", Kind: sem.Range, Pattern: "CLZ",
			Wrong: rr(func(a uint32, _ int64) uint32 { return uint32(min(31, bits.LeadingZeros32(a))) }),
		},
		{
			Name: "SLT by the sign of the difference", Kind: sem.Compare, Pattern: "SLT",
			Wrong: rrr(func(a, b uint32) uint32 { return (a - b) >> 31 }),
		},
	}
}
