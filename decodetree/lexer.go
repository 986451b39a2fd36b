package decodetree

import "github.com/alecthomas/participle/v2/lexer"

// The language is one of words between blanks: "0101a:5" is no bits and a field
// but an error. So blanks are tokens, and the grammar says where they stand.
//
// Three things depend on where they are: "s5" is a signed length after a colon
// and a name elsewhere, and "-1" is a number after an equals sign and two bits
// elsewhere. Hence the states Length and Value, left after one token.
var rules = lexer.Rules{
	"Root": {
		{Name: "EOL", Pattern: `\n`},
		{Name: "Blank", Pattern: `[ \t\f\v\r]+`},
		{Name: "Bits", Pattern: `[01]*[.\-][01.\-]*`},
		{Name: "Binary", Pattern: `[01]+\b`},
		{Name: "Number", Pattern: `[0-9]+\b`},
		{Name: "Name", Pattern: `[A-Za-z][A-Za-z0-9_]*`},
		{Name: "Word", Pattern: `[0-9_][A-Za-z0-9_]*`},
		{Name: "Colon", Pattern: `:`, Action: lexer.Push("Length")},
		{Name: "Equals", Pattern: `=`, Action: lexer.Push("Value")},
		{Name: "Mark", Pattern: `[%&@!{}\[\]]`},
		{Name: "Comment", Pattern: `#[^\n]*`},
		{Name: "Continue", Pattern: `\\`},
		{Name: "Junk", Pattern: `.`},
	},
	"Length": {
		{Name: "Signed", Pattern: `s[0-9]+\b`, Action: lexer.Pop()},
		{Name: "Count", Pattern: `[0-9]+\b`, Action: lexer.Pop()},
		lexer.Return(),
	},
	"Value": {
		{Name: "Int", Pattern: `[+\-]?[0-9]+\b`, Action: lexer.Pop()},
		{Name: "Hex", Pattern: `[+\-]?0[xX][0-9A-Fa-f]+\b`, Action: lexer.Pop()},
		lexer.Return(),
	},
}

// The lexer and its tokens: see loadGrammar.
var (
	tokens *lexer.StatefulDefinition

	tokEOL, tokBlank, tokComment, tokContinue lexer.TokenType
)
