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
		{"arm1176", "little", arch.FullRecords, "adf2b51b0f08d2673552ba817015b67b5011159760d3f281bd135b1d8361f386"},
		{"cortex-a9", "big", arch.FullRecords, "b0700a8ea556f7d5744d695489dab48d150257b13793aac02b841dd9dfd7928d"},
		{"max", "little", arch.BlockDigests, "3e87ec62890ea99e155fc7d5daa76c5d2c19378c714ef471645cbaf75e9adf80"},
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
