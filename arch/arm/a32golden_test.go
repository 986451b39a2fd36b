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
		{"arm1176", "eabi", "little", arch.FullRecords, "4d8a5fd582d69ba655366fa14ffa049a89116948992c077c77f0b489c2fe51d0"},
		{"cortex-a9", "eabi", "big", arch.FullRecords, "e613312bb59d37f5ae726a008379455be4ee45f3bb809393811fb773e02a5eda"},
		{"max", "eabi", "little", arch.BlockDigests, "d067f5f8e6ff29d2e1fff43c68a8811584f1811398074d0bdc6ff2f86fa78001"},
		{"arm1176", "thumb", "little", arch.FullRecords, "8dd8a6403e37a7546e1226a47c64b26e4d98daba42609e7fc3783acb5a9a75e3"},
		{"cortex-a9", "thumb", "big", arch.FullRecords, "0480801d5847791b84df0503d716cd9f377738e04d88be476abd451cf3c92c5c"},
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
