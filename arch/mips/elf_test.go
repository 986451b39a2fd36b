package mips

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

// TestELFHeaders reads what kernels and emulators choose ABI, NaN rule and FPU mode by, as binutils name it.
func TestELFHeaders(t *testing.T) {
	readelf := needtool.Path(t, "mips-linux-gnu-readelf")
	for _, c := range []struct {
		cpu, abi string
		want     []string // in the output
		not      string
	}{
		{"P5600", "", []string{"ELF32", "noreorder, nan2008, o32, mips32r2", "ISA: MIPS32r5", "CPR1 size: 128", "(32-bit CPU, 64-bit FPU)", "MSA ASE"}, ""},
		{"24Kf", "o32", []string{"noreorder, o32, mips32r2", "CPR1 size: 32", "Hard float (double precision)"}, "nan2008"},
		{"24Kf", "o32fp64", []string{"CPR1 size: 64", "Hard float (32-bit CPU, 64-bit FPU)"}, ""},
		{"24Kc", "", []string{"noreorder, o32, mips32r2"}, "CPR1"},
		{"4Kc", "", []string{"noreorder, o32, mips32"}, "CPR1"},
		{"R4000", "n64", []string{"ELF64", "noreorder, mips3", "ISA: MIPS3", "GPR size: 64"}, "o32"},
		{"VR5432", "n32", []string{"ELF32", "noreorder, abi2, 5400, mips4", "NEC VR5400"}, "o32"},
		{"Loongson-2F", "n64", []string{"loongson-2f", "Loongson 2F"}, ""},
		{"Loongson-3A4000", "n64", []string{"mips64r2", "MSA ASE", "Loongson MMI ASE", "CPR1 size: 128"}, ""},
		{"5Kf", "n64", []string{"noreorder, mips64", "ISA: MIPS64\n"}, ""},
	} {
		for _, order := range []string{"little", "big"} {
			out := readelfOf(t, readelf, arch.Config{CPU: c.cpu, ABI: c.abi, Order: order})
			for _, want := range append(c.want, map[string]string{"little": "little endian", "big": "big endian"}[order]) {
				assert.Contains(t, out, want, c.cpu)
			}
			if c.not != "" {
				assert.NotContains(t, out, c.not, c.cpu)
			}
		}
	}
}

func readelfOf(t *testing.T, readelf string, c arch.Config) string {
	m, err := New().Machine(c)
	require.NoError(t, err)
	p, err := arch.Generate(m, arch.Options{Seed: 1, Count: 4, BlockLen: 2, Rounds: 1})
	require.NoError(t, err)
	img, err := runtime.Build(p, "test")
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "img")
	require.NoError(t, os.WriteFile(file, img.Data, 0o644))
	out, err := exec.Command(readelf, "-h", "-A", file).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return string(out)
}
