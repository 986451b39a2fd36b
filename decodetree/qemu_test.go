package decodetree

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/qemutree"
)

func TestQEMUTargets(t *testing.T) {
	for _, file := range qemutree.Files(t, "target") {
		name := qemutree.Name(file)
		t.Run(name, func(t *testing.T) {
			src, err := os.ReadFile(file)
			require.NoError(t, err)
			width := qemutree.WidthOf(file)
			spec, err := Parse(name, src, Options{InsnWidth: width.Bits, VarInsnWidth: width.Variable})
			require.NoError(t, err)
			rng := seeded(t)
			assertTree(t, rng, spec, 2000)
			for _, p := range spec.Patterns {
				word := wordOf(rng, p)
				again, err := p.Encode(p.Extract(word, nil))
				require.NoError(t, err)
				require.Equal(t, word&^p.UndefMask, again, p.Name)
			}
		})
	}
}

// TestQEMUOwnTests: QEMU says in a test's name what must become of it.
func TestQEMUOwnTests(t *testing.T) {
	for _, file := range qemutree.Files(t, "tests", "decode") {
		src, err := os.ReadFile(file)
		require.NoError(t, err)
		_, err = Parse(filepath.Base(file), src, Options{})
		assert.Equal(t, strings.HasPrefix(filepath.Base(file), "succ_"), err == nil, "%s: %v", file, err)
	}
}
