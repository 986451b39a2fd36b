package risu

import (
	"fmt"
	"sort"
	"strings"

	"github.com/risugen/risugen/decodetree"
)

// line is one logical line: continued lines joined, its comment gone.
type line struct {
	file     string
	text     string
	pieces   []piece  // where the text came from, in order
	comments []string // the whole-line comments above, without the "#"
}

// piece is a part of a physical line: the bytes of text from offset on stand at column 1 and on.
type piece struct {
	offset, line int
}

// at gives the place in the file of the byte at offset.
func (l *line) at(offset int) decodetree.Pos {
	offset = min(max(offset, 0), len(l.text))
	i := sort.Search(len(l.pieces), func(i int) bool { return l.pieces[i].offset > offset }) - 1
	p := l.pieces[i]
	return decodetree.Pos{File: l.file, Line: p.line, Col: offset - p.offset + 1}
}

func (l *line) errorf(offset int, format string, args ...any) *decodetree.Error {
	return &decodetree.Error{Pos: l.at(offset), Msg: fmt.Sprintf(format, args...)}
}

// splitLines makes logical lines as RISU does: a backslash at the very end of a line joins the next one,
// and only then the first "#" of the whole starts a comment, which therefore swallows continuations too.
func splitLines(file, src string) []*line {
	var out []*line
	cur := &line{file: file}
	number := 0
	for physical := range strings.Lines(src) {
		number++
		physical = strings.TrimRight(physical, "\r\n")
		cur.pieces = append(cur.pieces, piece{len(cur.text), number})
		body, continued := strings.CutSuffix(physical, `\`)
		cur.text += body
		if !continued {
			out, cur = endLine(out, cur)
		}
	}
	if len(cur.pieces) > 0 {
		out, _ = endLine(out, cur)
	}
	return out
}

// endLine takes the comment off a finished line, appends the line if something is left of it, and gives
// the next one to fill.
func endLine(out []*line, l *line) ([]*line, *line) {
	text, comment, commented := strings.Cut(l.text, "#")
	next := &line{file: l.file}
	if strings.TrimSpace(text) != "" {
		l.text = text
		return append(out, l), next
	}
	next.comments = l.comments
	if commented {
		next.comments = append(next.comments, comment)
	}
	return out, next
}
