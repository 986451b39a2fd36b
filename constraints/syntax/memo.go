package syntax

import (
	"sync"
	"sync/atomic"
)

// memo is what texts that were read before mean. Nobody changes it, and a file is read again for every CPU and each state
// of its instructions.
type memo[T any] struct {
	known sync.Map // of T by text
	texts atomic.Int64
}

// maxTexts bounds how many texts are kept: more than all descriptions of any machine have.
const maxTexts = 1 << 16

var (
	parsedBlocks memo[[]*Block]
	parsedExprs  memo[*Expr]
)

// Forget drops what is known of texts, for who measures how long they take.
func Forget() {
	parsedBlocks.known.Clear()
	parsedExprs.known.Clear()
	parsedBlocks.texts.Store(0)
	parsedExprs.texts.Store(0)
}

func (m *memo[T]) get(text string) (v T, ok bool) {
	got, ok := m.known.Load(text)
	if ok {
		v = got.(T)
	}
	return v, ok
}

func (m *memo[T]) put(text string, v T) {
	if m.texts.Add(1) <= maxTexts {
		m.known.Store(text, v)
	}
}
