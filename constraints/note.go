package constraints

import (
	"errors"

	"github.com/risugen/risugen/constraints/syntax"
	"github.com/risugen/risugen/decodetree"
)

// parseNote parses one annotation.
func parseNote(n decodetree.Note) ([]*syntax.Block, error) {
	blocks, err := syntax.Parse(n.Text)
	if err != nil {
		return nil, &decodetree.Error{Pos: n.At(errorOffset(err)), Msg: err.Error()}
	}
	return blocks, nil
}

// errorOffset is the place in the text of what is wrong with it.
func errorOffset(err error) int {
	var e *syntax.Error
	if errors.As(err, &e) {
		return e.Offset
	}
	return 0
}
