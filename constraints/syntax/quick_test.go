package syntax

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// requireQuickAgrees makes sure that what the quick reader takes has no fault by the grammar, and is the same by it. It tells
// whether the reader took it as blocks, or as an expression.
func requireQuickAgrees(t *testing.T, text string) (blocks, expr bool) {
	t.Helper()
	if nesting(text) != nil {
		return false, false
	}
	gotBlocks, blocks := quickParse(text)
	if blocks {
		want, err := parseGrammar(text)
		require.NoError(t, err, text)
		require.Equal(t, want, gotBlocks, text)
	}
	gotExpr, expr := quickExpr(text)
	if expr {
		want, err := exprGrammar(text)
		require.NoError(t, err, text)
		require.Equal(t, want, gotExpr, text)
	}
	return blocks, expr
}

var quickTexts = []string{
	"", " \n", "groups { a, b; }", "requires thumb;", "x { }", "x {}\ny z;",
	"operands { rd: out gpr; rd, rs: in gpr if it; mem: in; nzcv: inout; list(3 << 2 * qd): out dreg; pair(rt, 2), q: in gpr, 15 is pc, 31 is zero; }",
	"constraints { a == b && !(c < 3) || d in {1, 3..5, x + 1}; a ? b : c ? d : e; ~-x >> 2 >= %imm; }",
	"functions { f(x) = x + 1; inverse f(y) = y - 1; f(x) == 3; }", "names { r: \"a b\", \"\"; s: \"c\"; }",
	"asm { \"{name} {rd|r}\" if x == 3; \"{name}\"; } undef { nzcv if a when; }", "memory { size(4); align(f()); imm(rn, 4 + (imm8 << 2), 4); }",
	"x { a:b; a, f(x), c: 3, 4 if 0x1F + 0b1_01 + 0_7; }", "x { in: 3; }", "x { a when b; }", "x { 7 % 3; 7 %x; 7 % x; a&&b; a& &b; a<=b; a< =b; }",
	"x { a: out gpr in {3}; }", "x { a: in (gpr); a: in; a: inout -1; }", "x { inverse; inverse(x) = 3; inverse inverse(x) = 3; inverse + 3; }",
	"f(a, b)(c)", "a + b * c", "a in {1}", "1..2", "x { iffy; in_x; outer: is_x; }", "x { 3is 4; }", "x { 3 is pc; }", "x { \"ä\"; }", "x { \"a\", \"b\"; }",
	"x { f(x): \"a\" if y; }", "x { f((x): y; }", "x { a: \"b\", c; }", "x { a ? b : c; a, b ? c : d; (a): b; }", "0x", "0b12", "1a", "0xg", "a.b", "a...b",
	"x { f(a: b); }", "x { if; }", "x { a if if b; }", "x inverse g(y) = 2;", "x \"text\";", "x a: in;",
}

func TestQuickAgrees(t *testing.T) {
	taken := 0
	for _, text := range quickTexts {
		if blocks, expr := requireQuickAgrees(t, text); blocks || expr {
			taken++
		}
	}
	assert.Greater(t, taken, 20)
}

// What is refused by the grammar is left to it, and so is what only the grammar can tell.
func TestQuickDeclines(t *testing.T) {
	for _, text := range []string{
		"x", "x {", "x { a }", "x { a; ", "x { \"a\", \"b\"; }", "x { \"ä\"; }", "x { 1a; }", "x { 0x; }", "x { a ? b; }", "x { f(a; }", "x { a: ; }", "x { a b; }",
		"x { inverse; }", "x { @; }", "x { a in 3; }", "x { a . b; }", "3", "x { if; }", "x } ", "x { ! ; }",
	} {
		_, ok := quickParse(text)
		assert.False(t, ok, text)
	}
	for _, text := range []string{"", "a b", "a +", "f(a,)", "(a", "a)", "-", "a ?", "é"} {
		_, ok := quickExpr(text)
		assert.False(t, ok, text)
	}
}

// FuzzQuick: what the quick reader takes, the grammar takes for the same.
func FuzzQuick(f *testing.F) {
	for _, text := range quickTexts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { requireQuickAgrees(t, text) })
}
