package arch_test

import (
	"math/bits"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// TestPlainPool: a pool of random bits is as long as the other one, avoids what that avoids, and half of its bits are set.
func TestPlainPool(t *testing.T) {
	l := *machine(t, "little").Layout()
	l.Avoid = []arch.Range{{Lo: 0, Hi: 1 << 28}}
	biased, span := arch.NewPool(&l, 3)
	pool, plainSpan := arch.PlainPool(&l, 3)
	assert.Equal(t, span, plainSpan)
	assert.Len(t, pool, len(biased))
	set := 0
	for i := 0; i < len(pool); i += 4 {
		v := l.Order.Uint32(pool[i:])
		assert.GreaterOrEqual(t, v, uint32(1<<28))
		set += bits.OnesCount32(v)
	}
	assert.InDelta(t, 0.5, float64(set)/float64(8*len(pool)), 0.02)
	again, _ := arch.PlainPool(&l, 3)
	assert.Equal(t, pool, again)
	other, _ := arch.PlainPool(&l, 4)
	assert.NotEqual(t, pool, other)
}

// TestPoolOption: the pool that the options give takes the place of the usual one, and nothing else changes.
func TestPoolOption(t *testing.T) {
	m := machine(t, "little")
	o := arch.Options{Seed: 5, Count: 200, BlockLen: 8, Rounds: 2}
	usual, err := arch.Generate(m, o)
	require.NoError(t, err)
	o.Pool = arch.PlainPool
	p, err := arch.Generate(m, o)
	require.NoError(t, err)
	assert.Equal(t, usual.Blocks, p.Blocks)
	assert.NotEqual(t, usual.Pool, p.Pool)
	o.Pool = arch.NewPool
	p, err = arch.Generate(m, o)
	require.NoError(t, err)
	assert.Equal(t, usual.Pool, p.Pool)
}
