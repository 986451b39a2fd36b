package arm

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// TestA32GoldenImages is TestA64GoldenImages for A32.
func TestA32GoldenImages(t *testing.T) {
	for _, c := range []struct {
		cpu, order string
		output     arch.Output
		want       string
	}{
		{"arm1176", "little", arch.FullRecords, "30a059f49f6e797855af39cb69a90a86dc7a3dc50ee0004c41fa85901440f636"},
		{"cortex-a9", "big", arch.FullRecords, "de407a05202597a4e1e46f35e276f824890d836746aa9cc78e7901cd6db101c9"},
		{"max", "little", arch.BlockDigests, "76d4d2fa31329e5f0ca26c03a527c4ad7b796b241fcbaccdc7a773af4ac2ae5a"},
	} {
		p := a32Program(t, arch.Config{CPU: c.cpu, Order: c.order}, arch.Options{
			Seed: 42, Count: 2000, BlockLen: 24, Rounds: 64, EdgeShare: arch.DefaultEdgeShare, CondShare: arch.DefaultCondShare,
			Select: arch.Selection{Patterns: []string{"ADD_(imm|reg|rsr)", "QADD", "B", "BLX_reg", "(LDR|STR)_(imm|reg|lit)", "STREX", "VADD_[sd]", "VLDR_lit_d"}},
		})
		p.Output = c.output
		code, err := p.Machine.Emit(p)
		require.NoError(t, err)
		h := sha256.New()
		for _, s := range code.Segments {
			h.Write(s.Data)
		}
		assert.Equal(t, c.want, hex.EncodeToString(h.Sum(nil)), "%s %s %s", c.cpu, c.order, c.output)
	}
}
