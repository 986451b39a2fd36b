package constraints

import (
	"math/bits"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNthBit: the bits of any word, counted one by one, are where nthBit finds them.
func TestNthBit(t *testing.T) {
	rng := newRand()
	words := []uint64{1, 1 << 63, ^uint64(0), 0xff00ff00ff00ff00, 0x8080808080808080}
	for range 10_000 {
		words = append(words, rng.Uint64()&rng.Uint64(), rng.Uint64()|rng.Uint64()>>rng.IntN(64))
	}
	for _, m := range words {
		n := 0
		for rest := m; rest != 0; rest &= rest - 1 {
			require.Equal(t, bits.TrailingZeros64(rest), nthBit(m, n), "%#x", m)
			n++
		}
	}
}
