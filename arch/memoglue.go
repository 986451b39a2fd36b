package arch

// memoGlue is glue that remembers the words that it made. A scheduler asks for the same ones again and again: of few states
// and registers, and shapes of branches. It is for glue whose words do not depend on where they stand.
type memoGlue struct {
	Glue
	saves, resets Copies
	marks         map[mark]Landing
	nop           []Word
}

// mark is the register of a landing, and what the branch looks like.
type mark struct {
	reg   int
	shape BranchShape
}

func newMemoGlue(g Glue) *memoGlue {
	return &memoGlue{Glue: g, marks: map[mark]Landing{}}
}

// Save implements Glue.
func (g *memoGlue) Save(dst []Word, state, reg int) ([]Word, error) {
	return g.saves.Append(dst, state, reg, g.Glue.Save)
}

// Reset implements Glue.
func (g *memoGlue) Reset(dst []Word, state, keep int) ([]Word, error) {
	return g.resets.Append(dst, state, keep, g.Glue.Reset)
}

// Copies remembers the words that copy states to or from registers, where they are the same wherever they stand. Its zero value
// knows none.
type Copies [][]Word

// Append appends the words for a state and a register, which a function makes when they are first asked for.
func (c *Copies) Append(dst []Word, state, reg int, glue func([]Word, int, int) ([]Word, error)) ([]Word, error) {
	at := 64*state + reg
	if at >= len(*c) {
		*c = append(*c, make([][]Word, at+1-len(*c))...)
	}
	words := (*c)[at]
	if words == nil {
		var err error
		if words, err = glue(nil, state, reg); err != nil {
			return dst, err
		}
		(*c)[at] = words
	}
	return append(dst, words...), nil
}

// Nop implements Glue.
func (g *memoGlue) Nop(dst []Word) ([]Word, error) {
	var err error
	if g.nop == nil {
		g.nop, err = g.Glue.Nop(nil)
	}
	return append(dst, g.nop...), err
}

// Mark implements Glue.
func (g *memoGlue) Mark(dst Landing, reg int, shape BranchShape) (Landing, error) {
	known, ok := g.marks[mark{reg, shape}]
	if !ok {
		var err error
		if known, err = g.Glue.Mark(Landing{}, reg, shape); err != nil {
			return dst, err
		}
		g.marks[mark{reg, shape}] = known
	}
	return Landing{
		Before: append(dst.Before, known.Before...), Slot: append(dst.Slot, known.Slot...), After: append(dst.After, known.After...),
		Displacement: known.Displacement,
	}, nil
}
