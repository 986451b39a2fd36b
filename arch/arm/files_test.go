package arm

import (
	"io/fs"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/needtool"
)

// TestOneFileForEachWord: no legal word of a file is an instruction of another, whatever features there are.
func TestOneFileForEachWord(t *testing.T) {
	needtool.Slow(t)
	names, err := fs.Glob(files, "a64*.decode")
	require.NoError(t, err)
	sets := map[string]*constraints.Set{}
	for _, name := range names {
		sets[name] = a64Dialect(name, "").Set(t)
	}
	for _, name := range names {
		for _, c := range a64Dialect(name, "").Cases(sets[name].Insns, 100) {
			for other, set := range sets {
				if in := set.Decode(c.Word); other != name && in != nil {
					assert.Fail(t, "in two files", "%08x is %s and %s", c.Word, c.Insn, in)
				}
			}
		}
	}
}
