package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

// needSystem skips the test where an emulator or what a guest is made of is missing.
func needSystem(t *testing.T, kernel string, emulators ...string) {
	t.Helper()
	needtool.Slow(t)
	for _, program := range emulators {
		needtool.Path(t, program)
	}
	store, err := runtime.SystemStore()
	require.NoError(t, err)
	needtool.Dir(t, filepath.Join(store, kernel), "scripts/fetch-system "+kernel)
}

// TestSystem: an image on a real kernel, with traps, misaligned addresses and reserved words among what it runs, writes what
// it does under the emulator of user mode, but for what a kernel does for programs. What is recorded there is the same once
// more, and tells of the guest.
func TestSystem(t *testing.T) {
	needSystem(t, "mipsel-4kc-malta", "qemu-mipsel", "qemu-system-mipsel")
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

// TestSystemAArch64: the same of AArch64, where a kernel does no instruction's work.
func TestSystemAArch64(t *testing.T) {
	needSystem(t, "arm64-arm64", "qemu-aarch64", "qemu-system-aarch64")
	for _, cpu := range []string{"cortex-a57", "max"} {
		report := sameOnKernel(t, cpu, "lp64", "qemu-aarch64 -cpu "+cpu)
		assert.Contains(t, report.Guests.Master, "arm64")
		assert.Zero(t, report.LateFaults)
	}
}

// TestSystemAArch32: the same of AArch32, where Linux does misaligned accesses. For ARMv7 it misplaces the faults of others.
func TestSystemAArch32(t *testing.T) {
	for cpu, c := range map[string]struct {
		kernel, emulator, user string
		late                   bool
	}{
		"cortex-a15": {"armhf-armmp", "qemu-system-arm", "cortex-a15", true},
		"cortex-a72": {"arm64-arm64", "qemu-system-aarch64", "max", false},
	} {
		t.Run(cpu, func(t *testing.T) {
			needSystem(t, c.kernel, "qemu-arm", c.emulator)
			report := sameOnKernel(t, cpu, "eabi", "qemu-arm -cpu "+c.user, "--misaligned", "0.25",
				"--not-pattern", "RESERVED_V(LD|ST)R_h") // which access anything
			_, flavour, _ := strings.Cut(c.kernel, "-")
			assert.Contains(t, report.Guests.Master, flavour)
			assert.NotEmpty(t, report.Emulated)
			assert.Equal(t, c.late, report.LateFaults > 0)
		})
	}
}

// sameOnKernel runs an image on a kernel and on the emulator of user mode. Nothing may differ but what is known.
func sameOnKernel(t *testing.T, cpu, abi, user string, options ...string) *runtime.Report {
	img := filepath.Join(t.TempDir(), "a.img")
	must(t, append([]string{"gen", "--cpu", cpu, "--abi", abi, "-n", "8000", "--rounds", "8", "--seed", "4", "--reserved", "100", "-o", img}, options...)...)
	r := command("", "run", img, "--master", "system:", "--apprentice", user, "--json")
	require.Zero(t, r.code, r.out+r.err)
	report := new(runtime.Report)
	require.NoError(t, json.Unmarshal([]byte(r.out), report))
	assert.Positive(t, report.Faults)
	assert.Equal(t, report.KnownMismatches, report.Mismatches)
	return report
}
