package reduce

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/arm"
	"github.com/risugen/risugen/arch/mips"
	"github.com/risugen/risugen/random"
)

// TestFields: the fields of a word are apart from each other, hold what is put into them, and are all of the word that is free, but
// for the distance of a branch.
func TestFields(t *testing.T) {
	for _, m := range machines(t) {
		rng := random.New(1, 2)
		for _, in := range m.Set().Patterns() {
			word := in.Pattern.FixedBits | rng.Uint64()&^in.Pattern.FixedMask&(^uint64(0)>>(64-in.Pattern.Width))
			seen := in.Pattern.FixedMask | distance(in)
			for _, f := range fieldsOf(in) {
				require.Zero(t, seen&f.mask, "%s", in)
				seen |= f.mask
				require.Equal(t, word, f.with(word, f.number(word)), "%s", in)
				for _, v := range f.simpler(m.Layout(), word, false) {
					if w := f.with(word, v); w != word { // which has such a register
						require.Equal(t, v, f.number(w), "%s", in)
						require.Zero(t, (w^word)&^f.mask, "%s", in)
					}
				}
			}
			require.Equal(t, ^uint64(0)>>(64-in.Pattern.Width), seen, "%s", in)
		}
	}
}

// TestDistance: how far a branch goes is not made simpler, which register it reads is.
func TestDistance(t *testing.T) {
	m := machines(t)[0]
	bne := m.Set().ByName("BNE")[0]
	assert.Equal(t, uint64(0xffff), distance(bne))
	assert.Len(t, fieldsOf(bne), 2)
	assert.Zero(t, distance(m.Set().ByName("ADDU")[0]))
}

// TestCost: an instruction is simplest with low registers that differ, zeros, and no condition.
func TestCost(t *testing.T) {
	m := machines(t)[2]
	l, in := m.Layout(), m.Set().ByName("ADD_imm")[0]
	costs := []uint64{}
	for _, word := range []uint64{
		0xe2810000, // add r0, r1, #0
		0xe2810001, // add r0, r1, #1
		0xe2820001, // add r0, r2, #1
		0xe2800001, // add r0, r0, #1
		0x02810000, // addeq r0, r1, #0
	} {
		require.True(t, in.Legal(word), "%#x", word)
		costs = append(costs, wordCost(l, in, word))
	}
	assert.IsIncreasing(t, costs)
}

func machines(t *testing.T) []arch.Machine {
	t.Helper()
	var out []arch.Machine
	for _, c := range []struct {
		arch arch.Arch
		arch.Config
	}{
		{mips.New(), arch.Config{CPU: "74Kf", Order: "big"}},
		{arm.New(), arch.Config{CPU: "cortex-a76", ABI: "lp64"}},
		{arm.New(), arch.Config{CPU: "cortex-a15", ABI: "eabi"}},
		{arm.New(), arch.Config{CPU: "cortex-a15", ABI: "thumb"}},
	} {
		m, err := c.arch.Machine(c.Config)
		require.NoError(t, err)
		out = append(out, m)
	}
	return out
}
