package arm

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

// TestA64ELFHeaders: what kernels and emulators choose the execution state and the byte order by, as binutils name it.
func TestA64ELFHeaders(t *testing.T) {
	readelf := needtool.Path(t, "aarch64-linux-gnu-readelf")
	for order, want := range map[string]string{"little": "2's complement, little endian", "big": "2's complement, big endian"} {
		p := a64Program(t, arch.Config{CPU: "cortex-a53", Order: order}, arch.Options{Seed: 1, Count: 4, BlockLen: 2, Rounds: 1})
		img, err := runtime.Build(p, "test")
		require.NoError(t, err)
		file := filepath.Join(t.TempDir(), "img")
		require.NoError(t, os.WriteFile(file, img.Data, 0o644))
		out, err := exec.Command(readelf, "-h", file).CombinedOutput()
		require.NoError(t, err, "%s", out)
		for _, w := range []string{"ELF64", "AArch64", "EXEC", want} {
			assert.Contains(t, string(out), w)
		}
		again, err := runtime.Load(img.Data, New().Machine)
		require.NoError(t, err)
		assert.Equal(t, p.Blocks, again.Program.Blocks, "words are little-endian in both")
	}
}

func TestA64ConfigurationErrors(t *testing.T) {
	for want, c := range map[string]arch.Config{
		"known are cortex-a53, cortex-a57": {CPU: "Z80"},
		"no instruction set \"sve\"":       {CPU: "cortex-a53", ISAs: []string{"sve"}},
		"unknown byte order":               {CPU: "cortex-a53", Order: "middle"},
		"it has lp64":                      {CPU: "cortex-a53", ABI: "o32"},
		"and all of its instruction sets":  {CPU: "cortex-a53", ISAs: []string{"base"}, Reserved: true},
	} {
		_, err := New().Machine(c)
		assert.ErrorContains(t, err, want)
	}
	m, err := New().Machine(arch.Config{CPU: "Cortex-A53"})
	require.NoError(t, err)
	got := m.Config()
	require.Len(t, got.Sources, 6)
	got.Sources = nil
	assert.Equal(t, arch.Config{Arch: "arm", CPU: "cortex-a53", ISAs: []string{"base", "fp", "simd", "crypto"}, ABI: "lp64", Order: "little"}, got)
}
