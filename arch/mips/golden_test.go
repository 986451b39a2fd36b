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
		"little": "f78d840ba50a06c8d92685791d2cd32d052c7d73703ec628237ef3fe876bcb20",
		"big":    "d1685c25e2168c4435d2eaf2fa1637899fce0e0dfb64739d43daa19de8b73bc2",
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
