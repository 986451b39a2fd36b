package arm

import (
	"io/fs"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/internal/oracle"
)

// TestOneFileForEachWord: no legal word of a file is an instruction of another of its instruction set, whatever features
// there are. Tables of opcodes are no instructions.
func TestOneFileForEachWord(t *testing.T) {
	needtool.Slow(t)
	for _, set := range []string{"a64", "a32", "t"} {
		t.Run(set, func(t *testing.T) { checkOneFile(t, set+"*.decode") })
	}
}

func checkOneFile(t *testing.T, glob string) {
	names, err := fs.Glob(files, glob)
	require.NoError(t, err)
	names = slices.DeleteFunc(names, isTables)
	sets := map[string]*constraints.Set{}
	for _, name := range names {
		sets[name] = anyDialect(name).Set(t)
	}
	for _, name := range names {
		for _, c := range anyDialect(name).Cases(sets[name].Patterns(), 100) {
			for other, set := range sets {
				if in := set.Decode(c.Word); other != name && in != nil {
					assert.Fail(t, "in two files", "%08x is %s and %s", c.Word, c.Insn, in)
				}
			}
		}
	}
}

// anyDialect is one that serves to draw words of a file.
func anyDialect(file string) *oracle.Dialect {
	if a64File.MatchString(file) {
		return a64Dialect(file, "")
	}
	if thumbFile.MatchString(file) {
		return thumbDialect(file)
	}
	return a32Dialect(file, nil)
}
