package arm

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/archtest"
)

// goldenPatterns are some of each kind.
var goldenPatterns = map[string][]string{
	"eabi":  {"ADD_(imm|reg|rsr)", "QADD", "B", "BLX_reg", "(LDR|STR)_(imm|reg|lit)", "STREX", "VADD_[sd]", "VLDR_lit_d"},
	"thumb": {"ADD_(reg|hi|imm8)", "B(LX_reg)?", "(LDR|STR)_(imm|reg|lit)", "(PUSH|POP)"},
}

// TestA32GoldenImages is TestA64GoldenImages for A32 and Thumb.
func TestA32GoldenImages(t *testing.T) {
	for _, c := range []struct {
		cpu, abi, order string
		output          arch.Output
		want            string
	}{
		{"arm1176", "eabi", "little", arch.FullRecords, "9b3cb032c067cd48c28b3d7d2ca77f5ade904bd97d1b2c1fcb7d89a6be557c31"},
		{"cortex-a9", "eabi", "big", arch.FullRecords, "3c028b6cf5cd04761951cb16d8c0a2fc3add20bc3cc06bbc0019356a52843696"},
		{"max", "eabi", "little", arch.BlockDigests, "c337d407275f450071c5a98bdc17e515cd7097ed5d0479d20bad552e3fe5510a"},
		{"arm1176", "thumb", "little", arch.FullRecords, "aa7e5c8f8d27b67d82895544633299b69137daaaec294bec55cc5f75734859dd"},
		{"cortex-a9", "thumb", "big", arch.FullRecords, "4b2d39f68e6cd2c3767b9ee9e79c8ec0576ab5c48b0969d515d98f8f80394ccd"},
	} {
		p := archtest.Generate(t, New(), arch.Config{CPU: c.cpu, ABI: c.abi, Order: c.order}, arch.Options{
			Seed: 42, Count: 2000, BlockLen: 24, Rounds: 64, EdgeShare: arch.DefaultEdgeShare, CondShare: arch.DefaultCondShare,
			Select: arch.Selection{Patterns: goldenPatterns[c.abi]},
		})
		p.Output = c.output
		code, err := p.Machine.Emit(p)
		require.NoError(t, err)
		h := sha256.New()
		for _, s := range code.Segments {
			h.Write(s.Data)
		}
		assert.Equal(t, c.want, hex.EncodeToString(h.Sum(nil)), "%s %s %s %s", c.cpu, c.abi, c.order, c.output)
	}
}
