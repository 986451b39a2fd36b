package decodetree

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// source is what the first phase makes of a file.
type source struct {
	file  string
	head  []noteLine // before any definition
	stmts []*statement
}

// parse is the first phase, by the grammar: text to statements. A line that does not parse is
// reported and left out.
func parse(file string, src []byte, errs *faults) *source {
	loadGrammar()
	out := &source{file: file}
	lay := newLayout(file, src, errs)
	lex, err := lexer.Upgrade(lay)
	if err != nil {
		errs.add(Pos{file, 1, 1}, "%v", err)
		return out
	}
	out.head = lay.head
	for _, line := range lay.lines {
		if lex.Peek().EOF() {
			break // the last line was an unfinished continuation
		}
		stmt, err := statements.ParseFromLexer(lex, participle.AllowTrailing(true))
		if err != nil {
			reportSyntax(file, line.tokens, err, errs)
			skipLine(lex)
			stmt = &statement{Pos: line.tokens[0].Pos}
		}
		stmt.notes = line.notes
		out.stmts = append(out.stmts, stmt)
	}
	return out
}

func checkSize(file string, src []byte, errs *faults) bool {
	if len(src) > maxSource {
		errs.add(Pos{file, 1, 1}, "file of %d bytes is larger than %d", len(src), maxSource)
		return false
	}
	line := 1
	for text := range bytes.Lines(src) {
		if len(text) > maxLine {
			errs.add(Pos{file, line, 1}, "line of %d bytes is longer than %d", len(text), maxLine)
			return false
		}
		line++
	}
	return true
}

// skipLine goes to the beginning of the next logical line.
func skipLine(lex *lexer.PeekingLexer) {
	for !lex.Peek().EOF() {
		if lex.Next().Type == tokEOL {
			return
		}
	}
}

// reportSyntax says which word of a line the parser did not expect.
func reportSyntax(file string, line []lexer.Token, err error, errs *faults) {
	var unexpected *participle.UnexpectedTokenError
	if !errors.As(err, &unexpected) {
		errs.add(position(file, line[0].Pos), "%v", err)
		return
	}
	tok, word := wordAt(line, unexpected.Unexpected)
	errs.add(position(file, tok.Pos), "unexpected %s: %s", word, shape(line[0]))
}

// wordAt gives the token that an error is about and the word it is in. For a
// blank, which the parser names when what follows begins nothing it knows, that
// is the word behind it.
func wordAt(line []lexer.Token, tok lexer.Token) (lexer.Token, string) {
	at := slices.IndexFunc(line, func(t lexer.Token) bool {
		return t.Pos.Offset >= tok.Pos.Offset && t.Type != tokBlank
	})
	if at < 0 || line[at].Type == tokEOL {
		return tok, "end of line"
	}
	start := at
	for start > 0 && line[start-1].Type != tokBlank {
		start--
	}
	var word strings.Builder
	for end := start; line[end].Type != tokBlank && line[end].Type != tokEOL; end++ {
		word.WriteString(line[end].Value)
	}
	return line[at], strconv.Quote(word.String())
}

func position(file string, p lexer.Position) Pos {
	return Pos{File: file, Line: max(p.Line, 1), Col: max(p.Column, 1)}
}
