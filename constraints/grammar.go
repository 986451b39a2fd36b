package constraints

import (
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// The grammar of blocks. A statement is kept as it stands; what it means is for the block that it is in.

type astFile struct {
	Blocks []*astBlock `parser:"@@*"`
}

// astBlock is a block; one that consists of a single statement needs no braces.
type astBlock struct {
	Pos   lexer.Position
	Name  string     `parser:"@Ident ("`
	Stmts []*astStmt `parser:"  '{' @@* '}' | @@ )"`
}

type astStmt struct {
	Pos    lexer.Position
	Text   string      `parser:"( @String"`
	Def    *astDef     `parser:"| @@"`
	Labels []*astLabel `parser:"| ( @@ ( ',' @@ )* ':' )?"`
	Values []*astTerm  `parser:"  @@ ( ',' @@ )* )"`
	If     *astExpr    `parser:"( ( 'if' | 'when' ) @@ )? ';'"`
}

// astDef is the definition of a function or of its inverse.
type astDef struct {
	Pos     lexer.Position
	Inverse bool     `parser:"@'inverse'?"`
	Name    string   `parser:"@Ident"`
	Param   string   `parser:"'(' @Ident ')' '='"`
	Body    *astExpr `parser:"@@"`
}

// astLabel is an operand's name, or a shape such as pair(rt).
type astLabel struct {
	Pos  lexer.Position
	Name string     `parser:"@Ident"`
	Args []*astExpr `parser:"( '(' @@ ( ',' @@ )* ')' )?"`
}

// astTerm is an expression, the words `role class` of an operand, or what a number of its class means.
type astTerm struct {
	Pos    lexer.Position
	Role   string     `parser:"( @( 'in' | 'out' | 'inout' )"`
	Class  *astExpr   `parser:"  @@? )"`
	Member *astMember `parser:"| @@"`
	Expr   *astExpr   `parser:"| @@"`
}

type astMember struct {
	Pos    lexer.Position
	Number string   `parser:"@Number 'is'"`
	Is     *astExpr `parser:"@@"`
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
	{Name: "Keyword", Pattern: `(?:if|when|is|in|out|inout)\b`},
	{Name: "Ident", Pattern: `[a-zA-Z_][a-zA-Z0-9_]*`},
	{Name: "Range", Pattern: `\.\.`},
	{Name: "Op", Pattern: `<<|>>|<=|>=|==|!=|&&|\|\|`},
	{Name: "Punct", Pattern: `[-+*/%&|^~!<>=?:{}();,]`},
	{Name: "space", Pattern: `[ \t\r\n]+`},
})

var blockParser = sync.OnceValue(func() *participle.Parser[astFile] {
	return participle.MustBuild[astFile](participle.Lexer(blockLexer), participle.UseLookahead(participle.MaxLookahead))
})

var exprParser = sync.OnceValue(func() *participle.Parser[astExpr] {
	return participle.MustBuild[astExpr](participle.Lexer(blockLexer), participle.UseLookahead(participle.MaxLookahead))
})
