// Package qemutree finds the decode files of a QEMU source tree for tests, and the widths of their words.
package qemutree

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Variable is the environment variable that names a QEMU source tree to try this program on.
const Variable = "RISUGEN_QEMU_TREE"

// Files returns the decode files under a folder of the tree, or skips the test where there is no tree.
func Files(t testing.TB, folder ...string) []string {
	t.Helper()
	tree := os.Getenv(Variable)
	if tree == "" {
		t.Skipf("%s names no QEMU source tree", Variable)
	}
	var files []string
	root := filepath.Join(append([]string{tree}, folder...)...)
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".decode") {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("no decode files under %s: %v", root, err)
	}
	return files
}

// Name is a file's name within the tree.
func Name(file string) string {
	name, err := filepath.Rel(os.Getenv(Variable), file)
	if err != nil {
		return file
	}
	return filepath.ToSlash(name)
}

// Width is the width of words in bits, and whether they may be shorter.
type Width struct {
	Bits     int
	Variable bool
}

// widths are those of files whose meson.build is not at hand. All others have 32 bits.
var widths = map[string]Width{
	"avr/insn.decode":     {Bits: 16},
	"riscv/insn16.decode": {Bits: 16},
	"arm/t16.decode":      {Bits: 16},
	"ppc/insn64.decode":   {Bits: 64},
	"rx/insns.decode":     {Bits: 32, Variable: true},
}

// widthFlag is --insnwidth=16, or in newer trees '-w', '16' and '--varinsnwidth', '32'.
var widthFlag = regexp.MustCompile(`(?:--(var)?insnwidth|-w)(?:=|', *')(\d+)`)

// WidthOf looks for a file's line in the meson.build beside it.
func WidthOf(file string) Width {
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
			return Width{width, m[1] != ""}
		}
		return Width{Bits: 32}
	}
	if w, ok := widths[filepath.Base(filepath.Clean(dir))+"/"+base]; ok {
		return w
	}
	return Width{Bits: 32}
}
