package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
)

// result is what a command line did.
type result struct {
	code     int
	out, err string
}

func command(stdin string, args ...string) result {
	var out, err bytes.Buffer
	code := run(args, strings.NewReader(stdin), &out, &err)
	return result{code, out.String(), err.String()}
}

const mipsDecode = "../../arch/mips/msa.decode"

func TestDecode(t *testing.T) {
	r := command("", "decode", mipsDecode, "7871800e", "0x78000003", "7822190E")
	assert.Equal(t, 0, r.code, r.err)
	assert.Contains(t, r.out, "7871800e ADDV df=3 wd=0 ws=16 wt=17\n")
	assert.Contains(t, r.out, "0x78000003 -\n")
	assert.Contains(t, r.out, "7822190E ADDV df=1 wd=4 ws=3 wt=2\n")
}

func TestDecodeReadsStandardInput(t *testing.T) {
	r := command("7822190e\n\n 78000003 \n", "decode", mipsDecode)
	assert.Equal(t, result{0, "7822190e ADDV df=1 wd=4 ws=3 wt=2\n78000003 -\n", ""}, r)
	r = command("7822190e\n", "decode", "--json", mipsDecode)
	assert.JSONEq(t, `{"word":"7822190e","pattern":"ADDV","args":{"df":1,"wd":4,"ws":3,"wt":2}}`, r.out)
	r = command("7822190e\nzz\n", "decode", mipsDecode)
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, `standard input:2: "zz" is not a hexadecimal number of 32 bits`)
	assert.Contains(t, r.out, "ADDV", "what was decoded before the error is printed")
}

func TestDecodeWidths(t *testing.T) {
	file := filepath.Join(t.TempDir(), "var.decode")
	require.NoError(t, os.WriteFile(file, []byte("SHORT 0000 a:4\nLONG 0001 a:4 b:8\n"), 0o600))
	r := command("", "decode", "-w", "16", "--varinsnwidth", file, "07", "1abc", "f0")
	assert.Equal(t, result{0, "07 SHORT a=7\n1abc LONG a=10 b=188\nf0 -\n", ""}, r)
	assert.Equal(t, 2, command("", "decode", "-w", "16", file, "07").code, "a file with other widths")
	assert.Equal(t, 2, command("", "decode", "-w", "16", "--varinsnwidth", file, "12345").code)
}

func TestDecodeErrorsArePositioned(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bad.decode")
	require.NoError(t, os.WriteFile(file, []byte("A 0000\n"), 0o600))
	r := command("", "decode", file, "0")
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, file+":1:1: ")
	assert.Equal(t, 2, command("", "decode", file+".none", "0").code)
	assert.Equal(t, 2, command("", "decode").code)
}

func TestList(t *testing.T) {
	r := command("", "list", "--cpus")
	assert.Regexp(t, `(?m)^cortex-a53 +arm +lp64:base,fp,simd,crypto;eabi:a32,vfp,neon;thumb:t16,t32,vfp,neon +lp64,eabi,thumb `, r.out)
	assert.Regexp(t, `(?m)^24Kf +mips +base,fpu +o32,o32fp64 `, r.out, "the same for all ABIs")
	assert.Equal(t, 0, r.code)
	for _, name := range []string{"P5600", "24Kc", "4Kc"} {
		assert.Contains(t, r.out, name)
	}
	r = command("", "list", "--cpu", "P5600", "--isa", "msa", "--json")
	var patterns []patternInfo
	require.NoError(t, json.Unmarshal([]byte(r.out), &patterns))
	assert.Greater(t, len(patterns), 200)
	r = command("", "list", "--cpu", "P5600", "--isa", "msa")
	assert.Contains(t, r.out, "MADDV")
	assert.NotContains(t, r.out, "\x1b[", "no colour when not on a terminal")
}

func TestBadInputIsExitCode2(t *testing.T) {
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage")
	require.NoError(t, os.WriteFile(garbage, []byte("\x7fELF nonsense"), 0o600))
	for _, args := range [][]string{
		{"frobnicate"},
		{"check", "--frobnicate"},
		{"check", "--cpu", "Z80"},
		{"check", "--isa", "neon"},
		{"check", "--order", "middle"},
		{"check", "-n", "0"},
		{"check", "--fp-traps", "1.5"},
		{"check", "--fp-traps", "some"},
		{"check", "--cpu", "24Kc", "--fp-traps", "0.5"},
		{"check", "--pattern", "NOSUCH"},
		{"check", "--pattern", "("},
		{"check", "-n", "10", "--master", "warp:drive"},
		{"check", "-n", "10", "--master", "'"},
		{"check", "-n", "10", "--master", "/no/such/program"},
		{"check", "-n", "10", "--master", "true", "--apprentice", "true"},
		{"check", "-n", "10", "--master", "false", "--apprentice", "echo garbage"},
		{"run", filepath.Join(dir, "none.img")},
		{"run", garbage},
		{"list", garbage},
		{"trace", "frobnicate"},
		{"trace", "info", garbage},
		{"trace", "image", garbage, "-o", filepath.Join(dir, "x.img")},
		{"replay", garbage},
		{"record", garbage, "-o", filepath.Join(dir, "x.trace")},
		{"gen", "-n", "10", "-o", filepath.Join(dir, "no", "such", "dir.img")},
	} {
		r := command("", args...)
		assert.Equal(t, 2, r.code, args)
		assert.NotEmpty(t, r.err, args)
		assert.NotContains(t, r.err, "goroutine", args)
	}
}

func TestGenIsReproducible(t *testing.T) {
	dir := t.TempDir()
	a, b, c := filepath.Join(dir, "a"), filepath.Join(dir, "b"), filepath.Join(dir, "c")
	for file, seed := range map[string]string{a: "5", b: "5", c: "6"} {
		r := command("", "gen", "-n", "500", "--seed", seed, "-o", file)
		require.Equal(t, 0, r.code, r.err)
	}
	read := func(f string) []byte {
		data, err := os.ReadFile(f)
		require.NoError(t, err)
		return data
	}
	assert.True(t, bytes.Equal(read(a), read(b)))
	assert.False(t, bytes.Equal(read(a), read(c)))
	r := command("", "list", a)
	assert.Equal(t, 0, r.code)
	assert.Contains(t, r.out, " test ")
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 3, "no temporary file is left")
}

// jsonReport is what check --json must have, by name.
type jsonReport struct {
	Patterns     *int             `json:"patterns"`
	Instructions *int             `json:"instructions"`
	Executions   *int64           `json:"executions"`
	Blocks       *int             `json:"blocks"`
	Faults       *int64           `json:"faults"`
	Mismatches   *int64           `json:"mismatches"`
	Seconds      *float64         `json:"seconds"`
	Rate         *float64         `json:"executions_per_second"`
	Seed         *uint64          `json:"seed"`
	Targets      *json.RawMessage `json:"targets"`
	List         *[]struct {
		Kind       string
		Pattern    string
		Candidates []string
	} `json:"mismatch_list"`
}

func TestCheckAgrees(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	needtool.Path(t, "qemu-mips")
	for _, order := range []string{"little", "big"} {
		for _, isa := range []string{"msa", "base"} {
			r := command("", "check", "--cpu", "P5600", "--isa", isa, "--order", order, "-n", "2000", "--seed", "3", "--json")
			require.Equal(t, 0, r.code, r.out+r.err)
			var j jsonReport
			require.NoError(t, json.Unmarshal([]byte(r.out), &j))
			assert.Equal(t, 2000, *j.Instructions)
			assert.EqualValues(t, 0, *j.Mismatches)
			assert.Greater(t, *j.Executions, int64(100_000))
			assert.EqualValues(t, 3, *j.Seed)
			for _, p := range []any{j.Patterns, j.Blocks, j.Faults, j.Seconds, j.Rate, j.Targets, j.List} {
				assert.NotNil(t, p)
			}
		}
	}
}

// TestCheckDiffers: a program for release 2 on a CPU of release 1.
func TestCheckDiffers(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	args := []string{"check", "--cpu", "24Kc", "-n", "400", "--rounds", "8", "--seed", "1", "--apprentice", "qemu-mipsel -cpu 4Kc"}
	r := command("", args...)
	assert.Equal(t, 1, r.code, r.err)
	assert.Contains(t, r.out, "SIGILL")
	r = command("", append(args, "--json")...)
	assert.Equal(t, 1, r.code)
	var j jsonReport
	require.NoError(t, json.Unmarshal([]byte(r.out), &j))
	assert.NotEmpty(t, *j.List)
	release2 := map[string]bool{"SEB": true, "SEH": true, "WSBH": true, "EXT": true, "INS": true, "ROTR": true, "ROTRV": true}
	for _, m := range *j.List {
		names := append(m.Candidates, m.Pattern) // of a fault in a delay slot, which is reported at the branch
		assert.True(t, slices.ContainsFunc(names, func(s string) bool { return release2[s] }), "%s is in release 1, too", names)
	}
}

// TestAgreedFaultFails: both sides refuse the same words, which the patterns do not declare.
func TestAgreedFaultFails(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	r := command("", "check", "--cpu", "24Kc", "--pattern", "SEB,ADDU", "-n", "100", "--rounds", "4", "--seed", "1",
		"--master", "qemu-mipsel -cpu 4Kc", "--apprentice", "qemu-mipsel -cpu 4Kc", "--json")
	assert.Equal(t, 1, r.code, r.err)
	var j jsonReport
	require.NoError(t, json.Unmarshal([]byte(r.out), &j))
	assert.EqualValues(t, 0, *j.Mismatches)
	assert.Contains(t, r.out, "undeclared fault")
}

func TestHelpHasExamples(t *testing.T) {
	for _, c := range []string{"gen", "run", "check", "decode", "list", "convert", "lint", "record", "replay", "trace", "master", "campaign", "merge", "cover", "reduce", "regress", "report", "measure", "probe"} {
		r := command("", c, "--help")
		assert.Equal(t, 0, r.code)
		assert.Contains(t, r.out, "Examples:", c)
	}
	r := command("", "completion", "bash")
	assert.Equal(t, 0, r.code)
	assert.Contains(t, r.out, "complete")
}
