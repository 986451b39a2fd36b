package decodetree

import (
	"slices"
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2/lexer"
)

// The grammar says what the language is. To follow it takes a hundred times as long as to look at the text, and the
// descriptions of one machine have hundreds of kilobytes, all of which are read before the first instruction can be
// drawn. So files without faults are read here, and whatever is not plainly one is left to the grammar as a whole:
// what this reader takes, the grammar takes for the same, and there is no error that it reports.

// quick reads a file into statements.
type quick struct {
	src     *source
	nesting int
	stmt    *statement     // the open logical line, while it is continued
	at      lexer.Position // of the word at hand
	field   []fieldItem    // scratch: items of the open line
	args    []argItem
	elems   []element
	room    []element // for the elements of finished lines
}

// quickParse is parse for a file without faults. It reports false where it cannot tell.
func quickParse(file string, src []byte) (*source, bool) {
	q := &quick{src: &source{file: file}}
	q.at = lexer.Position{Filename: file, Line: 1}
	text := string(src)
	for start := 0; start < len(text); q.at.Line++ {
		end := start + strings.IndexByte(text[start:], '\n')
		if end < start {
			end = len(text)
		}
		if !q.line(text[start:end], start) {
			return nil, false
		}
		start = end + 1
	}
	return q.src, q.stmt == nil && q.nesting == 0
}

// line reads a physical line that begins at an offset of the file.
func (q *quick) line(text string, start int) bool {
	code, comment := text, ""
	if i := strings.IndexByte(text, '#'); i >= 0 {
		code, comment = text[:i], text[i:]
	}
	first := len(code) - len(trimBlanks(code))
	if !q.indented(text, first) {
		return false
	}
	code, continued := strings.CutSuffix(strings.TrimRight(code, blanks), `\`)
	if continued && (len(trimBlanks(code)) == 0 || !isBlank(code[len(code)-1])) {
		return false
	}
	for at := first; at < len(code); {
		end := at + wordLength(code[at:])
		q.at.Offset, q.at.Column = start+at, at+1
		if end == at || !q.word(code[at:end]) {
			return false
		}
		at = end + blankLength(code[end:])
	}
	q.note(comment, len(text)-len(comment))
	if q.stmt != nil && !continued {
		q.finish()
	}
	return true
}

const blanks = " \t\f\v\r"

func isBlank(c byte) bool { return strings.IndexByte(blanks, c) >= 0 }

func trimBlanks(s string) string { return s[blankLength(s):] }

// blankLength is how many blanks a text begins with.
func blankLength(s string) int {
	n := 0
	for n < len(s) && (s[n] == ' ' || isBlank(s[n])) {
		n++
	}
	return n
}

// wordLength is how long the word is that a text begins with.
func wordLength(s string) int {
	n := 0
	for n < len(s) && s[n] > ' ' {
		n++
	}
	return n
}

// indented reports whether a line is indented as the open groups ask for, and keeps count of these.
func (q *quick) indented(text string, first int) bool {
	if q.stmt != nil || first == len(text) {
		return true
	}
	switch text[first] {
	case '}', ']':
		if q.nesting -= indentStep; q.nesting < 0 {
			return false
		}
	}
	if width(text[:first]) != q.nesting {
		return false
	}
	switch text[first] {
	case '{', '[':
		q.nesting += indentStep
	}
	return true
}

// note keeps a comment that begins at an offset of its line, if it is an annotation.
func (q *quick) note(comment string, at int) {
	if !strings.HasPrefix(comment, noteMark) {
		return
	}
	n := noteLine{Pos{q.src.file, q.at.Line, at + 1}, comment}
	switch last := len(q.src.stmts) - 1; {
	case q.stmt != nil:
		q.stmt.notes = append(q.stmt.notes, n)
	case last >= 0:
		q.src.stmts[last].notes = append(q.src.stmts[last].notes, n)
	default:
		q.src.head = append(q.src.head, n)
	}
}

// word reads one word.
func (q *quick) word(w string) bool {
	switch s := q.stmt; {
	case s == nil:
		q.stmt = &statement{Pos: q.at}
		return q.first(q.stmt, w)
	case s.Field != nil:
		return q.fieldItem(w)
	case s.ArgSet != nil:
		return q.argItem(w)
	case s.General != nil:
		return q.element(w)
	}
	return false // behind a brace
}

// first reads the word that says what a statement is.
func (q *quick) first(s *statement, w string) bool {
	switch w[0] {
	case '{', '[':
		s.Open = w
		return len(w) == 1
	case '}', ']':
		s.Close = w
		return len(w) == 1
	case '%':
		s.Field = &fieldStmt{Name: w[1:]}
		return isWord(w[1:])
	case '&':
		s.ArgSet = &argSetStmt{Name: w[1:]}
		return isWord(w[1:])
	case '@':
		s.General = &generalStmt{Mark: "@", Name: w[1:]}
		return isWord(w[1:])
	}
	s.General = &generalStmt{Name: w}
	return isWord(w)
}

func (q *quick) fieldItem(w string) bool {
	it := fieldItem{Pos: q.at}
	from, length, part := strings.Cut(w, ":")
	ok := part && isLength(length)
	if it.Len = length; isName(from) {
		it.Ref = from
	} else {
		it.Start, ok = from, ok && isNumber(from)
	}
	if name, function := strings.CutPrefix(w, "!function="); function {
		it, ok = fieldItem{Pos: q.at, Func: name}, isName(name)
	}
	q.field = append(q.field, it)
	return ok
}

func (q *quick) argItem(w string) bool {
	it := argItem{Pos: q.at}
	ok := w == "!extern"
	if it.Extern = ok; !ok {
		var typed bool
		it.Name, it.Type, typed = strings.Cut(w, ":")
		ok = isName(it.Name) && (!typed || isName(it.Type))
	}
	q.args = append(q.args, it)
	return ok
}

func (q *quick) element(w string) bool {
	q.elems = append(q.elems, element{Pos: q.at})
	e := &q.elems[len(q.elems)-1]
	switch w[0] {
	case '0', '1', '.', '-':
		e.Bits = w
		return strings.Trim(w, "01.-") == ""
	case '&':
		e.ArgSet = w[1:]
		return isWord(e.ArgSet)
	case '@':
		e.Format = w[1:]
		return isWord(e.Format)
	case '%':
		e.Import = w[1:]
		return isWord(e.Import)
	}
	n := 0
	for n < len(w) && isWordByte(w[n]) {
		n++
	}
	e.Name = w[:n]
	return isName(e.Name) && n+1 < len(w) && e.value(w[n], w[n+1:])
}

// value reads what stands behind an argument's name and a colon or an equals sign.
func (e *element) value(mark byte, v string) bool {
	switch {
	case mark == ':':
		e.Len = v
		return isLength(v)
	case mark == '=' && v[0] == '%':
		e.From = v[1:]
		return isWord(e.From)
	}
	e.Const = v
	return mark == '=' && isNumber(strings.TrimPrefix(v, "-"))
}

// finish ends a logical line.
func (q *quick) finish() {
	s := q.stmt
	switch {
	case s.Field != nil && len(q.field) > 0:
		s.Field.Items = append([]fieldItem(nil), q.field...)
	case s.ArgSet != nil && len(q.args) > 0:
		s.ArgSet.Items = append([]argItem(nil), q.args...)
	case s.General != nil && len(q.elems) > 0:
		s.General.Items = q.keep(q.elems)
	}
	q.field, q.args, q.elems = q.field[:0], q.args[:0], q.elems[:0]
	q.src.stmts = append(q.src.stmts, s)
	q.stmt = nil
}

// elementRoom is room for so many elements at a time. They are most of what a file is read into, and of no use when it has
// been resolved.
const elementRoom = 512

var elementRooms = sync.Pool{New: func() any { return new([elementRoom]element) }}

// keep copies a finished line's elements to where they stay.
func (q *quick) keep(items []element) []element {
	n := len(items)
	if n > elementRoom {
		return slices.Clone(items)
	}
	if n > cap(q.room)-len(q.room) {
		room := elementRooms.Get().(*[elementRoom]element)
		q.src.rooms, q.room = append(q.src.rooms, room), room[:0]
	}
	at := len(q.room)
	q.room = append(q.room, items...)
	return q.room[at : at+n : at+n]
}

// release gives back the room of the elements, which nobody may look at any more.
func (s *source) release() {
	for _, room := range s.rooms {
		elementRooms.Put(room)
	}
	s.rooms = nil
}
