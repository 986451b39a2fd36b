// Package syntax parses the blocks of #! comments. It knows what can be written, and not what it means.
//
// The grammar (grammar.go) is what participle makes a parser of. A quick reader (quick.go, quickparse.go) makes the same of texts
// without faults, and leaves the others to it.
package syntax

import (
	"strconv"
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

var blockLexer = sync.OnceValue(func() *lexer.StatefulDefinition {
	return lexer.MustSimple([]lexer.SimpleRule{
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
})

var blockParser = sync.OnceValue(func() *participle.Parser[file] {
	return participle.MustBuild[file](participle.Lexer(blockLexer()), participle.UseLookahead(participle.MaxLookahead))
})

var exprParser = sync.OnceValue(func() *participle.Parser[Expr] {
	return participle.MustBuild[Expr](participle.Lexer(blockLexer()), participle.UseLookahead(participle.MaxLookahead))
})

// Parse reads blocks. An error is an *Error.
func Parse(text string) ([]*Block, error) {
	if blocks, ok := parsedBlocks.get(text); ok {
		return blocks, nil
	}
	if err := nesting(text); err != nil {
		return nil, err
	}
	blocks, ok := quickParse(text)
	if !ok {
		var err error
		if blocks, err = parseGrammar(text); err != nil {
			return nil, err
		}
	}
	parsedBlocks.put(text, blocks)
	return blocks, nil
}

// ParseExpr reads an expression. An error is an *Error.
func ParseExpr(text string) (*Expr, error) {
	if x, ok := parsedExprs.get(text); ok {
		return x, nil
	}
	if err := nesting(text); err != nil {
		return nil, err
	}
	x, ok := quickExpr(text)
	if !ok {
		var err error
		if x, err = exprGrammar(text); err != nil {
			return nil, err
		}
	}
	parsedExprs.put(text, x)
	return x, nil
}

// parseGrammar is Parse by the grammar.
func parseGrammar(text string) ([]*Block, error) {
	f, err := blockParser().ParseString("", text)
	if err != nil {
		return nil, plain(text, err, ", expected the name of a block")
	}
	return f.Blocks, nil
}

// exprGrammar is ParseExpr by the grammar.
func exprGrammar(text string) (*Expr, error) {
	x, err := exprParser().ParseString("", text)
	if err != nil {
		return nil, plain(text, err, "")
	}
	return x, nil
}

// maxNesting bounds parentheses and operators in a row, and so the parser's recursion.
const maxNesting = 100

// nesting is an error at the first parenthesis that nests deeper than maxNesting, or at the end of a run of as
// many prefix operators.
func nesting(text string) error {
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
				return &Error{i, "expression nested too deeply"}
			}
			continue
		}
		run = 0
		if depth > maxNesting {
			return &Error{i, "expression nested too deeply"}
		}
	}
	return nil
}

// Number reads a decimal, hexadecimal or binary number with optional underscores. Numbers from 2^63 to 2^64-1
// are taken as their two's complement.
func Number(text string) (int64, error) {
	u, err := strconv.ParseUint(strings.ReplaceAll(normalBase(text), "_", ""), 0, 64)
	return int64(u), err
}

// normalBase strips the zeros that would make Go read a decimal number as octal.
func normalBase(text string) string {
	if len(text) > 1 && text[0] == '0' && text[1] != 'x' && text[1] != 'X' && text[1] != 'b' && text[1] != 'B' {
		text = strings.TrimLeft(text, "0_")
		if text == "" {
			return "0"
		}
	}
	return text
}
