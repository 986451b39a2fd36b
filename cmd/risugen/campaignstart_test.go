package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
)

// TestCampaignThatCannotBegin leaves no results file, for which the next one would need --resume.
func TestCampaignThatCannotBegin(t *testing.T) {
	needtool.Slow(t)
	dir, none := t.TempDir(), filepath.Join(t.TempDir(), "none")
	p := program(t, dir, none, "campaign", "--cpus", "4Kc", "-o", "r.jsonl", "--quiet")
	p.start(t)
	_ = p.Wait()
	assert.Equal(t, 2, p.ProcessState.ExitCode())
	assert.Contains(t, p.err.String(), "make a directory for images: ")
	assert.NoFileExists(t, filepath.Join(dir, "r.jsonl"))

	// A disk that is full as the header is written.
	temp := t.TempDir()
	for _, resume := range []string{"", " --resume"} {
		p = program(t, dir, temp)
		p.Args = []string{"sh", "-c", "ulimit -f 0; exec " + shellQuote(p.Path) + " campaign --cpus 4Kc -o r.jsonl --quiet" + resume}
		p.Path = "/bin/sh"
		p.start(t)
		_ = p.Wait()
		assert.Equal(t, 2, p.ProcessState.ExitCode())
		assert.Contains(t, p.err.String(), "write a result: write r.jsonl: file too large")
		assert.NoFileExists(t, filepath.Join(dir, "r.jsonl"))
	}
	left, err := os.ReadDir(temp)
	require.NoError(t, err)
	assert.Empty(t, left)
}

// TestCampaignThatNobodyReads: where standard error is a pipe whose other end is gone, a campaign ends in order.
func TestCampaignThatNobodyReads(t *testing.T) {
	needtool.Slow(t)
	dir, temp := t.TempDir(), t.TempDir()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	defer w.Close()
	p := program(t, dir, temp, "campaign", "--cpus", "4Kc", "-o", "r.jsonl", "--every", "1s", "--stall", "1h",
		"--master", "sh -c 'exec sleep 3600'", "--apprentice", "sh -c 'exec sleep 3600'")
	p.Stderr, p.Stdout = w, w
	p.start(t)
	require.NoError(t, r.Close())
	_ = p.Wait()
	assert.Equal(t, 2, p.ProcessState.ExitCode(), p.ProcessState.String())
	left, err := os.ReadDir(temp)
	require.NoError(t, err)
	assert.Empty(t, left, "images are removed")
	assert.FileExists(t, filepath.Join(dir, "r.jsonl"))
}
