package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/cover"
	"github.com/risugen/risugen/internal/needtool"
)

// covers returns the total of executions in a coverage file.
func covers(t *testing.T, file string) (images, executions int64) {
	t.Helper()
	s, err := cover.ReadFile(file)
	require.NoError(t, err)
	for _, m := range s.Models {
		images, executions = images+m.Images, executions+m.Executions
	}
	return images, executions
}

// TestCoverFile: check, run and replay add what they hit, and what was hit once stays so.
func TestCoverFile(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	t.Chdir(t.TempDir())
	ok := func(args ...string) string {
		r := command("", args...)
		require.Equal(t, 0, r.code, "%v: %s", args, r.out+r.err)
		return r.out
	}
	const pattern = "ADDU,LW,SH,BEQ,TEQ,ADDV"
	ok("gen", "--pattern", pattern, "-n", "200", "--seed", "1", "-o", "a.img")
	ok("run", "a.img", "--master", "qemu-mipsel -cpu P5600", "--apprentice", "qemu-mipsel -cpu P5600", "--cover", "a.cover")
	ok("check", "--pattern", pattern, "-n", "200", "--seed", "1", "--cover", "b.cover")
	text := func(file string) string {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		return string(b)
	}
	ok("record", "a.img", "-o", "a.trace")
	ok("replay", "a.trace", "--cover", "c.cover")
	require.Equal(t, text("a.cover"), text("c.cover"))
	ok("check", "--pattern", pattern, "-n", "200", "--seed", "2", "--cover", "b.cover")
	ok("cover", "a.cover", "b.cover", "c.cover", "-o", "all.cover")
	images, executions := covers(t, "all.cover")
	require.EqualValues(t, 4, images)
	a, b := first2(covers(t, "a.cover")), first2(covers(t, "b.cover"))
	require.Equal(t, 2*a[1]+b[1], executions)

	var j coverInfo
	require.NoError(t, json.Unmarshal([]byte(ok("cover", "all.cover", "--json")), &j))
	require.Equal(t, 441, j.Patterns.All)
	require.Less(t, j.Patterns.Hit, 12)
	require.Greater(t, len(j.Missing), 400)
	out := ok("cover", "all.cover", "--pattern", "SH", "--missing")
	require.NotContains(t, out, "LW")
	require.Contains(t, ok("cover", "all.cover", "--never"), "in the group system")
}

func first2(a, b int64) [2]int64 { return [2]int64{a, b} }

// TestCoverBadFiles: a file that cannot be used is found before anything runs, and stays as it was.
func TestCoverBadFiles(t *testing.T) {
	dir := t.TempDir()
	bad := put(t, dir, "bad.cover", "nonsense")
	other := put(t, dir, "other.cover", `{"format":"risugen cover 1","arch":"arm","descriptions":{},"models":{},"patterns":[]}`)
	old := put(t, dir, "old.cover", `{"format":"risugen cover 1","arch":"mips","descriptions":{"msa.decode":"0"},"models":{},"patterns":[]}`)
	for want, args := range map[string][]string{
		"no such file":          {"cover", filepath.Join(dir, "none")},
		"damaged":               {"cover", bad},
		"of different patterns": {"cover", old, other},
		"matches none of":       {"cover", other, "--pattern", "X"},
		"another text of msa":   {"check", "-n", "10", "--cover", old, "--master", "/no/such/program"},
		"arm and of mips":       {"check", "-n", "10", "--cover", other, "--master", "/no/such/program"},
		"file is damaged":       {"check", "-n", "10", "--cover", bad, "--master", "/no/such/program"},
		"does not go into one":  {"campaign", "--cpus", "P5600,cortex-a72", "--cover", filepath.Join(dir, "new"), "-o", filepath.Join(dir, "x.jsonl")},
		"arm and of mips does":  {"campaign", "--cpus", "P5600", "--cover", other, "-o", filepath.Join(dir, "y.jsonl")},
		"does not go with":      {"check", "--until-covered", "--code", bad},
		"there must be one":     {"check", "--until-covered", "--max-images", "0"},
		"there is no directory": {"check", "-n", "10", "--cover", filepath.Join(dir, "no", "such"), "--master", "/no/such/program"},
	} {
		r := command("", args...)
		assert.Equal(t, 2, r.code, args)
		assert.Contains(t, r.err, want, args)
		assert.NotContains(t, r.err, "/no/such/program", args)
	}
	text, err := os.ReadFile(bad)
	require.NoError(t, err)
	require.Equal(t, "nonsense", string(text))
}

// TestUntilCovered: a few patterns of each architecture are hit wholly.
func TestUntilCovered(t *testing.T) {
	needtool.Slow(t)
	for emulator, args := range map[string][]string{
		"qemu-mipsel":  {"--cpu", "P5600", "--pattern", "ADDU,ROTR,LW,SC,BEQ,BEQL,TEQI,ADDV,LD,JR"},
		"qemu-aarch64": {"--cpu", "cortex-a72", "--pattern", "ADD.*,STXR,LDP.*,B_cond,MADD"},
		"qemu-arm":     {"--cpu", "cortex-a15", "--abi", "thumb", "--pattern", "IT,ADD.*,LDRD.*,STREX,CBZ"},
	} {
		needtool.Path(t, emulator)
		file := filepath.Join(t.TempDir(), "x.cover")
		r := command("", append([]string{"check", "--until-covered"}, append(args, "-n", "400", "--rounds", "8", "--seed", "1", "--json", "--cover", file)...)...)
		require.Equal(t, 0, r.code, r.out+r.err)
		var u untilResult
		require.NoError(t, json.Unmarshal([]byte(r.out), &u))
		require.True(t, u.Covered, "%s: %v", emulator, u.Left)
		require.Greater(t, u.Images, 1)
		images, executions := covers(t, file)
		require.EqualValues(t, u.Images, images)
		require.Equal(t, u.Executions, executions)
		for _, a := range args { // what was hit needs not be hit again
			if strings.Contains(a, ",") {
				r = command("", "cover", file, "--missing", "--pattern", a)
				require.Equal(t, 0, r.code, r.err)
				require.NotContains(t, r.out, "│", emulator)
			}
		}
	}
}

// TestUntilCoveredBound: what was not reached is told, and makes the exit code 2.
func TestUntilCoveredBound(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	r := command("", "check", "--pattern", "ADDU", "--until-covered", "--max-images", "1", "-n", "4", "--rounds", "2", "--seed", "1")
	require.Equal(t, 2, r.code, r.out+r.err)
	require.Contains(t, r.out, "there was no image left to try it in")
	require.Contains(t, r.out, "--max-images")
}

// TestUntilCoveredDiffers: images that differ are kept, with a command that shows it again.
func TestUntilCoveredDiffers(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	t.Chdir(t.TempDir())
	r := command("", "check", "--cpu", "24Kc", "--pattern", "ROTR", "--until-covered", "-n", "40", "--rounds", "2", "--seed", "1", "--apprentice", "qemu-mipsel -cpu 4Kc")
	require.Equal(t, 1, r.code, r.out+r.err)
	_, again, ok := strings.Cut(r.out, "again: ")
	require.True(t, ok, r.out)
	line, _, _ := strings.Cut(again, "\n")
	r = command("", split(t, line)[1:]...)
	require.Equal(t, 1, r.code, r.out+r.err)
	require.Contains(t, r.out, "ROTR")
}

// TestCampaignCovers: what all jobs hit is in the file, also where a part of them ran before.
func TestCampaignCovers(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	t.Chdir(t.TempDir())
	common := []string{"campaign", "--cpus", "P5600,24Kc", "--seeds", "1-3", "-n", "50", "--rounds", "2", "--quiet", "--cover", "n.cover"}
	for _, shard := range []string{"1/2", "2/2"} {
		r := command("", append(common, "--shard", shard, "-o", strings.ReplaceAll(shard, "/", "-")+".jsonl")...)
		require.Equal(t, 0, r.code, r.out+r.err)
	}
	images, executions := covers(t, "n.cover")
	require.EqualValues(t, 6, images)
	want := int64(0)
	for _, f := range []string{"1-2.jsonl", "2-2.jsonl"} {
		for _, r := range results(t, f) {
			want += r.Counts.Executions
		}
	}
	require.Equal(t, want, executions)
}
