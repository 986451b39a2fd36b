package syntax

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// Error is what is wrong at a byte of the text.
type Error struct {
	Offset int
	Msg    string
}

func (e *Error) Error() string { return e.Msg }

// plain says in plain words what the parser found; more is what could have followed at the top.
func plain(text string, err error, more string) *Error {
	var unexpected *participle.UnexpectedTokenError
	if errors.As(err, &unexpected) {
		tok := unexpected.Unexpected
		return &Error{tok.Pos.Offset, "unexpected " + tokenText(tok) + expected(err.Error(), more)}
	}
	var pe participle.Error
	if !errors.As(err, &pe) {
		return &Error{0, err.Error()}
	}
	at := pe.Position().Offset
	if strings.HasPrefix(text[at:], `"`) {
		return &Error{at, "a string without an end on its line"}
	}
	_, size := utf8.DecodeRuneInString(text[at:])
	return &Error{at, "unexpected character " + strconv.Quote(text[at:at+size])}
}

func tokenText(tok lexer.Token) string {
	if tok.EOF() {
		return "end of text"
	}
	return strconv.Quote(tok.Value)
}

// expected turns the parser's words for what it wants, such as (expected "{" Range ("," Range)* "}"), into the
// first thing in them.
func expected(msg, more string) string {
	const mark = "(expected "
	at := strings.LastIndex(msg, mark)
	if at < 0 {
		return more
	}
	want := msg[at+len(mark):]
	quoted, err := strconv.QuotedPrefix(want)
	switch {
	case err == nil:
		return ", expected " + quoted
	case strings.HasPrefix(want, "<ident>"):
		return ", expected a name"
	}
	return ", expected an expression"
}
