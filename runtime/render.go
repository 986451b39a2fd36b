package runtime

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/fatih/color"
	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/risugen/risugen/internal/screen"
)

// Text writes a report for reading: a table, then a paragraph for each finding and difference.
func (r *Report) Text(w io.Writer, useColor bool) error {
	p := newPainter(useColor)
	var b strings.Builder
	for _, m := range r.MismatchList {
		if m.Known == "" {
			p.mismatch(&b, m)
		}
	}
	if r.MismatchesLeft > 0 {
		fmt.Fprintf(&b, "%d more differing records are not shown.\n\n", r.MismatchesLeft)
	}
	for _, f := range r.Findings {
		if f.Known == "" {
			fmt.Fprintf(&b, "%s: %s.\n\n", p.bad(f.Kind), f.Text)
		}
	}
	for _, k := range r.KnownSeen {
		fmt.Fprintf(&b, "known: %s: %s%s, %s.\n\n", k.ID, k.Text, see(k.See), plural(k.Count, "time"))
	}
	if r.FindingsLeft > 0 {
		fmt.Fprintf(&b, "%d more findings are not shown.\n\n", r.FindingsLeft)
	}
	for _, d := range r.CodeList {
		fmt.Fprintf(&b, "signal codes differ %s: %s of %s (%s), first at %s: code %d on the master, %d on the apprentice.\n\n",
			plural(d.Count, "time"), d.Signal, d.Pattern, d.Source, d.Address, d.MasterCode, d.ApprenticeCode)
	}
	for _, d := range r.CauseList {
		fmt.Fprintf(&b, "cause bits of %s differ %s after a trap, first of %s (%s) at %s: %s on the master, %s on the apprentice.\n\n",
			d.State, plural(d.Count, "time"), d.Pattern, d.Source, d.Address, d.Master, d.Apprentice)
	}
	b.WriteString(r.table(screen.Width(w)))
	b.WriteString("\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// table is the summary, no wider than so many columns.
func (r *Report) table(width int) string {
	t := screen.NewTable(screen.Wrapped{Number: 2, Least: 40})
	for _, row := range r.Rows() {
		t.AppendRow(table.Row{row.Name, row.Text})
	}
	return t.In(width)
}

// Row is a line of a report's summary.
type Row struct{ Name, Text string }

// Rows are the summary: what was compared, and what is counted, each with its name. A name that begins with blanks, or has
// none, adds to the row before.
func (r *Report) Rows() []Row {
	var rows []Row
	row := func(name string, format string, args ...any) {
		rows = append(rows, Row{name, fmt.Sprintf(format, args...)})
	}
	side := func(name, target, guest, recorded, version string) {
		row(name, "%s", target)
		if guest != "" {
			row("  guest", "%s", guest)
		}
		if recorded != "" {
			row(recordedOrRun(target), "%s", strings.Join(slices.DeleteFunc([]string{recorded, version}, func(s string) bool { return s == "" }), "; "))
		}
	}
	side("master", r.Targets.Master, r.Guests.Master, r.Recorded.Master, r.Versions.Master)
	side("apprentice", r.Targets.Apprentice, r.Guests.Apprentice, r.Recorded.Apprentice, r.Versions.Apprentice)
	image := []string{r.CPU}
	for _, part := range []string{strings.Join(r.ISAs, "+"), r.ABI, r.Order + "-endian"} {
		if part != "" {
			image = append(image, part)
		}
	}
	row("image", "%s, seed %d", strings.Join(image, ", "), r.Seed)
	label, kept := "descriptions", []string(nil)
	for _, name := range r.Descriptions {
		if id, ok := strings.CutPrefix(name, KnownOverlay); ok {
			kept = append(kept, id)
			continue
		}
		row(label, "%s", name)
		label = ""
	}
	for _, id := range kept {
		row("kept out", "words that the targets would not survive, by the known difference %s (--no-known takes them in)", id)
	}
	row("patterns", "%d drawn, %d covered%s", r.Patterns, r.Covered, shortList(": not ", r.Uncovered))
	if n := len(r.Undescribed); n > 0 {
		row("not drawn", "%d of %d patterns, without operands block%s", n, r.Known, shortList(": ", r.Undescribed))
	}
	if n := len(r.Unrecorded); n > 0 {
		row("not drawn", "%d of %d patterns, of registers not recorded%s", n, r.Known, shortList(": ", r.Unrecorded))
	}
	if r.CutOff != "" {
		row("cut off", "%s of %s records were there to be compared", comma(r.Records), comma(r.Records+r.RecordsLeft))
	}
	if r.Failure != "" {
		row("failed", "%s of %s records came before the run failed", comma(r.Records), comma(r.Records+r.RecordsLeft))
		row("  how", "%s", r.Failure)
		row("not run", "%s of %s", plural(r.RecordsLeft, "record"), plural(int64(r.imageBlocks()-r.Blocks), "block"))
	}
	row("instructions", "%s in %s", comma(r.Instructions), r.blocks())
	row("executions", "%s compared%s", comma(r.Executions), r.notCompared())
	if r.Undefined > 0 {
		row("undefined", "%s outputs left open by the manual: overwritten, not compared", comma(r.Undefined))
	}
	if r.Faults == 0 {
		row("faults", "none")
	} else {
		row("faults", "%s, %s of them declared%s", comma(r.Faults), comma(r.DeclaredFaults), signalCounts(r.FaultsBySignal))
	}
	if r.Reserved > 0 {
		row("reserved", "%s of the instructions must raise the fault for reserved instructions", comma(r.Reserved))
	}
	if len(r.Emulated) > 0 {
		row("emulated", "%s times something ran that faults by the architecture: a system or a CPU may do it%s", comma(total(r.Emulated)), mostCounts(r.Emulated))
	}
	if r.EmulatedLeft > 0 {
		row("  left", "%s of these were reserved words by which a side left its block: nothing is compared of what it did then", comma(r.EmulatedLeft))
	}
	if len(r.Inconclusive) > 0 {
		row("inconclusive", "%s linked stores were not done on a side in any of their tries, and not compared%s", comma(total(r.Inconclusive)), mostCounts(r.Inconclusive))
	}
	if r.TrapBlocks > 0 {
		row("traps", "enabled in %s of the blocks", comma(r.TrapBlocks))
	}
	if d := r.Digests; d != nil {
		row("digests", "%s", d.sentence())
	}
	if r.RecordsLeft > 0 && r.CutOff == "" && r.Failure == "" {
		row("left out", "%s records of blocks in which a target died%s", comma(r.RecordsLeft), r.notAgain())
	}
	row("mismatches", "%s", r.mismatches())
	if r.CodeDiffers > 0 {
		row("signal codes", "%s differ (no mismatch)", comma(r.CodeDiffers))
	}
	if r.CauseDiffers > 0 {
		row("cause bits", "%s differ after a trap (no mismatch)", comma(r.CauseDiffers))
	}
	if r.LateFaults > 0 {
		row("late", "%s faults of misaligned accesses name the instruction behind (no mismatch)", comma(r.LateFaults))
	}
	row("violations", "%s", count(len(r.Findings)-r.knownFindings()))
	if n := r.knownFindings(); n > 0 || r.KnownMismatches > 0 {
		row("known", "%s of the differing records, %s", count(r.KnownMismatches), some(n, "violation"))
	}
	row("time", "%s, %s executions a second", screen.Seconds(r.Seconds), comma(int64(r.ExecutionRate)))
	return rows
}

// mismatches says how many records differ, and how many of them are known to.
func (r *Report) mismatches() string {
	of := fmt.Sprintf("of %s", plural(r.Records, "record"))
	switch n := r.Mismatches - r.KnownMismatches; {
	case r.KnownMismatches == 0:
		return fmt.Sprintf("%s %s %s", count(n), of, verb(r.Records, n))
	case n == 0:
		return fmt.Sprintf("none %s %s, but for %s that are known to", of, verb(r.Records, n), comma(r.KnownMismatches))
	default:
		return fmt.Sprintf("%s %s %s, and %s are known to", comma(n), of, verb(r.Records, n), comma(r.KnownMismatches))
	}
}

// verb is what some of all records do.
func verb(all, n int64) string {
	if n == 1 || n == 0 && all == 1 {
		return "differs"
	}
	return "differ"
}

// some is plural, and a word for nothing.
func some(n int, what string) string {
	if n == 0 {
		return "no " + what
	}
	return plural(int64(n), what)
}

// mostCounts is signalCounts of patterns, the most frequent few of them.
func mostCounts(by map[string]int64) string {
	const shown = 4
	names := slices.SortedFunc(maps.Keys(by), func(a, b string) int { return cmp.Or(cmp.Compare(by[b], by[a]), cmp.Compare(a, b)) })
	var parts []string
	for _, name := range names[:min(shown, len(names))] {
		parts = append(parts, name+" "+comma(by[name]))
	}
	more := ""
	if n := len(names) - shown; n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + more + ")"
}

// notCompared says how many executions a fault kept from being compared: it ends its block.
func (r *Report) notCompared() string {
	if r.BehindFaults == 0 {
		return ""
	}
	return fmt.Sprintf("; %s more stood behind a fault", comma(r.BehindFaults))
}

// blocks says how many blocks the image has, and how many of them were compared to their end, if not all.
func (r *Report) blocks() string {
	all := r.imageBlocks()
	s := fmt.Sprintf("%s of %s", plural(int64(all), "block"), plural(int64(r.Rounds), "round"))
	if all != 1 {
		s += " each"
	}
	if r.Blocks < all {
		s += fmt.Sprintf("; %s of the blocks were compared to their end", comma(r.Blocks))
	}
	return s
}

// see names the place where there is more.
func see(where string) string {
	if where == "" {
		return ""
	}
	return " (" + where + ")"
}

// comma writes a number with its digits in groups.
func comma[T int | int64](n T) string { return humanize.Comma(int64(n)) }

// count is comma, and a word for nothing.
func count[T int | int64](n T) string {
	if n == 0 {
		return "none"
	}
	return comma(n)
}

// shortList joins names, some of them when there are many.
func shortList(before string, names []string) string {
	const shown = 8
	if len(names) == 0 {
		return ""
	}
	s := before + strings.Join(names[:min(shown, len(names))], ", ")
	if n := len(names) - shown; n > 0 {
		s += fmt.Sprintf(" and %d more", n)
	}
	return s
}

func signalCounts(by map[string]int64) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(by)) {
		parts = append(parts, name+" "+comma(by[name]))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// total is the sum of counts.
func total(by map[string]int64) int64 {
	n := int64(0)
	for _, k := range by {
		n += k
	}
	return n
}

// painter colours words, or leaves them alone.
type painter struct{ good, bad, head func(...any) string }

func newPainter(on bool) painter {
	paint := func(attrs ...color.Attribute) func(...any) string {
		c := color.New(attrs...)
		c.DisableColor()
		if on {
			c.EnableColor()
		}
		return c.SprintFunc()
	}
	return painter{good: paint(color.FgGreen), bad: paint(color.FgRed), head: paint(color.Bold)}
}

// recordedOrRun says what another risugen did with a target.
func recordedOrRun(target string) string {
	if strings.HasPrefix(target, remoteScheme) {
		return "  runs"
	}
	return "  recorded"
}
