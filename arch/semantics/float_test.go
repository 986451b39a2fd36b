package semantics

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// numbers draws doubles that lie close to each other, to the limits, or anywhere.
func numbers(r *rand.Rand) uint64 {
	switch r.IntN(6) {
	case 0:
		return uint64(1023+r.IntN(60))<<52 | r.Uint64()>>12&^(1<<r.IntN(52)-1) | r.Uint64()&(1<<63)
	case 1:
		return r.Uint64() >> (12 + r.IntN(52)) // denormal
	case 2:
		return 0x7fe0_0000_0000_0000 | r.Uint64()>>12
	case 3:
		return []uint64{0, 1 << 63, Double.Inf(), Double.Inf() | 1<<63, Double.One(), 1, 1<<52 - 1, Double.Max()}[r.IntN(8)]
	}
	return r.Uint64()
}

// TestAgainstGo: with rounding to the nearest, arithmetic is the host's.
func TestAgainstGo(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 300_000 {
		x, y, z := numbers(r), numbers(r), numbers(r)
		a, b, c := math.Float64frombits(x), math.Float64frombits(y), math.Float64frombits(z)
		f := Float{Format: Double}
		same(t, a+b, f.Add(x, y))
		same(t, a-b, f.Sub(x, y))
		same(t, a*b, f.Mul(x, y))
		same(t, a/b, f.Div(x, y))
		same(t, math.Sqrt(a), f.Sqrt(x))
		same(t, math.FMA(a, b, c), f.FMA(z, x, y, true))
		same(t, math.RoundToEven(a), f.RoundInt(x, true))
		to := Float{Format: Single}
		narrow := math.Float32frombits(uint32(f.ConvertTo(&to, x)))
		require.True(t, narrow == float32(a) || a != a && narrow != narrow, "%v", a)
		require.Equal(t, a < b, f.Compare(x, y, false) == Less)
		require.Equal(t, a == b, f.Compare(x, y, false) == Equal)
	}
}

func same(t *testing.T, want float64, got uint64) {
	if want != want && Double.IsNaN(got) || got == math.Float64bits(want) {
		return
	}
	t.Helper()
	require.Equal(t, math.Float64bits(want), got, "%v", want)
}

// TestRoundingModes: every mode rounds as math/big does, and so is it known what is exact.
func TestRoundingModes(t *testing.T) {
	modes := map[RoundingMode]big.RoundingMode{
		NearestEven: big.ToNearestEven, TowardZero: big.ToZero, Upward: big.ToPositiveInf, Downward: big.ToNegativeInf, NearestAway: big.ToNearestAway,
	}
	r := rand.New(rand.NewPCG(2, 2))
	normal := func() uint64 { return uint64(900+r.IntN(200))<<52 | r.Uint64()>>12 | r.Uint64()&(1<<63) }
	for range 50_000 {
		x, y := normal(), normal()
		a, b := big.NewFloat(math.Float64frombits(x)), big.NewFloat(math.Float64frombits(y))
		for mode, theirs := range modes {
			f := Float{Format: Double, Mode: mode}
			want, _ := new(big.Float).SetPrec(53).SetMode(theirs).Mul(a, b).Float64()
			same(t, want, f.Mul(x, y))
			exact := new(big.Float).SetPrec(200).Mul(a, b)
			require.Equal(t, exact.Cmp(big.NewFloat(want)) != 0, f.Raised&Inexact != 0)
			sum, _ := new(big.Float).SetPrec(53).SetMode(theirs).Add(a, b).Float64()
			same(t, sum, f.Add(x, y))
			ratio, _ := new(big.Float).SetPrec(53).SetMode(theirs).Quo(a, b).Float64()
			same(t, ratio, f.Div(x, y))
		}
	}
}
