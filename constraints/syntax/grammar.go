package syntax

import "github.com/alecthomas/participle/v2/lexer"

type file struct {
	Blocks []*Block `parser:"@@*"`
}

// Block is a block; one that consists of a single statement needs no braces.
type Block struct {
	Pos   lexer.Position
	Name  string  `parser:"@Ident ("`
	Stmts []*Stmt `parser:"  '{' @@* '}' | @@ )"`
}

// Stmt is a statement, kept as it stands: what it means is for the block that it is in.
type Stmt struct {
	Pos     lexer.Position
	Text    string   `parser:"( @String"`
	Def     *Def     `parser:"| @@"`
	Labels  []*Label `parser:"| ( @@ ( ',' @@ )* ':' )?"`
	Strings []string `parser:"  ( @String ( ',' @String )*"` // behind a label
	Values  []*Term  `parser:"  | @@ ( ',' @@ )* ) )"`
	If      *Expr    `parser:"( ( 'if' | 'when' ) @@ )? ';'"`
}

// Def is the definition of a function or of its inverse.
type Def struct {
	Pos     lexer.Position
	Inverse bool   `parser:"@'inverse'?"`
	Name    string `parser:"@Ident"`
	Param   string `parser:"'(' @Ident ')' '='"`
	Body    *Expr  `parser:"@@"`
}

// Label is an operand's name, or a shape such as pair(rt).
type Label struct {
	Pos  lexer.Position
	Name string  `parser:"@Ident"`
	Args []*Expr `parser:"( '(' @@ ( ',' @@ )* ')' )?"`
}

// Term is an expression, the words `role class` of an operand, or what a number of its class means.
type Term struct {
	Pos    lexer.Position
	Role   string  `parser:"( @( 'in' | 'out' | 'inout' )"`
	Class  *Expr   `parser:"  @@? )"`
	Member *Member `parser:"| @@"`
	Expr   *Expr   `parser:"| @@"`
}

// Member says what a number of an operand's class means: `31 is zero`.
type Member struct {
	Pos    lexer.Position
	Number string `parser:"@Number 'is'"`
	Is     *Expr  `parser:"@@"`
}

// Expr is operands and operators in a row, not in the order in which they bind: see Tail.
type Expr struct {
	Pos  lexer.Position
	Head *Unary  `parser:"@@"`
	Tail []*Tail `parser:"@@*"`
	Then *Expr   `parser:"( '?' @@"`
	Else *Expr   `parser:"  ':' @@ )?"`
}

// Tail is an operator and what stands on its right: an operand, or the ranges of in.
type Tail struct {
	Pos   lexer.Position
	Op    string   `parser:"( @( Op | '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | '<' | '>' )"`
	Right *Unary   `parser:"  @@ )"`
	Set   []*Range `parser:"| 'in' '{' @@ ( ',' @@ )* '}'"`
}

// Range is one value, or all from Lo to Hi.
type Range struct {
	Lo *Expr `parser:"@@"`
	Hi *Expr `parser:"( '..' @@ )?"`
}

// Unary is an operand with its prefix operators.
type Unary struct {
	Pos     lexer.Position
	Ops     []string `parser:"@( '-' | '!' | '~' )*"`
	Primary *Primary `parser:"@@"`
}

// Primary is a number, a %field, a name, a call or an expression in parentheses.
type Primary struct {
	Pos    lexer.Position
	Number string  `parser:"  @Number"`
	Raw    string  `parser:"| @Raw"`
	Name   string  `parser:"| @Ident"`
	Call   bool    `parser:"  ( @'('"`
	Args   []*Expr `parser:"    ( @@ ( ',' @@ )* )? ')' )?"`
	Sub    *Expr   `parser:"| '(' @@ ')'"`
}
