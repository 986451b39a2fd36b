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
		{"cortex-a53", "little", arch.FullRecords, "076a8141be1ef484ee777641b7f347d7c030685c65e2aa60445f54f7a79f5c24"},
		{"cortex-a53", "big", arch.FullRecords, "ebf2ce18be51853fec74be3b4bdccb2c7d0c997d9314ffd473dcf45a99760149"},
		{"neoverse-n1", "little", arch.BlockDigests, "9edd127ccb8b30fb9cb8f90ce3d016dd42b6fbc773809886aa8d5d076058e773"},
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
