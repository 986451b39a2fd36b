package decodetree

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// qemuTree names a QEMU source tree to try this package on.
const qemuTree = "RISUGEN_QEMU_TREE"

// qemuWidths are the options of files whose meson.build is not at hand. All
// others are of 32 bits.
var qemuWidths = map[string]Options{
	"avr/insn.decode":     {InsnWidth: 16},
	"riscv/insn16.decode": {InsnWidth: 16},
	"arm/t16.decode":      {InsnWidth: 16},
	"ppc/insn64.decode":   {InsnWidth: 64},
	"rx/insns.decode":     {InsnWidth: 32, VarInsnWidth: true},
}

func TestQEMUTargets(t *testing.T) {
	tree := os.Getenv(qemuTree)
	if tree == "" {
		t.Skipf("%s names no QEMU source tree", qemuTree)
	}
	files := decodeFiles(t, filepath.Join(tree, "target"))
	require.NotEmpty(t, files)
	for _, file := range files {
		name := strings.TrimPrefix(file, tree)
		t.Run(name, func(t *testing.T) {
			src, err := os.ReadFile(file)
			require.NoError(t, err)
			spec, err := Parse(name, src, qemuOptions(file))
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
	tree := os.Getenv(qemuTree)
	if tree == "" {
		t.Skipf("%s names no QEMU source tree", qemuTree)
	}
	files := decodeFiles(t, filepath.Join(tree, "tests", "decode"))
	require.NotEmpty(t, files)
	for _, file := range files {
		src, err := os.ReadFile(file)
		require.NoError(t, err)
		_, err = Parse(filepath.Base(file), src, Options{})
		assert.Equal(t, strings.HasPrefix(filepath.Base(file), "succ_"), err == nil, "%s: %v", file, err)
	}
}

func decodeFiles(t *testing.T, root string) []string {
	var files []string
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".decode") {
			files = append(files, path)
		}
		return err
	})
	require.NoError(t, err)
	return files
}

var widthFlag = regexp.MustCompile(`--(var)?insnwidth=(\d+)`)

// qemuOptions looks for the file's line in the meson.build beside it.
func qemuOptions(file string) Options {
	dir, base := filepath.Split(file)
	for _, build := range []string{dir, filepath.Dir(filepath.Clean(dir))} {
		text, err := os.ReadFile(filepath.Join(build, "meson.build"))
		if err != nil {
			continue
		}
		_, after, found := strings.Cut(string(text), "'"+base+"'")
		if !found {
			continue
		}
		call, _, _ := strings.Cut(after, "decodetree.process")
		if m := widthFlag.FindStringSubmatch(call); m != nil {
			width, _ := strconv.Atoi(m[2])
			return Options{InsnWidth: width, VarInsnWidth: m[1] != ""}
		}
		return Options{}
	}
	return qemuWidths[filepath.Base(filepath.Clean(dir))+"/"+base]
}
