package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/internal/needtool"
)

// long has TestCampaignKilled go on for so long, with other moments each time: go test -run Killed -long 30m -timeout 0.
// Without it the test is run once.
var long = flag.Duration("long", 0, "how long campaigns are killed again and again")

// wholeLines is what a results file holds up to the end of its last whole line.
func wholeLines(path string) []byte {
	b, _ := os.ReadFile(path)
	return b[:bytes.LastIndexByte(b, '\n')+1]
}

// awaitLines waits until a results file holds so many lines, the header included.
func awaitLines(t *testing.T, p *process, path string, n int) {
	t.Helper()
	for range 60_000 {
		if bytes.Count(wholeLines(path), []byte("\n")) >= n {
			return
		}
		time.Sleep(time.Millisecond)
	}
	require.FailNow(t, "no results", "%s\n%s", p.out.String(), p.err.String())
}

// TestCampaignKilled kills a campaign ten times, at moments that are chosen by how many jobs are done, and goes on each
// time: no result is lost or changed that was there, each job is there once, with the result that it has when nothing is
// killed, and no image is left behind.
func TestCampaignKilled(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	jobs := 64
	put(t, dir, "c.yaml", fmt.Sprintf("matrix: {cpus: [4Kc, 24Kf], seeds: 1-%d, numinsns: 60, rounds: 4}\nstall: 10m\n", jobs/2))
	whole := filepath.Join(dir, "whole.jsonl")
	g := newGate(t)
	r := command("", "campaign", filepath.Join(dir, "c.yaml"), "-o", whole, "--quiet", "-j", "3", "--apprentice", g.target())
	require.Equal(t, 0, r.code, r.err)
	began := time.Now()
	for seed := uint64(1); seed == 1 || time.Since(began) < *long; seed++ {
		killed := filepath.Join(dir, fmt.Sprintf("killed-%d.jsonl", seed))
		killTenTimes(t, g, dir, killed, jobs, rand.New(rand.NewPCG(seed, 10)))
		require.Equal(t, byID(results(t, whole)), byID(results(t, killed)), "moments of seed %d", seed)
	}
}

func killTenTimes(t *testing.T, g gate, dir, out string, jobs int, rng *rand.Rand) {
	temp := t.TempDir()
	args := []string{"campaign", filepath.Join(dir, "c.yaml"), "-o", out, "--resume", "-j", "3", "--apprentice", g.target()}
	var before []byte
	for i := range 10 {
		moment := max(1, bytes.Count(before, []byte("\n"))+rng.IntN(4))
		g.most(t, moment+1, out) // and two more that are under way
		p := program(t, dir, temp, args...)
		p.start(t)
		awaitLines(t, p, out, moment)
		require.NoError(t, p.Process.Kill())
		_ = p.Wait()
		now := wholeLines(out)
		require.True(t, bytes.HasPrefix(now, before), "kill %d: results that were there are there, and as they were", i)
		require.Less(t, bytes.Count(now, []byte("\n")), jobs+1, "kill %d came too late", i)
		before = now
	}
	g.open(t)
	p := program(t, dir, temp, args...)
	p.start(t)
	require.NoError(t, p.Wait(), p.err.String())
	assert.True(t, bytes.HasPrefix(wholeLines(out), before))
	assert.Contains(t, p.out.String(), fmt.Sprintf("%d of %d done: ", jobs, jobs))
	left, err := os.ReadDir(temp)
	require.NoError(t, err)
	assert.Empty(t, left, "images of killed processes are removed")
}

// TestCampaignInterrupted: an interrupt ends a campaign at once and cleanly, and what ran then is run again.
func TestCampaignInterrupted(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir, temp := t.TempDir(), t.TempDir()
	put(t, dir, "c.yaml", "matrix: {cpus: [4Kc, 24Kf], seeds: 1-15, numinsns: 60, rounds: 4}\nstall: 10m\n")
	g, out := newGate(t), filepath.Join(dir, "c.jsonl")
	for i, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		g.most(t, 4*(i+1), out)
		p := program(t, dir, temp, "campaign", "c.yaml", "--resume", "-j", "3", "--every", "1s", "--apprentice", g.target())
		p.start(t)
		awaitLines(t, p, out, 4*(i+1))
		require.NoError(t, p.Process.Signal(sig))
		_ = p.Wait()
		require.Equal(t, 2, p.ProcessState.ExitCode(), p.err.String())
		assert.Contains(t, p.err.String(), "jobs are left; with --resume the same command goes on")
		assert.Regexp(t, `(?m)^\d+ of 30 jobs, .*executions/s, .* left, 0 mismatches in 0 jobs, 0 failed$`, p.err.String())
		assert.Contains(t, p.out.String(), "missing")
		left, err := os.ReadDir(temp)
		require.NoError(t, err)
		assert.Empty(t, left)
	}
	for _, res := range results(t, out) {
		assert.NotEqual(t, campaign.Failed, res.Status, res.Error)
	}
	g.open(t)
	p := program(t, dir, temp, "campaign", "c.yaml", "--resume", "--apprentice", g.target())
	p.start(t)
	require.NoError(t, p.Wait(), p.err.String())
	assert.Contains(t, p.out.String(), "30 of 30 done: ")
	assert.Contains(t, p.err.String(), "30 of 30 jobs")
}

// TestCampaignSignalToAll: a batch system's signal to all processes makes no failures of the targets that die of it first:
// before such an end is a result, the runner waits whether the campaign is to end, too.
func TestCampaignSignalToAll(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	for end, want := range map[string]bool{"kill -TERM $$": true, "kill -KILL $$": true, "exit 143": true, "exit 3": false, "kill -SEGV $$": false} {
		f := campaignFlags{given: func(string) bool { return false }, apprentice: "sh -c '" + end + "'"}
		c, err := f.campaign([]string{put(t, t.TempDir(), "c.yaml", "matrix: {cpus: 4Kc, numinsns: 60, rounds: 2}\n")})
		require.NoError(t, err)
		waited := false
		r := jobRunner{plan: c.plan, dir: t.TempDir(), await: func(context.Context) { waited = true }}
		res := r.run(t.Context(), &c.jobs[0], nil)
		assert.Equal(t, campaign.Failed, res.Status)
		assert.Equal(t, want, waited, end+": "+res.Error)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	awaitEnd(ctx)
	for _, signal := range []string{"TERM", "SEGV"} { // the same where the run goes on
		once := filepath.Join(t.TempDir(), "once")
		dies := "if mkdir " + once + " 2>/dev/null; then qemu-mipsel -cpu 4Kc $0 | head -c 2000; kill -" + signal + " $$; fi; exec qemu-mipsel -cpu 4Kc $0"
		f := campaignFlags{given: func(string) bool { return false }, apprentice: `sh -c "` + strings.ReplaceAll(dies, "$", `\$`) + `" {}`}
		c, err := f.campaign([]string{put(t, t.TempDir(), "c.yaml", "matrix: {cpus: 4Kc, numinsns: 60, rounds: 2}\n")})
		require.NoError(t, err)
		waited := false
		r := jobRunner{plan: c.plan, dir: t.TempDir(), deaths: 3, await: func(context.Context) { waited = true }}
		res := r.run(t.Context(), &c.jobs[0], nil)
		require.Equal(t, campaign.Differs, res.Status, res.Error)
		assert.Equal(t, signal == "TERM", waited, res.Findings[0].Text)
	}
}

// TestCampaignHasOneWriter: a second process on the same results is told so, and changes nothing.
func TestCampaignHasOneWriter(t *testing.T) {
	needtool.Slow(t)
	dir := t.TempDir()
	args := []string{"campaign", "--cpus", "4Kc", "-o", "r.jsonl", "--resume", "--stall", "10m", "--master", "sh -c 'sleep 600'", "--apprentice", "sh -c 'sleep 600'"}
	p := program(t, dir, t.TempDir(), args...)
	p.start(t)
	awaitLines(t, p, filepath.Join(dir, "r.jsonl"), 1)
	before := read(t, filepath.Join(dir, "r.jsonl"))
	second := program(t, dir, t.TempDir(), args...)
	second.start(t)
	_ = second.Wait()
	assert.Equal(t, 2, second.ProcessState.ExitCode())
	assert.Equal(t, "risugen: r.jsonl: another campaign is writing it\n", second.err.String())
	assert.Equal(t, before, read(t, filepath.Join(dir, "r.jsonl")))
	require.NoError(t, p.Process.Signal(os.Interrupt))
	_ = p.Wait()
	assert.False(t, strings.Contains(p.err.String(), "goroutine"), p.err.String())
}
