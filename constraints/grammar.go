package constraints

import (
	"errors"
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/risugen/risugen/decodetree"
)

// The grammar of blocks. A statement is kept as it stands; what it means is for the block that it is in.

type astFile struct {
	Blocks []*astBlock `parser:"@@*"`
}

type astBlock struct {
	Pos   lexer.Position
	Name  string     `parser:"@Ident '{'"`
	Stmts []*astStmt `parser:"@@* '}'"`
}

type astStmt struct {
	Pos    lexer.Position
	Text   string     `parser:"( @String"`
	Labels []string   `parser:"| ( @Ident ( ',' @Ident )* ':' )?"`
	Values []*astTerm `parser:"  @@ ( ',' @@ )* )"`
	If     *astExpr   `parser:"( 'if' @@ )? ';'"`
}

// astTerm is an expression, or the words `role class` of an operand.
type astTerm struct {
	Role  string   `parser:"( @( 'in' | 'out' | 'inout' )"`
	Class *astExpr `parser:"  @@? )"`
	Expr  *astExpr `parser:"| @@"`
}

type astExpr struct {
	Pos  lexer.Position
	Head *astUnary  `parser:"@@"`
	Tail []*astTail `parser:"@@*"`
	Then *astExpr   `parser:"( '?' @@"`
	Else *astExpr   `parser:"  ':' @@ )?"`
}

type astTail struct {
	Pos   lexer.Position
	Op    string      `parser:"( @( Op | '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | '<' | '>' )"`
	Right *astUnary   `parser:"  @@ )"`
	Set   []*astRange `parser:"| 'in' '{' @@ ( ',' @@ )* '}'"`
}

type astRange struct {
	Lo *astExpr `parser:"@@"`
	Hi *astExpr `parser:"( '..' @@ )?"`
}

type astUnary struct {
	Pos     lexer.Position
	Ops     []string    `parser:"@( '-' | '!' | '~' )*"`
	Primary *astPrimary `parser:"@@"`
}

type astPrimary struct {
	Pos    lexer.Position
	Number string     `parser:"  @Number"`
	Raw    string     `parser:"| @Raw"`
	Name   string     `parser:"| @Ident"`
	Call   bool       `parser:"  ( @'('"`
	Args   []*astExpr `parser:"    ( @@ ( ',' @@ )* )? ')' )?"`
	Sub    *astExpr   `parser:"| '(' @@ ')'"`
}

var blockLexer = lexer.MustSimple([]lexer.SimpleRule{
	{Name: "String", Pattern: `"[^"\n]*"`},
	{Name: "Number", Pattern: `0[xX][0-9a-fA-F_]+|0[bB][01_]+|[0-9][0-9_]*`},
	{Name: "Raw", Pattern: `%[a-zA-Z_][a-zA-Z0-9_]*`},
	{Name: "Keyword", Pattern: `(?:if|in|out|inout)\b`},
	{Name: "Ident", Pattern: `[a-zA-Z_][a-zA-Z0-9_]*`},
	{Name: "Range", Pattern: `\.\.`},
	{Name: "Op", Pattern: `<<|>>|<=|>=|==|!=|&&|\|\|`},
	{Name: "Punct", Pattern: `[-+*/%&|^~!<>=?:{}();,]`},
	{Name: "space", Pattern: `[ \t\r\n]+`},
})

var blockParser = sync.OnceValue(func() *participle.Parser[astFile] {
	return participle.MustBuild[astFile](participle.Lexer(blockLexer), participle.UseLookahead(64))
})

var exprParser = sync.OnceValue(func() *participle.Parser[astExpr] {
	return participle.MustBuild[astExpr](participle.Lexer(blockLexer), participle.UseLookahead(64))
})

// maxNesting bounds parentheses and operators in a row, and so the parser's recursion.
const maxNesting = 100

// parseNote parses one annotation.
func parseNote(n decodetree.Note) ([]*astBlock, error) {
	if off := tooDeep(n.Text); off >= 0 {
		return nil, &decodetree.Error{Pos: n.At(off), Msg: "expression nested too deeply"}
	}
	f, err := blockParser().ParseString(n.Pos.File, n.Text)
	if err != nil {
		return nil, noteError(n, err)
	}
	return f.Blocks, nil
}

// noteError gives a parser's error the position in the file.
func noteError(n decodetree.Note, err error) error {
	var pe participle.Error
	if errors.As(err, &pe) {
		return &decodetree.Error{Pos: n.At(pe.Position().Offset), Msg: pe.Message()}
	}
	return &decodetree.Error{Pos: n.Pos, Msg: err.Error()}
}

// tooDeep returns the offset of the first parenthesis that nests deeper than maxNesting, or of a run of
// as many prefix operators, or -1.
func tooDeep(text string) int {
	depth, run := 0, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '(' || c == '{' || c == '?':
			depth++
		case c == ')' || c == '}':
			depth--
		case c == ';':
			depth = min(depth, 1)
		case strings.IndexByte("-!~", c) >= 0:
			run++
			if run > maxNesting {
				return i
			}
			continue
		}
		run = 0
		if depth > maxNesting {
			return i
		}
	}
	return -1
}
