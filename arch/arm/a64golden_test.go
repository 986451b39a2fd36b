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
		{"cortex-a53", "little", arch.FullRecords, "f7e091dc947a47fa1f5694a56793e45e982ac123b34831171b1c5cb122638930"},
		{"cortex-a53", "big", arch.FullRecords, "47e48f14b7b7a2b005d08dfcff2f0cd3e0917f37b933d608f900ef5ee9ddab0c"},
		{"neoverse-n1", "little", arch.BlockDigests, "d78c803a5edc6a706933e7210f9f0c485fcfc59c93086170477f44abed821303"},
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
