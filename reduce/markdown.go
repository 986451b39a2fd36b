package reduce

import (
	"fmt"
	"strings"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/runtime"
)

// page is a Markdown page in the making.
type page struct{ strings.Builder }

func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

func (p *page) head(text string) { p.line("\n## %s\n", text) }

// code is a block of text that stands as it is.
func (p *page) code(text string) { p.line("```\n%s\n```", strings.TrimRight(text, "\n")) }

// row is a row of a table of two columns.
func (p *page) row(name, format string, args ...any) {
	p.line("| %s | %s |", name, strings.ReplaceAll(fmt.Sprintf(format, args...), "|", `\|`))
}

// markdown is the report of a case.
func (w *Writer) markdown(out *Outcome, c *Case, f Files, note string) string {
	p := &page{}
	p.line("# %s\n", c.Title())
	p.line("| | |\n|---|---|")
	w.facts(p, c, out.First)
	if c.Image == nil {
		p.head("It could not be shown again")
		p.line("The difference is unsteady, or needs more than one block. What was tried, without seeing it:\n")
		c.attempts(p)
	} else {
		c.evidence(p)
		c.listing(p)
		c.inputs(p)
		w.again(p, c, f)
		if len(c.Tried) > 0 {
			p.head("What did not show it")
			c.attempts(p)
		}
	}
	if note != "" {
		p.line("\n%s", note)
	}
	w.origin(p, out, c)
	return p.String()
}

// facts are the rows of the first table.
func (w *Writer) facts(p *page, c *Case, first *runtime.Report) {
	if m := c.example(); m != nil && m.Item >= 0 {
		p.row("instruction", "`%s`", m.Disassembly)
		p.row("word", "`%s`%s", m.WordText(), fields(m.Arguments))
		p.row("pattern", "%s, %s", m.Pattern, m.Source)
		for _, t := range c.others(m) {
			p.row("it takes also", "`%s`, %s, %s", t.text, t.pattern, t.source)
		}
	} else {
		for _, t := range c.tests() {
			p.row("instruction", "`%s`", t.text)
			p.row("word", "`%s`", t.word)
			p.row("pattern", "%s, %s", t.pattern, t.source)
		}
	}
	if len(c.Found) > 0 {
		p.row("found as", "%s", "`"+strings.Join(c.Found, "`, `")+"`")
	}
	if m := c.example(); m != nil && len(m.Candidates) > 1 {
		p.row("it may have been", "%s", strings.Join(m.Candidates, ", "))
	}
	p.row("CPU", "%s", strings.Join(nonEmpty(first.CPU, strings.Join(first.ISAs, "+"), first.ABI, first.Order+"-endian"), ", "))
	switch {
	case c.Mismatch != nil:
		p.row("seen", "in %s of %s", count(c.Count, "record"), count(int64(c.Words), "instruction"))
	case c.Finding != nil:
		p.row("seen", "%s, on %s", count(c.Count, "time"), c.Finding.Target)
	}
	switch {
	case c.Image == nil:
	case c.Wavers:
		p.row("unsteady", "%s: what was seen of it may not be all that it takes", c.wavering())
		p.row("seen with", "%s", c.Size())
	default:
		p.row("reduced to", "%s; shown in %d of %d runs", c.Size(), c.Showed, c.Times)
	}
	side := func(name, target, version, guest string) {
		p.row(name, "%s", "`"+strings.Join(nonEmpty(target), "")+"`"+prefixed("; ", version)+prefixed("; ", guest))
	}
	r := first
	if c.Report != nil {
		r = c.Report
	}
	side("master", r.Targets.Master, r.Versions.Master, r.Guests.Master)
	side("apprentice", r.Targets.Apprentice, r.Versions.Apprentice, r.Guests.Apprentice)
}

// evidence is what both sides made of it.
func (c *Case) evidence(p *page) {
	p.head("Results")
	if m := c.Shown; m != nil {
		if len(m.Inputs) > 0 {
			p.line("The instruction read:\n")
			p.code(inputLines(m.Inputs))
			p.line("")
		}
		p.code(resultLines(m))
		return
	}
	for _, f := range c.Report.Findings {
		p.line("%s: %s.\n", f.Kind, f.Text)
	}
	if c.Finding != nil && len(c.Report.Findings) == 0 {
		p.line("%s: %s.", c.Finding.Kind, c.Finding.Text)
	}
}

// listing is the block with its glue.
func (c *Case) listing(p *page) {
	p.head("Instructions")
	p.line("Those under test have a mark; the others prepare them, or keep their results.\n")
	var b strings.Builder
	m := c.Image.Program.Machine
	for _, block := range c.Image.Program.Blocks {
		at := block.Addr
		for i := range block.Items {
			it := &block.Items[i]
			mark := " "
			if it.Kind.UnderTest() {
				mark = ">"
			}
			fmt.Fprintf(&b, "%s %08x  %0*x  %-32s %s\n", mark, at, 2*int(it.Size), it.Word, m.Disassemble(it.Word, at), kindNote(it))
			at += uint64(it.Size)
		}
	}
	p.code(b.String())
}

// kindNote says what glue is for.
func kindNote(it *arch.Item) string {
	if it.Kind == arch.Test {
		return ""
	}
	return it.Kind.String()
}

// again is the command.
func (w *Writer) again(p *page, c *Case, f Files) {
	p.head("Again")
	p.line("In the directory of this file:\n")
	p.code(w.Command(c, f))
	if c.Wavers {
		p.line("\nThe exit code is 1 each time that the difference shows.")
	} else {
		p.line("\nThe exit code is 1 as long as the difference is there.")
	}
	if f.Source != "" {
		p.line("\nWithout risugen: [%s](%s) is the same for GNU's assembler, and prints its results. Its first lines say how it is assembled.", f.Source, f.Source)
	}
}

// Command shows a case again, in the directory of its files.
func (w *Writer) Command(c *Case, f Files) string {
	words := []string{"risugen", "run", f.Image, "--master", w.Targets.Master, "--apprentice", w.Targets.Apprentice}
	if c.Finding != nil && c.Finding.Kind == runtime.FindingDied { // which ends a run that is not told to go on
		words = append(words, "--keep-going")
	}
	if w.NoKnown {
		words = append(words, "--no-known")
	}
	for i, word := range words {
		words[i] = quote(word)
	}
	return strings.Join(words, " ")
}

// origin says how the difference was found.
func (w *Writer) origin(p *page, out *Outcome, c *Case) {
	p.head("Origin")
	p.line("| | |\n|---|---|")
	p.row("seed", "%d", out.First.Seed)
	p.row("block, round", "%d, %d", c.Block, c.Round)
	p.row("image", "%s, %d rounds, digest %s", count(int64(out.First.Instructions), "instruction"), out.First.Rounds, out.First.Digest)
	p.row("images run", "%d", c.Runs)
	if w.Original != "" {
		p.line("")
		p.code(w.Original)
	}
}

func (c *Case) attempts(p *page) {
	for _, t := range c.Tried {
		p.line("- %s", t)
	}
}
