package syntax

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// The grammar says what can be written. To follow it takes a hundred times as long as to look at the text, and the blocks
// of all patterns are read before the first instruction can be drawn. So texts without faults are read here, and whatever
// is not plainly one is left to the grammar as a whole: what this reader takes, the grammar takes for the same, and there
// is no error that it reports.

// kind is the kind of a token: a character that stands for itself, or one of these.
type kind uint8

const (
	end kind = iota
	word
	keyword // a word that is no name
	number
	raw // %field
	quoted
	dots
	operator // of two characters
)

// quick reads blocks and expressions.
type quick struct {
	text string
	kind kind           // of the token at hand
	val  string         // its text
	pos  lexer.Position // where it begins
	next int            // offset of what stands behind it
	line int            // offset of the line that it begins on
	bad  bool           // it cannot be told what the text means
}

// quickParse is Parse for a text without faults. It reports false where it cannot tell.
func quickParse(text string) ([]*Block, bool) {
	q := newQuick(text)
	var out []*Block
	for q.kind != end && !q.bad {
		out = append(out, q.block())
	}
	return out, !q.bad
}

// quickExpr is ParseExpr, likewise.
func quickExpr(text string) (*Expr, bool) {
	q := newQuick(text)
	x := q.expr()
	return x, !q.bad && q.kind == end
}

func newQuick(text string) *quick {
	q := &quick{text: text, pos: lexer.Position{Line: 1}}
	q.take()
	return q
}

// fail gives the text up.
func (q *quick) fail() { q.kind, q.val, q.next, q.bad = end, "", len(q.text), true }

// take goes to the next token and returns the text of the one at hand.
func (q *quick) take() string {
	val := q.val
	for ; q.next < len(q.text); q.next++ {
		switch q.text[q.next] {
		case '\n':
			q.pos.Line, q.line = q.pos.Line+1, q.next+1
			continue
		case ' ', '\t', '\r':
			continue
		}
		break
	}
	q.pos.Offset, q.pos.Column = q.next, q.next-q.line+1
	rest := q.text[q.next:]
	n := 0
	q.kind, n = scan(rest)
	if n < 0 {
		q.fail()
		return val
	}
	q.val = rest[:n]
	q.next += n
	return val
}

// scan finds the token that a text begins with, and its length; -1: it may be none.
func scan(s string) (kind, int) {
	if s == "" {
		return end, 0
	}
	switch c := s[0]; {
	case isLetter(c):
		n := wordLength(s)
		return wordKind(s[:n]), n
	case c >= '0' && c <= '9':
		return number, numberLength(s)
	case c == '"':
		return quoted, quotedLength(s)
	case c == '%' && len(s) > 1 && isLetter(s[1]):
		return raw, 1 + wordLength(s[1:])
	case strings.HasPrefix(s, ".."):
		return dots, 2
	case len(s) > 1 && isOperator(s[:2]):
		return operator, 2
	case strings.IndexByte("-+*/%&|^~!<>=?:{}();,", c) >= 0:
		return kind(c), 1
	}
	return end, -1
}

// isLetter reports whether a name may begin with a character.
func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' }

func wordLength(s string) int {
	n := 0
	for n < len(s) && (isLetter(s[n]) || s[n] >= '0' && s[n] <= '9') {
		n++
	}
	return n
}

func wordKind(s string) kind {
	switch s {
	case "if", "when", "is", "in", "out", "inout":
		return keyword
	}
	return word
}

func isOperator(s string) bool {
	switch s {
	case "<<", ">>", "<=", ">=", "==", "!=", "&&", "||":
		return true
	}
	return false
}

// numberLength is the length of a number that nothing is glued to.
func numberLength(s string) int {
	n := wordLength(s)
	digits := "0123456789_"
	switch {
	case n > 2 && (s[1] == 'x' || s[1] == 'X') && s[0] == '0':
		digits = "0123456789abcdefABCDEF_"
	case n > 2 && (s[1] == 'b' || s[1] == 'B') && s[0] == '0':
		digits = "01_"
	default:
		if strings.Trim(s[:n], digits) != "" {
			return -1
		}
		return n
	}
	if strings.Trim(s[2:n], digits) != "" {
		return -1
	}
	return n
}

// quotedLength is the length of a string of ASCII characters: columns count others differently.
func quotedLength(s string) int {
	for n := 1; n < len(s) && s[n] != '\n' && s[n] < 0x80; n++ {
		if s[n] == '"' {
			return n + 1
		}
	}
	return -1
}

// is reports whether the token at hand is a character or of a kind.
func (q *quick) is(k kind) bool { return q.kind == k }

// accept goes on if the token at hand is a character.
func (q *quick) accept(c kind) bool {
	ok := q.kind == c
	if ok {
		q.take()
	}
	return ok
}

// expect returns the text of the token at hand, which must be of a kind.
func (q *quick) expect(k kind) string {
	if q.kind != k {
		q.fail()
		return ""
	}
	return q.take()
}

// acceptWord goes on if the token at hand is one of some words.
func (q *quick) acceptWord(words ...string) (string, bool) {
	for _, w := range words {
		if (q.kind == keyword || q.kind == word) && q.val == w {
			return q.take(), true
		}
	}
	return "", false
}
