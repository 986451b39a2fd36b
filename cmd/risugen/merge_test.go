package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/internal/needtool"
)

// TestMergeOntoARunningCampaign: a campaign's file is not replaced while the campaign writes it.
func TestMergeOntoARunningCampaign(t *testing.T) {
	needtool.Slow(t)
	dir := t.TempDir()
	out := filepath.Join(dir, "r.jsonl")
	p := program(t, dir, t.TempDir(), "campaign", "--cpus", "4Kc", "-o", "r.jsonl", "--stall", "10m", "--master", "sh -c 'sleep 600'", "--apprentice", "sh -c 'sleep 600'")
	p.start(t)
	awaitLines(t, p, out, 1)
	before, info := read(t, out), stat(t, out)
	r := command("", "merge", out, "-o", out)
	assert.Equal(t, 2, r.code)
	assert.Equal(t, "risugen: "+out+": a campaign is writing it: write to another file\n", r.err)
	assert.Equal(t, before, read(t, out))
	assert.True(t, os.SameFile(info, stat(t, out)), "it is the campaign's file")
}

func stat(t *testing.T, path string) os.FileInfo {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	return info
}

// TestCampaignWhoseFileGoes: a campaign ends when its results file is removed or replaced.
func TestCampaignWhoseFileGoes(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	for _, spoil := range []string{"rm -f r.jsonl", "cp r.jsonl new && mv -f new r.jsonl"} {
		t.Chdir(t.TempDir())
		r := command("", "campaign", "--cpus", "4Kc", "-n", "60", "--rounds", "2", "--seeds", "1-3", "-j", "1", "-o", "r.jsonl", "--quiet",
			"--master", "sh -c '"+spoil+"; exec qemu-mipsel -cpu 4Kc $0' {}")
		assert.Equal(t, 2, r.code, r.out)
		assert.Contains(t, r.err, "risugen: write a result: "+"r.jsonl was removed or replaced: 3 jobs are left", spoil)
	}
}

// TestMergeOverwritesNothingElse: a mistaken -o costs nothing.
func TestMergeOverwritesNothingElse(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	t.Chdir(dir)
	require.Zero(t, command("", "campaign", "--cpus", "4Kc", "-n", "60", "--rounds", "2", "-o", "r.jsonl", "--quiet").code)
	text := "matrix: {cpus: 4Kc}\n"
	put(t, dir, "night.yaml", text)
	r := command("", "merge", "r.jsonl", "-o", "night.yaml")
	assert.Equal(t, 2, r.code)
	assert.True(t, strings.HasSuffix(r.err, "it is not overwritten\n"), r.err)
	assert.Equal(t, text, string(read(t, "night.yaml")))
	assert.Zero(t, command("", "merge", "r.jsonl", "-o", "r.jsonl").code)
}

// TestMergeSaysWhatIsMissing: in one line, and which files are of no use.
func TestMergeSaysWhatIsMissing(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	put(t, dir, "empty.jsonl", "")
	r := command("", "merge", "empty.jsonl")
	assert.Equal(t, result{2, "", "risugen: there is nothing to merge:\nempty.jsonl holds nothing: it was killed as it began\n"}, r)
	h := campaign.Header{Plan: "p", Jobs: 16, Shard: campaign.Shard{Index: 3, Count: 8}}
	s, _, err := campaign.OpenStore("3.jsonl", h, campaign.StoreOptions{}, nil)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	r = command("", "merge", "3.jsonl")
	assert.Equal(t, 2, r.code)
	assert.Equal(t, "risugen: 16 of 16 jobs have no result, of shard 1/8, 2/8, 3/8, 4/8, 5/8, …\n", r.err)
}
