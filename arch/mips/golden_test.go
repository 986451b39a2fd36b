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
		"little": "389a978f793cce60fdf94ec53690028e8c65e88e007ef12653e6b8d14be10021",
		"big":    "09a8a74b04090d3a9716157b48249e4ba861d5734bd03a30b1165cb9ac1c57e6",
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
