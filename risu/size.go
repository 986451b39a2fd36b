package risu

import "github.com/risugen/risugen/decodetree"

// Translations may use a part of an expression more than once. Nested deeply enough, that doubles the
// text with every level: these bounds end it.
const (
	maxSteps = 1 << 16 // taken by one translation
	maxTree  = 1 << 14 // operators and operands of its result
)

const tooBig = "the expression becomes too large"

// meter counts the steps of a translation and keeps its first error.
type meter struct {
	steps int
	err   error
}

// step counts one and reports whether there may be more.
func (m *meter) step(e Expr) bool {
	m.steps++
	if m.steps > maxSteps {
		m.fault(e, tooBig)
	}
	return m.steps <= maxSteps
}

func (m *meter) fault(e Expr, msg string) {
	if m.err == nil {
		m.err = &decodetree.Error{Pos: e.Place(), Msg: msg}
	}
}

// check gives a result back, or the error if there is one or the result is too large.
func (m *meter) check(e Expr) (Expr, error) {
	if treeSize(e, map[Expr]int{}) > maxTree {
		m.fault(e, tooBig)
	}
	return e, m.err
}

// treeSize counts the nodes of a tree of which parts may be shared; done holds those counted.
func treeSize(e Expr, done map[Expr]int) int {
	if n, ok := done[e]; ok {
		return n
	}
	n := 1
	for _, c := range children(e) {
		n = min(n+treeSize(c, done), maxTree+1)
	}
	done[e] = n
	return n
}
