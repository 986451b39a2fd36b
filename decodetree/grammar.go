package decodetree

import (
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// statement is one logical line: continued lines joined, comments gone, blanks
// normalised by the layout. Exactly one of its alternatives is set.
type statement struct {
	Pos     lexer.Position
	Open    string       `parser:"( @('{' | '[')"`
	Close   string       `parser:"| @('}' | ']')"`
	Field   *fieldStmt   `parser:"| @@"`
	ArgSet  *argSetStmt  `parser:"| @@"`
	General *generalStmt `parser:"| @@ ) EOL"`

	notes []noteLine
}

// fieldStmt is "%name parts !function=f".
type fieldStmt struct {
	Name  string      `parser:"'%' @(Name | Binary | Number | Word)"`
	Items []fieldItem `parser:"( Blank @@ )*"`
}

type fieldItem struct {
	Pos   lexer.Position
	Func  string `parser:"  '!' 'function' Equals @Name"`
	Ref   string `parser:"| ( @Name"`
	Start string `parser:"  | @(Binary | Number) ) Colon"`
	Len   string `parser:"  @(Count | Signed)"`
}

// argSetStmt is "&name arg arg:type !extern".
type argSetStmt struct {
	Name  string    `parser:"'&' @(Name | Binary | Number | Word)"`
	Items []argItem `parser:"( Blank @@ )*"`
}

type argItem struct {
	Pos    lexer.Position
	Extern bool   `parser:"  '!' @'extern'"`
	Name   string `parser:"| @Name"`
	Type   string `parser:"  ( Colon @(Name | Signed) )?"`
}

// generalStmt is a format, which has the mark, or a pattern, which has not.
type generalStmt struct {
	Mark  string    `parser:"@'@'?"`
	Name  string    `parser:"@(Name | Binary | Number | Word)"`
	Items []element `parser:"( Blank @@ )*"`
}

type element struct {
	Pos    lexer.Position
	Bits   string `parser:"  @(Bits | Binary)"`
	ArgSet string `parser:"| '&' @(Name | Binary | Number | Word)"`
	Format string `parser:"| '@' @(Name | Binary | Number | Word)"`
	Import string `parser:"| '%' @(Name | Binary | Number | Word)"`
	Name   string `parser:"| @Name"`
	Len    string `parser:"  ( Colon @(Count | Signed)"`
	From   string `parser:"  | Equals ( '%' @(Name | Binary | Number | Word)"`
	Const  string `parser:"           | @(Int | Hex) ) )"`
}

var statements *participle.Parser[statement]

// loadGrammar makes the lexer and the parser, which takes longer than the quick reader takes for most files.
var loadGrammar = sync.OnceFunc(func() {
	tokens = lexer.MustStateful(rules)
	kinds := tokens.Symbols()
	tokEOL, tokBlank, tokComment, tokContinue = kinds["EOL"], kinds["Blank"], kinds["Comment"], kinds["Continue"]
	statements = participle.MustBuild[statement](participle.Lexer(tokens))
})

// shape says in an error message what a statement of this first token may hold.
func shape(first lexer.Token) string {
	switch first.Value {
	case "%":
		return "a field holds position:length, position:slength, argument:length and one !function=name"
	case "&":
		return "an argument set holds name, name:type and !extern"
	case "@":
		return "a format holds bits, argument:length, argument=number, %field, argument=%field and &set"
	case "{", "[", "}", "]":
		return "a brace stands alone on its line"
	}
	return "a pattern holds bits, argument:length, argument=number, %field, argument=%field, &set and @format"
}
