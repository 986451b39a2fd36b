package arm

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// TestA32ExchangeTellsHalves: a branch to Thumb code that takes bit 1 of its target for something else leaves another mark.
func TestA32ExchangeTellsHalves(t *testing.T) {
	g := a32Of(t, "arm926").Glue()
	for reg, displacement := range map[int]int64{4: 12, 5: 14, 12: 12} {
		landing, err := g.Mark(arch.Landing{}, reg, arch.BranchShape{Size: 4, Exchange: true})
		require.NoError(t, err)
		assert.Equal(t, displacement, landing.Displacement)
		code := landing.After[2].Bits // behind what a branch that is not taken goes on with
		low, high := code&0xffff, code>>16
		assert.NotEqual(t, thumbMark(t, thumbMark(t, a32MarkStart, low, 0), high, 2), thumbMark(t, a32MarkStart, high, 2))
	}
}

// thumbMark is the mark behind a word of Thumb that stands at an address.
func thumbMark(t *testing.T, mark, word, at uint64) uint64 {
	t.Helper()
	switch word >> 8 {
	case 0x46: // MOV from the program counter
		return at + 4
	case 0x44: // ADD
		return mark + at + 4
	}
	require.Fail(t, "no word of a mark", "%04x", word)
	return 0
}
