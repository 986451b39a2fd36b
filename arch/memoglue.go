package arch

// memoGlue is glue that remembers the words that it made. A scheduler asks for the same ones again and again: of few states
// and registers, and shapes of branches. It is for glue whose words do not depend on where they stand.
type memoGlue struct {
	Glue
	saves, resets [][]Word // by copyOf
	marks         map[mark]Landing
	nop           []Word
}

// copyOf numbers a state and the register that it is copied to or from.
func copyOf(state, reg int) int { return 64*state + reg }

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
	return remember(&g.saves, dst, state, reg, g.Glue.Save)
}

// Reset implements Glue.
func (g *memoGlue) Reset(dst []Word, state, keep int) ([]Word, error) {
	return remember(&g.resets, dst, state, keep, g.Glue.Reset)
}

func remember(known *[][]Word, dst []Word, state, reg int, glue func([]Word, int, int) ([]Word, error)) ([]Word, error) {
	at := copyOf(state, reg)
	if at >= len(*known) {
		*known = append(*known, make([][]Word, at+1-len(*known))...)
	}
	words := (*known)[at]
	if words == nil {
		var err error
		if words, err = glue(nil, state, reg); err != nil {
			return dst, err
		}
		(*known)[at] = words
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
