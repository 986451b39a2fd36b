package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/fatih/color"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/risugen/risugen/internal/screen"
	"github.com/risugen/risugen/lint"
)

// lintText prints findings as compilers do, and the table.
func (a *app) lintText(r *lint.Report, patterns bool) error {
	useColor(a.stdout)
	w := bufio.NewWriter(a.stdout)
	for _, f := range r.Findings {
		fmt.Fprintf(w, "%s: %s: %s", f.Pos, severityColor[f.Severity].Sprint(f.Severity), f.Msg)
		if f.Check != "" {
			fmt.Fprintf(w, " [%s]", f.Check)
		}
		fmt.Fprintln(w)
	}
	if len(r.Findings) > 0 && len(r.Patterns) > 0 && patterns {
		fmt.Fprintln(w)
	}
	if err := w.Flush(); err != nil || !patterns || len(r.Patterns) == 0 {
		return err
	}
	return a.patternTable(r.Patterns)
}

var severityColor = map[lint.Severity]*color.Color{
	lint.Note: color.New(color.FgCyan), lint.Warning: color.New(color.FgYellow), lint.Error: color.New(color.FgRed, color.Bold),
}

// patternTable prints how many words patterns have.
func (a *app) patternTable(patterns []lint.Pattern) error {
	t := newTable([]screen.Wrapped{{Number: 1, Least: 12}, {Number: 4, Least: 12}, {Number: 5, Least: 12}}, "pattern", "encodings", "share", "at", "notes")
	t.SetColumnConfigs([]table.ColumnConfig{
		{Number: 2, Align: text.AlignRight, AlignHeader: text.AlignRight},
		{Number: 3, Align: text.AlignRight, AlignHeader: text.AlignRight},
	})
	for i := range patterns {
		p := &patterns[i]
		n := "?"
		if p.Encodings != nil {
			n = p.Encodings.String()
		}
		if p.Absent {
			n = "-"
		}
		at := fmt.Sprintf("%s:%d", p.Pos.File, p.Pos.Line)
		t.AppendRow(table.Row{p.Name, n, percent(p), at, strings.Join(patternNotes(p), ", ")})
	}
	return a.render(t)
}

// percent is a share as it is printed: 100 and 0 are exact.
func percent(p *lint.Pattern) string {
	switch share := 100 * p.Share(); {
	case p.Encodings == nil:
		return "-"
	case p.Encodings.Sign() == 0 || p.Encodings.Cmp(p.Matching) == 0:
		return strconv.Itoa(int(share)) + " %"
	case share > 99.9:
		return "> 99.9 %"
	case share < 0.01:
		return "< 0.01 %"
	default:
		return strconv.FormatFloat(share, 'g', 3, 64) + " %"
	}
}

// patternNotes is what is to be said of a pattern beside its numbers.
func patternNotes(p *lint.Pattern) []string {
	var out []string
	if p.Absent {
		out = append(out, "not on this CPU")
	}
	if p.Unreachable {
		out = append(out, "hidden by earlier patterns")
	}
	if p.Impossible {
		out = append(out, "no legal word on this CPU")
	}
	for _, f := range p.Without {
		out = append(out, "without "+f)
	}
	return out
}

// lintReport is what lint --json prints.
type lintReport struct {
	Errors   int           `json:"errors"`
	Warnings int           `json:"warnings"`
	Findings []lintFinding `json:"findings"`
	Patterns []lintPattern `json:"patterns"` // of files without errors
}

type lintFinding struct {
	Severity string `json:"severity"`
	Check    string `json:"check,omitempty"` // none: an error
	File     string `json:"file"`
	Line     int    `json:"line"`
	Col      int    `json:"col"`
	Message  string `json:"message"`
}

// lintPattern has numbers as strings: they have up to 64 bits.
type lintPattern struct {
	Name        string   `json:"name"`
	File        string   `json:"file"`
	Line        int      `json:"line"`
	Col         int      `json:"col"`
	Encodings   string   `json:"encodings,omitempty"` // none: cannot be counted, or absent
	Matching    string   `json:"matching,omitempty"`
	Share       float64  `json:"share"`
	Without     []string `json:"without,omitempty"` // features that the words are counted without
	Absent      bool     `json:"absent,omitempty"`
	Unreachable bool     `json:"unreachable,omitempty"`
	Impossible  bool     `json:"impossible,omitempty"`
}

func (a *app) lintJSON(r *lint.Report) error {
	out := lintReport{
		Errors: r.Count(lint.Error), Warnings: r.Count(lint.Warning),
		Findings: []lintFinding{}, Patterns: []lintPattern{},
	}
	for _, f := range r.Findings {
		out.Findings = append(out.Findings, lintFinding{f.Severity.String(), f.Check, f.Pos.File, f.Pos.Line, f.Pos.Col, f.Msg})
	}
	for i := range r.Patterns {
		out.Patterns = append(out.Patterns, describeCount(&r.Patterns[i]))
	}
	return json.NewEncoder(a.stdout).Encode(out)
}

func describeCount(p *lint.Pattern) lintPattern {
	out := lintPattern{
		Name: p.Name, File: p.Pos.File, Line: p.Pos.Line, Col: p.Pos.Col, Share: p.Share(), Without: p.Without,
		Absent: p.Absent, Unreachable: p.Unreachable, Impossible: p.Impossible,
	}
	if p.Encodings != nil {
		out.Encodings = p.Encodings.String()
	}
	if p.Matching != nil {
		out.Matching = p.Matching.String()
	}
	return out
}
