package main

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/cover"
	"github.com/risugen/risugen/internal/needtool"
)

// chased is a campaign of two models, in which images of what is missing hit all but the signals that QEMU's user mode loses.
const chased = "matrix: {cpus: [24Kf, 24Kc], seeds: 1-2, numinsns: 40, rounds: 2, patterns: [[ADDU, ROTR, LW, BEQ, TGE]]}\n"

// untilSummary runs a campaign until all is covered and reads its summary.
func untilSummary(t *testing.T, code int, args ...string) campaign.Summary {
	t.Helper()
	r := command("", append([]string{"campaign", "--until-covered", "--quiet", "--json"}, args...)...)
	require.Equal(t, code, r.code, r.out+r.err)
	var s campaign.Summary
	require.NoError(t, json.Unmarshal([]byte(r.out), &s))
	require.NotNil(t, s.Until)
	return s
}

// TestCampaignUntilCovered: what no job has hit is hit by images for the models, and what is left is counted, with the reasons.
func TestCampaignUntilCovered(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	t.Chdir(dir)
	put(t, dir, "c.yaml", chased)
	s := untilSummary(t, 0, "c.yaml")
	u := s.Until
	assert.Greater(t, u.Rounds, 8, "enough tries for a signal")
	assert.Equal(t, []int{1, 0, 0}, []int{u.Tried, u.Impossible, u.Open})
	require.Len(t, u.Left, 1, "of all models together")
	assert.Equal(t, "TGE SIGFPE", u.Left[0].Pattern+" "+u.Left[0].What)
	assert.Equal(t, []campaign.Reason{{Text: "the last 2,048 instructions for it did not", Models: []string{"24Kf o32", "24Kc o32"}}}, u.Left[0].Why)
	assert.Equal(t, []int{4 + u.Images, u.Images, 0}, []int{s.Jobs, s.Aimed, s.Left})
	assert.Equal(t, s.Done, s.CoverageJobs)
	for _, p := range s.Coverage[0].Patterns {
		if regexp.MustCompile("^(ADDU|ROTR|LW|BEQ|TGE)$").MatchString(p.Name) {
			for _, f := range p.Fields {
				assert.Equal(t, f.Legal, f.Seen, p.Name)
			}
		}
	}

	before := read(t, "c.jsonl")
	again := untilSummary(t, 0, "c.yaml", "--resume")
	assert.Equal(t, s, again, "there is nothing left to do")
	assert.Equal(t, before, read(t, "c.jsonl"))
	r := command("", "campaign", "c.yaml", "--resume", "--quiet")
	assert.Equal(t, 0, r.code, r.err)
	assert.NotContains(t, r.out, "not hit:")
	r = command("", "merge", "c.jsonl", "-o", "m.jsonl", "--html", "m.html")
	require.Equal(t, 0, r.code, r.err)
	assert.Contains(t, r.out, " of these are of images aimed at what was missing")
	assert.Contains(t, r.out, "not hit: TGE (mips32r5.decode:319) SIGFPE: the last 2,048 instructions for it did not")
	assert.Equal(t, s, untilSummary(t, 0, "c.yaml", "--resume", "-o", "m.jsonl"), "merged results go on likewise")
}

// TestCampaignUntilCoveredLimit: where there are no more images it tells what more of them might have hit, and has no verdict; with
// more it goes on.
func TestCampaignUntilCoveredLimit(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	t.Chdir(dir)
	put(t, dir, "c.yaml", chased)
	s := untilSummary(t, 2, "c.yaml", "--max-images", "2")
	assert.Equal(t, []int{2, 4}, []int{s.Until.Rounds, s.Until.Images}, "images of each model")
	assert.Positive(t, s.Until.Open)
	r := command("", "campaign", "c.yaml", "--resume", "--until-covered", "--max-images", "2", "--html", "c.html")
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.out, "there was no image left for more tries (24Kf o32, 24Kc o32)")
	assert.Contains(t, r.out, "1 thing not hit: 1 when there were no more images ")
	assert.Contains(t, string(read(t, "c.html")), "They agree in what ran, which is not all that was asked for")
	more := untilSummary(t, 0, "c.yaml", "--resume")
	put(t, dir, "d.yaml", chased)
	whole := untilSummary(t, 0, "d.yaml")
	assert.Equal(t, whole.Until, more.Until)
	assert.Equal(t, byID(results(t, "d.jsonl")), byID(results(t, "c.jsonl")))
}

// TestCampaignUntilCoveredKilled: a campaign that was killed at any moment, and goes on, has the results that it has when nothing kills it.
func TestCampaignUntilCoveredKilled(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir, temp := t.TempDir(), t.TempDir()
	put(t, dir, "c.yaml", chased+"stall: 10m\n")
	g, out := newGate(t), filepath.Join(dir, "killed.jsonl")
	common := []string{"campaign", "c.yaml", "--until-covered", "--resume", "--quiet", "-j", "2", "--apprentice", g.target()}
	p := program(t, dir, temp, append(common, "-o", "whole.jsonl")...)
	p.start(t)
	require.NoError(t, p.Wait(), p.err.String())
	whole := byID(results(t, filepath.Join(dir, "whole.jsonl")))
	require.Greater(t, len(whole), 16)
	for _, lines := range []int{2, 4, 6, 8, 9, 14} {
		g.most(t, lines+1, out) // and another one that is under way
		p := program(t, dir, temp, append(common, "-o", "killed.jsonl")...)
		p.start(t)
		awaitLines(t, p, out, lines)
		require.NoError(t, p.Process.Kill())
		_ = p.Wait()
	}
	require.Less(t, len(results(t, out)), len(whole))
	r := command("", "merge", out)
	assert.Equal(t, 2, r.code, "it was cut off, though all jobs of the plan are done")
	assert.Contains(t, r.out, "it was stopped, and what is left to hit is not")
	g.open(t)
	p = program(t, dir, temp, append(common, "-o", "killed.jsonl")...)
	p.start(t)
	require.NoError(t, p.Wait(), p.err.String())
	assert.Equal(t, whole, byID(results(t, out)))
}

// TestCampaignUntilCoveredDiffers: an image that differs is kept, and the command that is shown runs it again.
func TestCampaignUntilCoveredDiffers(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	t.Chdir(dir)
	put(t, dir, "c.yaml", "matrix: {cpus: 24Kc, numinsns: 1, rounds: 2, patterns: [[ADDU, ROTR]], seeds: 1}\n")
	s := untilSummary(t, 1, "c.yaml", "--apprentice", on4Kc)
	require.NotEmpty(t, s.Differences)
	i := slices.IndexFunc(s.Differences, func(d *campaign.Difference) bool { return strings.HasPrefix(d.Again, "risugen run until-covered-") })
	require.GreaterOrEqual(t, i, 0, "the job of the plan has one instruction, and does not differ")
	r := command("", split(t, s.Differences[i].Again)[1:]...)
	assert.Equal(t, 1, r.code, r.out+r.err)
	assert.Contains(t, r.out, "ROTR")
}

// TestCampaignUntilCoveredBefore: what --cover FILE holds is not aimed at, and how that was when it began decides, whatever is added since.
func TestCampaignUntilCoveredBefore(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	t.Chdir(dir)
	const plan = "matrix: {cpus: [24Kf], numinsns: 40, rounds: 2, patterns: [[ADDU, ROTR]]}\n"
	put(t, dir, "c.yaml", plan)
	alone := untilSummary(t, 0, "c.yaml", "-o", "alone.jsonl", "--cover", "new.cover")
	require.Positive(t, alone.Until.Images)
	require.True(t, alone.Until.Covered)
	require.Zero(t, command("", "check", "--cpu", "24Kf", "--pattern", "ADDU", "-n", "2000", "--rounds", "2", "--seed", "1", "--cover", "some.cover").code)
	some := untilSummary(t, 0, "c.yaml", "-o", "some.jsonl", "--cover", "some.cover")
	assert.True(t, some.Until.Covered)
	assert.Positive(t, some.Until.Images, "ROTR is missing")
	assert.Less(t, some.Until.Executions, alone.Until.Executions)
	for _, r := range results(t, "some.jsonl") {
		if r.Aimed > 0 {
			assert.Contains(t, r.Cover.Patterns[slices.IndexFunc(r.Cover.Patterns, func(p *cover.Pattern) bool { return p.Name == "ROTR" })].State, "cover")
		}
	}
	before := read(t, "some.jsonl")
	assert.Equal(t, some, untilSummary(t, 0, "c.yaml", "-o", "some.jsonl", "--cover", "some.cover", "--resume"))
	assert.Equal(t, before, read(t, "some.jsonl"))
	whole := untilSummary(t, 0, "c.yaml", "-o", "whole.jsonl", "--cover", "new.cover")
	assert.Equal(t, []any{0, true}, []any{whole.Until.Images, whole.Until.Covered}, "all was hit before")

	// Of one that was cut off the last aimed result is made again as it was, although the file has its hits now.
	lines := strings.SplitAfter(string(before), "\n")
	cut := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, `{"chase":{"end"`) })
	require.Positive(t, cut)
	put(t, dir, "cut.jsonl", strings.Join(lines[:cut-1], ""))
	assert.Equal(t, some.Until, untilSummary(t, 0, "c.yaml", "-o", "cut.jsonl", "--cover", "some.cover", "--resume").Until)
	assert.Equal(t, byID(results(t, "some.jsonl")), byID(results(t, "cut.jsonl")))
	put(t, dir, "bad.cover", "{")
	r := command("", "campaign", "c.yaml", "-o", "bad.jsonl", "--until-covered", "--cover", "bad.cover")
	assert.Equal(t, 2, r.code)
	assert.NoFileExists(t, "bad.jsonl")
}
