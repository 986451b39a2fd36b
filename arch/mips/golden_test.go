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
		"little": "34bad29c78fc5ff6ecbe8fea687f1206c4a26d5bb16445080738da82d2e07fc0",
		"big":    "49ccbce8ea2a56599bfddc0a5d09ba468689fa3799a869a3a7627bf11e70439c",
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
