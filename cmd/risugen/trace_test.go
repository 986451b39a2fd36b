package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
)

// must runs a command that has to succeed and returns what it printed.
func must(t *testing.T, args ...string) string {
	t.Helper()
	r := command("", args...)
	require.Equal(t, 0, r.code, "%s\n%s%s", args, r.out, r.err)
	return r.out
}

// figures is what record --json and trace info --json print of a trace.
func figures(t *testing.T, text string) traceInfo {
	t.Helper()
	var f traceInfo
	require.NoError(t, json.Unmarshal([]byte(text), &f))
	return f
}

// report is a result without what depends on time and on the names of the targets.
func report(t *testing.T, text string) map[string]any {
	t.Helper()
	var r map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &r))
	for _, key := range []string{"targets", "recorded", "seconds", "executions_per_second", "again"} {
		delete(r, key)
	}
	return r
}

// TestRecordAndReplay: an emulator's recording compares like the emulator, and is small.
func TestRecordAndReplay(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	needtool.Path(t, "qemu-mips")
	for _, c := range []struct {
		cpu, order, emulator string
		limit                float64 // bytes an execution
		options              []string
	}{
		{"P5600", "little", "qemu-mipsel -cpu P5600", 6.5, nil},
		{"24Kf", "big", "qemu-mips -cpu 24Kf", 3.5, nil},
		{"24Kf", "big", "qemu-mips -cpu 24Kf", 3.5, []string{"--fp-traps", "0.5", "--reserved", "100"}},
	} {
		dir := t.TempDir()
		img, file := filepath.Join(dir, "img"), filepath.Join(dir, "x.trace")
		must(t, append([]string{"gen", "--cpu", c.cpu, "--order", c.order, "-n", "800", "--seed", "5", "-o", img}, c.options...)...)
		kept := figures(t, must(t, "record", img, "-o", file, "--json"))
		assert.True(t, kept.Complete)
		assert.Less(t, kept.Each, c.limit)
		assert.Greater(t, kept.RawEach, 70.0)

		live := must(t, "run", img, "--json")
		again := must(t, "replay", file, "--json", "--target", "one-insn:"+c.emulator)
		require.Equal(t, report(t, live), report(t, again))
		require.EqualValues(t, kept.Executions, report(t, live)["executions"])
		other := must(t, "run", img, "--json", "--apprentice", "trace:"+file)
		require.Equal(t, report(t, live), report(t, other))
		info := figures(t, must(t, "trace", "info", "--json", file))
		assert.Equal(t, kept.traceFigures, info.traceFigures)
		assert.Equal(t, c.emulator, info.Description.Target)
		assert.Contains(t, info.Description.Emulator, "version")
		assert.NotEmpty(t, info.Description.Machine["kernel"])
		assert.EqualValues(t, 5, info.Seed)
		assert.Equal(t, c.order, info.Config.Order)
		assert.Equal(t, must(t, "trace", "info", file), must(t, "trace", "info", "--quick", file))
	}
}

// recordSmall makes a small image and its trace.
func recordSmall(t *testing.T) (img, file string) {
	t.Helper()
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	img, file = filepath.Join(dir, "img"), filepath.Join(dir, "x.trace")
	must(t, "gen", "--cpu", "24Kc", "--pattern", "ADDU,SLTU,ROTR", "-n", "12000", "--rounds", "40", "--seed", "1", "-o", img)
	must(t, "record", img, "--target", "qemu-mipsel -cpu 24Kc", "-o", file)
	return img, file
}

const differing = "qemu-mipsel -cpu 4Kc" // takes ROTR for SRL

// TestReplayExitCodes: 0, 1 and 2 mean what they always do, and a trace without an end is never a match.
func TestReplayExitCodes(t *testing.T) {
	img, file := recordSmall(t)
	r := command("", "replay", file)
	assert.Equal(t, 0, r.code, r.err)
	assert.Contains(t, packed(r.out), packed("trace:"+file))
	assert.Contains(t, r.out, "recorded")
	r = command("", "replay", file, "--target", differing)
	assert.Equal(t, 1, r.code, r.err)
	assert.Contains(t, r.out, "ROTR")
	live := command("", "run", img, "--json", "--apprentice", differing)
	again := command("", "replay", file, "--json", "--target", differing)
	assert.Equal(t, 1, live.code)
	assert.Equal(t, 1, again.code)
	assert.Equal(t, report(t, live.out), report(t, again.out))
	r = command("", "replay", file, "--target", "false")
	assert.Equal(t, 2, r.code)
	assert.Equal(t, 2, command("", "replay", img).code, "an image is no trace")
	assert.Equal(t, 2, command("", "replay", file+"x").code)

	data, err := os.ReadFile(file)
	require.NoError(t, err)
	cut := file + ".cut"
	require.NoError(t, os.WriteFile(cut, data[:len(data)-600], 0o600))
	r = command("", "replay", cut)
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "cut off after block")
	assert.Contains(t, r.err, "breaks off at offset")
	assert.Contains(t, r.out, "records were there to be compared")
	r = command("", "replay", cut, "--target", differing, "--json")
	assert.Equal(t, 1, r.code, r.err)
	assert.Contains(t, r.err, "cut off after block")
	var j struct {
		CutOff     string `json:"cut_off"`
		Left       int64  `json:"records_left_out"`
		Mismatches int64  `json:"mismatches"`
	}
	require.NoError(t, json.Unmarshal([]byte(r.out), &j))
	assert.NotEmpty(t, j.CutOff)
	assert.Positive(t, j.Left)
	assert.Positive(t, j.Mismatches)
	r = command("", "trace", "info", cut)
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.out, "NOT COMPLETE")

	data[len(data)*9/10] ^= 4
	require.NoError(t, os.WriteFile(cut, data, 0o600))
	for _, args := range [][]string{{"replay", cut}, {"replay", cut, "--target", "trace:" + file}, {"trace", "info", cut}} {
		r = command("", args...)
		assert.Equal(t, 2, r.code)
		assert.Contains(t, r.err, "damaged in frame")
	}
}

// TestTraceStreams: traces come through pipes, and hold their image.
func TestTraceStreams(t *testing.T) {
	img, file := recordSmall(t)
	r := command("", "record", img, "-o", "-")
	require.Equal(t, 0, r.code, r.err)
	assert.Contains(t, r.err, "bytes an execution")
	again := command(r.out, "replay", "-", "--target", "trace:"+file)
	assert.Equal(t, 0, again.code, again.err)
	again = command(r.out[:len(r.out)-1], "replay", "-")
	assert.Equal(t, 2, again.code)
	info := command(r.out, "trace", "info", "-")
	assert.Equal(t, 0, info.code, info.err)
	assert.Equal(t, 2, command(r.out, "trace", "info", "--quick", "-").code)

	image, err := os.ReadFile(img)
	require.NoError(t, err)
	assert.Equal(t, string(image), command(r.out, "trace", "image", "-", "-o", "-").out)
	copied := filepath.Join(t.TempDir(), "img")
	must(t, "trace", "image", file, "-o", copied)
	got, err := os.ReadFile(copied)
	require.NoError(t, err)
	assert.Equal(t, string(image), string(got))
	assert.Equal(t, must(t, "list", img), must(t, "list", file))
	assert.Equal(t, 0, command("", "run", file, "--apprentice", "trace:"+file).code)

	same := []string{"check", "--cpu", "24Kc", "--pattern", "ADDU,SLTU,ROTR", "-n", "12000", "--rounds", "40", "--master", "trace:" + file, "--apprentice", "qemu-mipsel -cpu 24Kc"}
	assert.Equal(t, 0, command("", append(same, "--seed", "1")...).code)
	r = command("", append(same, "--seed", "2")...)
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "of another image")
}

// TestRecordStopped: a target that dies leaves FILE.part, which can be replayed; one that says nothing leaves nothing.
func TestRecordStopped(t *testing.T) {
	img, file := recordSmall(t)
	dir := t.TempDir()
	out := filepath.Join(dir, "y.trace")
	dies := `sh -c 'qemu-mipsel -cpu 24Kc "$1" | head -c 200000; echo out of luck >&2; exit 9' sh {}`
	r := command("", "record", img, "--target", dies, "-o", out)
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, out+".part keeps")
	assert.Contains(t, r.err, "out of luck")
	assert.NoFileExists(t, out)
	r = command("", "replay", out+".part", "--target", "trace:"+file)
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "the recording was stopped")
	assert.Contains(t, r.err, "out of luck")
	r = command("", "record", img, "-o", out)
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "is there already")

	out = filepath.Join(dir, "z.trace")
	for _, target := range []string{"false", "echo garbage", "/no/such/program", "warp:drive"} {
		r = command("", "record", img, "--target", target, "-o", out)
		assert.Equal(t, 2, r.code, target)
	}
	left, err := filepath.Glob(filepath.Join(dir, "z*"))
	require.NoError(t, err)
	assert.Empty(t, left)
	assert.Equal(t, 2, command("", "record", file+"x", "-o", out).code)
	assert.Equal(t, 2, command("", "record", img, "-o", filepath.Join(dir, "no", "dir")).code)
	assert.False(t, strings.Contains(r.err, "goroutine"))
}
