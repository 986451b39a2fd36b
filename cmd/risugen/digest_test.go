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

// TestDigestFlags: what makes no sense is an error of the command line.
func TestDigestFlags(t *testing.T) {
	for _, c := range []struct{ flags, want string }{
		{"--digest=page", "--digest page: it is round or block"},
		{"--digest-side=master", "of no use without --digest"},
		{"--digest=round --digest-side=both", "--digest-side both: it is master or apprentice"},
		{"--digest=round --digest-again=0", "--digest-again 0"},
		{"--keep-going=-1", "--keep-going -1"},
		{"--keep-going=often", "--keep-going often: it must be a whole number"},
		{"--keep-going 3", `takes no arguments, and got "3" (risugen check --help lists its flags): a number of times is written --keep-going=3`},
	} {
		r := command("", append([]string{"check", "--cpu", "4Kc", "-n", "10"}, strings.Fields(c.flags)...)...)
		assert.Equal(t, 2, r.code, c.flags)
		assert.Contains(t, r.err, c.want, c.flags)
	}
	for _, name := range []string{"run", "replay"} {
		r := command("", name, "--keep-going", "7", "file")
		assert.Equal(t, 2, r.code)
		assert.Contains(t, r.err, "a number of times is written --keep-going=7", name)
		assert.Contains(t, command("", name, "--help").out, "--keep-going=N", name)
	}
}

// TestDigestOfCommands: by digests the result is the one of full records, on either side, and of a trace.
func TestDigestOfCommands(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	check := func(code int, flags string, args ...string) (r runtime.Report) {
		t.Helper()
		out := command("", append(append(args, strings.Fields(flags)...), "--json")...)
		require.Equal(t, code, out.code, out.err)
		require.NoError(t, json.Unmarshal([]byte(out.out), &r))
		return r
	}
	same := []string{"check", "--cpu", "24Kf", "-n", "2000", "--rounds", "8", "--seed", "5"}
	other := []string{"check", "--cpu", "24Kc", "-n", "2000", "--rounds", "8", "--seed", "5", "--apprentice", "qemu-mipsel -cpu 4Kc"}
	for _, flags := range []string{"--digest round", "--digest block", "--digest block --digest-side apprentice"} {
		r := check(0, flags, same...)
		require.NotNil(t, r.Digests)
		assert.Equal(t, r.Records, r.Digests.Equal)
		want, got := check(1, "", other...), check(1, flags, other...)
		require.Positive(t, got.Digests.Again)
		assert.Equal(t, want.MismatchList, got.MismatchList)
		assert.Equal(t, want.Mismatches, got.Mismatches)
		assert.Equal(t, want.Executions, got.Executions)
	}
	dir := t.TempDir()
	img, kept := filepath.Join(dir, "img"), filepath.Join(dir, "trace")
	require.Zero(t, command("", "gen", "--cpu", "24Kf", "-n", "500", "--rounds", "4", "--seed", "2", "-o", img).code)
	require.Zero(t, command("", "record", img, "-o", kept).code)
	r := check(0, "--digest round", "replay", kept)
	assert.Equal(t, "apprentice", r.Digests.Side)
	// From a pipe, records of blocks that differ are kept as they come.
	require.Zero(t, command("", "gen", "--cpu", "24Kc", "-n", "500", "--rounds", "4", "--seed", "2", "-o", img).code)
	require.Zero(t, command("", "record", img, "-o", kept).code)
	bad := []string{"--target", "qemu-mipsel -cpu 4Kc"}
	want := check(1, "", append([]string{"replay", kept}, bad...)...)
	piped := command(string(read(t, kept)), append([]string{"replay", "-", "--digest", "block", "--json"}, bad...)...)
	require.Equal(t, 1, piped.code, piped.err)
	var got runtime.Report
	require.NoError(t, json.Unmarshal([]byte(piped.out), &got))
	assert.Equal(t, want.MismatchList, got.MismatchList)
	assert.Positive(t, got.Digests.Again)
	out := command("", "replay", kept, "--digest", "round", "--digest-side", "master")
	assert.Equal(t, 2, out.code)
	assert.Contains(t, out.err, "is a recording")
}

// TestKeepGoingCommand: the emulator dies of exceptions of MSA. Each instruction that it dies of is named, and the others
// are compared.
func TestKeepGoingCommand(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	args := []string{"check", "--cpu", "P5600", "--isa", "msa,base", "-n", "300", "--rounds", "4", "--seed", "1", "--fp-traps", "0.2", "--no-known"}
	out := command("", append(args, "--keep-going=100")...)
	require.Equal(t, 1, out.code, out.err)
	assert.Contains(t, out.out, "target died: both targets ")
	assert.Contains(t, out.out, "the rest of the block was left out")
	out = command("", append(args, "--keep-going=1")...)
	require.Equal(t, 2, out.code)
}
