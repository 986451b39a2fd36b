package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/fatih/color"
	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/risugen/risugen/probe"
	"github.com/risugen/risugen/runtime"
)

// probeView shows what targets made of one case.
type probeView struct {
	b       *probe.Batch
	targets []runtime.Target
	outs    []probe.Outcome
}

// text writes the instruction, its inputs, and a table of what changed.
func (v *probeView) text(w io.Writer, useColor bool) error {
	var s strings.Builder
	for _, x := range v.b.Insns(0) {
		fmt.Fprintf(&s, "%s  %s\n  at 0x%x, word 0x%0*x, %s", x.Pattern, x.Disassembly, x.Address, 2*x.Size, x.Word, x.Source)
		if len(x.Arguments) > 0 {
			s.WriteString("; " + strings.Join(x.Arguments, " "))
		}
		s.WriteString("\n")
	}
	for _, n := range v.b.Notes(0) {
		fmt.Fprintf(&s, "note: %s\n", n)
	}
	s.WriteString("\n")
	for i, t := range v.targets {
		fmt.Fprintf(&s, "%-8s %s\n", v.column(i), t.Name())
	}
	s.WriteString(v.table(useColor))
	s.WriteString("\n")
	_, err := io.WriteString(w, s.String())
	return err
}

// column names a target in the table.
func (v *probeView) column(i int) string {
	if len(v.targets) == 1 {
		return "target"
	}
	return fmt.Sprintf("target %d", i+1)
}

// table has the inputs, then a row for each place that a target changed.
func (v *probeView) table(useColor bool) string {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = 0 // as it is written
	head := table.Row{"place", "before"}
	for i := range v.targets {
		head = append(head, v.column(i))
	}
	t.AppendHeader(append(head, ""))
	rows := v.b.Rows(0, v.outs)
	shown := map[string]bool{}
	for _, r := range rows {
		shown[r.Name] = true
	}
	for _, r := range v.b.Inputs(0) {
		if !shown[r.Name] {
			row := table.Row{r.Name, r.Before}
			for range v.targets {
				row = append(row, "")
			}
			t.AppendRow(append(row, r.Note))
		}
	}
	t.AppendSeparator()
	for _, r := range rows {
		t.AppendRow(v.row(r, useColor))
	}
	t.AppendRow(v.faults())
	return t.Render()
}

// row has digits marked that are not those of the first target.
func (v *probeView) row(r probe.Row, useColor bool) table.Row {
	note := r.Note
	if r.Differs {
		note = strings.TrimSpace("≠ " + note)
	}
	out := table.Row{r.Name, r.Before}
	for _, s := range r.After {
		out = append(out, marked(r.After[0], s, useColor))
	}
	return append(out, note)
}

// marked marks the digits of a value that are not those of another: in colour, or on a line below.
func marked(first, s string, useColor bool) string {
	if first == s {
		return s
	}
	var text, marks strings.Builder
	red := color.New(color.FgRed)
	if useColor {
		red.EnableColor()
	}
	for i := range s {
		switch {
		case i < len(first) && first[i] == s[i]:
			text.WriteByte(s[i])
			marks.WriteByte(' ')
		case useColor:
			text.WriteString(red.Sprint(s[i : i+1]))
		default:
			text.WriteByte(s[i])
			marks.WriteByte('^')
		}
	}
	if useColor {
		return text.String()
	}
	return text.String() + "\n" + strings.TrimRight(marks.String(), " ")
}

func (v *probeView) faults() table.Row {
	out := table.Row{"fault", ""}
	for i := range v.outs {
		out = append(out, v.outs[i].Fault.String())
	}
	note := ""
	if probe.FaultsDiffer(v.outs) {
		note = "≠"
	}
	return append(out, note)
}

// probeJSON is what probe --json prints of one case.
type probeJSON struct {
	Tool         string            `json:"tool"` // that ran it, with its version
	Instructions []insnJSON        `json:"instructions"`
	Notes        []string          `json:"notes"`
	Inputs       map[string]string `json:"inputs"`
	Targets      []outcomeJSON     `json:"targets"`
	Differs      []string          `json:"differs"` // places, and "fault"
	Agree        bool              `json:"agree"`
}

type insnJSON struct {
	Word        string   `json:"word"`
	Address     string   `json:"address"`
	Disassembly string   `json:"disassembly"`
	Pattern     string   `json:"pattern"`
	Source      string   `json:"source"`
	Arguments   []string `json:"arguments"`
}

type outcomeJSON struct {
	Target  string            `json:"target"`
	Fault   *faultJSON        `json:"fault,omitempty"`
	Outputs map[string]string `json:"outputs"` // places that a target changed, or that instructions write
}

type faultJSON struct {
	Signal string `json:"signal"`
	Code   uint32 `json:"code"`
	PC     string `json:"pc"`
}

func (v *probeView) json(w io.Writer) error {
	out := probeJSON{Tool: toolName(), Notes: append([]string{}, v.b.Notes(0)...), Inputs: map[string]string{}, Differs: []string{}, Agree: v.b.Agree(0, v.outs)}
	for _, x := range v.b.Insns(0) {
		out.Instructions = append(out.Instructions, insnJSON{
			fmt.Sprintf("0x%0*x", 2*x.Size, x.Word), fmt.Sprintf("0x%x", x.Address), x.Disassembly, x.Pattern, x.Source, append([]string{}, x.Arguments...),
		})
	}
	for _, r := range v.b.Inputs(0) {
		out.Inputs[r.Name] = r.Before
	}
	rows := v.b.Rows(0, v.outs)
	for i, t := range v.targets {
		o := outcomeJSON{Target: t.Name(), Outputs: map[string]string{}}
		if f := v.outs[i].Fault; f != nil {
			o.Fault = &faultJSON{f.Signal, f.Code, fmt.Sprintf("0x%x", f.PC)}
		}
		for _, r := range rows {
			o.Outputs[r.Name] = r.After[i]
		}
		out.Targets = append(out.Targets, o)
	}
	for _, r := range rows {
		if r.Differs {
			out.Differs = append(out.Differs, r.Name)
		}
	}
	if probe.FaultsDiffer(v.outs) {
		out.Differs = append(out.Differs, "fault")
	}
	return json.NewEncoder(w).Encode(out)
}
