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
		{"arm1176", "eabi", "little", arch.FullRecords, "1873ed73b25ef9dc53f6418d24eec38a9fa82d346ac008930c2a08efa4037af7"},
		{"cortex-a9", "eabi", "big", arch.FullRecords, "a1936c61dc199d632af10a1b0252504ff76f31a8a37273d7d5f76c64ad7cde9e"},
		{"max", "eabi", "little", arch.BlockDigests, "c337d407275f450071c5a98bdc17e515cd7097ed5d0479d20bad552e3fe5510a"},
		{"arm1176", "thumb", "little", arch.FullRecords, "05bee42fc526ea8394458fa9fac21501b7d94ffd1a8519029fff4087294c7e3c"},
		{"cortex-a9", "thumb", "big", arch.FullRecords, "17e171ffabf448448c0665246cb4fed333009d1c464bd364245729d3845d0d2d"},
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
