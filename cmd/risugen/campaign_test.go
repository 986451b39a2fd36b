package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mattn/go-shellwords"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/internal/needtool"
)

// put writes a file of a test and returns its path.
func put(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// results reads a results file. Times are left out.
func results(t *testing.T, path string) (out []campaign.Result) {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	_, err = campaign.Scan(path, f, func(r *campaign.Result, _ int64, _ []byte) error {
		r.Seconds = 0
		out = append(out, *r)
		return nil
	})
	require.NoError(t, err)
	return out
}

// byID sorts results.
func byID(list []campaign.Result) []campaign.Result {
	slices.SortFunc(list, func(a, b campaign.Result) int { return strings.Compare(a.ID, b.ID) })
	return list
}

// split splits a command line as a shell does.
func split(t *testing.T, line string) []string {
	t.Helper()
	words, err := shellwords.Parse(line)
	require.NoError(t, err)
	return words
}

// TestCampaignAgain: each job does what the command for it does, with every option that a job may have.
func TestCampaignAgain(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	known := put(t, dir, "known's.yaml", "- {id: seb, cpus: [24Kc], patterns: [SEB], kinds: [fault, undeclared fault], text: not there}\n")
	file := put(t, dir, "c.yaml", `
matrix:
  cpus: [24Kc, P5600]
  seeds: [3, 18446744073709551615]
  numinsns: 150
  rounds: 4
  block: [7]
  edges: 0.3
  misaligned: 0.25
  patterns: [[], [ADDU, "S.*"]]
  not-patterns: [[SC, XOR]]
  reserved: [0, 9]
targets:
  - name: old
    apprentice: 'sh -c "exec qemu-mipsel -cpu 4Kc $0" {}'
    cpus: [24Kc]
  - cpus: [P5600]
known: ["known's.yaml"]
`)
	out := filepath.Join(dir, "r.jsonl")
	r := command("", "campaign", file, "-o", out, "--quiet", "-j", "2")
	require.Equal(t, 1, r.code, r.out+r.err)
	list := results(t, out)
	require.Len(t, list, 16)
	header := campaign.Header{Known: []string{known}}
	differ := 0
	for _, res := range list {
		line := againOf(&header)(&res.Params)
		var j struct {
			Digest     string
			Mismatches int64
			Executions int64
			List       json.RawMessage `json:"mismatch_list"`
		}
		r := command("", append(split(t, line)[1:], "--json")...)
		require.NoError(t, json.Unmarshal([]byte(r.out), &j), line+r.err)
		assert.Equal(t, res.Digest, j.Digest, line)
		assert.Equal(t, res.Counts.Mismatches, j.Mismatches, line)
		assert.Equal(t, res.Counts.Executions, j.Executions, line)
		want := 0
		if res.Status == campaign.Differs {
			differ++
			want = 1
		}
		assert.Equal(t, want, r.code, line)
	}
	assert.Positive(t, differ)
	assert.Contains(t, r.out, "  again: risugen check --cpu 24Kc")
	assert.Contains(t, r.out, "known: seb: not there")
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return b
}

// TestCampaignLeavesOut: what the targets would not survive is left out of images, as risugen check does.
func TestCampaignLeavesOut(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	out := filepath.Join(t.TempDir(), "r.jsonl")
	r := command("", "campaign", "--cpus", "P5600", "--fp-traps", "0,0.5", "-n", "100", "--rounds", "2", "--seeds", "4", "-o", out, "--quiet")
	require.Equal(t, 0, r.code, r.out+r.err)
	for _, res := range results(t, out) {
		line := againOf(&campaign.Header{})(&res.Params)
		r := command("", append(split(t, line)[1:], "--json")...)
		assert.Contains(t, r.out, res.Digest, line)
		assert.Equal(t, res.Traps > 0, strings.Contains(r.out, "known difference msa-fpe-dies"))
	}
}

// TestCampaignShards: shards, run by themselves, are together what one run is.
func TestCampaignShards(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	t.Chdir(dir)
	put(t, dir, "night.yaml", "matrix: {cpus: [4Kc, 24Kc], seeds: 1-4, numinsns: 60, rounds: 2}\n")
	r := command("", "campaign", "night.yaml", "--quiet", "-j", "2", "--json")
	require.Equal(t, 0, r.code, r.out+r.err)
	var whole, merged campaign.Summary
	require.NoError(t, json.Unmarshal([]byte(r.out), &whole))
	assert.Equal(t, []int{8, 8, 0, 0}, []int{whole.Jobs, whole.Clean + whole.Known, whole.Failed, whole.Left})
	var files []string
	for i := range 3 {
		r := command("", "campaign", "night.yaml", "--shard", fmt.Sprintf("%d/3", i+1), "--quiet")
		require.Equal(t, 0, r.code, r.out+r.err)
		files = append(files, fmt.Sprintf("night.%d-of-3.jsonl", i+1))
	}
	r = command("", append([]string{"merge", "-o", "all.jsonl", "--json"}, files...)...)
	require.Equal(t, 0, r.code, r.out+r.err)
	require.NoError(t, json.Unmarshal([]byte(r.out), &merged))
	merged.Seconds = whole.Seconds
	assert.Equal(t, whole, merged)
	assert.Equal(t, byID(results(t, "night.jsonl")), byID(results(t, "all.jsonl")))
	r = command("", "merge", files[0], files[2])
	assert.Equal(t, 2, r.code, "a shard is missing")
	assert.Contains(t, r.out, "shard 2/3: 0 of ")
	// Going on with all of them has nothing to do.
	r = command("", "campaign", "night.yaml", "--resume", "-o", "all.jsonl")
	assert.Equal(t, 0, r.code, r.err)
	assert.Contains(t, r.err, "all.jsonl: 8 of 8 jobs are done")
	r = command("", "campaign", "night.yaml")
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "night.jsonl is there already: --resume goes on with it")
	// More shards than jobs: some have nothing to do.
	r = command("", "campaign", "night.yaml", "--shard", "9/9", "-o", "none.jsonl")
	assert.Equal(t, 0, r.code, r.err)
	assert.Empty(t, results(t, "none.jsonl"))
}

// TestCampaignOfAFailingTarget: failures end nothing, are told together, and can be run again.
func TestCampaignOfAFailingTarget(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	t.Chdir(dir)
	on := filepath.Join(dir, "on")
	put(t, dir, "c.yaml", fmt.Sprintf("matrix: {cpus: [4Kc, 24Kc], seeds: 1-3, numinsns: 60, rounds: 2}\n"+
		"targets: [{name: board, apprentice: 'sh -c ''test -e %s || { echo the board is off >&2; exit 3; }; exec {emulator} $0'' {}'}]\n", on))
	r := command("", "campaign", "c.yaml", "--quiet", "--max-failures", "2", "-j", "1")
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "2 jobs failed: the campaign was stopped (--max-failures): 4 jobs are left; with --resume the same command goes on")
	assert.Len(t, results(t, "c.jsonl"), 2)
	r = command("", "campaign", "c.yaml", "--quiet", "--resume")
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.out, "failed: 6 jobs of 24Kc, 4Kc: apprentice (sh -c", r.out)
	assert.Contains(t, r.out, "the board is off")
	assert.Len(t, results(t, "c.jsonl"), 6)
	require.NoError(t, os.WriteFile(on, nil, 0o600))
	r = command("", "campaign", "c.yaml", "--quiet", "--resume")
	assert.Equal(t, 2, r.code, "finished jobs are not repeated")
	r = command("", "campaign", "c.yaml", "--quiet", "--retry-failed")
	assert.Equal(t, 0, r.code, r.out+r.err)
	assert.Contains(t, r.err, "6 jobs that failed are run again")
	assert.Len(t, results(t, "c.jsonl"), 6)
}

func TestCampaignList(t *testing.T) {
	r := command("", "campaign", "--cpus", "4Kc,P5600", "--orders", "all", "--patterns", "@msa", "--patterns", "ADDU,SUBU", "--seeds", "7-8", "--list")
	require.Equal(t, 0, r.code, r.err)
	assert.Equal(t, 2*(2*2+2)+1, strings.Count(r.out, "\n"))
	assert.Contains(t, r.err, `note: 4Kc o32 little is left out: pattern "@msa" matches none`)
	r = command("", "campaign", "--cpus", "4Kc", "--seeds", "7", "--list", "--json", "--shard", "1/1")
	var j campaign.Job
	require.NoError(t, json.Unmarshal([]byte(r.out), &j))
	assert.Equal(t, j.Params.ID(), j.ID)
	assert.Equal(t, uint64(7), j.Seed)
}

func TestCampaignBadInput(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	good := put(t, dir, "good.yaml", "matrix: {cpus: 4Kc}\n")
	put(t, dir, "bad.yaml", "matrix:\n  cpus: [4Kc]\n  patterns: ['@msa']\n")
	put(t, dir, "notes.txt", "notes\n")
	for want, args := range map[string][]string{
		"--cpus: the matrix has no cpus":                        {"campaign"},
		"--cpus: unknown CPU \"Z80\"":                           {"campaign", "--cpus", "Z80"},
		"no such file":                                          {"campaign", "none.yaml"},
		"bad.yaml:3: patterns: @msa is in no job: 4Kc: pattern": {"campaign", "bad.yaml"},
		"shards are numbered from 1":                            {"campaign", good, "--shard", "0/4"},
		"--master, --apprentice: target \"warp:drive\"":         {"campaign", good, "--master", "warp:drive"},
		"--known: open none.yaml":                               {"campaign", good, "--known", "none.yaml"},
		"it is no line of a campaign's results":                 {"campaign", good, "--resume", "-o", "notes.txt"},
		"there is no directory no/such":                         {"campaign", good, "-o", "no/such/dir"},
		"--jobs -5: it is a number of jobs, and at least 1":     {"campaign", good, "-j", "-5"},
		"--jobs 0: it is a number of jobs, and at least 1":      {"campaign", good, "-j", "0"},
		"run the shards, merge them with -o":                    {"campaign", good, "--until-covered", "--shard", "1/2"},
		"--max-images 0: there must be one at least":            {"campaign", good, "--until-covered", "--max-images", "0"},
		"all targets are recordings":                            {"campaign", good, "--until-covered", "--master", "tcp:localhost:1", "-n", "1", "--rounds", "1"},
		"--max-failures -1: it is a number of jobs, or 0":       {"campaign", good, "--max-failures", "-1"},
		"--stall -5s: it must be longer than nothing":           {"campaign", good, "--stall", "-5s"},
		"--stall 0s: it must be longer than nothing":            {"campaign", good, "--stall", "0"},
		"--every -1s: it must be longer than nothing":           {"campaign", good, "--every", "-1s"},
		"--stall -1s: it must be longer than nothing":           {"check", "--cpu", "4Kc", "-n", "20", "--rounds", "2", "--stall", "-1s"},
		"accepts at most 1 arg":                                 {"campaign", good, good},
		"requires at least 1 arg":                               {"merge"},
		"notes.txt:1: it is no line of a campaign's results":    {"merge", "notes.txt"},
		"none.jsonl: no such file":                              {"merge", "none.jsonl"},
	} {
		r := command("", args...)
		assert.Equal(t, 2, r.code, args)
		assert.Contains(t, r.err, want, args)
		assert.NotContains(t, r.err, "goroutine", args)
	}
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 3, "nothing is left behind")
}
