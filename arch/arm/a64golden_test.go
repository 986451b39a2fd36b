package arm

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// TestA64GoldenImages pins some images' contents: a change of a digest changes what every seed means, or the harness that has
// run on other people's targets. The patterns are few, for additions to the descriptions not to change them.
func TestA64GoldenImages(t *testing.T) {
	for _, c := range []struct {
		cpu, order string
		output     arch.Output
		want       string
	}{
		{"cortex-a53", "little", arch.FullRecords, "74057235cb94373e85b818ee04b9be2e0d57a03572770fb697ab475065e285f6"},
		{"cortex-a53", "big", arch.FullRecords, "5aeb36ecb1c43e5ec39c7cd324cd6599f7ed4c5fceab38b7645d5c622cd7e57f"},
		{"neoverse-n1", "little", arch.BlockDigests, "cff1db434b66654095aefb088e74a3ccd4c1907d8a6a8f62b8974dc82e3736a8"},
	} {
		p := a64Program(t, arch.Config{CPU: c.cpu, Order: c.order}, arch.Options{
			Seed: 42, Count: 2000, BlockLen: 24, Rounds: 64, EdgeShare: arch.DefaultEdgeShare,
			Select: arch.Selection{Patterns: []string{"ADDS?_(imm|shift|ext)", "CSEL", "B_cond", "BLR", "(LDR|STR)_(imm|reg|lit)", "STXR", "FADD_[sv]", "SQADD_v"}},
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
