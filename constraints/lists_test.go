package constraints

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/decodetree"
)

func TestTemplates(t *testing.T) {
	s := mustLoad(t, `
#! names { reg: "w0 w1  wzr", "x0 x1 xzr"; few: "none one"; }
ADD_x_y 00000001 a:4 b:4 c:16
#! asm { "{name:stem} {3 * b + a|reg}, {a|few}, {(a | b)|zero,one,two,three}" if c == 0; "{name} {c}" if c == 1; "{-c:hex}" if c != 2; }
F       00000010 a:4 b:4 c:16  #! asm { "{(c << 52):f64}"; }
PC      00000100 s:1 page:3 c:s20 #! asm { "{c:page}" if page; "{c:pc}"; }
ONE     00000011 a:4 b:4 c:16  #! asm { "{name:stem}"; }
EACH    00000110 a:4 b:4 c:16  #! asm { "{{{a | b << 1|each reg}}, {a|each x,y,z}"; }
VEC     00000101 a:4 b:4 c:16  #! asm { "{name:stem} {{v{a}, v{b}}[{c}], {{}"; }
`)
	add := s.Insns[0]
	for w, want := range map[uint64]string{
		0x01000000: "add w0, none, zero",
		0x01110000: "add x1, one, one",
		0x01210000: "add xzr, ?2, three",
		0x01010001: "add_x_y 1",
		0x01040000: "add ?12, none, ?4",
		0x01000004: "0xfffffffffffffffc",
		0x01210002: "ADD_x_y a=2 b=1 c=2",
	} {
		assert.Equal(t, want, add.Disassemble(w, 0), "%08x", w)
	}
	for c, want := range map[uint64]string{
		0x3ff: "1.000000000000000000e+00", 0xc00: "-2.000000000000000000e+00", 0x3fb: "6.250000000000000000e-02", 0: "0.000000000000000000e+00",
		0x7fe: "8.988465674311579539e+307",
	} {
		assert.Equal(t, want, s.Insns[1].Disassemble(0x02000000|c, 0), "%x", c)
	}
	assert.Equal(t, "0x100000fff", s.Insns[2].Disassemble(0x04001fff, 0xffff_f000))
	assert.Equal(t, "0xff0", s.Insns[2].Disassemble(0x041ffff0, 0x1ffc), "one page back")
	assert.Equal(t, math.Ldexp(1, 1023), 8.988465674311579539e+307)
	assert.Equal(t, "one", s.Insns[3].Disassemble(0x03000000, 0))
	assert.Equal(t, "{w0, w1, x1}, x", s.Insns[4].Disassemble(0x06190000, 0))
	assert.Equal(t, "{}, ", s.Insns[4].Disassemble(0x06000000, 0))
	assert.Equal(t, "vec {v1, v2}[3], {}", s.Insns[5].Disassemble(0x05120003, 0))
}

func TestListsOfOverlays(t *testing.T) {
	o, err := ParseOverlay("o", []byte("names { reg: \"r0 r1\"; }\nP: asm { \"{a|reg}\"; }\n"))
	require.NoError(t, err)
	spec, err := decodetree.Parse("t.decode", []byte("P 0000000000000000000000000000000 a:1\n"), decodetree.Options{})
	require.NoError(t, err)
	s, err := Load([]*decodetree.Spec{spec}, testVocabulary, o)
	if assert.NoError(t, err) {
		assert.Equal(t, "r1", s.Insns[0].Disassemble(1, 0))
	}
}

func TestListErrors(t *testing.T) {
	for block, want := range map[string]string{
		"#! asm { \"add {a|reg}\"; }":                     "t.decode:3:18: asm: unknown list reg",
		"#! asm { \"add {a| reg}\"; }":                    "t.decode:3:19: asm: unknown list reg",
		"#! asm { \"{a|each reg}\"; }":                    "t.decode:3:19: asm: unknown list reg",
		"#! asm { \"{a|}\"; }":                            "t.decode:3:14: asm: unknown list ",
		"#! asm { \"{d|x,y}\"; }":                         "t.decode:3:12: d is neither an argument",
		"#! names { x: \" \"; }":                          "t.decode:3:12: list x is empty",
		"#! names { x: \"a\"; x: \"b\"; }":                "t.decode:3:20: list x is defined already (t.decode:3:12)",
		"#! names { \"a b\"; }":                           "t.decode:3:12: names: expected `list: \"word word\";`",
		"#! names { x: a; }":                              "t.decode:3:12: names: expected",
		"#! names { x: \"a\" if a; }":                     "t.decode:3:12: names: expected",
		"#! names { x, y: \"a\"; }":                       "t.decode:3:12: names: expected",
		"#! asm { \"a\"; \"b\"; }":                        "t.decode:3:15: asm: this is never printed: the string before has no condition",
		"#! asm { \"a\" if a; \"b\"; \"c\" if b; }":       "t.decode:3:25: asm: this is never printed",
		"#! asm { \"a\" if d; }":                          "t.decode:3:17: d is neither an argument",
		"#! asm { x: \"a\"; }":                            "t.decode:3:10: asm: expected a string",
		"#! operands { a: \"gpr\"; }":                     "t.decode:3:15: operands: expected",
		"#! groups { a: \"gpr\"; }":                       "t.decode:3:13: groups: expected names",
		"#! constraints { a: \"gpr\"; }":                  "t.decode:3:18: constraints: expected an expression",
		"#! operands { a: in gpr; } inputs { a: \"b\"; }": "t.decode:3:37: inputs: what can be forced",
		"#! operands { a: in gpr; } undef { a: \"b\"; }":  "t.decode:3:36: undef: expected names",
		"#! faults { always: \"SIGILL\"; }":               "t.decode:3:13: faults: expected names",
		"#! functions { a: \"b\"; }":                      "t.decode:3:16: functions: expected",
	} {
		_, err := load(t, abc+block+"\n")
		if assert.Error(t, err, block) {
			assert.Contains(t, err.Error(), want, block)
		}
	}
}
