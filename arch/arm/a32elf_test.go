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

// TestA32ELFHeaders: what kernels and emulators choose the execution state and the byte order by, as binutils name it.
func TestA32ELFHeaders(t *testing.T) {
	readelf := needtool.Path(t, "arm-linux-gnueabihf-readelf")
	for order, want := range map[string]string{"little": "2's complement, little endian", "big": "2's complement, big endian"} {
		p := a32Program(t, arch.Config{CPU: "cortex-a9", Order: order}, arch.Options{Seed: 1, Count: 4, BlockLen: 2, Rounds: 1})
		img, err := runtime.Build(p, "test")
		require.NoError(t, err)
		file := filepath.Join(t.TempDir(), "img")
		require.NoError(t, os.WriteFile(file, img.Data, 0o644))
		out, err := exec.Command(readelf, "-h", file).CombinedOutput()
		require.NoError(t, err, "%s", out)
		flags := "Version5 EABI, hard-float ABI"
		if order == "big" {
			flags = "Version5 EABI, hard-float ABI, BE8"
		}
		for _, w := range []string{"ELF32", "ARM", "EXEC", flags, want} {
			assert.Contains(t, string(out), w)
		}
		again, err := runtime.Load(img.Data, New().Machine)
		require.NoError(t, err)
		assert.Equal(t, p.Blocks, again.Program.Blocks, "words are little-endian in both")
	}
}

func TestA32ConfigurationErrors(t *testing.T) {
	for want, c := range map[string]arch.Config{
		"it has eabi, thumb":                  {CPU: "cortex-a9", ABI: "lp64"},
		"it has lp64, eabi, thumb":            {CPU: "max", ABI: "o32"},
		"no big-endian images for the arm926": {CPU: "arm926", Order: "big"},
		"no instruction set \"base\"":         {CPU: "arm926", ISAs: []string{"base"}},
		"no instruction set \"a32\"":          {CPU: "arm926", ABI: "thumb", ISAs: []string{"a32"}},
	} {
		_, err := New().Machine(c)
		assert.ErrorContains(t, err, want)
	}
	got := a32Of(t, "max").Config()
	require.Len(t, got.Sources, 4)
	got.Sources = nil
	assert.Equal(t, arch.Config{Arch: "arm", CPU: "max", ISAs: []string{"a32", "vfp", "neon"}, ABI: "eabi", Order: "little"}, got)
}
