package html

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/runtime"
)

// campaignPart is what the page of a campaign has beside that of a run.
type campaignPart struct{ CPUs []cpuRow }

// cpuRow is the jobs of a CPU model.
type cpuRow struct {
	*campaign.CPUSummary
	Bar []segment
}

// job is the first job of a campaign in which something was seen.
type job struct{ ID, Again string }

// WriteCampaign writes the page of a campaign's summary.
func WriteCampaign(w io.Writer, s *campaign.Summary, o Options) error {
	return write(w, campaignPage(s, o))
}

// WriteCampaignFile writes the page of a campaign's summary to a file, which appears whole or not at all.
func WriteCampaignFile(path string, s *campaign.Summary, o Options) error {
	return writeFile(path, campaignPage(s, o))
}

func campaignPage(s *campaign.Summary, o Options) *page {
	p := &page{
		Options: o, Title: "risugen: " + campaignName(s), Verdict: campaignVerdict(s), What: campaignName(s), Rows: s.Rows(), Left: s.DifferencesLeft + int64(s.FailuresLeft),
		Tiles: []tile{
			{comma(int64(s.Done)), "of " + comma(int64(s.Jobs)) + " jobs done", badIf(s.Left > 0)},
			{comma(int64(s.Differs)), "jobs differ", badIf(s.Differs > 0)},
			{comma(int64(s.Failed)), "jobs failed", badIf(s.Failed > 0)},
			{comma(int64(s.Known)), "jobs differ as known", ""},
			{humanize.SIWithDigits(float64(s.Executions), 1, ""), "executions compared", ""},
		},
		Campaign: &campaignPart{},
	}
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
	for _, k := range s.KnownSeen {
		p.Known = append(p.Known, known{k.ID, k.Text, k.See, k.Count, isLink(k.See)})
	}
	for _, c := range s.CPUs {
		p.Campaign.CPUs = append(p.Campaign.CPUs, cpuRow{c, cpuBar(c)})
	}
	return p
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
	case s.Verdict() == campaign.Trouble:
		return verdict{"known", "…", "No verdict: jobs failed or are missing"}
	case s.Known > 0:
		return agreeAs
	}
	return agree
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

func campaignDifference(d *campaign.Difference) *entry {
	e := &entry{
		Kind: d.Kind, Name: d.Pattern, Count: d.Count, Often: plural(d.Count, "time") + " in " + plural(int64(d.Jobs), "job"),
		Violation: !slices.Contains(differenceKinds, d.Kind), Job: &job{d.Job, d.Again},
		Where: []string{"on " + strings.Join(d.CPUs, ", "), "first in job " + d.Job},
	}
	if e.Name == "" {
		e.Name = d.Place
	}
	if e.Violation {
		e.What = d.Text
	} else {
		e.Code, e.What = d.Text, whats[d.Kind]
	}
	for name, text := range map[string]string{"target: ": d.Target, "place: ": d.Place, "targets: ": strings.Join(d.Pairs, ", ")} {
		if text != "" {
			e.Where = append(e.Where, name+text)
		}
	}
	slices.Sort(e.Where[2:])
	e.Text = fmt.Sprintf("%s: %s: %s on %s; first: %s\nagain: %s\n", e.Name, d.Kind, e.Often, strings.Join(d.CPUs, ", "), d.Text, d.Again)
	return e
}

func campaignFailure(f *campaign.Failure) *entry {
	return &entry{
		Kind: "failed", Violation: true, Name: strings.Join(f.CPUs, ", "), Count: int64(f.Jobs), Often: plural(int64(f.Jobs), "job"),
		What: f.Error, Where: []string{"first job " + f.Job}, Job: &job{f.Job, f.Again},
	}
}
