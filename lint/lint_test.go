package lint

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/risugen/risugen/decodetree"
)

// finding is a test of one check: a file with words of 8 bits, and what is to be found.
type finding struct {
	name, text string
	want       []string
}

func assertFindings(t *testing.T, cases []finding) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if c.want == nil {
				c.want = []string{}
			}
			assert.Equal(t, c.want, lintText(c.text, bytes), c.text)
		})
	}
}

func TestUnused(t *testing.T) {
	assertFindings(t, []finding{
		{"field", "%a 0:4\n%b 4:4\nP 0000 .... %a\n", []string{"2:1: warning: field %b is not used [unused]"}},
		{"field under another name", "%a 0:4\nP 0000 .... x=%a\n", nil},
		{"field in a format", "%a 0:4\n@f 0000 .... %a\nP .... .... @f\n", nil},
		{"field in an expression", "%a 0:2\nP 0000 b:4 #! constraints { %a != 3; }\n", nil},
		{"field in an unused format", "%a 0:4\n@f .... .... %a\nP 00000000\n", []string{"2:1: warning: format @f is not used [unused]"}},
		{"argument set", "&s a\nP 0000 b:4\n", []string{"1:1: warning: argument set &s is not used [unused]"}},
		{"argument set, inferred", "&s b\nP 0000 b:4\n", nil},
		{"argument set of a format", "&s b\n@f .... b:4 &s\nP 0000 .... @f\n", nil},
		{"format", "@f .... b:4\nP 0000 b:4\n", []string{"1:1: warning: format @f is not used [unused]"}},
		{"function", "#! functions { f(x) = x;\n#!   g(x) = x; }\n%a 0:4 !function=g\nP 0000 .... %a\n",
			[]string{"1:16: warning: function f is not used: no field and no expression names it [unused]"}},
		{"list", "#! names { x: \"a b\";\n#!   y: \"a b\"; }\nP 0000 a:4 #! asm { \"{a|y}\"; }\n",
			[]string{"1:12: warning: list x is not used: no asm block names it [unused]"}},
		{"function in functions and expressions", "#! functions { f(x) = x + 1; g(x) = f(x); }\nP 0000 a:4 #! constraints { g(a) != 3; }\n", nil},
	})
}

func TestUnreachable(t *testing.T) {
	assertFindings(t, []finding{
		{"one", "{\n  A 0000 a:4\n  B 0000 0 a:3\n}\n", []string{"3:3: warning: B is never drawn: A (line 2) takes all its legal words [unreachable]"}},
		{"one of several", "{\n  A 0000 00 a:2\n  B 0000 a:4\n  C 0000 0 a:3\n}\n",
			[]string{"4:3: warning: C is never drawn: B (line 3) takes all its legal words [unreachable]"}},
		{"several together", "{\n  A 0000 0 a:3\n  B 0000 1 a:3\n  C 0000 a:4\n}\n",
			[]string{"4:3: warning: C is never drawn: A (line 2), B (line 3) take all its legal words [unreachable]"}},
		{"many together", "{\n  A 0000 000 a:1\n  B 0000 001 a:1\n  C 0000 010 a:1\n  D 0000 011 a:1\n  E 0000 1 a:3\n  F 0000 a:4\n}\n",
			[]string{"7:3: warning: F is never drawn: A (line 2), B (line 3), C (line 4) and 2 more take all its legal words [unreachable]"}},
		{"constraints leave something", "{\n  A 0000 a:4 #! constraints { a != 3; }\n  B 0000 a:4\n}\n", nil},
		{"constraints leave nothing that is legal", "{\n  A 0000 a:4 #! constraints { a != 3; }\n  B 0000 a:4 #! unpredictable { a == 3; }\n}\n",
			[]string{"3:3: warning: B is never drawn: A (line 2) takes all its legal words [unreachable]"}},
		{"not on every CPU", "{\n  A 0000 a:4 #! requires { new; }\n  B 0000 a:4\n}\n", nil},
		{"on every CPU that has it", "{\n  A 0000 a:4 #! requires { new; }\n  B 0000 a:4 #! requires { new && more; }\n}\n",
			[]string{"3:3: warning: B is never drawn: A (line 2) takes all its legal words [unreachable]"}},
		{"by a feature in constraints", "{\n  A 0000 a:4 #! constraints { new; }\n  B 0000 a:4 #! requires { new || old; }\n}\n", nil},
	})
}

func TestVacuous(t *testing.T) {
	assertFindings(t, []finding{
		{"constraints", "P 0000 a:4 #! constraints { a != 3; a < 16; }\n",
			[]string{"1:37: warning: constraints: the condition holds for all words of P [vacuous]"}},
		{"reserved", "P 0000 a:4 #! reserved { a == 3; a > 15; }\n", []string{"1:34: warning: reserved: the condition holds for no word of P [vacuous]"}},
		{"unpredictable", "P 0000 0 a:3\n#! unpredictable { a == 7;\n#!   a == 8; }\n",
			[]string{"3:6: warning: unpredictable: the condition holds for no word of P [vacuous]"}},
		{"for all that inherit it", "@f .... a:4 #! reserved { a == 16; }\nP 0000 .... @f\nQ 0001 .... @f\n",
			[]string{"1:27: warning: reserved: the condition holds for no word of P, Q [vacuous]"}},
		{"for some that inherit it", "&s a #! reserved { a > 7; }\nP 0000 a:4 &s\nQ 00010 a:3 &s\n", nil},
		{"for no word of some, for all of others", "&s a #! unpredictable { a > 7; } operands { a: in r if a > 3; }\nP 0000 a:4 &s\nQ 000100 a:2 &s\nR 000101 a:2 &s\n", nil},
		{"condition of an operand", "P 0000 a:2 b:2 #! operands { a: in r if b < 4; b: out r if b == 9; }\n", []string{
			"1:41: warning: operands: the condition holds for all words of P [vacuous]",
			"1:60: warning: operands: the condition holds for no word of P [vacuous]"}},
		{"number of an operand", "P 00 a:2 b:4 #! operands { a: in r, 3 is zero, 4 is none; b: out r, 15 is sp; }\nQ 01 c:2 000 s:1 a=3 #! operands { a, s: in r, 3 is zero; c: in r; }\n",
			[]string{"1:48: warning: the operand is never number 4 in P [vacuous]"}},
		{"always a number", "&s a\nP 00000011 &s a=3 #! operands { a: in r, 3 is zero; }\n",
			[]string{"2:42: warning: the operand is always number 3 in P [vacuous]"}},
		{"undef", "P 0000 a:4 #! operands { a: in r; f: out; g: out; } undef { f when a == 1; g when a == 17; }\n",
			[]string{"1:83: warning: undef: the condition holds for no word of P [vacuous]"}},
		{"post_index", "P 0000 a:4 #! operands { a: inout r; mem: in; } memory { size(4); reg_plus_imm(a, 4); post_index if a > 16; }\n",
			[]string{"1:101: warning: memory: the condition holds for no word of P [vacuous]"}},
		{"feature", "P 0000 a:4 #! constraints { new || a < 16; } requires { new || old; }\n", nil},
		{"feature in a function", "#! functions { f(v) = v < 16 || new; }\nP 0000 a:4 #! constraints { f(a); } requires { new || old; }\n", nil},
	})
}

func TestOverridden(t *testing.T) {
	assertFindings(t, []finding{
		{"by all", "@f .... a:4 #! groups { x; }\nP 0000 .... @f #! groups { y; }\nQ 0001 .... @f #! groups { z; }\n",
			[]string{"1:16: warning: no pattern has this groups block: all that could inherit it have one that is more specific [overridden]"}},
		{"by some", "@f .... a:4 #! groups { x; }\nP 0000 .... @f #! groups { y; }\nQ 0001 .... @f\n", nil},
		{"of the file", "#! groups { x; }\nP 0000 a:4 #! groups { y; }\n",
			[]string{"1:4: warning: no pattern has this groups block: all that could inherit it have one that is more specific [overridden]"}},
	})
}

func TestRoles(t *testing.T) {
	assertFindings(t, []finding{
		{"one", "P 0000 a:2 b:2 #! operands { a: in r; }\n", []string{"1:19: warning: b has no role in P: no block names it [role]"}},
		{"those that share a block", "&s a b\n@f .... a:2 b:2 &s #! operands { a: in r; }\nP 0000 .... @f\nQ 0001 .... @f\nR 0010 .... @f #! groups { g; } constraints { b != 1; }\n",
			[]string{"2:23: warning: b has no role in P, Q: no block names it [role]"}},
		{"without operands block", "P 0000 a:2 b:2 #! groups { g; }\n", nil},
		{"constant", "&s a b\nP 0000 00 a:2 &s b=1 #! operands { a: in r; }\n", nil},
		{"in assembler text", "P 0000 a:2 b:2 #! operands { a: in r; } asm { \"p {a}, {b:hex}\"; }\n", nil},
		{"in a list", "P 0000 a:2 b:2 #! operands { list(a | b << 2): in r; }\n", nil},
		{"in an address", "P 0000 a:2 b:2 #! operands { a: in r; mem: in; } memory { size(4); reg_plus_imm(a, b); }\n", nil},
	})
}

func TestFeatures(t *testing.T) {
	assertFindings(t, []finding{
		{"assumed", "P 0000 a:4 #! constraints { aa != 1 || a; }\nQ 0001 a:4\n",
			[]string{"1:29: warning: aa is taken for a feature: no pattern has such an argument, no requires block names it, and it stands nowhere else [feature]"}},
		{"in two places", "P 0000 a:4 #! constraints { aa != 1 || a; }\nQ 0001 a:4 #! constraints { !aa || a; }\n", nil},
		{"known by a requires block", "P 0000 a:4 #! constraints { aa || a; }\nQ 0001 a:4 #! requires { aa; }\n", nil},
		{"argument of another", "P 0000 a:4 #! constraints { b; }\nQ 0001 b:4\n",
			[]string{"1:29: error: b is neither an argument of P nor a feature"}},
		{"that contradict", "P 0000 a:4 #! requires { x || y; !x; !y; }\n",
			[]string{"1:1: warning: P is on no CPU: no features meet what it requires [requires]"}},
		{"no word with all of them", "P 0000 a:4 #! reserved { x; } requires { x || y; }\n", nil},
	})
	given := bytes
	given.Vocabulary.Features = map[string]bool{"x": true}
	assert.Empty(t, lintText("P 0000 a:4 #! requires { x && y; }\n", given), "a CPU that lacks the pattern")
	assert.Equal(t, []string{"1:26: error: no word of P satisfies its constraints"},
		lintText("P 0000 a:4 #! reserved { x; } requires { x || y; }\n", given))
	assert.Empty(t, lintText("{\n  A 0000 a:4 #! requires { y; }\n  B 0000 a:4\n}\n", given))
	assert.Equal(t, []string{"3:3: warning: B is never drawn: A (line 2) takes all its legal words [unreachable]"},
		lintText("{\n  A 0000 a:4 #! requires { !y; }\n  B 0000 a:4\n}\n", given))
}

func TestFunctions(t *testing.T) {
	const fields = "%a 0:2 !function=f\n%b 2:2 !function=g\n%c 4:2 !function=f\n"
	assertFindings(t, []finding{
		{"counted once", fields + "P 00 .. .. .. %a %b %c\n", []string{"1:1: note: 2 !functions have no definition in a functions block: f, g [functions]"}},
		{"the rest", fields + "P 00 .. .. .. %a %b %c #! functions { f(x) = x; }\n",
			[]string{"2:1: note: 1 !function has no definition in a functions block: g [functions]"}},
		{"needed", fields + "P 00 .. .. .. %a %b %c #! constraints { b; }\n",
			[]string{"4:41: error: b is made by !function=g, which no functions block defines"}},
	})
}

// TestErrors: what decodetree refuses comes alone, then what is wrong in blocks, then what no word satisfies.
func TestErrors(t *testing.T) {
	assertFindings(t, []finding{
		{"file", "%a 0:4\nP 0000 a:3 #! constraints { q; }\nQ 0000 a:4\nR 0000 a:4\n", []string{
			"2:1: error: definition has 7 bits, the word has 8",
			"4:1: error: pattern R overlaps pattern Q (f:3:1): both match 0x00"}},
		{"blocks", "%a 0:4\nP 0000 a:4 #! constraints { q q; }\nQ 0001 a:4 #! nonsense { a; }\n", []string{
			`2:31: error: unexpected "q", expected ";"`,
			"3:15: error: unknown block nonsense; known are asm, branch, conditional, constraints, faults, functions, groups, inputs, linked, memory, names, operands, prefix, requires, reserved, trash, undef, unpredictable"}},
		{"group", "{ #! groups { x; }\n  P 0000 a:4\n}\n", []string{"1:3: error: a block cannot belong to a group"}},
		{"no word", "%a 0:4\nP 0000 a:4 #! constraints { a > 15; }\n", []string{"2:29: error: no word of P satisfies its constraints"}},
		{"no such load", "P 0000 a:2 b:2 #! operands { a: inout gpr; b: in gpr; mem: out; } memory { size(4); reg(b); }\n#! linked { load(Q); failed(a == 0); }\n",
			[]string{"2:18: error: linked: no pattern of the file has the name Q"}},
		{"an argument without a class", "P 0000 a:4 #! operands { a: in; }\n", []string{"1:26: error: argument a has no register class"}},
	})
	assert.Equal(t, []string{"1:1: error: words of 9 bits: want 8 to 64, a multiple of 8"},
		lintText("P 0000 a:4\n", Options{Decode: decodetree.Options{InsnWidth: 9}}))
}

// TestFilesAlone: an error in one file leaves the others' findings.
func TestFilesAlone(t *testing.T) {
	r := Files([]Source{{"z", []byte("%a 0:4\nP 0000 a:4\n")}, {"b", []byte("P 0\n%a 0:4\n")}, {"a", []byte("P 0000 a:4\n%a 0:4\n")}}, bytes)
	assert.Equal(t, []string{
		"z:1:1: warning: field %a is not used [unused]",
		"b:1:1: error: definition has 1 bits, the word has 8",
		"a:2:1: warning: field %a is not used [unused]",
	}, lines(r))
	assert.Equal(t, []int{0, 2, 1}, []int{r.Count(Note), r.Count(Warning), r.Count(Error)})
}
