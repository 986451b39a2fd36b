package decodetree

import (
	"bytes"

	"github.com/alecthomas/participle/v2/lexer"
)

// layout stands between the lexer and the parser, as in any language in which
// line ends mean something. It joins continued lines, takes out comments,
// leaves exactly one Blank between words, and ends every logical line with
// exactly one EOL. It checks the indentation, and keeps the notes of each line.
type layout struct {
	file  string
	lex   lexer.Lexer
	errs  *faults
	out   []lexer.Token // the current logical line
	ready []lexer.Token // finished, to be handed out
	lines []logicalLine
	head  []noteLine // notes before the first definition

	nesting int  // indentation that the open groups ask for
	fresh   bool // no token of the physical line has been seen
	column  int  // width of the blanks the physical line begins with, tabs of 8
	joining bool // the last word of the physical line was a backslash
	gap     bool // a blank came after the last token in out
}

// logicalLine is what the parser does not see of a line.
type logicalLine struct {
	tokens []lexer.Token
	notes  []noteLine
}

// indentStep is what each level of groups adds to the indentation, in blanks.
const indentStep = 2

func newLayout(file string, src []byte, errs *faults) *layout {
	// A last line without its end would need a rule of its own.
	if n := len(src); n > 0 && src[n-1] != '\n' {
		src = append(bytes.Clone(src), '\n')
	}
	lex, err := tokens.LexString(file, string(src))
	if err != nil { // LexString of a stateful lexer gives none
		errs.add(Pos{file, 1, 1}, "%v", err)
	}
	return &layout{file: file, lex: lex, errs: errs, fresh: true}
}

// Next implements lexer.Lexer.
func (l *layout) Next() (lexer.Token, error) {
	for len(l.ready) == 0 {
		tok, err := l.lex.Next()
		if err != nil {
			return tok, err
		}
		if tok.EOF() {
			if len(l.out) > 0 {
				l.errs.add(l.pos(l.out[0].Pos), "the file ends in a continued line")
				l.out = nil
			}
			return tok, nil
		}
		l.take(tok)
	}
	tok := l.ready[0]
	l.ready = l.ready[1:]
	return tok, nil
}

func (l *layout) take(tok lexer.Token) {
	switch tok.Type {
	case tokEOL:
		l.endLine(tok)
	case tokBlank:
		l.blank(tok)
	case tokComment:
		l.comment(tok)
	default:
		l.word(tok)
	}
}

func (l *layout) blank(tok lexer.Token) {
	if l.fresh && l.column == 0 {
		l.column = width(tok.Value)
	}
	l.gap = true
}

// width gives the columns that leading blanks take, with tabs of eight.
func width(blanks string) int {
	n := 0
	for _, c := range blanks {
		if c == '\t' {
			n |= 7
		}
		n++
	}
	return n
}

func (l *layout) comment(tok lexer.Token) {
	if l.fresh && len(l.out) == 0 {
		l.checkIndent(tok)
	}
	l.fresh = false
	if len(tok.Value) >= len(noteMark) && tok.Value[:len(noteMark)] == noteMark {
		note := noteLine{pos: l.pos(tok.Pos), text: tok.Value}
		if n := len(l.lines); n > 0 {
			l.lines[n-1].notes = append(l.lines[n-1].notes, note)
		} else {
			l.head = append(l.head, note)
		}
	}
}

// checkIndent refuses a line that is not indented like its group, as QEMU does
// for comments too. The nesting is counted by first tokens alone: whether braces
// match is for the resolver to say.
func (l *layout) checkIndent(tok lexer.Token) {
	if tok.Value == "}" || tok.Value == "]" {
		l.nesting = max(l.nesting-indentStep, 0)
	}
	if l.column != l.nesting {
		l.errs.add(l.pos(tok.Pos), "line is indented by %d, its group's lines by %d", l.column, l.nesting)
	}
	if tok.Value == "{" || tok.Value == "[" {
		l.nesting += indentStep
	}
}

func (l *layout) word(tok lexer.Token) {
	if tok.Type == tokContinue && (l.gap || l.fresh) && !l.joining {
		l.fresh, l.joining, l.gap = false, true, true
		return
	}
	if l.joining { // the backslash was not the last word of its line after all
		l.joining = false
		l.errs.add(l.pos(tok.Pos), "unexpected %q after a backslash", tok.Value)
	}
	if len(l.out) == 0 {
		l.checkIndent(tok)
		l.lines = append(l.lines, logicalLine{})
	} else if l.gap {
		l.out = append(l.out, lexer.Token{Type: tokBlank, Value: " ", Pos: tok.Pos})
	}
	l.out = append(l.out, tok)
	l.fresh, l.gap = false, false
}

func (l *layout) endLine(tok lexer.Token) {
	if len(l.out) > 0 && !l.joining {
		// An error at the end of a line is one behind its last word, not behind
		// the comment that may follow.
		last := l.out[len(l.out)-1]
		tok.Pos = last.Pos
		tok.Pos.Advance(last.Value)
		l.ready = append(l.out, tok)
		l.lines[len(l.lines)-1].tokens = l.ready
		l.out = nil
	}
	l.fresh, l.joining, l.column = true, false, 0
	l.gap = len(l.out) > 0
}

// pos makes a Pos of the lexer's position. The lexer's columns count runes, which
// is the same up to the first byte outside ASCII, and that is in a comment, whose
// insides have no positions, or is itself what is wrong with the line.
func (l *layout) pos(p lexer.Position) Pos { return Pos{File: l.file, Line: p.Line, Col: p.Column} }
