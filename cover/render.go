package cover

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/risugen/risugen/internal/screen"
	"github.com/risugen/risugen/runtime"
)

// Text is the summary as a table of so many columns of a screen.
func (s *Summary) Text(width int) string {
	t := screen.NewTable(screen.Wrapped{Number: 2, Least: 40})
	for i, name := range slices.Sorted(maps.Keys(s.Models)) {
		m := s.Models[name]
		images := "images"
		if m.Images == 1 {
			images = "image"
		}
		t.AppendRow(table.Row{[]string{"models", ""}[min(i, 1)], fmt.Sprintf("%s: %s %s, %s executions",
			name, humanize.Comma(m.Images), images, humanize.Comma(m.Executions))})
	}
	row := func(name string, n Tally, what string) {
		if n.All > 0 {
			t.AppendRow(table.Row{name, n.String() + " " + what})
		}
	}
	row("patterns", s.Patterns, fmt.Sprintf("ran, %s of them covered", humanize.Comma(int64(s.Covered))))
	row("values", s.Values, fmt.Sprintf("of %s small fields", humanize.Comma(int64(s.Fields))))
	row("faults", s.Faults, "that patterns declare")
	row("addresses", s.Addresses, "places modulo 16")
	row("misaligned", s.Misaligned, "patterns that must be aligned")
	row("branches", s.Branches, "ways and directions")
	if s.Never > 0 {
		t.AppendRow(table.Row{"never drawn", fmt.Sprintf("%s patterns more", humanize.Comma(int64(s.Never)))})
	}
	return t.In(width) + "\n"
}

// String is the tally as `3 of 4`.
func (t Tally) String() string {
	return humanize.Comma(int64(t.Hit)) + " of " + humanize.Comma(int64(t.All))
}

// MissingText lists what is missing by source file, each with a table of so many columns of a screen. Long lists of values are counted alone,
// unless all is asked for.
func MissingText(all []Missing, whole bool, width int) string {
	var b strings.Builder
	for len(all) > 0 {
		file, _ := splitSource(all[0].Source)
		n := slices.IndexFunc(all, func(m Missing) bool { f, _ := splitSource(m.Source); return f != file })
		if n < 0 {
			n = len(all)
		}
		t := screen.NewTable(screen.Wrapped{Number: 2, Least: 12}, screen.Wrapped{Number: 3, Least: 20})
		t.AppendHeader(table.Row{file, "pattern", "not hit"})
		for i := range all[:n] {
			_, line := splitSource(all[i].Source)
			t.AppendRow(table.Row{line, all[i].Pattern, all[i].Text(whole)})
		}
		b.WriteString(t.In(width) + "\n\n")
		all = all[n:]
	}
	return b.String()
}

// maxList is the longest list of values that is shown, in bytes.
const maxList = 20

// text says which values are missing.
func (g *Gap) text(whole bool) string {
	if s := g.Values.String(); whole || len(s) <= maxList {
		return g.Name + " " + s
	}
	return fmt.Sprintf("%s (%d of %d)", g.Name, len(g.Values), g.Of)
}

// Text says what is missing in a line.
func (m *Missing) Text(whole bool) string {
	var out []string
	if m.State != "" {
		out = append(out, m.State)
	}
	if m.State == StateUnseen {
		return m.State
	}
	out = append(out, m.Faults...)
	for _, g := range m.Fields {
		out = append(out, g.text(whole))
	}
	for _, g := range m.Alignments {
		if g.Name == runtime.MisalignedField {
			out = append(out, "misaligned")
		} else {
			out = append(out, g.text(whole))
		}
	}
	for _, g := range m.Branches {
		out = append(out, branchGaps(g)...)
	}
	return strings.Join(out, "; ")
}

// branchGaps says in words what a branch has not done.
func branchGaps(g Gap) []string {
	var out []string
	for _, v := range g.Values {
		switch {
		case g.Name == runtime.BackField && v == 0:
			out = append(out, "no target behind it")
		case g.Name == runtime.BackField:
			out = append(out, "no target before it")
		case v == 2:
			out = append(out, "one way only")
		}
	}
	return out
}

// NeverText lists the patterns that no image can hold, with the reasons, in so many columns of a screen.
func (s *Set) NeverText(width int) string {
	t := screen.NewTable(screen.Wrapped{Number: 1, Least: 12}, screen.Wrapped{Number: 2, Least: 12}, screen.Wrapped{Number: 3, Least: 20})
	t.AppendHeader(table.Row{"source", "pattern", "never drawn"})
	n := 0
	for _, p := range s.Patterns {
		if len(p.Models) > 0 {
			continue
		}
		n++
		t.AppendRow(table.Row{p.Source, p.Name, strings.Join(slices.Compact(slices.Sorted(maps.Values(p.Never))), "; ")})
	}
	if n == 0 {
		return ""
	}
	return t.In(width) + "\n"
}
