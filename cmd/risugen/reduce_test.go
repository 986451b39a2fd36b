package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mattn/go-shellwords"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
)

// reducedJSON is what reduce --json prints, as far as tests look at it.
type reducedJSON struct {
	Cases []struct {
		Name, State, Kind, Pattern, Command string
		Count                               int64
		Instructions, Bits, Times, Showed   int
		Files                               struct{ Report, Image string }
	}
}

// reduceArgs are the flags of the difference that the README shows.
func reduceArgs(more ...string) []string {
	return append([]string{
		"reduce", "--cpu", "24Kc", "--pattern", "ADDU,SLTU,XORI,ROTR,SEB", "-n", "200", "--seed", "1", "--apprentice", "qemu-mipsel -cpu 4Kc",
	}, more...)
}

// TestReduce: two groups become an image of one instruction each, whose command shows the difference again from where it stands.
func TestReduce(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir := filepath.Join(t.TempDir(), "bugs")
	r := command("", reduceArgs("-o", dir, "--json")...)
	require.Equal(t, 1, r.code, r.err)
	var j reducedJSON
	require.NoError(t, json.Unmarshal([]byte(r.out), &j))
	require.Len(t, j.Cases, 2)
	t.Chdir(dir)
	for _, c := range j.Cases {
		assert.Equal(t, "reduced", c.State)
		assert.Equal(t, 1, c.Instructions)
		assert.Equal(t, c.Times, c.Showed)
		assert.LessOrEqual(t, c.Bits, 1)
		assert.Greater(t, c.Count, int64(100))
		text, err := os.ReadFile(c.Files.Report)
		require.NoError(t, err)
		for _, want := range []string{c.Pattern, "mips32r5.decode:", "qemu-mipsel version", "risugen reduce --cpu 24Kc", "| seed | 1 |"} {
			assert.Contains(t, string(text), want)
		}
		again := regexp.MustCompile("(?m)^risugen run .*$").FindString(string(text))
		require.Equal(t, c.Command, again)
		words, err := shellwords.Parse(again)
		require.NoError(t, err)
		r := command("", words[1:]...)
		assert.Equal(t, 1, r.code, r.out+r.err)
		assert.Contains(t, r.out, c.Pattern)
		assert.Contains(t, r.out, "1 in 1 block of 1 round")
	}
	assert.Equal(t, []string{"SEB-fault", "ROTR-result"}, []string{j.Cases[0].Name, j.Cases[1].Name})
}

// TestReduceText: the summary names the files, and --only and --max leave groups out.
func TestReduceText(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	r := command("", reduceArgs("-o", dir, "--only", "ROT.")...)
	assert.Equal(t, 1, r.code, r.err)
	assert.Contains(t, r.out, filepath.Join(dir, "ROTR-result.md"))
	assert.NotContains(t, r.out, "SEB")
	text, err := os.ReadFile(filepath.Join(dir, "ROTR-result.md"))
	require.NoError(t, err)
	assert.Regexp(t, `(?s)master +([0-9a-f]{8})\n +apprentice +([0-9a-f]{8})\n +\^+\n +xor +[0-9a-f]{8}  bit \d+\n`, string(text))
	r = command("", reduceArgs("-o", dir, "--max", "1")...)
	assert.Contains(t, r.out, "1 group more")
}

// TestReduceAgree: nothing differs, and nothing is written.
func TestReduceAgree(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir := filepath.Join(t.TempDir(), "none")
	r := command("", "reduce", "--cpu", "24Kc", "-n", "200", "--seed", "1", "-o", dir)
	assert.Equal(t, 0, r.code, r.err)
	assert.Contains(t, r.out, "Nothing differs.")
	assert.NoDirExists(t, dir)
}

// TestReduceTrace: a trace tells what differs, and another target judges what is made of it.
func TestReduceTrace(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	img, trace := filepath.Join(dir, "a.img"), filepath.Join(dir, "a.trace")
	require.Equal(t, 0, command("", "gen", "--cpu", "24Kc", "--pattern", "ADDU,ROTR", "-n", "100", "--seed", "1", "-o", img).code)
	require.Equal(t, 0, command("", "record", img, "-o", trace).code)
	const wrong = "qemu-mipsel -cpu 4Kc"

	r := command("", "reduce", trace, "--apprentice", wrong, "-o", dir)
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "cannot judge new images: name a target that can with --master (recorded was qemu-mipsel -cpu 24Kc)")

	r = command("", "reduce", img, "--master", "trace:"+trace, "--apprentice", wrong, "-o", dir)
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "give the trace in the place of IMAGE")

	r = command("", "reduce", trace, "--master", "qemu-mipsel -cpu 24Kc", "--apprentice", wrong, "-o", dir)
	assert.Equal(t, 1, r.code, r.err)
	assert.Contains(t, r.out, "ROTR-result.md")
}

// TestReduceDeath: a target that dies is a difference whose command has to go on behind that.
func TestReduceDeath(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	needtool.Path(t, "grep")
	dir := t.TempDir()
	mortal := filepath.Join(dir, "mortal") // of images that hold a SEB
	script := "#!/bin/sh\nLC_ALL=C grep -qaP '\\x20[\\x04\\x0c\\x14\\x1c\\x24\\x2c\\x34\\x3c\\x44\\x4c\\x54\\x5c\\x64\\x6c\\x74\\x7c\\x84\\x8c\\x94\\x9c\\xa4\\xac\\xb4\\xbc\\xc4\\xcc\\xd4\\xdc\\xe4\\xec\\xf4\\xfc][\\x00-\\x1f]\\x7c' \"$1\" && exit 7\nexec qemu-mipsel -cpu 24Kc \"$1\"\n"
	require.NoError(t, os.WriteFile(mortal, []byte(script), 0o755))
	r := command("", "reduce", "--cpu", "24Kc", "--pattern", "ADDU,SUBU,SEB", "-n", "30", "--seed", "3", "--apprentice", mortal, "-o", dir, "--json")
	require.Equal(t, 1, r.code, r.err)
	assert.Contains(t, r.err, "not all was compared") // it has not come to any end yet
	var j reducedJSON
	require.NoError(t, json.Unmarshal([]byte(r.out), &j))
	require.NotEmpty(t, j.Cases)
	c := j.Cases[0]
	assert.Equal(t, "target died", c.Kind)
	assert.Equal(t, 1, c.Instructions)
	t.Chdir(dir)
	text, err := os.ReadFile(c.Files.Report)
	require.NoError(t, err)
	assert.Contains(t, string(text), "pattern | SEB")
	words, err := shellwords.Parse(c.Command)
	require.NoError(t, err)
	r = command("", words[1:]...)
	assert.Equal(t, 1, r.code, r.out+r.err)
}

// TestReduceBehindPrefix: of an instruction that does it without its IT, too, what computed the flags for that is gone as well.
func TestReduceBehindPrefix(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-armeb")
	r := command("", "reduce", "--cpu", "cortex-a7", "--abi", "thumb", "--order", "big", "-n", "3000", "--seed", "5", "--only", "VFNMA_d", "--no-known",
		"--apprentice", "qemu-armeb -cpu cortex-a9", "-o", t.TempDir(), "--json")
	require.Equal(t, 1, r.code, r.err)
	var j reducedJSON
	require.NoError(t, json.Unmarshal([]byte(r.out), &j))
	require.Len(t, j.Cases, 1)
	assert.Equal(t, "reduced", j.Cases[0].State)
	assert.Equal(t, 1, j.Cases[0].Instructions)
}

// TestReduceTables: words of a table are one group, however many of its opcodes differ.
func TestReduceTables(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-arm")
	r := command("", "reduce", "--cpu", "cortex-a15", "-n", "10", "--reserved", "2000", "--seed", "3", "--only", "RESERVED_(2MISC|3SAME)", "--no-known",
		"--apprentice", "qemu-arm -cpu max", "-o", t.TempDir(), "--json")
	require.Equal(t, 1, r.code, r.err)
	var j reducedJSON
	require.NoError(t, json.Unmarshal([]byte(r.out), &j))
	seen := map[string]bool{}
	for _, c := range j.Cases {
		assert.False(t, seen[c.Pattern+c.Kind], c.Name)
		seen[c.Pattern+c.Kind] = true
		assert.Equal(t, "reduced", c.State)
	}
	assert.NotEmpty(t, seen)
}

// TestReduceDiesOfAnything: no instruction is to blame where a target cannot run the CPU's images at all.
func TestReduceDiesOfAnything(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir := filepath.Join(t.TempDir(), "none")
	r := command("", "reduce", "--cpu", "24Kf", "-n", "30", "--seed", "3", "--apprentice", "qemu-mipsel -cpu 4Kc", "-o", dir)
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "an image for the 24Kf that does nothing fails, too, so that no instruction is to blame: apprentice (qemu-mipsel -cpu 4Kc)")
	assert.NoDirExists(t, dir)
}

func TestReduceBadInput(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, []byte("no image"), 0o644))
	for want, args := range map[string][]string{
		"says what an image is to hold": {file, "--cpu", "24Kc"},
		"no such file":                  {filepath.Join(dir, "none")},
		"number of groups":              {"--max", "-1"},
		"number of images":              {"--max-runs", "0"},
		"number of times":               {"--keep-going", "-1"},
		"--only (:":                     {"--cpu", "24Kc", "-n", "10", "--only", "("},
		"unknown CPU":                   {"--cpu", "none"},
		"is a risugen master":           {"--cpu", "24Kc", "-n", "10", "--master", "tcp:localhost:1"},
		"accepts at most 1 arg":         {file, file},
		"a target is":                   {"--cpu", "24Kc", "-n", "10", "--apprentice", "unknown:x"},
	} {
		r := command("", append([]string{"reduce", "-o", filepath.Join(dir, "out")}, args...)...)
		assert.Equal(t, 2, r.code, want)
		assert.Contains(t, r.err, want)
		assert.NoDirExists(t, filepath.Join(dir, "out"))
	}
}

// TestReduceOutputTaken: a directory that cannot be made is an error, and not a panic.
func TestReduceOutputTaken(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	r := command("", reduceArgs("-o", file, "--only", "ROTR")...)
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "file")
}

func TestAbsoluteTargets(t *testing.T) {
	here, err := os.Getwd()
	require.NoError(t, err)
	for target, want := range map[string]string{
		"qemu-mips -cpu 4Kc":            "qemu-mips -cpu 4Kc",
		"./qemu-mips -cpu 4Kc {}":       here + "/qemu-mips -cpu 4Kc {}",
		"one-insn:build/qemu-mips":      "one-insn:" + here + "/build/qemu-mips",
		"exec:/usr/bin/qemu-mips -L /x": "exec:/usr/bin/qemu-mips -L /x",
		"ssh:board,dir=/tmp":            "ssh:board,dir=/tmp",
		"system:":                       "system:",
		"'./a b' {}":                    "'./a b' {}",
	} {
		if strings.ContainsAny(here, ` '"\{`) {
			t.Skip("the directory's name would have to be quoted")
		}
		assert.Equal(t, want, absolute(target))
	}
}

// TestReducePages: what README.md and docs/reduce.md show is what the command prints.
func TestReducePages(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	var pages []string
	for _, page := range []string{"../../README.md", "../../docs/reduce.md"} {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		pages = append(pages, string(text))
	}
	t.Chdir(t.TempDir())
	r := command("", reduceArgs()...)
	require.Equal(t, 1, r.code, r.err)
	for _, page := range pages {
		for line := range strings.Lines(r.out) {
			if line != "\n" {
				assert.Contains(t, page, "    "+line)
			}
		}
	}
}
