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
		"little": "742aeebce56688abec35463c189ae8d6c86738d9a5e0ef36141ca525ba55e72f",
		"big":    "b2f84150ac4f665b1f7e75ceba1f1eb0b0d0361a29e724667b49b111451fa580",
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
