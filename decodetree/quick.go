package decodetree

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// The grammar says what the language is. To follow it takes a hundred times as long as to look at the text, and the
// descriptions of one machine have hundreds of kilobytes, all of which are read before the first instruction can be
// drawn. So files without faults are read here, and whatever is not plainly one is left to the grammar as a whole:
// what this reader takes, the grammar takes for the same, and there is no error that it reports.

// quick reads a file, statement by statement.
type quick struct {
	file    string
	take    func(*statement) // gets each statement, which is good until the next one
	head    []noteLine
	nesting int
	open    bool           // the line at hand goes on with the next one
	pending bool           // there is a statement, whose notes may follow
	stmt    statement      // the last one
	at      lexer.Position // of the word at hand

	field   fieldStmt // room for the statement
	args    argSetStmt
	general generalStmt
}

// quickParse parses a file without faults: take gets its statements. It returns the notes before the first of them, and reports
// false where it cannot tell what the text means: then all that take got is worthless.
func quickParse(file string, src []byte, take func(*statement)) (head []noteLine, ok bool) {
	q := &quick{file: file, take: take, at: lexer.Position{Filename: file, Line: 1}}
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
	q.flush()
	return q.head, !q.open && q.nesting == 0
}

// line reads a physical line that begins at an offset of the file.
func (q *quick) line(text string, start int) bool {
	code, comment := text, ""
	if i := strings.IndexByte(text, '#'); i >= 0 {
		code, comment = text[:i], text[i:]
	}
	first := blankLength(code)
	if !q.indented(text, first) {
		return false
	}
	code, continued := strings.CutSuffix(strings.TrimRight(code, blanks), `\`)
	if continued && (len(code) <= first || !isBlank(code[len(code)-1])) {
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
	q.open = continued
	return true
}

const blanks = " \t\f\v\r"

func isBlank(c byte) bool { return strings.IndexByte(blanks, c) >= 0 }

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
	if q.open || first == len(text) {
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
	n := noteLine{Pos{q.file, q.at.Line, at + 1}, comment}
	if q.pending {
		q.stmt.notes = append(q.stmt.notes, n)
	} else {
		q.head = append(q.head, n)
	}
}

// word reads one word.
func (q *quick) word(w string) bool {
	if !q.open {
		q.flush()
		q.open, q.pending = true, true
		q.stmt = statement{Pos: q.at, notes: q.stmt.notes[:0]}
		return q.first(&q.stmt, w)
	}
	switch {
	case q.stmt.Field != nil:
		return q.fieldItem(w)
	case q.stmt.ArgSet != nil:
		return q.argItem(w)
	case q.stmt.General != nil:
		return q.element(w)
	}
	return false // behind a brace
}

// flush hands the last statement out.
func (q *quick) flush() {
	if q.pending {
		q.take(&q.stmt)
	}
	q.pending = false
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
		q.field = fieldStmt{Name: w[1:], Items: q.field.Items[:0]}
		s.Field = &q.field
		return isWord(w[1:])
	case '&':
		q.args = argSetStmt{Name: w[1:], Items: q.args.Items[:0]}
		s.ArgSet = &q.args
		return isWord(w[1:])
	case '@':
		s.General = q.named("@", w[1:])
		return isWord(w[1:])
	}
	s.General = q.named("", w)
	return isWord(w)
}

// named begins a format or a pattern.
func (q *quick) named(mark, name string) *generalStmt {
	q.general = generalStmt{Mark: mark, Name: name, Items: q.general.Items[:0]}
	return &q.general
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
	q.field.Items = append(q.field.Items, it)
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
	q.args.Items = append(q.args.Items, it)
	return ok
}

func (q *quick) element(w string) bool {
	q.general.Items = append(q.general.Items, element{Pos: q.at})
	e := &q.general.Items[len(q.general.Items)-1]
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
