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
		{"arm1176", "eabi", "little", arch.FullRecords, "0c037385dcfe526a857917a291053707e7bf40bbb81a909d2010b1b2a952c552"},
		{"cortex-a9", "eabi", "big", arch.FullRecords, "c829cd9d24e8821fd63862b8d120e8ce62709017d1c5223ed08c9af1c26eb649"},
		{"max", "eabi", "little", arch.BlockDigests, "3dc2ae50cf30c74c7494b964ada21acb9149e3f20b4f18463b2a658c5401de36"},
		{"arm1176", "thumb", "little", arch.FullRecords, "7abe70b8d19ff79f74d4f8a730371c06dde47d0a9a936cb89c6bcf601ed89794"},
		{"cortex-a9", "thumb", "big", arch.FullRecords, "d36a816b20f417c5f4cacbd29415727936f02985700217690b1a2459e1e5d3a7"},
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
