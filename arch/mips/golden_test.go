package mips

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// TestGoldenImage pins one image's contents: a change of a digest changes what every seed means, or the
// harness that has run on other people's targets.
func TestGoldenImage(t *testing.T) {
	for order, want := range map[string]string{
		"little": "6313c91f714a1bdfe3802d1b2bb70681974a7d22366a4736ec12dbc54168cc01",
		"big":    "f2d2239a627066f978a7cf2dfbd3e567137d007e5bd474148ae1f80601909fe2",
	} {
		m, err := New().Machine(arch.Config{CPU: "P5600", ISAs: []string{"msa", "base"}, Order: order})
		require.NoError(t, err)
		p, err := arch.Generate(m, arch.Options{Seed: 42, Count: 2000, BlockLen: 24, Rounds: 64, EdgeShare: arch.DefaultEdgeShare})
		require.NoError(t, err)
		code, err := m.Emit(p)
		require.NoError(t, err)
		h := sha256.New()
		for _, s := range code.Segments {
			h.Write(s.Data)
		}
		assert.Equal(t, want, hex.EncodeToString(h.Sum(nil)), order)
	}
}
