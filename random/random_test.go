package random

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var _ rand.Source = (*Rand)(nil)

// TestKnownNumbers: the generator is SplitMix64; these are the first numbers of its published implementation from state
// 1234567.
func TestKnownNumbers(t *testing.T) {
	r := Rand{1234567}
	for _, want := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821} {
		require.Equal(t, want, r.Uint64())
	}
}

// TestStreamsDiffer: seeds and streams that differ in little give other numbers.
func TestStreamsDiffer(t *testing.T) {
	seen := map[uint64]bool{}
	for seed := range uint64(100) {
		for stream := range uint64(100) {
			r := New(seed, stream)
			for range 3 {
				seen[r.Uint64()] = true
			}
		}
	}
	assert.Len(t, seen, 30_000)
}

// uniform draws numbers and wants all below n to be equally frequent.
func uniform(t *testing.T, n int, draw func() int) {
	t.Helper()
	counts := make([]int, n)
	const each = 2000
	for range n * each {
		counts[draw()]++
	}
	sum := 0.0
	for _, c := range counts {
		d := float64(c - each)
		sum += d * d / each
	}
	k := float64(n - 1)
	assert.InDelta(t, k, sum, 6*math.Sqrt(2*k)+6, "chi-square of %d numbers", n)
}

func TestUniform(t *testing.T) {
	r := New(1, 2)
	for _, n := range []int{1, 2, 3, 7, 24, 31, 64, 530} {
		uniform(t, n, func() int { return r.IntN(n) })
		uniform(t, n, func() int { return int(r.Uint32N(uint32(n))) })
	}
}

// TestLargeBounds: of 2^64 numbers, a bound of three quarters leaves a quarter over, which would make some twice as likely.
func TestLargeBounds(t *testing.T) {
	r := New(3, 4)
	const n = 3 << 62
	uniform(t, 3, func() int {
		v := r.Uint64N(n)
		require.Less(t, v, uint64(n))
		return int(v % 3)
	})
	uniform(t, 3, func() int { return int(r.Uint64N(n) >> 62) })
}

// TestBit: each set bit is as likely as the others, whether many are set or few.
func TestBit(t *testing.T) {
	r := New(5, 6)
	for _, m := range []uint64{1, 2, 1 << 63, 3, 0x8001, 0x80000001, 0x8000000000000001, 0xf0f0, 0xfffe, 0xffffffff, 0x7ffffffe, ^uint64(0), 0x1000200030004} {
		var places []int
		index := map[int]int{}
		for rest := m; rest != 0; rest &= rest - 1 {
			index[bits.TrailingZeros64(rest)] = len(places)
			places = append(places, bits.TrailingZeros64(rest))
		}
		uniform(t, len(places), func() int {
			i, ok := index[r.Bit(m)]
			if !ok {
				t.Fatalf("a bit that is not set in %#x", m)
			}
			return i
		})
	}
}

// TestNthBit: the bits of any word, counted one by one, are where NthBit finds them.
func TestNthBit(t *testing.T) {
	rng := New(1, 1)
	words := []uint64{1, 1 << 63, ^uint64(0), 0xff00ff00ff00ff00, 0x8080808080808080}
	for range 10_000 {
		few, many := rng.Uint64(), rng.Uint64()
		words = append(words, few&rng.Uint64(), many|rng.Uint64()>>rng.IntN(64))
	}
	for _, m := range words {
		n := 0
		for rest := m; rest != 0; rest &= rest - 1 {
			require.Equal(t, bits.TrailingZeros64(rest), NthBit(m, n), "%#x", m)
			n++
		}
	}
}
