package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/jsondoc"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

// TestReport: a result that was kept as JSON is shown as the run showed it, with the run's exit code.
func TestReport(t *testing.T) {
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	page, json := filepath.Join(dir, "run.html"), filepath.Join(dir, "run.json")
	args := []string{"check", "--cpu", "24Kc", "--pattern", "ADDU,ROTR", "-n", "60", "--rounds", "4", "--seed", "1", "--apprentice", "qemu-mipsel -cpu 4Kc"}
	run := command("", append(args, "--json", "--html="+page)...)
	require.Equal(t, 1, run.code, run.err)
	require.NoError(t, os.WriteFile(json, []byte(run.out), 0o600))

	again := command("", "report", json, "--html", filepath.Join(dir, "again.html"))
	assert.Equal(t, 1, again.code, again.err)
	assert.Contains(t, again.out, "ROTR")
	assert.Contains(t, again.out, "again: risugen check --cpu 24Kc", "as the run itself does")
	assert.Equal(t, string(read(t, page)), string(read(t, filepath.Join(dir, "again.html"))))
	assert.Equal(t, run.out, command(run.out, "report", "-", "--json").out, "nothing is lost")
	text := string(read(t, page))
	assert.Contains(t, text, "They differ")
	assert.Contains(t, text, "risugen check --cpu 24Kc --pattern ADDU,ROTR -n 60 --rounds 4 --seed 1 --apprentice &#39;qemu-mipsel -cpu 4Kc&#39;</code>",
		"without what only says where results go")
}

// TestReportOfAFailedRun: where a target died there is no verdict, whatever differs before that, and the result says so.
func TestReportOfAFailedRun(t *testing.T) {
	needtool.Path(t, "qemu-mipsel")
	args := []string{
		"check", "--cpu", "24Kc", "--pattern", "ADDU,ROTR", "-n", "600", "--rounds", "4", "--seed", "1",
		"--apprentice", `sh -c 'qemu-mipsel -cpu 4Kc "$0" | head -c 30000; exit 7' {}`,
	}
	run := command("", args...)
	require.Equal(t, 2, run.code, run.out)
	assert.Regexp(t, `│ failed +│ [1-9]\d+ of \d+ records came before the run failed`, run.out)
	assert.NotContains(t, run.out, "behind a fault", "what never ran stood behind none")
	run = command("", append(args, "--json")...)
	require.Equal(t, 2, run.code)
	page := filepath.Join(t.TempDir(), "run.html")
	again := command(run.out, "report", "-", "--html", page)
	assert.Equal(t, 2, again.code, "as the run")
	assert.Equal(t, run.err, again.err)
	assert.Contains(t, again.err, "exit status 7")
	assert.Contains(t, string(read(t, page)), "No verdict")
	assert.Equal(t, run.out, command(run.out, "report", "-", "--json").out)
}

// TestReportBadInput: what is no result is an error that says why, and leaves no page.
func TestReportBadInput(t *testing.T) {
	page := filepath.Join(t.TempDir(), "out.html")
	for in, want := range map[string]string{
		"":                   "standard input: it ends early",
		"{":                  "standard input: it ends early",
		"[]":                 "line 1: ",
		"{\n\n\"seed\": -1}": "line 3: seed is a JSON number -1",
		"{}":                 "it is no result of a run",
		`{"cpu":"a","digest":"b","mismatch_list":[null]}`:                 "mismatch_list has a null",
		`{"cpu":"a","digest":"b","mismatch_list":[],"findings":[null]}`:   "findings has a null",
		"{\"cpu\":\"a\",\"digest\":\"b\",\"mismatch_list\":[]}\n\n{}":     "line 3: something follows",
		`{"cpu":"a","digest":"b","mismatch_list":[{"address":"0xfffz"}]}`: "0xfffz",
		`{"cpu":"a","digest":"b","mismatch_list":[{"address":"12"}]}`:     "12",
	} {
		r := command(in, "report", "-", "--html", page)
		assert.Equal(t, 2, r.code, in)
		assert.Contains(t, r.err, want, in)
		assert.NoFileExists(t, page)
	}
	for in, want := range map[string]string{
		`{"plan":"a"}`:               "it is no summary of a campaign",
		`{"plan":"a","set":"quick"}`: "it is no summary of a campaign",
		`{"plan":"a","cpus":[null],"differences":[],"failures":[]}`:               "cpus has a null",
		"{\n\"plan\":\"a\",\"cpus\":1}":                                           "line 2: cpus is a JSON number",
		`{"plan":"a","cpus":[],"differences":[],"failures":[],"coverage":[{}]}`:   "a part of its head is missing",
		`{"plan":"a","set":"q","models":[null]}`:                                  "has a null",
		`{"plan":"a","cpus":[],"differences":[{"example":{"word":1}}]}`:           "word",
		`{"plan":"a","cpus":[],"differences":[],"failures":[],"coverage":[1]}`:    "coverage",
		`{"plan":"a","cpus":[],"differences":[],"failures":[],"coverage":[null]}`: "coverage has a null",
	} {
		r := command(in, "report", "-", "--html", page)
		assert.Equal(t, 2, r.code, in)
		assert.Contains(t, r.err, "standard input: ")
		assert.Contains(t, r.err, want, in)
		assert.NoFileExists(t, page)
	}
	r := command("", "report", "nowhere.json")
	assert.Equal(t, result{2, "", "risugen: nowhere.json: no such file or directory\n"}, r)
	good := `{"cpu":"a","digest":"b","mismatch_list":[],"a member of a later release":1}`
	assert.Equal(t, 0, command(good, "report", "-").code)
	assert.Equal(t, 2, command(good, "report", "-", "--html", filepath.Dir(page)).code, "a directory is no file")
}

// TestReportCutOff: without a verdict the exit code is 2, as it was of the run.
func TestReportCutOff(t *testing.T) {
	text, err := json.Marshal(&runtime.Report{CPU: "a", Digest: "b", MismatchList: []*runtime.Mismatch{}, CutOff: "the trace ends early"})
	require.NoError(t, err)
	r := command(string(text), "report", "-")
	assert.Equal(t, 2, r.code)
	assert.True(t, strings.HasSuffix(r.err, "the trace ends early\n"))
}

// TestEndedEarly: a run whose target died, or that was interrupted, shows how far it came and says that it is not whole, in the
// table, in JSON, and on the page; its exit code is 2, and that of report, too.
func TestEndedEarly(t *testing.T) {
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	img, script := filepath.Join(dir, "a.img"), filepath.Join(dir, "dies")
	must(t, "gen", "--cpu", "24Kc", "--pattern", "ADDU,SLTU,LW,SW", "-n", "2000", "--rounds", "8", "--seed", "1", "-o", img)
	require.NoError(t, os.WriteFile(script, []byte("#!/bin/sh\n"+emulated+"\"$1\" | head -c 150000; exit 3\n"), 0o700)) //nolint:gosec // it is run
	page := filepath.Join(dir, "a.html")
	r := command("", "run", img, "--apprentice", "sh "+shellQuote(script)+" {}", "--html", page)
	assert.Equal(t, 2, r.code, r.err)
	assert.Regexp(t, `howapprentice.*:endedearlyafterblock\d+round\d`, packed(r.out))
	assert.Regexp(t, `not run +│ [\d,]+ records of [\d,]+ blocks`, r.out)
	assert.NotContains(t, r.out, "behind a fault")
	assert.Contains(t, string(read(t, page)), "The run ended early: ")
	r = command("", "run", img, "--apprentice", "sh "+shellQuote(script)+" {}", "--json")
	assert.Equal(t, 2, r.code, r.err)
	assert.NoError(t, jsondoc.Validate(read(t, "../../docs/report.schema.json"), []byte(r.out)))
	assert.Contains(t, r.out, `"failure":"apprentice`)
	again := command(r.out, "report", "-")
	assert.Equal(t, 2, again.code)
	assert.Regexp(t, "ended early .*after block", again.err)
}

// TestInterruptedCheck: a signal ends a run, which shows what was compared until then. It comes when the target has written more than a
// pipe and the buffers of a run can hold, so that something was compared.
func TestInterruptedCheck(t *testing.T) {
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	script, mark := filepath.Join(dir, "waits"), filepath.Join(dir, "mark")
	require.NoError(t, os.WriteFile(script, []byte("#!/bin/sh\n"+emulated+"\"$1\" | head -c 3000000; >"+shellQuote(mark)+"; exec sleep 1000\n"), 0o700)) //nolint:gosec // it is run
	p := program(t, dir, dir, "check", "--cpu", "24Kc", "--pattern", "ADDU,SLTU,LW,SW", "-n", "2000", "--rounds", "64", "--apprentice", "sh "+shellQuote(script)+" {}")
	p.start(t)
	require.Eventually(t, func() bool { _, err := os.Stat(mark); return err == nil }, time.Minute, 10*time.Millisecond)
	require.NoError(t, p.Process.Signal(os.Interrupt))
	require.Error(t, p.Wait())
	assert.Equal(t, 2, p.ProcessState.ExitCode())
	assert.Regexp(t, `how +│ interrupt`, p.out.String())
	assert.Contains(t, p.err.String(), "risugen: interrupt")
}

// packed is the text of a table without spaces and lines, however many rows a long name takes.
func packed(text string) string { return regexp.MustCompile(`[\s│]+`).ReplaceAllString(text, "") }

func TestWithoutOutputs(t *testing.T) {
	assert.Equal(t, []string{"check", "-n", "5"}, withoutOutputs([]string{"check", "--html", "a b", "-n", "5", "--json", "--html=c"}))
	assert.Equal(t, []string{"check"}, withoutOutputs([]string{"check", "--html"}))
}

// TestCampaignPage: a campaign and a merge of its results write the same page.
func TestCampaignPage(t *testing.T) {
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	results, one, two := filepath.Join(dir, "c.jsonl"), filepath.Join(dir, "one.html"), filepath.Join(dir, "two.html")
	r := command("", "campaign", put(t, dir, "c.yaml", small), "-o", results, "--quiet", "--html", one, "--json")
	require.Equal(t, 1, r.code, r.err)
	assert.Equal(t, 1, command("", "merge", results, "--html", two).code)
	page := string(read(t, one))
	assert.Equal(t, page, string(read(t, two)))
	assert.Contains(t, page, "8 of 8 done: 4 clean, 0 known, 4 differ, 0 failed")
	assert.Contains(t, cells(t, page), "SEB, differs")
	assert.Contains(t, cells(t, page), "ADDU, clean")

	report := command(r.out, "report", "-", "--html", two, "--json")
	assert.Equal(t, 1, report.code, report.err)
	assert.Equal(t, r.out, report.out, "nothing is lost")
	assert.Equal(t, page, string(read(t, two)))
}

// TestKeepCover: a campaign without a page keeps what its jobs hit if that is asked for, and nothing else does; results of both kinds are
// the same, and the page tells of how many jobs its grid is.
func TestKeepCover(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	t.Chdir(dir)
	put(t, dir, "c.yaml", "matrix: {cpus: [4Kc, 24Kc], seeds: 1-2, numinsns: 60, rounds: 2}\n")
	for _, args := range [][]string{{"-o", "plain.jsonl"}, {"--keep-cover", "-o", "kept.jsonl"}, {"--keep-cover", "--shard", "1/4", "-o", "quarter.jsonl"}} {
		r := command("", append([]string{"campaign", "c.yaml", "--quiet"}, args...)...)
		require.Equal(t, 0, r.code, r.err)
	}
	require.Equal(t, 0, command("", "merge", "plain.jsonl", "--html", "plain.html").code)
	assert.NotContains(t, string(read(t, "plain.html")), `id="grid"`)
	require.Equal(t, 0, command("", "merge", "kept.jsonl", "--html", "kept.html").code)
	assert.NotEmpty(t, cells(t, string(read(t, "kept.html"))))
	assert.Greater(t, len(read(t, "kept.jsonl")), 2*len(read(t, "plain.jsonl")))
	for _, files := range [][]string{{"quarter.jsonl", "plain.jsonl"}, {"plain.jsonl", "quarter.jsonl"}} {
		r := command("", append([]string{"merge", "--html", "both.html", "-o", "both.jsonl"}, files...)...)
		require.Equal(t, 0, r.code, r.err)
		assert.Contains(t, string(read(t, "both.html")), "Of 1 of 4 jobs: ", "whichever file came first")
		require.NoError(t, os.Remove("both.jsonl"))
	}
}

// TestRegressReport: the summary of a gate that was kept as JSON is shown as the gate showed it.
func TestRegressReport(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	t.Chdir(dir)
	known := put(t, dir, "known.yaml", "- {id: old, cpus: [24Kc], patterns: [ADDU], kinds: [result], text: long mended}\n")
	args := []string{"regress", put(t, dir, "r.yaml", strings.Replace(rotates, "rounds", "reserved: 9, rounds", 1)), "--quiet", "--candidate", on4Kc, "--known", known, "--html", "one.html"}
	r := command("", append(args, "--json")...)
	require.Equal(t, 1, r.code, r.err)
	report := command(r.out, "report", "-", "--html", "two.html", "--json")
	assert.Equal(t, 1, report.code, report.err)
	assert.Equal(t, r.out, report.out, "nothing is lost")
	assert.Equal(t, string(read(t, "one.html")), string(read(t, "two.html")))
	assert.Contains(t, string(read(t, "one.html")), "reserved words: reserved.decode")
	took := regexp.MustCompile(`[0-9.]+ s |[ ─]+`) // and how wide the column is
	text := command("", args...)
	assert.Equal(t, took.ReplaceAllString(text.out, ""), took.ReplaceAllString(command(r.out, "report", "-").out, ""))
}
