package asm

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"

	"github.com/risugen/risugen/arch"
)

// Columns of a source, from 0: operations, their operands, comments.
const (
	operationColumn = 8
	operandColumn   = 16
	commentColumn   = 40
)

// listing is lines of source as they are written.
type listing struct {
	bytes.Buffer
	comment string // begins a comment at the end of a line
}

// line writes a line.
func (l *listing) line(a arch.AsmLine) {
	var b strings.Builder
	pad := func(column int) {
		for b.Len() < column {
			b.WriteByte(' ')
		}
	}
	if a.Label != "" {
		b.WriteString(a.Label + ":")
		if b.Len() >= operationColumn && a.Text != "" {
			fmt.Fprintln(l, b.String())
			b.Reset()
		}
	}
	if operation, operands, some := strings.Cut(a.Text, " "); operation != "" {
		pad(operationColumn)
		b.WriteString(operation)
		if some {
			b.WriteByte(' ')
			pad(operandColumn)
			b.WriteString(operands)
		}
	}
	if a.Comment != "" {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		pad(commentColumn)
		b.WriteString(l.comment + " " + plain(a.Comment))
	}
	fmt.Fprintln(l, b.String())
}

func (l *listing) lines(all []arch.AsmLine) {
	for _, a := range all {
		l.line(a)
	}
}

// noted writes lines with a comment on the first one.
func (l *listing) noted(all []arch.AsmLine, comment string) {
	for i, a := range all {
		if i == 0 {
			a.Comment = cmp.Or(comment, a.Comment)
		}
		l.line(a)
	}
}

func (l *listing) textf(format string, args ...any) { l.line(arch.AsmText(format, args...)) }

// head writes a comment that has a line of its own, below an empty one. It is one for the C preprocessor, too, which takes a #
// that begins a line for its own.
func (l *listing) head(text string) { fmt.Fprintf(l, "\n/* %s */\n", plain(text)) }

// plain is a text that does no harm in a comment: one line, which does not end it.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
	return strings.ReplaceAll(strings.ReplaceAll(s, "*/", "* /"), "/*", "/ *")
}
