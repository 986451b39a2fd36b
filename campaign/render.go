package campaign

import (
	"fmt"
	"io"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/risugen/risugen/internal/screen"
	"github.com/risugen/risugen/runtime"
)

// Text writes the summary for reading: what differs, what failed, and a table.
func (s *Summary) Text(w io.Writer) error {
	const shown = 50
	width := screen.Width(w)
	var b strings.Builder
	for _, d := range s.Differences[:min(shown, len(s.Differences))] {
		d.write(&b)
	}
	if n := len(s.Differences) - shown; n > 0 {
		fmt.Fprintf(&b, "and %s kinds of differences more; --json has them all.\n\n", comma(n))
	}
	if s.DifferencesLeft > 0 {
		fmt.Fprintf(&b, "%s more differences are in none of these.\n\n", humanize.Comma(s.DifferencesLeft))
	}
	for _, f := range s.Failures[:min(shown, len(s.Failures))] {
		fmt.Fprintf(&b, "failed: %s of %s: %s\n  again: %s\n\n", Plural(f.Jobs, "job"), some(f.CPUs), strings.ReplaceAll(f.Error, "\n", "\n  "), f.Again)
	}
	if n := len(s.Failures) - shown + s.FailuresLeft; n > 0 {
		fmt.Fprintf(&b, "and %s failures more.\n\n", comma(n))
	}
	for _, k := range s.KnownSeen {
		see := ""
		if k.See != "" {
			see = " (see " + k.See + ")"
		}
		fmt.Fprintf(&b, "known: %s: %s%s, %s in %s.\n\n", k.ID, k.Text, see, Plural(k.Count, "time"), Plural(k.Jobs, "job"))
	}
	if len(s.CPUs) > 1 {
		b.WriteString(s.cpuTable(width) + "\n")
	}
	if s.Until != nil {
		s.Until.write(&b)
	}
	b.WriteString(s.table(width) + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// Name is what differs: pattern, kind, place and side.
func (d *Difference) Name() string {
	name := d.Kind
	switch {
	case d.Pattern != "" && d.Place != "":
		name = d.Pattern + ": " + d.Kind + ", " + d.Place
	case d.Pattern != "":
		name = d.Pattern + ": " + d.Kind
	case d.Place != "":
		name = d.Place + ": " + d.Kind
	}
	if d.Target != "" {
		name += " on " + d.Target
	}
	return name
}

func (d *Difference) write(b *strings.Builder) {
	fmt.Fprintf(b, "%s: %s in %s of %s", d.Name(), Plural(d.Count, "time"), Plural(d.Jobs, "job"), some(d.CPUs))
	if len(d.Pairs) > 1 {
		fmt.Fprintf(b, " on %d pairs of targets", len(d.Pairs))
	}
	if d.Text != "" {
		fmt.Fprintf(b, "; first: %s", d.Text)
	}
	fmt.Fprintf(b, "\n  again: %s\n\n", d.Again)
}

// some lists names, the first few of them.
func some(names []string) string {
	const shown = 4
	if n := len(names) - shown; n > 1 {
		return strings.Join(names[:shown], ", ") + fmt.Sprintf(" and %d more", n)
	}
	return strings.Join(names, ", ")
}

func (s *Summary) cpuTable(width int) string {
	t := screen.NewTable(screen.Wrapped{Number: 1, Least: 10})
	t.Style().Format.Header = text.FormatUpper
	t.AppendHeader(table.Row{"cpu", "jobs", "clean", "known", "differ", "failed", "executions", "mismatches"})
	for _, c := range s.CPUs {
		t.AppendRow(table.Row{
			c.CPU, comma(c.Jobs), comma(c.Clean), comma(c.Known), comma(c.Differs), comma(c.Failed), humanize.Comma(c.Executions), humanize.Comma(c.Mismatches),
		})
	}
	return t.In(width)
}

func (s *Summary) table(width int) string {
	t := screen.NewTable(screen.Wrapped{Number: 2, Least: 40})
	for _, row := range s.Rows() {
		t.AppendRow(table.Row{row.Name, row.Text})
	}
	return t.In(width)
}

// Rows are what the summary's table says, as [runtime.Report.Rows] are.
func (s *Summary) Rows() []runtime.Row {
	var rows []runtime.Row
	row := func(name, format string, args ...any) {
		rows = append(rows, runtime.Row{Name: name, Text: fmt.Sprintf(format, args...)})
	}
	if s.Name != "" {
		row("campaign", "%s", s.Name)
	}
	row("jobs", "%s of %s done: %s clean, %s known, %s differ, %s failed", comma(s.Done), comma(s.Jobs), comma(s.Clean), comma(s.Known), comma(s.Differs), comma(s.Failed))
	if s.Left > 0 {
		row("missing", "%s without a result", Plural(s.Left, "job"))
	}
	if s.Aimed > 0 {
		row("aimed", "%s of these are of images aimed at what was missing", comma(s.Aimed))
	}
	for _, sh := range s.Shards {
		row("incomplete", "shard %s: %s of %s jobs", sh.Shard, comma(sh.Done), comma(sh.Jobs))
	}
	row("instructions", "%s", humanize.Comma(s.Instructions))
	row("executions", "%s compared", humanize.Comma(s.Executions))
	switch n := s.unknownMismatches(); {
	case n == 0 && s.KnownMismatches == 0:
		row("mismatches", "none of %s records differ", humanize.Comma(s.Records))
	case n == 0:
		row("mismatches", "none of %s records differ, but for %s that are known to", humanize.Comma(s.Records), humanize.Comma(s.KnownMismatches))
	case s.KnownMismatches == 0:
		row("mismatches", "%s of %s records differ", humanize.Comma(n), humanize.Comma(s.Records))
	default:
		row("mismatches", "%s of %s records differ, and %s are known to", humanize.Comma(n), humanize.Comma(s.Records), humanize.Comma(s.KnownMismatches))
	}
	for _, c := range s.Coverage {
		sum := c.Summary()
		row("coverage", "%s: %s patterns ran, %s covered; %s values of small fields", c.Arch, sum.Patterns, comma(sum.Covered), sum.Values)
	}
	if s.Until != nil {
		row("until covered", "%s", s.Until.sentence())
	}
	row("time", "%s of all jobs together", screen.Seconds(s.Seconds))
	return rows
}

func comma(n int) string { return humanize.Comma(int64(n)) }

// Plural writes a number of things: "1 job", "2,000 jobs".
func Plural[N int | int64](n N, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return humanize.Comma(int64(n)) + " " + thing + "s"
}
