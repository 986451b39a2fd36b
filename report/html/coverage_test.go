package html

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/cover"
	"github.com/risugen/risugen/regress"
	"github.com/risugen/risugen/runtime"
)

// sampleSets are what jobs on two models of one architecture and one of another have hit.
func sampleSets() cover.Sets {
	rd := []cover.Field{{Name: "rd", Legal: cover.Values{0, 1, 2, 3}, Seen: cover.Values{0, 2, 3}}}
	a, ab := map[string]int64{"24Kc o32": 10}, map[string]int64{"24Kc o32": 10, "P5600 o32": 30}
	return cover.Sets{
		{Arch: "arm", Models: map[string]cover.Model{"max eabi": {}}, Patterns: []*cover.Pattern{
			{Source: "a.decode:1", Name: "ADD", Models: map[string]int64{"max eabi": 5}, State: runtime.StateCovered},
		}},
		{Arch: "mips", Models: map[string]cover.Model{"24Kc o32": {}, "P5600 o32": {}}, Patterns: []*cover.Pattern{
			{Source: "a.decode:1", Name: "ADD", Models: ab, State: runtime.StateCovered, Fields: rd},
			{Source: "a.decode:2", Name: "SUB", Models: a, Never: map[string]string{"P5600 o32": "it is <old>", "X n32": "it is <old>"}, State: runtime.StateCompleted, Fields: rd},
			{Source: "a.decode:3", Name: "TEQ", Models: ab, State: runtime.StateFaulted, Faults: map[string]int64{"SIGTRAP": 7}},
			{Source: "a.decode:4", Name: "LW", Models: ab, State: runtime.StateNever},
			{Source: "a.decode:5", Name: "SW", Models: map[string]int64{"24Kc o32": 0}, Fields: rd},
			{Source: "a.decode:6", Name: "OLD", Models: ab, State: runtime.StateCovered},
			{Source: "a.decode:7", Name: "MSR", Never: map[string]string{"24Kc o32": "the harness needs it"}},
		}},
	}
}

// sampleCampaign is a summary with coverage.
func sampleCampaign() *campaign.Summary {
	example := sample().MismatchList[1]
	example.Source = "a.decode:1"
	return &campaign.Summary{
		Name: "night.yaml", Jobs: 4, Done: 4, Differs: 1, Clean: 3, Coverage: sampleSets(), CoverageJobs: 3,
		CPUs: []*campaign.CPUSummary{{CPU: "24Kc", Jobs: 4, Clean: 3, Differs: 1}},
		Differences: []*campaign.Difference{{
			Kind: runtime.KindResult, Pattern: "ADD", Count: 12, Jobs: 3, CPUs: []string{"24Kc"}, Pairs: []string{"new", "old"}, Text: example.Disassembly, Example: example,
			First: campaign.First{Job: "j1", Order: "big", Again: "risugen check 1"},
		}},
		KnownSeen: []*campaign.KnownSeen{{KnownSeen: runtime.KnownSeen{ID: "k", Text: "it is", Count: 2}, Jobs: 1, CPUs: []string{"P5600"}, Patterns: []string{"OLD", "SUB"}}},
	}
}

// TestCampaignGrid: the page of many jobs has what all of them have hit, and its cells what differs where it does.
func TestCampaignGrid(t *testing.T) {
	p := campaignPage(sampleCampaign(), Options{})
	got := map[string]string{}
	for _, g := range p.Groups {
		for _, c := range g.Cells {
			got[g.Name+" "+c.Name] = c.State.Class
		}
	}
	assert.Equal(t, map[string]string{
		"arm: a.decode ADD": "clean", "mips: a.decode ADD": "differs", "mips: a.decode SUB": "idle", "mips: a.decode TEQ": "faults",
		"mips: a.decode LW": "never", "mips: a.decode SW": "undrawn", "mips: a.decode OLD": "known", "mips: a.decode MSR": "undrawn",
	}, got, "a difference of a 24Kc is none of an arm, and what is known of a P5600 none of what it never runs")
	assert.Equal(t, 2, p.Missing, "of a pattern that was in no image that is all that is said")
	add := p.Patterns[1]
	assert.EqualValues(t, 40, add.More.Executions)
	assert.Equal(t, []modelCount{{"P5600 o32", 30}, {"24Kc o32", 10}}, add.Models)
	assert.Equal(t, "1101", reversed(add.More.Values()[0].Bits()))
	assert.Same(t, add, p.Entries[0].Pattern)
	assert.Equal(t, []reason{{"P5600 o32, X n32", "it is <old>"}}, p.Patterns[2].Never)
	assert.Equal(t, []string{"k"}, p.Patterns[6].Known)
	assert.Equal(t, "Of 3 of 4 jobs: the results of the others do not tell what they have hit.", p.Coverage)

	var b bytes.Buffer
	s := sampleCampaign()
	s.Until = &campaign.Until{}
	for range maxUnhit + 1 {
		s.Until.Left = append(s.Until.Left, &campaign.LeftOver{Pattern: "SW", Source: "a.decode:5", What: "rd 1", Why: []campaign.Reason{{Text: "<not>", Models: []string{"24Kc o32"}}}})
	}
	require.NoError(t, pages.Execute(&b, campaignPage(s, Options{})))
	text := b.String()
	assert.Equal(t, maxUnhit, strings.Count(text, "<li>SW (a.decode:5) rd 1: &lt;not&gt; (24Kc o32)</li>"))
	assert.Contains(t, text, `Not hit <span class="n">201</span>`)
	assert.Contains(t, text, `<details data-order="big" class="card"`, "lanes of memory are of the image's byte order")
	assert.Contains(t, text, "<mark>3</mark>", "the first of them is shown in full")
	assert.Contains(t, text, "<span>targets: new, old</span>")
	assert.Contains(t, text, "Never on P5600 o32, X n32: it is &lt;old&gt;.")
	assert.Contains(t, text, "On P5600 o32 (30), 24Kc o32 (10).")
	assert.Contains(t, text, "SIGTRAP 7")
}

func reversed(s string) string {
	b := []byte(s)
	for i := range len(b) / 2 {
		b[i], b[len(b)-1-i] = b[len(b)-1-i], b[i]
	}
	return string(b)
}

// sampleGate is the summary of a gate with one of each.
func sampleGate(t testing.TB, jobs int) *regress.Summary {
	t.Helper()
	known, err := runtime.ParseKnown("k.yaml", []byte(`
- {id: seen, cpus: [.*], patterns: [OLD], kinds: [result], text: it is, see: 'https://example.org/1'}
- {id: stale, cpus: [.*], patterns: [SUB], kinds: [result], text: it was}
- {id: elsewhere, cpus: [Z], patterns: [SUB], kinds: [result], text: not here}
`))
	require.NoError(t, err)
	s := regress.NewSummary(&campaign.Header{Name: "quick", Jobs: jobs}, func(*campaign.Params) string { return "risugen check 1" }, []regress.List{{Entries: known, Stale: true}}, false)
	s.Set, s.Baseline, s.Candidate = "quick", "old/{emulator}", "new/{emulator}"
	s.Skipped = []regress.Skipped{{What: "max", Why: "there is no program qemu-<arm>", Jobs: 2}}
	r := &campaign.Result{Status: campaign.Differs, Versions: runtime.TargetPair{Master: "qemu-mips version 7.2", Apprentice: "qemu-mips version 10.0"}}
	r.CPU, r.ID, r.Order, r.Pair = "24Kc", "j1", "big", regress.Pair
	r.Mismatches, r.Counts.Mismatches = []*runtime.Mismatch{sample().MismatchList[1]}, 4
	r.KnownSeen, r.KnownUnseen = []*runtime.KnownSeen{{ID: "seen", Text: "it is", Count: 3}}, []string{"stale"}
	r.Patterns = []runtime.PatternState{{Pattern: "R", Source: "r.decode:1", State: runtime.StateRan}, {Pattern: "ADD", Source: "a.decode:3", State: runtime.StateCovered}}
	sets := sampleSets()
	r.Cover = &cover.Packed{Set: sets[1]}
	s.Add(r)
	other := &campaign.Result{Status: campaign.Clean, Versions: runtime.TargetPair{Master: "qemu-mipsel version 7.2"}}
	other.CPU, other.ID, other.Index = "P5600", "j2", 1
	other.Patterns = []runtime.PatternState{{Pattern: "R", Source: "r.decode:1", State: runtime.StateRefused}}
	s.Add(other)
	s.Finish()
	return s
}

// TestRegressPage: the page of a gate has all that its text has, and what its jobs have hit.
func TestRegressPage(t *testing.T) {
	s := sampleGate(t, 2)
	p := regressPage(s, Options{})
	assert.Equal(t, differ, p.Verdict)
	assert.Equal(t, []side{{"baseline", "old/{emulator}", "version 7.2"}, {"candidate", "new/{emulator}", "version 10.0"}}, p.Sides)
	assert.Equal(t, []row{
		{"24Kc", []segment{{"differs", 0, 1000}, {"violates", 1000, 0}, {"known", 1000, 0}, {"clean", 1000, 0}},
			[]cell{{"1", ""}, {"0", ""}, {"1 of 1", ""}, {"1", "bad"}, {"1", "known"}, {"1", "bad"}, {"0", ""}, {"0.00 s", ""}}},
		{"P5600", []segment{{"differs", 0, 0}, {"violates", 0, 0}, {"known", 0, 0}, {"clean", 0, 1000}},
			[]cell{{"1", ""}, {"0", ""}, {"0 of 0", ""}, {"0", ""}, {"0", ""}, {"0", ""}, {"0", ""}, {"0.00 s", ""}}},
	}, p.Models.Rows)
	var known []string
	for _, k := range p.Known {
		known = append(known, k.State.Name+" "+k.ID+": "+k.Often+": "+k.Where)
	}
	assert.Equal(t, []string{
		"stale stale: it ran, and nothing of it was seen: on 24Kc; k.yaml:3", "seen seen: 3 times in 1 job: on 24Kc; k.yaml:2",
		"not exercised elsewhere: no pattern of it ran on a CPU model and targets of it: k.yaml:4",
	}, known)
	assert.Equal(t, []string{"max (2 jobs): there is no program qemu-<arm>"}, p.Skipped)
	require.Len(t, p.Groups, 2)
	assert.Equal(t, "reserved words: r.decode", p.Groups[1].Name)
	assert.Equal(t, "refused", p.Groups[1].Cells[0].State.Class, "the better of two states")
	require.Len(t, p.Entries, 1)
	assert.NotContains(t, p.Entries[0].Where, "targets: regress")
	assert.NotNil(t, p.Entries[0].Word)

	assert.Equal(t, "They differ, and jobs failed or are missing", regressPage(sampleGate(t, 3), Options{}).Verdict.Text)
	s.Differs = 0
	require.Equal(t, 1, s.ExitCode)
	assert.Equal(t, "Entries of lists of known differences are stale", regressVerdict(s).Text)

	var b bytes.Buffer
	require.NoError(t, pages.Execute(&b, regressPage(sampleGate(t, 2), Options{})))
	assert.Contains(t, b.String(), `</i>stale</span> <b>stale</b>`)
	assert.Contains(t, b.String(), `<td class="bad">1</td>`)
	assert.Len(t, regexp.MustCompile("(?i)<(script|img)").FindAllString(b.String(), -1), 1)
}

// TestManyJobsHostile: whatever the texts of sets, entries and skipped jobs are, they are texts.
func TestManyJobsHostile(t *testing.T) {
	s := sampleGate(t, 3)
	s.Set, s.Baseline, s.Result, s.Skipped[0].Why, s.Uncovered = hostile, hostile, hostile, hostile, []string{hostile}
	s.Versions[1] = []string{hostile}
	s.Entries[0].ID, s.Entries[0].Text, s.Entries[0].See, s.Entries[0].At = hostile, hostile, "javascript:"+hostile, hostile
	s.Models[0].CPU = hostile
	s.Differences[0].Order, s.Differences[0].Example.Disassembly = hostile, hostile
	c := s.Coverage[0].Patterns[1]
	c.Name, c.Source, c.State = hostile, hostile, hostile
	c.Models[hostile], c.Never[hostile] = 1, hostile
	c.Faults = map[string]int64{hostile: 1}
	c.Fields[0].Name = hostile
	var b bytes.Buffer
	require.NoError(t, pages.Execute(&b, regressPage(s, Options{})))
	for tag, n := range map[string]int{"script": 1, "style": 1, "title": 1, "img": 0} {
		assert.Len(t, regexp.MustCompile("(?i)<"+tag+`[\s>]`).FindAllString(b.String(), -1), n, tag)
	}
	assert.NotContains(t, b.String(), `href="javascript:`)
}
