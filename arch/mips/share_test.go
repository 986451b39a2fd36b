//go:build linux

package mips

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/archtest"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

func TestRecordsGoThroughMemory(t *testing.T) {
	for _, c := range []struct {
		emulator string
		config   arch.Config
	}{
		{"qemu-mipsel", arch.Config{CPU: "P5600"}},
		{"qemu-mips", arch.Config{CPU: "24Kf", Order: "big"}},
		{"qemu-mips64", arch.Config{CPU: "MIPS64R2-generic", ABI: "n64", Order: "big"}},
		{"qemu-mipsn32el", arch.Config{CPU: "MIPS64R2-generic", ABI: "n32"}},
		{"qemu-mips64el", arch.Config{CPU: "I6400", ABI: "n64"}},
	} {
		t.Run(c.config.CPU+" "+c.config.ABI, func(t *testing.T) {
			archtest.RecordsGoThroughMemory(t, New(), c.emulator, c.config, arch.Options{Seed: 1, Count: 1000, BlockLen: 24, Rounds: 64})
		})
	}
}

// TestScriptsThatRunImagesMoreThanOnce: what is compared is the stream that comes through the script's output. Another image that is
// started with the same descriptors neither waits for somebody to read it, nor writes to the memory of that one.
func TestScriptsThatRunImagesMoreThanOnce(t *testing.T) {
	p := archtest.Generate(t, New(), arch.Config{CPU: "P5600"}, arch.Options{Seed: 1, Count: 1000, BlockLen: 24, Rounds: 64})
	img, err := runtime.Build(p, "test")
	require.NoError(t, err)
	qemu := needtool.Path(t, "qemu-mipsel") + " -cpu P5600"
	plain := &runtime.Exec{Command: []string{needtool.Path(t, "qemu-mipsel"), "-cpu", "P5600"}}
	for i, script := range []string{
		`%[1]s "$1" >/dev/null; exec %[1]s "$1"`, `%[1]s "$1" >"$0.out" & %[1]s "$1"; wait`, `%[1]s "$1" | cat`, `%[1]s "$1" | tee "$0.out"`,
	} {
		path := filepath.Join(t.TempDir(), fmt.Sprint(i))
		require.NoError(t, os.WriteFile(path, fmt.Appendf(nil, "#!/bin/sh\n"+script+"\n", qemu), 0o755))
		r, err := runtime.Run(context.Background(), img, plain, &runtime.Exec{Command: []string{path}}, runtime.Options{Stall: time.Minute})
		require.NoError(t, err, script)
		require.Zero(t, r.Mismatches, script)
		if out, err := os.ReadFile(path + ".out"); err == nil {
			require.Greater(t, len(out), 3*arch.ShareBytes, "it is the records, as without anybody to share memory with")
		}
	}
	twice := &runtime.Exec{Command: []string{"/bin/sh", "-c", qemu + " {} && " + qemu + " {}"}}
	_, err = runtime.Run(context.Background(), img, plain, twice, runtime.Options{})
	require.ErrorContains(t, err, "garbage")
}
