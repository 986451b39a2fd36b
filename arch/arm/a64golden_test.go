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
		{"cortex-a53", "little", arch.FullRecords, "e23da0d0f61e813fb05995d1fd1a0c58e8ada0f4640889d20b6bf63d73ddeee4"},
		{"cortex-a53", "big", arch.FullRecords, "6ebf87deb507435ec9639db5980a314cae8bdeaf4223bf9444d9c33d0ccf8cd1"},
		{"neoverse-n1", "little", arch.BlockDigests, "9c2f78d85bbd39b7cb25f40f71c9df34a174999c821e6cc1992ad32c68b80084"},
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
