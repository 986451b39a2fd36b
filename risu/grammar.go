package risu

import (
	"errors"
	"strconv"
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/risugen/risugen/decodetree"
)

// The grammar of a logical line. Outside braces words stand between blanks; inside it is Perl.

type lineAST struct {
	Pos       lexer.Position
	Directive *directiveAST `parser:"  @@"`
	Groups    *string       `parser:"| @Groups"`
	Pattern   *patternAST   `parser:"| @@"`
}

type directiveAST struct {
	Name string   `parser:"@Directive"`
	Args []string `parser:"@( Word | Bits | Dotted )*"`
}

type patternAST struct {
	Name    string     `parser:"@( Word | Bits )"`
	Variant string     `parser:"@( Word | Bits )"`
	Items   []*itemAST `parser:"@@*"`
}

type itemAST struct {
	Pos   lexer.Position
	Bits  string    `parser:"  @Bits"`
	Field string    `parser:"| @( Field | Word )"`
	Block string    `parser:"| @BlockName?"`
	Body  *blockAST `parser:"  @@"`
}

type blockAST struct {
	Pos    lexer.Position
	EndPos lexer.Position
	Stmts  []*stmtAST `parser:"'{' ';'* @@* '}'"`
}

type stmtAST struct {
	Pos  lexer.Position
	If   *exprAST  `parser:"( 'if' '(' @@ ')'"`
	Then *blockAST `parser:"  @@"`
	Else *blockAST `parser:"  ( 'else' @@ )?"`
	Expr *exprAST  `parser:"| @@ )"`
	Ends []string  `parser:"@';'*"`
}

type exprAST struct {
	Pos    lexer.Position
	Target string     `parser:"(   (?= Var ( Update | '=' ) ) @Var"`
	Op     string     `parser:"    @( Update | '=' )"`
	Value  *exprAST   `parser:"    @@"`
	Head   *unaryAST  `parser:"  | @@"`
	Tail   []*tailAST `parser:"    @@*"`
	Then   *exprAST   `parser:"    ( '?' @@"`
	Else   *exprAST   `parser:"      ':' @@ )? )"`
}

type tailAST struct {
	Pos   lexer.Position
	Op    string    `parser:"@( Op | '-' | '+' )"`
	Right *unaryAST `parser:"@@"`
}

type unaryAST struct {
	Pos     lexer.Position
	Ops     []string    `parser:"@( '-' | '+' | '!' | '~' )*"`
	Primary *primaryAST `parser:"@@"`
}

type primaryAST struct {
	Pos    lexer.Position
	Number string     `parser:"  @Number"`
	Var    string     `parser:"| @Var"`
	Call   string     `parser:"| @Ident '('"`
	Args   []*exprAST `parser:"    ( @@ ( ',' @@ )* )? ')'"`
	Sub    *exprAST   `parser:"| '(' @@ ')'"`
}

var lineLexer = lexer.MustStateful(lexer.Rules{
	"Root": {
		{Name: "space", Pattern: `[ \t\f\v]+`},
		{Name: "Groups", Pattern: `@[^ \t{}]*`},
		{Name: "Directive", Pattern: `\.[A-Za-z]+\b`},
		{Name: "Field", Pattern: `[A-Za-z][A-Za-z0-9]*:[0-9]+\b`},
		{Name: "Bits", Pattern: `[01]+\b`},
		{Name: "Dotted", Pattern: `[A-Za-z0-9_]+\.[A-Za-z0-9_.]+\b`},
		{Name: "Word", Pattern: `[A-Za-z0-9][A-Za-z0-9_]*`},
		{Name: "BlockName", Pattern: `![A-Za-z]+`},
		{Name: "Open", Pattern: `\{`, Action: lexer.Push("Perl")},
		{Name: "Junk", Pattern: `.`},
	},
	"Perl": {
		{Name: "perlSpace", Pattern: `\s+`},
		{Name: "Open", Pattern: `\{`, Action: lexer.Push("Perl")},
		{Name: "Close", Pattern: `\}`, Action: lexer.Pop()},
		{Name: "Var", Pattern: `\$[A-Za-z_][A-Za-z0-9_]*`},
		{Name: "Number", Pattern: `(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|[0-9][0-9_]*)\b`},
		{Name: "Keyword", Pattern: `(?:if|else)\b`},
		{Name: "Ident", Pattern: `[A-Za-z_][A-Za-z0-9_]*`},
		{Name: "Update", Pattern: `(?:<<|>>|[-+*&|^])=`},
		{Name: "Op", Pattern: `&&|\|\||==|!=|<=|>=|<<|>>|[*/%&|^<>]`},
		{Name: "Punct", Pattern: `[-+!~?:();,=]`},
		{Name: "PerlJunk", Pattern: `.`},
	},
})

var lineParser = sync.OnceValue(func() *participle.Parser[lineAST] {
	return participle.MustBuild[lineAST](participle.Lexer(lineLexer), participle.UseLookahead(0))
})

// parseLine gives the line's syntax, or the first error.
func parseLine(l *line) (*lineAST, *decodetree.Error) {
	if off := tooDeep(l.text); off >= 0 {
		return nil, l.errorf(off, "nested too deeply")
	}
	ast, err := lineParser().ParseString(l.file, l.text)
	if err == nil {
		return ast, nil
	}
	var unexpected *participle.UnexpectedTokenError
	if errors.As(err, &unexpected) {
		tok := unexpected.Unexpected
		return nil, l.errorf(tok.Pos.Offset, "unexpected %s: %s", tokenText(tok), shape(l, tok.Pos.Offset))
	}
	return nil, l.errorf(0, "%v", err)
}

func tokenText(tok lexer.Token) string {
	if tok.EOF() {
		return "end of line"
	}
	return strconv.Quote(tok.Value)
}

// shape says what may stand at a place.
func shape(l *line, offset int) string {
	switch before := l.text[:offset]; {
	case strings.Count(before, "{") > strings.Count(before, "}"):
		return "a block holds expressions over $fields, assignments, if and else"
	case strings.HasPrefix(strings.TrimSpace(l.text), "."):
		return "a directive is a name and its arguments"
	case strings.HasPrefix(strings.TrimSpace(l.text), "@"):
		return "groups are separated by commas alone"
	}
	return "a pattern is NAME VARIANT, bits, fields as name:length, and blocks in braces"
}

// maxNesting bounds brackets and chains of operators that recurse.
const maxNesting = 100

// tooDeep gives the offset of the first bracket that nests too deeply, or of a run of as many prefix
// operators, conditions or assignments, or -1.
func tooDeep(text string) int {
	depth, run := 0, 0
	for i := range len(text) {
		switch text[i] {
		case '(', '{':
			depth++
		case ')', '}':
			depth--
		case '!', '~', '-', '+', '?', ':', '=':
			run++
		case ';', ',':
			run = 0
		}
		if depth > maxNesting || run > 10*maxNesting {
			return i
		}
	}
	return -1
}
