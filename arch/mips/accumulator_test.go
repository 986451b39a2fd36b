package mips

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// TestAccumulatorsAreNumbers: HI and LO of 32 bits begin as one number of 64 bits that the pool holds, in both byte orders.
func TestAccumulatorsAreNumbers(t *testing.T) {
	for _, order := range []string{"little", "big"} {
		m, err := New().Machine(arch.Config{CPU: "74Kf", Order: order})
		require.NoError(t, err)
		l, window, numbers := m.Layout(), make([]byte, 4096), map[uint64]bool{}
		for at := 0; at < len(window); at += 8 {
			v := uint64(at+1)<<32 | uint64(at+2)
			l.Order.PutUint64(window[at:], v)
			numbers[v] = true
		}
		state := func(name string) uint64 {
			for i := range l.States {
				if l.States[i].Name == name {
					return m.InitialState(&arch.Block{}, i, 0, window)
				}
			}
			t.Fatalf("no state %s", name)
			return 0
		}
		for _, n := range []string{"", "1", "2", "3"} {
			acc := state("hi"+n)<<32 | state("lo"+n)
			assert.True(t, numbers[acc], "%s-endian, accumulator %s: %#x", order, n, acc)
		}
	}
}
