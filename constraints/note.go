package constraints

import (
	"errors"
	"strings"

	"github.com/alecthomas/participle/v2"

	"github.com/risugen/risugen/decodetree"
)

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
