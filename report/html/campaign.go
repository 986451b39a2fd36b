package html

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/regress"
	"github.com/risugen/risugen/runtime"
)

// job is the first job of a campaign in which something was seen.
type job struct{ ID, Again string }

// WriteCampaignFile writes the page of a campaign's summary to a file, which appears whole or not at all.
func WriteCampaignFile(path string, s *campaign.Summary, o Options) error {
	return writeFile(path, campaignPage(s, o))
}

func campaignPage(s *campaign.Summary, o Options) *page {
	p := &page{
		Options: o, Title: "risugen: " + campaignName(s), Verdict: campaignVerdict(s), What: campaignName(s), Rows: s.Rows(),
		Tiles: []tile{
			{comma(int64(s.Done)), "of " + comma(int64(s.Jobs)) + " jobs done", badIf(s.Left > 0)},
			{comma(int64(s.Differs)), "jobs differ", badIf(s.Differs > 0)},
			{comma(int64(s.Failed)), "jobs failed", badIf(s.Failed > 0)},
			{comma(int64(s.Known)), "jobs differ as known", ""},
			{humanize.SIWithDigits(float64(s.Executions), 1, ""), "executions compared", ""},
		},
		Models: &table{Head: []string{"model", "jobs", "clean", "known", "differ", "failed", "executions", "mismatches"}},
	}
	for _, c := range s.CPUs {
		p.Models.Rows = append(p.Models.Rows, row{c.CPU, cpuBar(c), []cell{
			number(c.Jobs, ""), number(c.Clean, ""), number(c.Known, "known"), number(c.Differs, "bad"), number(c.Failed, "bad"),
			{comma(c.Executions), ""}, {comma(c.Mismatches), ""},
		}})
	}
	for _, k := range s.KnownSeen {
		p.Known = append(p.Known, known{
			ID: k.ID, Text: k.Text, See: k.See, Link: isLink(k.See), Where: "on " + strings.Join(k.CPUs, ", "),
			Often: campaign.Plural(k.Count, "time") + " in " + campaign.Plural(k.Jobs, "job"),
		})
	}
	p.jobs(s, nil)
	return p
}

// maxUnhit bounds the list of what was not hit; panels of patterns tell of values, too.
const maxUnhit = 200

// jobs adds what the jobs of a summary found, and what they have hit.
func (p *page) jobs(s *campaign.Summary, reserved []*runtime.PatternState) {
	p.Left, p.LeftHow = s.DifferencesLeft+int64(s.FailuresLeft), "a greater number of details in the campaign's file shows more"
	for _, d := range s.Differences {
		p.Entries = append(p.Entries, campaignDifference(d))
	}
	for _, f := range s.Failures {
		p.Entries = append(p.Entries, campaignFailure(f))
	}
	for i, e := range p.Entries {
		e.ID, e.Open = fmt.Sprintf("d%d", i+1), i < openEntries
	}
	p.Kinds = kinds(p.Entries)
	var marks []*entry
	for _, k := range s.KnownSeen {
		for _, name := range k.Patterns {
			marks = append(marks, &entry{Known: k.ID, Name: name, CPUs: k.CPUs})
		}
	}
	if len(s.Coverage) > 0 || len(reserved) > 0 {
		p.coverage(s.Coverage, reserved, marks)
	}
	p.Coverage = coverageOf(s)
	if s.Until != nil {
		p.UnhitAll = len(s.Until.Left)
		for _, l := range s.Until.Left[:min(maxUnhit, p.UnhitAll)] {
			p.Unhit = append(p.Unhit, l.String())
		}
	}
}

// coverageOf says of which jobs the grid is, where it is not of all that are done.
func coverageOf(s *campaign.Summary) string {
	if s.CoverageJobs == 0 || s.CoverageJobs == s.Done {
		return ""
	}
	return fmt.Sprintf("Of %s of %s jobs: the results of the others do not tell what they have hit.", comma(int64(s.CoverageJobs)), comma(int64(s.Done)))
}

func campaignName(s *campaign.Summary) string {
	if s.Name == "" {
		return "Campaign"
	}
	return "Campaign " + s.Name
}

func campaignVerdict(s *campaign.Summary) verdict {
	switch {
	case s.Differs > 0 && s.Verdict() == campaign.Trouble:
		return verdict{"bad", "≠", "They differ, and jobs failed or are missing"}
	case s.Differs > 0:
		return differ
	case s.Verdict() == campaign.Trouble && s.Failed == 0 && s.Left == 0:
		return verdict{"known", "…", "They agree in what ran, which is not all that was asked for"}
	case s.Verdict() == campaign.Trouble:
		return verdict{"known", "…", "No verdict: jobs failed or are missing"}
	case s.Known > 0:
		return agreeAs
	}
	return agree
}

// number is a cell with a number, which has a class if it is not 0.
func number(n int, class string) cell {
	if n == 0 {
		class = ""
	}
	return cell{comma(int64(n)), class}
}

// cpuBar is the share of jobs that ended so or so.
func cpuBar(c *campaign.CPUSummary) []segment {
	var out []segment
	sum := 0
	for _, part := range []struct {
		class string
		n     int
	}{{"differs", c.Differs}, {"violates", c.Failed}, {"known", c.Known}, {"clean", c.Clean}} {
		from := 1000 * sum / max(c.Jobs, 1)
		sum += part.n
		out = append(out, segment{part.class, from, 1000*sum/max(c.Jobs, 1) - from})
	}
	return out
}

// differenceKinds are kinds of mismatches; the others are of violations, and their text is a sentence.
var differenceKinds = []string{
	runtime.KindResult, runtime.KindFault, runtime.KindUndeclared, runtime.KindStray, runtime.KindDigest, runtime.KindUnsteady,
}

// campaignDifference is the card of a kind of difference, with the first of them in full.
func campaignDifference(d *campaign.Difference) *entry {
	e := &entry{}
	if d.Example != nil {
		e = mismatch(d.Example)
	}
	e.Kind, e.Count, e.CPUs, e.Order, e.Job = d.Kind, d.Count, d.CPUs, d.Order, &job{d.Job, d.Again}
	e.Often = campaign.Plural(d.Count, "time") + " in " + campaign.Plural(d.Jobs, "job")
	e.Name = cmp.Or(d.Pattern, d.Place, e.Name)
	e.Violation = !slices.Contains(differenceKinds, d.Kind)
	if e.Violation {
		e.What = d.Text
	} else {
		e.Code, e.What = d.Text, whats[d.Kind]
	}
	e.Where = append([]string{"on " + strings.Join(d.CPUs, ", "), "first in job " + d.Job}, e.Where...)
	pairs := slices.DeleteFunc(slices.Clone(d.Pairs), func(name string) bool { return name == regress.Pair })
	for _, more := range [][2]string{{"place: ", d.Place}, {"target: ", d.Target}, {"targets: ", strings.Join(pairs, ", ")}} {
		if more[1] != "" {
			e.Where = append(e.Where, more[0]+more[1])
		}
	}
	first := cmp.Or(strings.TrimSpace(e.Text), d.Text)
	e.Text = fmt.Sprintf("%s: %s: %s on %s; first: %s\nagain: %s\n", e.Name, d.Kind, e.Often, strings.Join(d.CPUs, ", "), first, d.Again)
	return e
}

func campaignFailure(f *campaign.Failure) *entry {
	return &entry{
		Kind: "failed", Violation: true, Name: strings.Join(f.CPUs, ", "), Count: int64(f.Jobs), Often: campaign.Plural(f.Jobs, "job"),
		What: f.Error, Where: []string{"first job " + f.Job}, Job: &job{f.Job, f.Again},
	}
}
