package main

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

// TestSystem: an image on a real kernel, with traps, misaligned addresses and reserved words among what it runs, writes what
// it does under the emulator of user mode, but for what a kernel does for programs. What is recorded there is the same once
// more, and tells of the guest.
func TestSystem(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	needtool.Path(t, "qemu-system-mipsel")
	store, err := runtime.SystemStore()
	require.NoError(t, err)
	const kernel = "mipsel-4kc-malta"
	needtool.Dir(t, filepath.Join(store, kernel), "scripts/fetch-system "+kernel)
	t.Chdir(t.TempDir())

	made := command("", "gen", "--cpu", "24Kf", "-n", "3000", "--rounds", "16", "--seed", "3", "--reserved", "100", "--fp-traps", "0.1", "-o", "a.img")
	require.Zero(t, made.code, made.err)
	recorded := command("", "record", "a.img", "--target", "system:", "-o", "a.trace")
	require.Zero(t, recorded.code, recorded.err)
	var info struct {
		Description struct{ Machine map[string]string }
	}
	shown := command("", "trace", "info", "a.trace", "--json")
	require.NoError(t, json.Unmarshal([]byte(shown.out), &info), shown.out)
	assert.Contains(t, info.Description.Machine["kernel"], "4kc-malta")
	assert.Contains(t, info.Description.Machine["cpuinfo"], "MIPS 24Kc")

	compared := command("", "replay", "a.trace", "--target", "qemu-mipsel -cpu 24Kf", "--json")
	require.Zero(t, compared.code, compared.out+compared.err)
	var report runtime.Report
	require.NoError(t, json.Unmarshal([]byte(compared.out), &report))
	assert.NotEmpty(t, report.Emulated, "Linux does misaligned accesses")
	assert.Positive(t, report.CauseDiffers, "Linux clears the cause bits of a trap")
	assert.Empty(t, report.Uncovered)
}
