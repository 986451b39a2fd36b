package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/regress"
)

// smallSet has two jobs for each of two CPU models, of which the 24Kc has release 2 of MIPS32.
const smallSet = `# A set for tests. Nothing more.
matrix:
  - {cpus: [24Kc, 4Kc], orders: all, numinsns: 300, rounds: 4, seeds: 1}
`

// rotates has one job, whose patterns a 4Kc takes for shifts.
const rotates = "matrix: {cpus: 24Kc, numinsns: 60, rounds: 8, seeds: 3, patterns: [[ROTR, ADDU]]}\n"

// on4Kc is a candidate that differs.
const on4Kc = "qemu-mipsel -cpu 4Kc"

// regressJSON runs risugen regress and reads its summary.
func regressJSON(t *testing.T, code int, args ...string) regress.Summary {
	t.Helper()
	r := command("", append([]string{"regress", "--quiet", "--json"}, args...)...)
	require.Equal(t, code, r.code, r.out+r.err)
	var s regress.Summary
	require.NoError(t, json.Unmarshal([]byte(r.out), &s), r.err)
	assert.Equal(t, code, s.ExitCode)
	return s
}

// TestRegressAgrees: the installed emulators against themselves, without any option.
func TestRegressAgrees(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	set, xml := put(t, dir, "small.yaml", smallSet), filepath.Join(dir, "r.xml")
	r := command("", "regress", set, "--quiet", "--junit", xml)
	require.Equal(t, 0, r.code, r.out+r.err)
	assert.Regexp(t, `│ 24Kc  │ 2 +│ 2,400 +│ \d+ of \d+ +│ 0 +│ 0 +│ 0 +│ 0 `, r.out)
	assert.Contains(t, r.out, "baseline  the candidate\ncandidate {emulator}, and one instruction at a time\n")
	assert.Regexp(t, `small.yaml: 4 jobs, 4,800 executions, \d+ of \d+ patterns covered: agree\n$`, r.out)
	cases, s := readJUnit(t, xml)
	assert.Len(t, s.Suites, 4)
	assert.Zero(t, s.Failures+s.Errors)
	assert.Contains(t, cases, "24Kc/o32/little ADDU")
	assert.Contains(t, cases, "4Kc/o32/big ADDU")
	assert.EqualValues(t, "qemu-mips -cpu 24Kc", property(s, "24Kc/o32/big", "baseline"))
	assert.EqualValues(t, "one-insn:qemu-mips -cpu 24Kc", property(s, "24Kc/o32/big", "candidate"))
}

// TestRegressDiffers: a difference is told once, with a command that shows it again.
func TestRegressDiffers(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	set, xml, page := put(t, dir, "r.yaml", rotates), filepath.Join(dir, "r.xml"), filepath.Join(dir, "r.html")
	r := command("", "regress", set, "--quiet", "--candidate", on4Kc, "--junit", xml, "--html", page)
	require.Equal(t, 1, r.code, r.out+r.err)
	text := string(read(t, page))
	assert.Contains(t, text, "They differ<")
	assert.Contains(t, text, `class="s-differs`)
	for _, c := range cells(t, text) {
		assert.Regexp(t, `^(ROTR, differs|ADDU, clean|.*, not drawn)$`, c)
	}
	assert.Contains(t, text, `<p class="quiet on">On 24Kc o32 (`, "what ran, which nobody asked for but the page")
	assert.Equal(t, 1, strings.Count(r.out, "new: ROTR: result, in 24Kc: "), r.out)
	assert.Contains(t, r.out, "apprentice  0")
	_, again, ok := strings.Cut(r.out, "\n  again: risugen ")
	require.True(t, ok)
	again, _, _ = strings.Cut(again, "\n")
	r = command("", split(t, again)...)
	assert.Equal(t, 1, r.code, again)
	assert.Contains(t, r.out, "ROTR")
	cases, s := readJUnit(t, xml)
	assert.Equal(t, []int{2, 1, 0, 0}, []int{s.Tests, s.Failures, s.Errors, s.Skipped})
	require.NotNil(t, cases["24Kc/o32/little ROTR"].Failure)
	assert.Contains(t, cases["24Kc/o32/little ROTR"].Failure.Text, "again: risugen check --cpu 24Kc")
	assert.Nil(t, cases["24Kc/o32/little ADDU"].Failure)
}

// cells are those of a page's grid, with their states.
func cells(t *testing.T, page string) (out []string) {
	t.Helper()
	for _, m := range regexp.MustCompile(`<a href="#p\d+" class="[^"]*"><i aria-hidden="true">[^<]*</i>([^<]*)<span class="hidden">([^<]*)</span></a>`).FindAllStringSubmatch(page, -1) {
		out = append(out, m[1]+m[2])
	}
	require.NotEmpty(t, out)
	return out
}

func property(s any, suite, name string) string {
	b, _ := json.Marshal(s)
	var all struct {
		Suites []struct {
			Name       string
			Properties struct {
				List []struct{ Name, Value string }
			}
		}
	}
	_ = json.Unmarshal(b, &all)
	for _, su := range all.Suites {
		for _, p := range su.Properties.List {
			if su.Name == suite && p.Name == name {
				return p.Value
			}
		}
	}
	return ""
}

// TestRegressKnown: what entries of a list come to, and what the exit code is.
func TestRegressKnown(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	set := put(t, dir, "r.yaml", rotates)
	rotr := func(more string) string {
		return "- {id: rotr, cpus: [24Kc], targets: '-cpu 4Kc', patterns: [ROTR], kinds: [result], text: shifts, see: there" + more + "}\n"
	}
	const (
		stale     = "- {id: old, cpus: [24Kc], patterns: [ADDU], kinds: [result], text: long mended}\n"
		elsewhere = "- {id: else, cpus: [P5600], patterns: [ADDU], kinds: [result], text: not here}\n"
		overlay   = "- {id: over, cpus: [24Kc], patterns: [ADDU], overlay: '# nothing', text: keeps out}\n"
	)
	state := func(s regress.Summary, id string) regress.EntryState {
		for _, e := range s.Entries {
			if e.ID == id {
				return e.State
			}
		}
		return ""
	}
	run := func(code int, list string, more ...string) regress.Summary {
		known := put(t, dir, "known.yaml", list)
		return regressJSON(t, code, append([]string{set, "--candidate", on4Kc, "--known", known}, more...)...)
	}
	s := run(0, rotr(""))
	assert.Equal(t, regress.Seen, state(s, "rotr"))
	assert.Positive(t, s.Entries[0].Count)
	assert.Equal(t, 1, s.Models[0].Known)

	s = run(1, rotr("")+stale+elsewhere+overlay)
	assert.Equal(t, []regress.EntryState{regress.Seen, regress.Stale, regress.NotExercised, regress.LeavesOut},
		[]regress.EntryState{state(s, "rotr"), state(s, "old"), state(s, "else"), state(s, "over")})
	assert.Equal(t, 1, s.Models[0].Stale)
	s = run(0, rotr("")+stale, "--allow-stale")
	assert.Equal(t, regress.Stale, state(s, "old"))

	run(0, rotr(", bits: 0xffffffff"))
	run(0, rotr(", bits: {rd: 0xffffffff}"))
	s = run(1, rotr(", bits: 0x7fffffff"))
	assert.Equal(t, 1, len(s.Differences), "one bit outside of the mask is new")
	assert.Positive(t, s.KnownMismatches, "and what lies within is known")
	run(1, rotr(", bits: {rt: 0xffffffff}"))

	known := put(t, dir, "known.yaml", rotr("")+stale)
	xml := filepath.Join(dir, "r.xml")
	r := command("", "regress", set, "--quiet", "--candidate", on4Kc, "--known", known, "--junit", xml)
	assert.Equal(t, 1, r.code)
	assert.Contains(t, r.out, "stale: "+known+":2: old: long mended: it ran on 24Kc, and nothing of it was seen")
	assert.Contains(t, r.out, "known: rotr: shifts (there), in 24Kc: ")
	cases, _ := readJUnit(t, xml)
	assert.NotNil(t, cases["known differences old"].Failure)
	assert.Nil(t, cases["known differences rotr"].Failure)
	assert.NotNil(t, cases["24Kc/o32/little ROTR"].Skipped)

	other := put(t, dir, "other.yaml", stale)
	r = command("", "regress", set, "--candidate", on4Kc, "--known", known, "--known", other)
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, other+`:1: a second entry "old": the first is at `+known+":2")
}

// TestRegressBuiltInListIsNotStale, unless that is asked for. An entry about misaligned accesses is not where none ran.
func TestRegressBuiltInListIsNotStale(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	set := put(t, t.TempDir(), "r.yaml", "matrix: {cpus: 24Kf, numinsns: 40, rounds: 1, patterns: [[SC, LL, ABS_S]], misaligned: 0}\n")
	assert.Empty(t, regressJSON(t, 0, set).Entries)
	s := regressJSON(t, 1, set, "--stale-built-in")
	require.Len(t, s.Entries, 1)
	assert.Equal(t, "abs-neg-signalling", s.Entries[0].ID)
	assert.True(t, s.Entries[0].BuiltIn)
}

// TestRegressMissing: what is not there is an error, or is skipped and counted.
func TestRegressMissing(t *testing.T) {
	needtool.Slow(t)
	qemu := needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	set, build := put(t, dir, "small.yaml", smallSet), filepath.Join(dir, "a build")
	require.NoError(t, os.Mkdir(build, 0o700))
	require.NoError(t, os.Symlink(qemu, filepath.Join(build, "qemu-mipsel")))
	r := command("", "regress", set, "--candidate", build)
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "there is no program "+build+"/qemu-mips\n")
	assert.NotContains(t, r.err, "there is no program "+build+"/qemu-mipsel")
	s := regressJSON(t, 0, set, "--candidate", build, "--skip-missing")
	assert.Equal(t, 2, s.Done)
	assert.Len(t, s.Skipped, 2)
	assert.Regexp(t, `^small.yaml: 2 of 4 jobs, 2 skipped, .*: agree$`, filepath.Base(s.Result), "half of it is no whole agreement")
	assert.Equal(t, 2, s.SkippedJobs)
	s = regressJSON(t, 0, set, "--candidate", filepath.Join(build, "qemu-mipsel"), "--baseline", "self", "--cpus", "24kc")
	assert.Equal(t, 1, s.Done, "the models of this emulator alone")
	assert.Equal(t, 1, s.Skipped[0].Jobs)

	script := "#!/bin/sh\n[ \"$2\" = help ] && { echo \"MIPS '4Kc'\"; exit; }\nexec qemu-mipsel \"$@\"\n"
	old := filepath.Join(dir, "old")
	require.NoError(t, os.Mkdir(old, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(old, "qemu-mipsel"), []byte(script), 0o700))
	r = command("", "regress", set, "--baseline", filepath.Join(old, "qemu-mipsel"))
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "24Kc: "+old+"/qemu-mipsel has no CPU model 24Kc")
	s = regressJSON(t, 0, set, "--baseline", filepath.Join(old, "qemu-mipsel"), "--skip-missing")
	assert.Equal(t, 1, s.Done)
	r = command("", "regress", set, "--candidate", old, "--cpus", "24Kc", "--skip-missing")
	assert.Equal(t, 2, r.code, "nothing that ran is no agreement")
	assert.Contains(t, r.err, "nothing of the set "+set+" is left to run")
}

// TestRegressDeaths: a candidate that dies is a difference, and one that cannot run at all a failed job.
func TestRegressDeaths(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	set := put(t, t.TempDir(), "r.yaml", rotates)
	page := filepath.Join(t.TempDir(), "r.html")
	s := regressJSON(t, 2, set, "--candidate", "false", "--html", page)
	assert.Equal(t, 1, s.Failed)
	assert.Contains(t, string(read(t, page)), "No verdict: jobs failed or are missing")
	s = regressJSON(t, 1, set, "--candidate", `sh -c 'qemu-mipsel -cpu 24Kc $0 | head -c 2000; kill -SEGV $$' {}`)
	require.NotEmpty(t, s.Differences)
	assert.Equal(t, "target died", s.Differences[0].Kind)
}

// TestRegressRecordings: a candidate is held against recordings, where there is no baseline.
func TestRegressRecordings(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	set, traces := put(t, dir, "small.yaml", smallSet), filepath.Join(dir, "traces")
	r := command("", "regress", set, "--quiet", "--record", traces)
	require.Equal(t, 0, r.code, r.err)
	assert.Contains(t, r.out, traces+": 4 of 4 jobs recorded, ")
	list, err := filepath.Glob(filepath.Join(traces, "*.trace"))
	require.NoError(t, err)
	require.Len(t, list, 4)
	require.NoError(t, os.Remove(list[3]))
	r = command("", "regress", set, "--quiet", "--record", traces)
	assert.Equal(t, 0, r.code, "those that are there are left, the other one is made: "+r.err)
	r = command("", "regress", set, "--quiet", "--record", traces, "--baseline", "exec:{emulator}")
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "is there already, of qemu-mips")

	s := regressJSON(t, 0, set, "--baseline-trace", traces)
	assert.Equal(t, 4, s.Clean+s.Known)
	assert.EqualValues(t, 4800, s.Executions)
	r = command("", "regress", set, "--quiet", "--baseline-trace", traces, "--cpus", "24Kc", "--candidate", "qemu-mipsel -cpu 4Kc {}", "--keep-going", "0")
	assert.Equal(t, 2, r.code, "an image for big endian fails there")
	little := put(t, dir, "little.yaml", strings.Replace(smallSet, "orders: all, ", "", 1))
	r = command("", "regress", little, "--quiet", "--baseline-trace", traces, "--cpus", "24Kc", "--candidate", "qemu-mipsel -cpu 4Kc {}")
	require.Equal(t, 1, r.code, r.out+r.err)
	_, again, ok := strings.Cut(r.out, "\n  again: risugen ")
	require.True(t, ok)
	again, _, _ = strings.Cut(again, "\n")
	assert.True(t, strings.HasPrefix(again, "replay "+traces), again)
	assert.Equal(t, 1, command("", split(t, again)...).code)

	require.NoError(t, os.Rename(list[0], list[1]))
	r = command("", "regress", set, "--baseline-trace", traces)
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "there is no recording "+list[0])
	s = regressJSON(t, 2, set, "--baseline-trace", traces, "--skip-missing")
	assert.Equal(t, 1, s.Failed, "one is of another job")
	assert.Contains(t, s.Failures[0].Error, "it is a recording of 24Kc")
	assert.Equal(t, 1, s.Skipped[0].Jobs)
}

// TestRegressInterrupted: results are kept that were there, and --resume goes on with them, unless the programs are others.
func TestRegressInterrupted(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	put(t, dir, "s.yaml", "matrix: {cpus: 4Kc, numinsns: 60, rounds: 2, seeds: 1-8, misaligned: 0}\n")
	candidate := filepath.Join(dir, "emulator")
	script := "#!/bin/sh\nif mkdir first 2>/dev/null || [ -e open ]; then exec qemu-mipsel -cpu 4Kc \"$1\"; fi\nexec sleep 600\n"
	require.NoError(t, os.WriteFile(candidate, []byte(script), 0o700))
	args := []string{"regress", "s.yaml", "--quiet", "--candidate", "./emulator {} {cpu}", "--keep", "kept", "--junit", "r.xml", "--html", "r.html", "-j", "2"}
	p := program(t, dir, t.TempDir(), args...)
	p.start(t)
	awaitLines(t, p, filepath.Join(dir, "kept", resultsName), 2)
	require.NoError(t, p.Process.Signal(os.Interrupt))
	require.Error(t, p.Wait())
	assert.Equal(t, 2, p.ProcessState.ExitCode(), p.err.String())
	assert.Contains(t, p.err.String(), "stopped: 7 jobs are left; with --resume the same command goes on")
	assert.Contains(t, p.out.String(), "no verdict: 7 jobs without a result")
	_, s := readJUnit(t, filepath.Join(dir, "r.xml"))
	assert.Equal(t, 7, s.Errors, "what did not run did not pass")
	page := string(read(t, filepath.Join(dir, "r.html")))
	assert.Contains(t, page, "No verdict: jobs failed or are missing")
	assert.Contains(t, page, "<b>1</b><span>of 8 jobs done</span>")

	put(t, dir, "open", "")
	t.Chdir(dir)
	r := command("", args...)
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "--resume goes on with it")
	r = command("", append(args, "--resume")...)
	require.Equal(t, 0, r.code, r.err)
	assert.Contains(t, r.err, "1 of 8 jobs are done")
	assert.Len(t, results(t, filepath.Join("kept", resultsName)), 8)
	page = string(read(t, filepath.Join(dir, "r.html")))
	assert.Contains(t, page, "<b>8</b><span>of 8 jobs done</span>")
	assert.NotContains(t, page, "do not tell what they have hit", "what ran before has its coverage in the file")
	require.NoError(t, os.WriteFile(candidate, []byte(script+"# another build\n"), 0o700))
	r = command("", append(args, "--resume")...)
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "results of another campaign")
}

// TestRegressResumeRefuses: results are not gone on with if the emulator behind a wrapper is another one now, or in a script, or if
// recordings are.
func TestRegressResumeRefuses(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	t.Chdir(t.TempDir())
	put(t, ".", "s.yaml", "matrix: {cpus: 24Kc, numinsns: 60, rounds: 2, seeds: 1}\n")
	emulator := func(more string) {
		require.NoError(t, os.WriteFile("emulator", []byte("#!/bin/sh\nexec qemu-mipsel \"$@\"\n"+more), 0o700))
	}
	for i, candidate := range []string{"env ./emulator -cpu {cpu} {}", "sh -c 'exec ./emulator -cpu {cpu} $0' {}"} {
		emulator("")
		args := []string{"regress", "s.yaml", "--quiet", "--candidate", candidate, "--keep", fmt.Sprint("kept", i)}
		require.Equal(t, 0, command("", args...).code)
		require.Equal(t, 0, command("", append(args, "--resume")...).code)
		emulator("# another build\n")
		r := command("", append(args, "--resume")...)
		assert.Equal(t, 2, r.code, candidate)
		assert.Contains(t, r.err, "results of another campaign")
	}
	record := func(baseline string) {
		require.NoError(t, os.RemoveAll("traces"))
		require.Equal(t, 0, command("", "regress", "s.yaml", "--quiet", "--record", "traces", "--baseline", baseline).code)
	}
	record("{emulator}")
	args := []string{"regress", "s.yaml", "--quiet", "--baseline-trace", "traces", "--keep", "recorded"}
	require.Equal(t, 0, command("", args...).code)
	require.Equal(t, 0, command("", append(args, "--resume")...).code)
	record("one-insn:{emulator}")
	r := command("", append(args, "--resume")...)
	assert.Equal(t, 2, r.code, r.out)
	assert.Contains(t, r.err, "results of another campaign")
}

// TestRegressCandidateIsTheOneNamed: an emulator that lies beside the user is the candidate, and not the installed one of its name;
// and the installed one is not compared with itself.
func TestRegressCandidateIsTheOneNamed(t *testing.T) {
	needtool.Slow(t)
	installed := needtool.Path(t, "qemu-mipsel")
	t.Chdir(t.TempDir())
	put(t, ".", "s.yaml", "matrix: {cpus: 24Kc, numinsns: 60, rounds: 2, seeds: 1}\n")
	for _, candidate := range []string{"qemu-mipsel", installed, "{emulator}", "qemu-mipsel -cpu {cpu}"} {
		r := command("", "regress", "s.yaml", "--quiet", "--candidate", candidate)
		assert.Equal(t, 2, r.code, r.out)
		assert.Contains(t, r.err, "would be compared with itself")
	}
	for _, args := range [][]string{
		{"--candidate", "qemu-mipsel", "--baseline", "self"}, {"--candidate", "one-insn:{emulator}"}, {"--candidate", "shared:{emulator}"},
		{"--candidate", "qemu-mipsel", "--baseline", "qemu-mipsel"},
	} {
		r := command("", append([]string{"regress", "s.yaml", "--quiet"}, args...)...)
		assert.Equal(t, 0, r.code, r.out+r.err)
	}
	require.NoError(t, os.WriteFile("qemu-mipsel", []byte("#!/bin/sh\necho help; exit 1\n"), 0o700))
	r := command("", "regress", "s.yaml", "--quiet", "--candidate", "qemu-mipsel")
	assert.Equal(t, 2, r.code, r.out)
	assert.Contains(t, r.out, "failed: 1 job of 24Kc")
	assert.Contains(t, r.out, "candidate ./qemu-mipsel")
}

// TestRegressSeeds: seeds of the command line stand in the place of the set's, and random ones are shown.
func TestRegressSeeds(t *testing.T) {
	set := put(t, t.TempDir(), "s.yaml", "matrix: [{cpus: 4Kc, seeds: 1-8}, {cpus: 24Kc}]\n")
	jobs := func(seeds string) (out []campaign.Job, said string) {
		r := command("", "regress", set, "--list", "--json", "--seeds", seeds, "--candidate", "echo {cpu}", "--baseline", "echo {cpu}")
		require.Equal(t, 0, r.code, r.err)
		for line := range strings.Lines(r.out) {
			var j campaign.Job
			require.NoError(t, json.Unmarshal([]byte(line), &j))
			out = append(out, j)
		}
		return out, r.err
	}
	list, _ := jobs("7,9")
	assert.Len(t, list, 4)
	list, text := jobs("random:3")
	require.Len(t, list, 6)
	assert.Equal(t, fmt.Sprintf("random seeds: --seeds %d-%d takes these again\n", list[0].Seed, list[0].Seed+2), text)
}

// TestRegressErrors: what cannot be meant so is exit code 2, and says what and where.
func TestRegressErrors(t *testing.T) {
	dir := t.TempDir()
	set := put(t, dir, "s.yaml", "matrix: {cpus: [4Kc, 24Kc], numinsns: 10}\n")
	targets := put(t, dir, "t.yaml", "matrix: {cpus: 4Kc}\ntargets: []\n")
	for _, c := range []struct {
		args string
		want string
	}{
		{"quack", "sets that are built in are quick, nightly"},
		{filepath.Join(dir, "none.yaml"), "none.yaml"},
		{targets, "t.yaml:2: a set has no targets"},
		{set + " --candidate echo", "--candidate: the command is the same for 2 CPU models"},
		{set + " --baseline echo", "--baseline: the command is the same for 2 CPU models"},
		{set + " --candidate ''", "--candidate: it is empty"},
		{set + " --candidate echo --candidate true", "--candidate: echo: it is no emulator"},
		{set + " --candidate a/qemu-mips --candidate b/qemu-mips", "a second qemu-mips beside"},
		{set + " --candidate " + dir + " --candidate a/qemu-mips", "one directory stands alone"},
		{set + " --candidate 'warp:{cpu}'", "unknown kind"},
		{set + " --cpus Z80", `unknown CPU "Z80"`},
		{set + " --cpus P5600", "nothing of the set"},
		{set + " --arch z80", `unknown architecture "z80"`},
		{set + " --patterns NOSUCH", `no job`},
		{set + " --seeds 0", "seeds begin at 1"},
		{set + " --seeds random:0", "random:N"},
		{set + " --resume", "name its directory"},
		{set + " --keep-going=-1", "number of times"},
		{set + " -j 0", "at least 1"},
		{set + " --stall 0s", "longer than nothing"},
		{set + " --record d --baseline self", "which self is not"},
		{set + " --record d --junit x", "of no use"},
		{set + " --record d --html x", "of no use"},
		{set + " --baseline-trace d --baseline e", "two baselines"},
		{set + " --known " + filepath.Join(dir, "none"), "none"},
	} {
		r := command("", append([]string{"regress"}, split(t, c.args)...)...)
		assert.Equal(t, 2, r.code, c.args)
		assert.Contains(t, r.err, c.want, c.args)
		assert.NotContains(t, r.err, "goroutine")
	}
}

// TestRegressSets: sets that are built in can be listed, shown, planned, and given as files.
func TestRegressSets(t *testing.T) {
	needtool.Slow(t)
	r := command("", "regress", "--list-sets")
	require.Equal(t, 0, r.code, r.err)
	assert.Regexp(t, `quick +\S[^\n]*\nnightly +\S`, r.out)
	r = command("", "regress", "--show")
	require.Equal(t, 0, r.code)
	file := put(t, t.TempDir(), "mine.yaml", r.out)
	echo := []string{"--list", "--candidate", "echo {cpu}", "--baseline", "echo {cpu}"}
	quick := command("", append([]string{"regress"}, echo...)...)
	require.Equal(t, 0, quick.code, quick.err)
	assert.Empty(t, quick.err, "nothing is left out")
	mine := command("", append([]string{"regress", file}, echo...)...)
	assert.Equal(t, quick.out, mine.out)
	nightly := command("", append([]string{"regress", "nightly", "--cpus", "74Kf,arm1176"}, echo...)...)
	require.Equal(t, 0, nightly.code, nightly.err)
	set, ok := regress.FindSet("nightly")
	require.True(t, ok)
	for _, c := range cpuNames() {
		assert.Contains(t, string(set.Text), c, "it lists the models that have patterns of a group")
	}
}

// TestRegressNoTemp: where images can stand nowhere nothing begins, and nothing is left that looks like a result.
func TestRegressNoTemp(t *testing.T) {
	needtool.Path(t, "qemu-mipsel")
	dir := t.TempDir()
	t.Chdir(dir)
	put(t, dir, "set.yaml", "matrix: {cpus: [24Kc], numinsns: 20, rounds: 2}\n")
	t.Setenv("TMPDIR", filepath.Join(dir, "not-there"))
	for _, args := range [][]string{{"--keep", "kept"}, {"--keep", "kept", "--resume", "--junit", "j.xml", "--html", "h.html"}, {"--record", "recorded"}} {
		r := command("", append([]string{"regress", "set.yaml", "--quiet"}, args...)...)
		assert.Equal(t, exitError, r.code)
		assert.Regexp(t, `^risugen: make a directory for images: .*not-there.*: no such file or directory\n$`, r.err)
		assert.Empty(t, r.out)
		left, err := os.ReadDir(dir)
		require.NoError(t, err)
		assert.Len(t, left, 1, "%v: %v", args, left)
	}
	t.Setenv("TMPDIR", dir)
	r := command("", "regress", "set.yaml", "--quiet", "--keep", "kept")
	assert.Zero(t, r.code, r.err)
}
