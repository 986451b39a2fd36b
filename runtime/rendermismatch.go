package runtime

import (
	"fmt"
	"strings"
)

// mismatch writes a paragraph:
//
//	ADDV.W $w3, $w1, $w2: the result differs in 64 records of 1 instruction
//	  at 0x401234, word 0x7842088e, msa.decode:41, block 17 round 3 item 5; wd=3 ws=1 wt=2
//	  ws  in   $w1   00000000000000010000000000000001
//	  wd  out  $w3   master      00000000000000020000000000000002
//	                 apprentice  00000000000000020000000000000003
//	                                                            ^
func (p *painter) mismatch(b *strings.Builder, m *Mismatch) {
	what := map[string]string{
		KindResult: "the result differs", KindFault: "the faults differ",
		KindUndeclared: "something differs that no instruction of the block declares as an output",
		KindStray:      "control left the block",
		KindDigest:     "its digests differ, and it was not run again for its records,",
		KindUnsteady:   "its digests differed, and it did something else when it was run again,",
	}[m.Kind]
	if m.Item < 0 {
		fmt.Fprintf(b, "%s  %s in %s\n", p.head(fmt.Sprintf("block %d at %s:", m.Block, m.Address)), p.bad(what), plural(m.Count, "record"))
		fmt.Fprintf(b, "  first in round %d; %s\n", m.Round, candidates(m.Candidates))
	} else {
		fmt.Fprintf(b, "%s  %s: %s in %s of %s\n", p.head(m.Pattern), m.Disassembly, p.bad(what),
			plural(m.Count, "record"), plural(int64(m.Words), "instruction"))
		fmt.Fprintf(b, "  at %s, word %s, %s, block %d round %d item %d%s\n", m.Address, m.WordText(), m.Source, m.Block, m.Round, m.Item, arguments(m.Arguments))
	}
	if m.Item >= 0 && len(m.Candidates) > 1 {
		fmt.Fprintf(b, "  %s\n", candidates(m.Candidates))
	}
	c := m.columns()
	for _, v := range m.Inputs {
		value := v.Value
		if value == "" {
			value = "(overwritten later)"
		}
		fmt.Fprintf(b, "  %-*s in   %-*s %s\n", c.operand, v.Operand, c.place, v.Place, value)
	}
	for _, d := range m.Outputs {
		p.difference(b, c, d)
	}
	p.faults(b, m)
	b.WriteString("\n")
}

// Text is the paragraph that reports show of a difference, without colours.
func (m *Mismatch) Text() string {
	var b strings.Builder
	p := newPainter(false)
	p.mismatch(&b, m)
	return strings.TrimRight(b.String(), "\n")
}

// candidates lists the patterns that may have done it.
func candidates(names []string) string {
	const shown = 12
	s := "it may have been " + strings.Join(names[:min(shown, len(names))], ", ")
	if n := len(names) - shown; n > 0 {
		s += fmt.Sprintf(" and %d more", n)
	}
	return s
}

func plural(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%s %ss", comma(n), what)
}

func arguments(args []Argument) string {
	var b strings.Builder
	for i, a := range args {
		if i == 0 {
			b.WriteString(";")
		}
		fmt.Fprintf(&b, " %s=%d", a.Name, a.Value)
	}
	return b.String()
}

// columns are the widths of a paragraph's columns.
type columns struct{ operand, place int }

func (m *Mismatch) columns() columns {
	var c columns
	for _, v := range m.Inputs {
		c.operand, c.place = max(c.operand, len(v.Operand)), max(c.place, len(v.Place))
	}
	for _, d := range m.Outputs {
		c.operand, c.place = max(c.operand, len(d.name())), max(c.place, len(d.Place))
	}
	return c
}

// name is what stands in the column of operands.
func (d *Difference) name() string {
	if d.Operand == "" {
		return "?"
	}
	return d.Operand
}

// difference writes both values of a place, one below the other, and marks the digits that differ.
func (p *painter) difference(b *strings.Builder, c columns, d Difference) {
	head := fmt.Sprintf("  %-*s out  %-*s ", c.operand, d.name(), c.place, d.Place)
	if d.Via != "" {
		defer fmt.Fprintf(b, "  %-*s (seen through %s)\n", c.operand, "", d.Via)
	}
	if d.Master == d.Apprentice {
		fmt.Fprintf(b, "%sboth        %s\n", head, d.Master)
		return
	}
	blank := strings.Repeat(" ", len(head))
	marks := markDigits(d.Master, d.Apprentice)
	fmt.Fprintf(b, "%smaster      %s\n", head, paintMarked(d.Master, marks, p.good))
	fmt.Fprintf(b, "%sapprentice  %s\n", blank, paintMarked(d.Apprentice, marks, p.bad))
	fmt.Fprintf(b, "%s            %s\n", blank, strings.TrimRight(marks, " "))
}

// markDigits has a ^ below each digit that differs.
func markDigits(a, b string) string {
	marks := []byte(strings.Repeat(" ", max(len(a), len(b))))
	for i := range marks {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			marks[i] = '^'
		}
	}
	return string(marks)
}

// paintMarked paints the marked digits of a value.
func paintMarked(s, marks string, paint func(...any) string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && marks[j] == marks[i] {
			j++
		}
		if marks[i] == '^' {
			b.WriteString(paint(s[i:j]))
		} else {
			b.WriteString(s[i:j])
		}
		i = j
	}
	return b.String()
}

// faults writes how the sides ended, if one of them faulted.
func (p *painter) faults(b *strings.Builder, m *Mismatch) {
	if m.Master == nil && m.Apprentice == nil {
		return
	}
	head := ""
	if m.Kind != KindFault {
		head = "  the round ended with\n"
	}
	fmt.Fprintf(b, "%s  master      %s\n  apprentice  %s\n", head, p.good(m.Master.text()), p.bad(m.Apprentice.text()))
}

func (f *Fault) text() string {
	if f == nil {
		return "no fault"
	}
	return fmt.Sprintf("%s (code %d) at %s", f.Signal, f.Code, f.PC)
}
