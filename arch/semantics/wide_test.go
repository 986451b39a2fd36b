package semantics

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func (a Wide) big() *big.Int {
	hi := new(big.Int).Lsh(big.NewInt(a.Hi), 64)
	return hi.Add(hi, new(big.Int).SetUint64(a.Lo))
}

// TestWide: sums, products and shifts are those of numbers without a width.
func TestWide(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	draw := func() uint64 { return uint64(int64(r.Uint64()) >> r.IntN(64)) }
	for range 100_000 {
		x, y, n := draw(), draw(), r.IntN(140)
		a, b := S(x, 64), U(y, 64)
		p, q := a.big(), b.big()
		require.Zero(t, (new(big.Int).Add(p, q)).Cmp(a.Add(b).big()))
		require.Zero(t, (new(big.Int).Sub(p, q)).Cmp(a.Sub(b).big()))
		if product := new(big.Int).Mul(p, q); product.BitLen() < 127 {
			require.Zero(t, (product).Cmp(a.Mul(b).big()))
		}
		require.Zero(t, (new(big.Int).Rsh(p, uint(n))).Cmp(a.Shr(n).big()))
		if left := new(big.Int).Lsh(p, uint(n)); left.BitLen() < 127 {
			require.Zero(t, (left).Cmp(a.Shl(n).big()))
		}
		half := new(big.Int).Rsh(new(big.Int).Lsh(big.NewInt(1), uint(n)), 1)
		require.Zero(t, (half.Rsh(half.Add(half, p), uint(n))).Cmp(a.Rshr(n).big()))
		require.Equal(t, p.Cmp(q) < 0, a.Less(b))
		require.Zero(t, (new(big.Int).Abs(p)).Cmp(a.Abs().big()))
	}
}

// TestSaturation: what a width holds is not changed, and what it does not hold becomes the nearest limit.
func TestSaturation(t *testing.T) {
	for _, c := range []struct {
		in             int64
		width          int
		signed, bounds uint64
		over, beyond   bool
	}{
		{127, 8, 127, 127, false, false}, {128, 8, 127, 128, true, false}, {-128, 8, 0x80, 0, false, true}, {-129, 8, 0x80, 0, true, true},
		{255, 8, 127, 255, true, false}, {256, 8, 127, 255, true, true}, {0, 1, 0, 0, false, false}, {1, 1, 0, 1, true, false},
		{-1 << 63, 64, 1 << 63, 0, false, true}, {1<<63 - 1, 64, 1<<63 - 1, 1<<63 - 1, false, false},
	} {
		s, over := SI(c.in).SatS(c.width)
		require.Equal(t, c.signed, s, "%d", c.in)
		require.Equal(t, c.over, over, "%d", c.in)
		u, beyond := SI(c.in).SatU(c.width)
		require.Equal(t, c.bounds, u, "%d", c.in)
		require.Equal(t, c.beyond, beyond, "%d", c.in)
	}
	v, over := U(1<<63, 64).Add(U(1<<63, 64)).SatU(64)
	require.True(t, over && v == ^uint64(0))
}
