package lint

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/decodetree"
	"github.com/risugen/risugen/internal/qemutree"
)

// notBlocks are files whose annotations are to test the parser of decode files, and not in the block language.
var notBlocks = []string{"../decodetree/testdata/word32.decode"}

// TestOurFiles: our decode files have neither errors nor warnings.
func TestOurFiles(t *testing.T) {
	var files []string
	for _, glob := range []string{"../arch/*/*.decode", "../*/testdata/*.decode"} {
		found, err := filepath.Glob(glob)
		require.NoError(t, err)
		files = append(files, found...)
	}
	require.Greater(t, len(files), 8)
	for _, file := range files {
		file = filepath.ToSlash(file)
		if strings.HasPrefix(filepath.Base(file), "err_") || slices.Contains(notBlocks, file) {
			continue
		}
		src, opt := readSource(t, file)
		r := Files([]Source{src}, Options{Decode: opt, Vocabulary: open, Count: true})
		for _, f := range r.Findings {
			assert.Equal(t, Note, f.Severity, "%v: %s", f.Pos, f.Msg)
		}
		assert.NotEmpty(t, r.Patterns, file)
		for _, p := range r.Patterns {
			if assert.NotNil(t, p.Encodings, "%v", p.Pos) {
				assert.Positive(t, p.Encodings.Sign(), "%v", p.Pos)
			}
		}
	}
}

// TestReference: the reference page names each check, and no other.
func TestReference(t *testing.T) {
	page, err := os.ReadFile("../docs/language.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(page), "\n## Lint\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")
	var named []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z]+)` \\|").FindAllStringSubmatch(section, -1) {
		named = append(named, m[1])
	}
	assert.Equal(t, Checks, named)
}

// TestQEMUTree reads every decode file of a QEMU tree: no errors, and few words about each.
func TestQEMUTree(t *testing.T) {
	for _, file := range qemutree.Files(t, "target") {
		width := qemutree.WidthOf(file)
		src, err := os.ReadFile(file)
		require.NoError(t, err)
		start := time.Now()
		r := Files([]Source{{qemutree.Name(file), src}}, Options{
			Decode:     decodetree.Options{InsnWidth: width.Bits, VarInsnWidth: width.Variable},
			Vocabulary: open, Count: true,
		})
		took := time.Since(start)
		assert.Zero(t, r.Count(Error), lines(r))
		assert.LessOrEqual(t, r.Count(Note), 1)
		assert.LessOrEqual(t, r.Count(Warning), 12, "a file without blocks drowns in warnings")
		assert.NotEmpty(t, r.Patterns)
		t.Logf("%-32s %2d bits %5d patterns %3d warnings %s", qemutree.Name(file), width.Bits, len(r.Patterns), r.Count(Warning), took.Round(100*time.Microsecond))
	}
}
