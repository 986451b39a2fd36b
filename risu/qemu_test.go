package risu

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/decodetree"
)

// TestQEMUFiles converts QEMU's own descriptions, which have no blocks: what comes out must parse.
func TestQEMUFiles(t *testing.T) {
	dir := tree(t, qemuTree)
	files, err := filepath.Glob(filepath.Join(dir, "target", "*", "*.decode"))
	require.NoError(t, err)
	more, err := filepath.Glob(filepath.Join(dir, "target", "*", "tcg", "*.decode"))
	require.NoError(t, err)
	converted := 0
	for _, file := range append(files, more...) {
		src, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, width := range []int{16, 32} {
			spec, err := decodetree.Parse(filepath.Base(file), src, decodetree.Options{InsnWidth: width})
			if err != nil {
				continue // the other width
			}
			out, _, err := FromDecode(spec, Options{Mode: "mips"})
			require.NoError(t, err, file)
			f := parseBack(t, out)
			require.LessOrEqual(t, len(f.Patterns), len(spec.Patterns))
			converted++
			if strings.Contains(file, "t16.decode") && os.Getenv(risuTree) != "" {
				out, _, err := FromDecode(spec, Options{Mode: "arm.thumb"})
				require.NoError(t, err)
				makeImage(t, out, 3000)
			}
		}
	}
	t.Logf("%d files", converted)
	assert.Greater(t, converted, 20)
}
