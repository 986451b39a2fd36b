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
		{"cortex-a53", "little", arch.FullRecords, "5b14e227e598b0b79d23c0c4c321877b3db088fe5b44b60cc23057124654d25a"},
		{"cortex-a53", "big", arch.FullRecords, "6ee8cfa7b9d758b70c2a843e7f17967ff2b014af3995a439cb036255e7a92d8f"},
		{"neoverse-n1", "little", arch.BlockDigests, "d987955169c7f8a6c7a97a794f54961d7f876005736d5bf0bc084e2d6523374f"},
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
