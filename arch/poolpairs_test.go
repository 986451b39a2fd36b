package arch_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/risugen/risugen/arch"
)

// stretchesOf calls fn with the 64-bit words of each kilobyte of some pools: those of a palette.
func stretchesOf(t *testing.T, fn func(words []uint64)) {
	l := machine(t, "little").Layout()
	for seed := range uint64(4) {
		pool, _ := arch.NewPool(l, seed)
		for ; len(pool) >= 1024; pool = pool[1024:] {
			var words []uint64
			for at := 0; at < 1024; at += 8 {
				words = append(words, l.Order.Uint64(pool[at:]))
			}
			fn(words)
		}
	}
}

// lanes counts the lanes that have a value.
func lanes(words []uint64, width int, v uint64) (n int) {
	for _, w := range words {
		for at := 0; at < 64; at += width {
			if w>>at&(^uint64(0)>>(64-width)) == v {
				n++
			}
		}
	}
	return n
}

// TestPairsMeet: in some stretches a third of all lanes and more hold each of two values that must meet.
func TestPairsMeet(t *testing.T) {
	for _, p := range []struct {
		name  string
		width int
		a, b  uint64
	}{
		{"the smallest of 16 bits, and -1", 16, 1 << 15, 1<<16 - 1},
		{"the smallest of 32 bits, and -1", 32, 1 << 31, 1<<32 - 1},
		{"the smallest of 64 bits, and -1", 64, 1 << 63, math.MaxUint64},
		{"an amount of 32, and ones", 32, 32, 1<<32 - 1},
		{"an amount of 64, and ones", 64, 64, math.MaxUint64},
		{"half precision, a denormal sum", 16, 0x0401, 0x8400},
		{"single precision, a denormal sum", 32, 0x0080_0001, 0x8080_0000},
		{"double precision, a denormal sum", 64, 0x0010_0000_0000_0001, 0x8010_0000_0000_0000},
		{"double precision, a half and minus two and a half", 64, math.Float64bits(0.5), math.Float64bits(-2.5)},
	} {
		found := 0
		stretchesOf(t, func(words []uint64) {
			third := len(words) * 64 / p.width / 4
			if lanes(words, p.width, p.a) > third && lanes(words, p.width, p.b) > third {
				found++
			}
		})
		assert.Greater(t, found, 1, p.name)
	}
}

// TestAlone: there are integers that come out otherwise if they are rounded to double precision before they are to single, and ones that
// are too large for half of their width only once they are shifted right by each number of bits and rounded.
func TestAlone(t *testing.T) {
	twice, by := 0, [32]int{}
	stretchesOf(t, func(words []uint64) {
		for _, w := range words {
			v := int64(w)
			if float32(float64(v)) != float32(v) {
				twice++
			}
			for n := 1; n < len(by); n++ {
				if v>>n == math.MaxInt32 && v>>(n-1)&1 == 1 {
					by[n]++
				}
			}
		}
	})
	assert.Greater(t, twice, 300)
	for n, found := range by[1:] {
		assert.Positive(t, found, "shifted right by %d", n+1)
	}
}
