package regress

import (
	"fmt"
	"io"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/internal/screen"
)

// shownDifferences is how many differences, and failures, Text writes.
const shownDifferences = 50

// Text writes a finished summary for reading: a table of models, what is new, what is known, what is stale, and the verdict.
// reduce makes of the command that runs a job again one that makes its image smaller; nil: there is none.
func (s *Summary) Text(w io.Writer, reduce func(again string) string) error {
	var b strings.Builder
	b.WriteString(s.table(screen.Width(w)) + "\n\n")
	for i, d := range s.Differences {
		if i == shownDifferences {
			fmt.Fprintf(&b, "and %s kinds of differences more; --json has them all.\n\n", comma(len(s.Differences)-i))
			break
		}
		fmt.Fprintf(&b, "new: %s, in %s: %s in %s\n", d.Name(), strings.Join(d.CPUs, ", "), campaign.Plural(d.Count, "time"), campaign.Plural(d.Jobs, "job"))
		what := d.Text
		if d.Example != nil {
			what = d.Example.Text()
		}
		if what != "" {
			b.WriteString("  " + strings.ReplaceAll(what, "\n", "\n  ") + "\n")
		}
		fmt.Fprintf(&b, "  again: %s\n", d.Again)
		if reduce != nil {
			fmt.Fprintf(&b, "  reduce: %s\n", reduce(d.Again))
		}
		b.WriteString("\n")
	}
	if s.DifferencesLeft > 0 {
		fmt.Fprintf(&b, "%s more differences are in none of these.\n\n", humanize.Comma(s.DifferencesLeft))
	}
	s.failures(&b)
	s.entriesText(&b)
	for _, k := range s.Skipped {
		fmt.Fprintf(&b, "skipped: %s (%s): %s\n", k.What, campaign.Plural(k.Jobs, "job"), k.Why)
	}
	if len(s.Uncovered) > 0 {
		fmt.Fprintf(&b, "not covered on any model: %s\n", strings.Join(s.Uncovered, ", "))
	}
	fmt.Fprintf(&b, "\nbaseline  %s\ncandidate %s\n%s\n", s.Baseline, s.Candidate, s.Result)
	_, err := io.WriteString(w, b.String())
	return err
}

func (s *Summary) failures(b *strings.Builder) {
	for i, f := range s.Failures {
		if i == shownDifferences {
			fmt.Fprintf(b, "and %s failures more.\n\n", comma(len(s.Failures)-i+s.FailuresLeft))
			break
		}
		fmt.Fprintf(b, "failed: %s of %s: %s\n  again: %s\n\n", campaign.Plural(f.Jobs, "job"), strings.Join(f.CPUs, ", "),
			strings.ReplaceAll(f.Error, "\n", "\n  "), f.Again)
	}
}

// entriesText says what became of entries of lists of known differences.
func (s *Summary) entriesText(b *strings.Builder) {
	for _, e := range s.In(Seen) {
		fmt.Fprintf(b, "known: %s, in %s: %s in %s\n", e.describe(), strings.Join(e.CPUs, ", "), campaign.Plural(e.Count, "time"), campaign.Plural(e.Jobs, "job"))
	}
	for _, e := range s.In(Stale) {
		fmt.Fprintf(b, "stale: %s: %s: it ran on %s, and nothing of it was seen\n", e.At, e.describe(), strings.Join(e.CPUs, ", "))
	}
	for _, e := range s.In(Unseen) {
		fmt.Fprintf(b, "unseen: %s: %s: it ran on %s, but not all jobs have a result\n", e.At, e.describe(), strings.Join(e.CPUs, ", "))
	}
	if list := s.In(NotExercised); len(list) > 0 {
		var ids []string
		for _, e := range list {
			ids = append(ids, e.ID)
		}
		n := "1 entry"
		if len(ids) > 1 {
			n = comma(len(ids)) + " entries"
		}
		fmt.Fprintf(b, "not exercised: %s of lists of known differences: %s\n", n, strings.Join(ids, ", "))
	}
}

func (e *Entry) describe() string {
	if e.See != "" {
		return e.ID + ": " + e.Text + " (" + e.See + ")"
	}
	return e.ID + ": " + e.Text
}

// table is a row for each model.
func (s *Summary) table(width int) string {
	t := screen.NewTable(screen.Wrapped{Number: 1, Least: 10})
	t.AppendHeader(table.Row{"model", "jobs", "executions", "covered", "new", "known", "stale", "failed", "time"})
	for _, m := range s.Models {
		t.AppendRow(table.Row{
			m.CPU, comma(m.Jobs), humanize.Comma(m.Executions), fmt.Sprintf("%d of %d", m.Covered, m.Patterns),
			comma(m.New), comma(m.Known), comma(m.Stale), comma(m.Failed), screen.Seconds(m.Seconds),
		})
	}
	t.AppendFooter(table.Row{
		"all", comma(s.Done), humanize.Comma(s.Executions), fmt.Sprintf("%d of %d", s.Covered, s.Patterns),
		comma(len(s.Differences)), comma(len(s.In(Seen))), comma(len(s.In(Stale))), comma(s.Failed), screen.Seconds(s.Seconds),
	})
	return t.In(width)
}

// sentence is the verdict.
func (s *Summary) sentence() string {
	var parts []string
	add := func(n int64, one, many string) {
		switch {
		case n == 1:
			parts = append(parts, "1 "+one)
		case n > 1:
			parts = append(parts, humanize.Comma(n)+" "+many)
		}
	}
	add(int64(s.Left), "job without a result", "jobs without a result")
	add(int64(s.Failed), "failed job", "failed jobs")
	add(int64(len(s.Differences)), "new difference", "new differences")
	add(s.DifferencesLeft, "difference more that is not listed", "differences more that are not listed")
	add(int64(len(s.In(Stale))), "stale entry of a list of known differences", "stale entries of lists of known differences")
	jobs := fmt.Sprintf("%s: %s, %s executions, %d of %d patterns covered", s.Set, s.jobsDone(), humanize.Comma(s.Executions), s.Covered, s.Patterns)
	verdict := map[int]string{0: "agree", 1: "differ", 2: "no verdict"}[int(s.Verdict())]
	if len(parts) == 0 {
		return jobs + ": " + verdict
	}
	return jobs + ": " + verdict + ": " + strings.Join(parts, ", ")
}

// jobsDone says how many jobs have a result, and of how many if some of the set's were skipped.
func (s *Summary) jobsDone() string {
	if s.SkippedJobs == 0 {
		return campaign.Plural(int64(s.Done), "job")
	}
	return fmt.Sprintf("%s of %s, %s skipped", comma(s.Done), campaign.Plural(int64(s.Jobs+s.SkippedJobs), "job"), comma(s.SkippedJobs))
}

func comma(n int) string { return humanize.Comma(int64(n)) }
