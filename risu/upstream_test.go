package risu

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// upstreamFiles are RISU's own, and whether they convert without loss.
var upstreamFiles = map[string]bool{
	"aarch64.risu": true, "arm.risu": true, "thumb.risu": true, "ppc64.risu": true, "s390x.risu": true,
	"m68k.risu": false, "loongarch64.risu": false,
}

func TestUpstreamFiles(t *testing.T) {
	dir := tree(t, risuTree)
	for name, exact := range upstreamFiles {
		t.Run(name, func(t *testing.T) {
			f := parseFile(t, filepath.Join(dir, name))
			_, losses, err := ToDecode(f, Options{})
			assert.Equal(t, exact, err == nil)
			assert.Equal(t, exact, len(losses) == 0)
			n := compareWithPerl(t, f, convert(t, f, Options{Lossy: true}), 400)
			t.Logf("%+v, %d losses", n, len(losses))
		})
	}
}

func TestUpstreamRoundTrip(t *testing.T) {
	dir := tree(t, risuTree)
	for name := range upstreamFiles {
		if name == "m68k.risu" || name == "loongarch64.risu" {
			continue // what they lose shows in the patterns
		}
		t.Run(name, func(t *testing.T) {
			t.Logf("%+v", roundTrip(t, parseFile(t, filepath.Join(dir, name)), 300))
		})
	}
}

// makeImage has RISU's generator make an image of so many instructions.
func makeImage(t *testing.T, dir string, text []byte, insns int, args ...string) string {
	t.Helper()
	interpreter := needTool(t, "perl")
	file, image := filepath.Join(t.TempDir(), "x.risu"), filepath.Join(t.TempDir(), "x.bin")
	require.NoError(t, os.WriteFile(file, text, 0o600))
	args = append([]string{"-X", filepath.Join(dir, "risugen"), "--numinsns", strconv.Itoa(insns)}, args...)
	report, err := exec.Command(interpreter, append(args, file, image)...).CombinedOutput()
	require.NoError(t, err, "%s", report[max(0, len(report)-1000):])
	info, err := os.Stat(image)
	require.NoError(t, err)
	require.Greater(t, info.Size(), int64(insns))
	return image
}

// TestUpstreamAcceptsConvertedFiles: files that went to .decode and back make images.
func TestUpstreamAcceptsConvertedFiles(t *testing.T) {
	dir := tree(t, risuTree)
	for name := range upstreamFiles {
		t.Run(name, func(t *testing.T) {
			makeImage(t, dir, thereAndBack(t, parseFile(t, filepath.Join(dir, name))), 3000)
		})
	}
}

// thereAndBack converts a file to .decode and that to .risu.
func thereAndBack(t *testing.T, f *File) []byte {
	t.Helper()
	text, _, err := FromDecode(convert(t, f, Options{Lossy: true}).spec, Options{Mode: f.Mode})
	require.NoError(t, err)
	return text
}
