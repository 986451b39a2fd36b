package constraints

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/constraints/syntax"
	"github.com/risugen/risugen/decodetree"
)

var testVocabulary = Vocabulary{
	Classes: []string{"gpr", "vec"}, Sizes: []int{32, 16}, States: []string{"hi", "lo", "csr"}, Signals: []string{"SIGFPE", "SIGTRAP"},
	Features: map[string]bool{"yes": true, "no": false},
}

func load(t testing.TB, src string) (*Set, error) {
	t.Helper()
	spec, err := decodetree.Parse("t.decode", []byte(src), decodetree.Options{})
	require.NoError(t, err)
	return Load([]*decodetree.Spec{spec}, testVocabulary)
}

func mustLoad(t testing.TB, src string) *Set {
	t.Helper()
	s, err := load(t, src)
	require.NoError(t, err)
	return s
}

// registers is a format for most tests.
const registers = `
%raw 0:12
@rrr ........ a:4 b:s4 c:4 ------------
`

func TestExpressions(t *testing.T) {
	// a is 5, b is -3, c is 14, %raw is 0xabc.
	const word = 0x015dE000 | 0xabc
	for text, want := range map[string]int64{
		"1 + 2 * 3":                   7,
		"(1 + 2) * 3":                 9,
		"10 - 4 - 3":                  3,
		"2 << 3 + 1":                  32,
		"1 | 6 & 4":                   5,
		"7 & 3 == 3":                  1,
		"a":                           5,
		"b":                           -3,
		"b + c":                       11,
		"-b * 2":                      6,
		"~a":                          -6,
		"!a || !0":                    1,
		"a && 0":                      0,
		"a > b ? c : 99":              14,
		"0 ? 1 : 0 ? 2 : 3":           3,
		"%raw":                        0xabc,
		"%raw >> 8":                   0xa,
		"a % 3":                       2,
		"-7 / 2":                      -3,
		"7 / 0":                       0,
		"7 % 0":                       0,
		"1 << 64":                     0,
		"1 << -1":                     0,
		"-1 >> 70":                    -1,
		"0x8000000000000000 / -1":     -9223372036854775808,
		"0x8000_0000_0000_0000 % -1":  0,
		"0b1010":                      10,
		"010":                         10,
		"popcount(0xff0f)":            12,
		"extract(0xabcd, 4, 8)":       0xbc,
		"sextract(0xf0, 4, 4)":        -1,
		"extract(1, 60, 9)":           0,
		"a in {1, 3..5}":              1,
		"a in {1..4, 6}":              0,
		"b in {-4..-2} && a in {5}":   1,
		"yes && !no":                  1,
		"1 < 2 == 1":                  1,
		"-(-(-1))":                    -1,
		"a != 5 || b == -3 && c == 1": 0,
	} {
		got, err := evaluate(t, text, word)
		if assert.NoError(t, err, text) {
			assert.Equal(t, want, got, text)
		}
	}
}

// evaluate compiles an expression for a pattern and evaluates it on a word.
func evaluate(t *testing.T, text string, word uint64) (int64, error) {
	s := mustLoad(t, registers+"P 00000001 .... .... .... ------------ @rrr\n")
	ast, err := syntax.ParseExpr(text)
	if err != nil {
		return 0, err
	}
	p := s.Insns[0].Pattern
	x, err := (&scope{set: s, spec: s.Specs[0], pattern: p}).compile(ast)
	if err != nil {
		return 0, err
	}
	return x.eval(&env{word: word, args: p.Extract(word, nil)}), nil
}

func TestAsm(t *testing.T) {
	s := mustLoad(t, registers+"ADD_S 00000001 .... .... .... ------------ @rrr\n"+
		"#! asm { \"{name}.{a & 3|w,x,y,z} ${b},{c + 1:hex}({%raw})\"; }\n"+
		"NONE 00000010 .... .... .... ------------ @rrr\n"+
		"CVT_S_W 00000011 .... .... .... ------------ @rrr #! asm { \"{name:dots} $f{a}\"; }\n")
	assert.Equal(t, "add_s.x $-3,0xf(2748)", s.Insns[0].Disassemble(0x015deabc, 0))
	assert.Equal(t, "NONE a=5 b=-3 c=14", s.Insns[1].Disassemble(0x025deabc, 0))
	assert.Equal(t, "cvt.s.w $f5", s.Insns[2].Disassemble(0x035deabc, 0))
}

func TestErrorsArePositioned(t *testing.T) {
	const head = "@rrr ........ a:4 b:4 c:4 ------------\nP 00000001 .... .... .... ------------ @rrr\n"
	for block, want := range map[string]string{
		"#! operandz { a: in gpr; }":                                       "t.decode:3:4: unknown block operandz",
		"#! operands { a: in grp; }":                                       "t.decode:3:21: unknown register class grp; known are gpr, vec",
		"#! operands { z: in gpr; }":                                       "t.decode:3:15: z is not an argument of P",
		"#! operands { a: in gpr; a: in gpr;}":                             "t.decode:3:26: operand a is declared twice",
		"#! operands { hj: out; }":                                         "t.decode:3:15: hj has no register class",
		"#! operands { a in gpr; }":                                        "t.decode:3:20:",
		"#! constraints { a < 3; q > 1; }":                                 "t.decode:3:25: q is neither an argument of P nor a feature",
		"#! constraints { a <; }":                                          "t.decode:3:21:",
		"#! constraints { a < 3 }":                                         "t.decode:3:24:",
		"#! constraints { %zz == 1; }":                                     "t.decode:3:18: no field is named %zz",
		"#! constraints { f(1) == 1; }":                                    "t.decode:3:18: unknown function f",
		"#! constraints { extract(a) == 1; }":                              "t.decode:3:18: extract takes 2 or 3 arguments, not 1",
		"#! constraints { a > 15; }":                                       "t.decode:3:18: no word of P satisfies its constraints",
		"#! reserved { a < 8; a > 7; }":                                    "t.decode:3:15: no word of P satisfies its constraints",
		"#! constraints { 99999999999999999999 > a; }":                     "t.decode:3:18: number 99999999999999999999 does not fit 64 bits",
		"#! memory { size(4); }":                                           "t.decode:3:4: memory: size and an address mode are needed",
		"#! operands { a: in gpr; } memory { size(4); align(3); reg(a); }": "t.decode:3:52: alignment 3 is not a power of two",
		"#! memory { size(4); reg(b); }":                                   "t.decode:3:26: the base of a memory access must be a register operand that is read",
		"#! operands { mem: in; }":                                         "t.decode:3:15: P names mem but has no memory block",
		"#! faults { SIGFOO; }":                                            "t.decode:3:13: unknown signal SIGFOO; known are SIGFPE, SIGTRAP",
		"#! requires { maybe; }":                                           "t.decode:3:15: unknown feature maybe",
		"#! undef { a; }":                                                  "t.decode:3:12: a is not an output of P",
		"#! inputs { a: nonzero; }":                                        "t.decode:3:13: a is not a register operand that is read",
		"#! asm { \"{q}\"; }":                                              "t.decode:3:12: q is neither an argument of P nor a feature",
		"#! asm { \"{a\"; }":                                               "t.decode:3:11: asm: { without }",
		"#! branch { offset(a); slot; }":                                   "t.decode:3:24: branch: expected offset(bytes), offset(bytes, align), register(name)",
		"#! branch { register(z); }":                                       "t.decode:3:22: the target of a branch must be a register operand that is read",
		"#! groups { 3; }":                                                 "t.decode:3:13: groups: expected names",
		"#! constraints {\n#! a == 1;\n#!   b == nope; }":                  "t.decode:5:11: nope is neither",
		"#! constraints { " + repeat("(", 200) + "a" + repeat(")", 200) + " > 0; }": "t.decode:3:",
	} {
		_, err := load(t, head+block+"\n")
		if assert.Error(t, err, block) {
			assert.Contains(t, err.Error(), want, block)
		}
	}
}

func repeat(s string, n int) string {
	out := ""
	for range n {
		out += s
	}
	return out
}

func TestInheritance(t *testing.T) {
	s := mustLoad(t, `
#! groups { file; } faults { SIGFPE; }
&set a b      #! groups { set; } operands { a: in gpr; b: out gpr; }
@fmt ........ a:4 b:4 ................ &set  #! groups { format; }
ONE  00000001 .... .... 0000000000000000 @fmt #! groups { one; }
TWO  00000010 .... .... 0000000000000000 @fmt
THREE 00000011 a:4 b:4 0000000000000000 &set
FOUR 00000100 000000000000000000000000
`)
	want := [][]string{{"one"}, {"format"}, {"set"}, {"file"}}
	for i, in := range s.Insns {
		assert.Equal(t, want[i], in.Groups, in.Name())
		assert.Equal(t, []string{"SIGFPE"}, in.Faults)
	}
	assert.Len(t, s.Insns[2].Operands, 2)
	assert.Empty(t, s.Insns[3].Operands)
}

func TestRequiresLeavesOut(t *testing.T) {
	s := mustLoad(t, "A 00000000000000000000000000000001 #! requires { yes; }\nB 00000000000000000000000000000010 #! requires { yes && no; }\n")
	require.Len(t, s.Insns, 1)
	assert.Equal(t, "A", s.Insns[0].Name())
	assert.Equal(t, "B", s.Absent[0].Name)
	assert.Nil(t, s.Decode(2))
}
