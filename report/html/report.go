package html

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/risugen/risugen/runtime"
)

// newPage takes a report apart.
func newPage(r *runtime.Report, o Options) *page {
	p := &page{
		Options: o, Title: "risugen: " + r.CPU, Verdict: verdictOf(r), What: image(r), Again: r.Again, Order: r.Order,
		Sides: []side{
			{"master", r.Targets.Master, more(r.Guests.Master, r.Recorded.Master, r.Versions.Master)},
			{"apprentice", r.Targets.Apprentice, more(r.Guests.Apprentice, r.Recorded.Apprentice, r.Versions.Apprentice)},
		},
		Early: early(r), Tiles: tiles(r), Rows: r.Rows(), Entries: entries(r), Left: r.MismatchesLeft + r.FindingsLeft, LeftHow: "--details shows more",
		Notes: notes(r),
	}
	p.Kinds = kinds(p.Entries)
	for _, k := range r.KnownSeen {
		p.Known = append(p.Known, known{ID: k.ID, Text: k.Text, See: k.See, Often: comma(k.Count) + "×", Link: isLink(k.See)})
	}
	p.patterns(r)
	return p
}

func isLink(s string) bool {
	return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")
}

func verdictOf(r *runtime.Report) verdict {
	switch {
	case r.Failure != "":
		return partly
	case r.Failed() && r.Mismatches == r.KnownMismatches:
		return wrong
	case r.Failed():
		return differ
	case r.CutOff != "":
		return partly
	case len(r.KnownSeen) > 0:
		return agreeAs
	}
	return agree
}

// early says that a run ended early, and how far it came.
func early(r *runtime.Report) string {
	why := cmp.Or(r.Failure, r.CutOff)
	if why == "" {
		return ""
	}
	return fmt.Sprintf("The run ended early: %s of %s records were not compared, and what follows is of the others. %s", comma(r.RecordsLeft), comma(r.Records+r.RecordsLeft), why)
}

// image names what ran.
func image(r *runtime.Report) string {
	parts := []string{r.CPU}
	for _, part := range []string{strings.Join(r.ISAs, "+"), r.ABI, r.Order + "-endian"} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return fmt.Sprintf("%s, seed %d", strings.Join(parts, ", "), r.Seed)
}

// more joins what is known of a target.
func more(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "; ")
}

func tiles(r *runtime.Report) []tile {
	unknown, findings := r.Mismatches-r.KnownMismatches, 0
	for _, f := range r.Findings {
		if f.Known == "" {
			findings++
		}
	}
	out := []tile{
		{humanize.Comma(r.Executions), "executions compared", ""},
		{fmt.Sprintf("%d of %d", r.Covered, r.Patterns), "drawn patterns covered", ""},
		{humanize.Comma(unknown), "of " + humanize.Comma(r.Records) + " records differ", badIf(unknown > 0)},
		{humanize.Comma(int64(findings)), "violations", badIf(findings > 0)},
	}
	if r.KnownMismatches > 0 {
		out = append(out, tile{humanize.Comma(r.KnownMismatches), "records differ as known", "known"})
	}
	return append(out, tile{humanize.Comma(r.Faults), "faults", ""})
}

func badIf(bad bool) string {
	if bad {
		return "bad"
	}
	return "good"
}

// notes says what was counted and is no difference.
func notes(r *runtime.Report) []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, d := range r.CodeList {
		add("Signal codes differ %d times: %s of %s (%s), first at %s: code %d on the master, %d on the apprentice.",
			d.Count, d.Signal, d.Pattern, d.Source, d.Address, d.MasterCode, d.ApprenticeCode)
	}
	for _, d := range r.CauseList {
		add("Cause bits of %s differ %d times after a trap, first of %s (%s) at %s: %s on the master, %s on the apprentice.",
			d.State, d.Count, d.Pattern, d.Source, d.Address, d.Master, d.Apprentice)
	}
	return out
}

// kinds counts entries by kind, the most frequent first.
func kinds(list []*entry) []kind {
	var out []kind
	for _, e := range list {
		i := slices.IndexFunc(out, func(k kind) bool { return k.Name == e.Kind })
		if i < 0 {
			i, out = len(out), append(out, kind{Name: e.Kind})
		}
		out[i].Count++
	}
	slices.SortStableFunc(out, func(a, b kind) int { return cmp.Compare(b.Count, a.Count) })
	return out
}
