package risu

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/risupeer"
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

// makeImage has RISU's generator make an image of the text of a .risu file.
func makeImage(t *testing.T, text []byte, insns int, args ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "x.risu")
	require.NoError(t, os.WriteFile(file, text, 0o600))
	return risupeer.MakeImage(t, file, insns, args...)
}

// TestUpstreamAcceptsConvertedFiles: files that went to .decode and back make images.
func TestUpstreamAcceptsConvertedFiles(t *testing.T) {
	dir := tree(t, risuTree)
	for name := range upstreamFiles {
		t.Run(name, func(t *testing.T) {
			makeImage(t, thereAndBack(t, parseFile(t, filepath.Join(dir, name))), 3000)
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
