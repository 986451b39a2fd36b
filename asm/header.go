package asm

import (
	"cmp"
	"fmt"
	"path/filepath"
)

// header writes the comment at the beginning.
func (s *source) header(l *listing) {
	fmt.Fprintln(l, "/*")
	put := func(format string, args ...any) {
		text := plain(fmt.Sprintf(format, args...))
		if text != "" {
			text = " " + text
		}
		fmt.Fprintf(l, " *%s\n", text)
	}
	if s.about.Title != "" {
		put("%s", s.about.Title)
	}
	s.tested(put)
	put("")
	put("It prints what it computes; a fault ends it by a signal:")
	for _, c := range s.commands() {
		put("  %s", c)
	}
	if len(s.about.Sides) > 0 {
		put("")
	}
	for _, side := range s.about.Sides {
		list(put, side.Name, side.Lines)
	}
	if s.about.Expected != "" {
		put("")
		put("Expected: %s", s.about.Expected)
	}
	if len(s.about.Reproduce) > 0 {
		put("")
		list(put, "Again:", s.about.Reproduce)
	}
	if len(s.about.Notes) > 0 {
		put("")
		for _, n := range s.about.Notes {
			put("%s", n)
		}
	}
	fmt.Fprintln(l, " */")
}

// list writes some lines below a name or, if there is but one, beside it.
func list(put func(string, ...any), name string, lines []string) {
	if len(lines) == 1 {
		put("%s %s", name, lines[0])
		return
	}
	put("%s", name)
	for _, line := range lines {
		put("  %s", line)
	}
}

// tested lists the instructions under test.
func (s *source) tested(put func(string, ...any)) {
	for i := range s.block.Items {
		it := &s.block.Items[i]
		if !it.Kind.UnderTest() {
			continue
		}
		in := s.insn(it)
		pos := in.Pattern.Pos
		put("%s: 0x%0*x, pattern %s, %s:%d", in.Disassemble(it.Word, s.addrs[i]), 2*int(it.Size), it.Word, in.Name(), filepath.Base(pos.File), pos.Line)
	}
}

// commands are how the program is made and run.
func (s *source) commands() []string {
	name := cmp.Or(s.about.Name, "test")
	link := s.shell.Link
	if s.elsew {
		if s.shell.Elsewhere != "" {
			link += " " + s.shell.Elsewhere
		}
		link += fmt.Sprintf(" --section-start=%s=%#x", testSection, s.testStart())
	}
	if len(s.windows) > 0 {
		link += fmt.Sprintf(" --section-start=%s=%#x", memorySection, s.windowAddr(s.windows[0]))
	}
	for _, f := range s.shell.Fixed {
		link += fmt.Sprintf(" --section-start=%s=%#x", f.Name, f.Addr)
	}
	return []string{
		fmt.Sprintf("%s -o %s.o %s.s", s.shell.Assemble, name, name),
		fmt.Sprintf("%s -o %s %s.o", link, name, name),
		fmt.Sprintf("%s ./%s", cmp.Or(s.about.Run, s.shell.Run), name),
	}
}
