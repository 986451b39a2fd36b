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
		{"arm1176", "eabi", "little", arch.FullRecords, "f84aa0e56bcf78d4dff8966ee6fd1d3c01b6b50f1566246c7724f832580b0183"},
		{"cortex-a9", "eabi", "big", arch.FullRecords, "dceee909f9823dce5efb571356b3029535bc43331b31c87a7d163197627f693b"},
		{"max", "eabi", "little", arch.BlockDigests, "e4128fceb9461e8763fa1e6bf660223df4186229da21e1236ccbba05f34e289a"},
		{"arm1176", "thumb", "little", arch.FullRecords, "27f75dfce815a22fdb35f1cf1c0cfff97fb67e55535d291323ab3c265279cdc3"},
		{"cortex-a9", "thumb", "big", arch.FullRecords, "6d342674d6fb6ef7fddf855ee91478768f14380a29a9b102ecb1b13aa156854f"},
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
