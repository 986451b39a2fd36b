package mistakes

import (
	"math/bits"

	sem "github.com/risugen/risugen/arch/semantics"
)

func base64Held() []sem.Mistake {
	return []sem.Mistake{
		{
			Name: "MULTU on 64 bits extends LO with zeros where HI is zero", Kind: sem.Extension, Pattern: "MULTU",
			Wrong: hilo64(func(a, b uint64) (hi, lo uint64) {
				if hi, lo = multu(a, b); hi == 0 {
					lo &= sem.Mask(32)
				}
				return hi, lo
			}),
		},
		{
			Name: "DSUB of INT_MIN adds without the overflow", Kind: sem.Overflow, Pattern: "DSUB",
			Wrong: func(x *sem.Exec) {
				dsub(x)
				x.Fault = x.Fault && x.In[2].Lo != 1<<63
			},
		},
		{
			Name: "DROTRV by a multiple of 64 gives zero", Kind: sem.Amount, Pattern: "DROTRV",
			Wrong: rrr64(func(a, n uint64) uint64 {
				if n&63 == 0 {
					return 0
				}
				return bits.RotateLeft64(a, -int(n&63))
			}),
		},
		{
			Name: "SUBU on 64 bits extends a difference of INT_MIN with zeros", Kind: sem.Extension, Pattern: "SUBU",
			Wrong: rrr64(func(a, b uint64) uint64 {
				if uint32(a-b) == 1<<31 {
					return 1 << 31
				}
				return sext(a - b)
			}),
		},
	}
}
