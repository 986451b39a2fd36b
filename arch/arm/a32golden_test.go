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
		{"arm1176", "eabi", "little", arch.FullRecords, "f6c0ed7feba6e464f418b14421216230e5234d64125093799f9cae917cf1cac5"},
		{"cortex-a9", "eabi", "big", arch.FullRecords, "f8deb7df02c1c4188a781634edb3c46250b7ba01f1e616ff55ac8b1ec8a12ce3"},
		{"max", "eabi", "little", arch.BlockDigests, "2937b70b1b80dadad431ea7e94d8e53cbd9bb4ce9842f20dd30bbc318889f6a6"},
		{"arm1176", "thumb", "little", arch.FullRecords, "2b8e28b5f0cc53b011617e57880a2b34eb3089a6b3c5b8eb2c728a742384265e"},
		{"cortex-a9", "thumb", "big", arch.FullRecords, "971e8ad9de1ffc4e48bf3438d60e64c6b28c4cbd0e0a3eaa7f76bb7f622ecc49"},
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
