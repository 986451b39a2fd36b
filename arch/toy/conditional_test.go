package toy

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// conditionalProgram is one of a machine of whose words some are called conditional.
func conditionalProgram(t *testing.T, o arch.Options) *arch.Program {
	const overlay = "ADDS: conditional { s; }\nLDP: conditional { rt < 8; }\n"
	m, err := Arch{}.Machine(arch.Config{Order: "little", ISAs: isas, Sources: []arch.Source{{Name: "o", Kind: arch.OverlaySource, Text: []byte(overlay)}}})
	require.NoError(t, err)
	p, err := arch.Generate(m, o)
	require.NoError(t, err)
	return p
}

// TestCondShare: the share asked for is conditional.
func TestCondShare(t *testing.T) {
	for _, share := range []float64{0, arch.DefaultCondShare, 1} {
		o := arch.Options{Seed: 2, Count: 40_000, BlockLen: 12, Rounds: 1, EdgeShare: 0.1, CondShare: share, Select: arch.Selection{Patterns: []string{"ADDS"}}}
		n := 0
		for _, w := range tests(conditionalProgram(t, o)) {
			n += int(w >> 11 & 1)
		}
		assert.InDelta(t, share*40_000, n, 700)
	}
	o := arch.Options{Count: 1, BlockLen: 1, Rounds: 1, CondShare: -1}
	assert.ErrorContains(t, o.Check(), "share of conditional instructions -1 is out of range")
}

// TestConditionalWordsAreAligned: one that may do nothing cannot be expected to fault.
func TestConditionalWordsAreAligned(t *testing.T) {
	o := arch.Options{Seed: 2, Count: 2000, BlockLen: 12, Rounds: 1, CondShare: 0.5, MisalignedShare: 1, Select: arch.Selection{Patterns: []string{"LDP"}}}
	p := conditionalProgram(t, o)
	kinds := map[arch.Kind]int{}
	for b := range p.Blocks {
		for _, it := range p.Blocks[b].Items {
			if it.Kind.UnderTest() {
				kinds[it.Kind]++
				assert.Equal(t, it.Kind == arch.Misaligned, it.Word>>20&15 >= 8, "%08x", it.Word)
			}
		}
	}
	assert.InDelta(t, 1000, kinds[arch.Test], 200)
}
