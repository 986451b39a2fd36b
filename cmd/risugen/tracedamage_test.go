package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
)

// TestThousandDamages cuts a trace of an emulator at random 500 times and flips a random bit of it 500 times: it is never
// taken for whole, whatever reads it, and never agrees with more than it holds.
func TestThousandDamages(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	img, file, bad := filepath.Join(dir, "img"), filepath.Join(dir, "x.trace"), filepath.Join(dir, "bad.trace")
	must(t, "gen", "--cpu", "24Kc", "--isa", "base", "--pattern", "ADDU,SLTU,LW,SW", "-n", "300", "--rounds", "24", "--seed", "1", "-o", img)
	must(t, "record", img, "--target", "qemu-mipsel -cpu 24Kc", "-o", file)
	whole, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, 0, command("", "replay", file, "--target", "trace:"+file).code)
	readers := [][]string{
		{"replay", bad, "--target", "trace:" + file}, {"trace", "info", bad},
		{"run", img, "--master", "trace:" + bad, "--apprentice", "trace:" + file},
	}
	rng := rand.New(rand.NewPCG(20, 21))
	for i := range 1000 {
		damaged := bytes.Clone(whole)
		if at := rng.IntN(len(whole)); i%2 == 0 {
			damaged = damaged[:at]
		} else {
			damaged[at] ^= 1 << rng.IntN(8)
		}
		require.NoError(t, os.WriteFile(bad, damaged, 0o600))
		args := readers[i/2%len(readers)]
		r := command("", args...)
		require.Equal(t, 2, r.code, "damage %d, %s: %s", i, args[0], r.out)
		require.Regexp(t, `damaged|breaks off|cut off|is empty|not a trace|no trace`, r.err)
	}
}
