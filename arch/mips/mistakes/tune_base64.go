package mistakes

import (
	"math/bits"

	sem "github.com/risugen/risugen/arch/semantics"
)

func base64Tune() []sem.Mistake {
	return []sem.Mistake{
		{
			Name: "ADDU on 64 bits extends a sum of INT_MIN with zeros", Kind: sem.Extension, Pattern: "ADDU",
			Wrong: rrr64(func(a, b uint64) uint64 {
				if uint32(a+b) == 1<<31 {
					return 1 << 31
				}
				return sext(a + b)
			}),
		},
		{
			Name: "DDIV saturates INT_MIN / -1", Kind: sem.Overflow, Pattern: "DDIV",
			Wrong: hilo64(func(a, b uint64) (hi, lo uint64) {
				if a == 1<<63 && b == sem.Mask(64) {
					return 0, 1<<63 - 1
				}
				return ddiv(a, b)
			}),
		},
		{
			Name: "SRL by zero extends with zeros", Kind: sem.Extension, Pattern: "SRL",
			Wrong: rr64(func(a uint64, n int64) uint64 { return uint64(uint32(a) >> n) }),
		},
		{
			Name: "DCLZ of zero is 63", Kind: sem.Range, Pattern: "DCLZ",
			Wrong: rr64(func(a uint64, _ int64) uint64 { return min(63, uint64(bits.LeadingZeros64(a))) }),
		},
	}
}
