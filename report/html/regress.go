package html

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/internal/screen"
	"github.com/risugen/risugen/regress"
	"github.com/risugen/risugen/runtime"
)

// WriteRegressFile writes the page of a gate's summary, which is finished, to a file, which appears whole or not at all.
func WriteRegressFile(path string, s *regress.Summary, o Options) error {
	return writeFile(path, regressPage(s, o))
}

func regressPage(s *regress.Summary, o Options) *page {
	stale := len(s.In(regress.Stale))
	p := &page{
		Options: o, Title: "risugen: regress " + s.Set, Verdict: regressVerdict(s), What: "Regression " + s.Set,
		Sides: []side{
			{"baseline", s.Baseline, versions(s.Versions[0])}, {"candidate", s.Candidate, versions(s.Versions[1])},
		},
		Tiles: []tile{
			{comma(int64(s.Done)), "of " + comma(int64(s.Jobs)) + " jobs done", badIf(s.Left > 0)},
			{comma(int64(len(s.Differences))), "new differences", badIf(s.Differs > 0)},
			{comma(int64(s.Failed)), "jobs failed", badIf(s.Failed > 0)},
			{comma(int64(stale)), "stale entries", badIf(stale > 0)},
			{comma(int64(s.Covered)), "of " + comma(int64(s.Patterns)) + " drawn patterns covered", ""},
			{humanize.SIWithDigits(float64(s.Executions), 1, ""), "executions compared", ""},
		},
		Models: &table{Head: []string{"model", "jobs", "executions", "covered", "new", "known", "stale", "failed", "time"}},
		Rows:   []runtime.Row{{Name: "result", Text: s.Result}},
	}
	for _, r := range s.Rows() {
		if r.Name != "campaign" { // which is the set's name here
			p.Rows = append(p.Rows, r)
		}
	}
	if len(s.Uncovered) > 0 {
		p.Rows = append(p.Rows, runtime.Row{Name: "not covered", Text: strings.Join(s.Uncovered, ", ")})
	}
	for _, m := range s.Models {
		var bar []segment
		if i := slices.IndexFunc(s.CPUs, func(c *campaign.CPUSummary) bool { return c.CPU == m.CPU }); i >= 0 {
			bar = cpuBar(s.CPUs[i])
		}
		p.Models.Rows = append(p.Models.Rows, row{m.CPU, bar, []cell{
			number(m.Jobs, ""), {comma(m.Executions), ""}, {fmt.Sprintf("%s of %s", comma(int64(m.Covered)), comma(int64(m.Patterns))), ""},
			number(m.New, "bad"), number(m.Known, "known"), number(m.Stale, "bad"), number(m.Failed, "bad"),
			{screen.Seconds(m.Seconds), ""},
		}})
	}
	for _, of := range entryStates {
		for _, e := range s.In(of.state) {
			p.Known = append(p.Known, knownEntry(e, of.look))
		}
	}
	for _, k := range s.Skipped {
		p.Skipped = append(p.Skipped, fmt.Sprintf("%s (%s): %s", k.What, campaign.Plural(k.Jobs, "job"), k.Why))
	}
	p.jobs(s.Summary, s.Reserved)
	return p
}

// entryStates are what may become of an entry of a list, what asks for something to be done first.
var entryStates = []struct {
	state regress.EntryState
	look  state
}{
	{regress.Stale, state{Class: "differs", Symbol: "!", Name: "stale", Text: "it ran, and nothing of it was seen"}},
	{regress.Unseen, state{Class: "never", Symbol: "?", Name: "unseen", Text: "nothing of it was seen, and not all jobs have a result"}},
	{regress.Seen, state{Class: "known", Symbol: "≈", Name: "seen"}},
	{regress.NotExercised, state{Class: "undrawn", Symbol: "·", Name: "not exercised", Text: "no pattern of it ran on a CPU model and targets of it"}},
	{regress.LeavesOut, state{Class: "undrawn", Symbol: "·", Name: "leaves out", Text: "it keeps words out of images"}},
}

func knownEntry(e *regress.Entry, look state) known {
	out := known{ID: e.ID, Text: e.Text, See: e.See, Link: isLink(e.See), State: look, Often: look.Text}
	if e.Count > 0 {
		out.Often = campaign.Plural(e.Count, "time") + " in " + campaign.Plural(e.Jobs, "job")
	}
	if len(e.CPUs) > 0 {
		out.Where = "on " + strings.Join(e.CPUs, ", ")
	}
	if !e.BuiltIn {
		out.Where = strings.TrimPrefix(out.Where+"; "+e.At, "; ")
	}
	return out
}

// versions are those of a side's programs: alike but for their names, mostly.
func versions(list []string) string {
	var out []string
	for _, v := range list {
		if _, after, found := strings.Cut(v, " version "); found {
			v = "version " + after
		}
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return more(out...)
}

func regressVerdict(s *regress.Summary) verdict {
	if s.ExitCode == int(campaign.Differ) && s.Differs == 0 {
		return verdict{"bad", "!", "Entries of lists of known differences are stale"}
	}
	return campaignVerdict(s.Summary)
}
