package mistakes

import (
	"math/bits"

	sem "github.com/risugen/risugen/arch/semantics"
)

func baseHeld() []sem.Mistake {
	return []sem.Mistake{
		{
			Name: "TGE does not trap for equal numbers", Kind: sem.Compare, Pattern: "TGE",
			Wrong: traps(func(a, b uint32) bool { return int32(a) > int32(b) }),
		},
		{
			Name: "SUB of INT_MIN adds without the overflow", Kind: sem.Overflow, Pattern: "SUB",
			Wrong: func(x *sem.Exec) {
				sub(x)
				x.Fault = x.Fault && x.In[2].Lo != 1<<31
			},
		},
		{
			Name: "MULT of INT_MIN and INT_MIN is negative", Kind: sem.Overflow, Pattern: "MULT",
			Wrong: hilo(func(_ uint64, a, b uint32) uint64 {
				if a == 1<<31 && b == a {
					return 3 << 62
				}
				return smul(a, b)
			}),
		},
		{
			Name: "EXT of 32 bits gives zero", Kind: sem.Amount, Pattern: "EXT",
			Wrong: func(x *sem.Exec) {
				if ext(x); x.Args[2] == 31 {
					x.Out[0].Lo = 0
				}
			},
		},
		{
			Name: "SLTIU extends the immediate with zeros", Kind: sem.Extension, Pattern: "SLTIU",
			Wrong: rr(func(a uint32, imm int64) uint32 { return uint32(sem.Bool(a < uint32(imm)&0xffff)) }),
		},
		{
			Name: "CLO of all ones is 0", Kind: sem.Range, Pattern: "CLO",
			Wrong: rr(func(a uint32, _ int64) uint32 { return uint32(bits.LeadingZeros32(^a) % 32) }),
		},
		{
			Name: "SRAV takes six bits of the amount", Kind: sem.Amount, Pattern: "SRAV",
			Wrong: rrr(func(a, n uint32) uint32 { return uint32(int32(a) >> (n & 63)) }),
		},
		{
			Name: "MSUB loses the borrow where LO was zero", Kind: sem.Carry, Pattern: "MSUB",
			Wrong: hilo(func(acc uint64, a, b uint32) uint64 {
				r := acc - smul(a, b)
				if uint32(acc) == 0 && uint32(r) != 0 {
					r += 1 << 32
				}
				return r
			}),
		},
	}
}
