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
		{"arm1176", "eabi", "little", arch.FullRecords, "6c787e3f2c01cda9dc915bb99ed36171e3799b77a1edd3336bbd302cd173f260"},
		{"cortex-a9", "eabi", "big", arch.FullRecords, "1cc7f0b5ccd09dc17027a2df7cb645fb860b0cabeb46c714fc4f416e619e7b02"},
		{"max", "eabi", "little", arch.BlockDigests, "4386e4654f3d4b78eb626eda83c993302b2c17a2f2a1057f90bdfc99d281cf39"},
		{"arm1176", "thumb", "little", arch.FullRecords, "7c46f42057dce6d23efb5da093f0cb616e35b06185a0de204b4bfef545decdc1"},
		{"cortex-a9", "thumb", "big", arch.FullRecords, "80f7f17e725e41a93f1630c618f98c42c1cee224df981a97ffedcd47612f2375"},
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
