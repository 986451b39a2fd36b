package constraints

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/decodetree"
)

func TestOverlay(t *testing.T) {
	spec, err := decodetree.Parse("t.decode", []byte(`
&set a b      #! operands { a: in gpr; }
@fmt ........ a:4 b:4 ................ &set  #! groups { format; } constraints { a != 1; }
ADD  00000001 .... .... 0000000000000000 @fmt #! groups { own; }
ADDI 00000010 .... .... 0000000000000000 @fmt
SUB  00000011 a:4 b:4 0000000000000000 &set
SUB  00000100 000000000000000000000000 &set a=1 b=2
`), decodetree.Options{})
	require.NoError(t, err)
	o, err := ParseOverlay("t.overlay", []byte(`# comments, # even these
groups { file; } # for all
ADD*: asm { "{name} # {a}"; }   # a # in a string is none
@f?t:
  constraints {
    a != 2;
  }
&set: operands { a: out gpr; }
SUB=0x04000000/0xffffffff: groups zero; faults { SIGFPE; }
%none*: groups { never; }
`))
	require.NoError(t, err)
	_, err = Load([]*decodetree.Spec{spec}, testVocabulary, o)
	assert.EqualError(t, err, "t.overlay:10:1: nothing is selected: no definition has this name")
	o.entries = o.entries[:len(o.entries)-1]
	s, err := Load([]*decodetree.Spec{spec}, testVocabulary, o)
	require.NoError(t, err)
	add, addi, sub, zero := s.Insns[0], s.Insns[1], s.Insns[2], s.Insns[3]
	assert.Equal(t, [][]string{{"own"}, {"format"}, {"file"}, {"zero"}}, [][]string{add.Groups, addi.Groups, sub.Groups, zero.Groups})
	assert.Equal(t, []string{"SIGFPE"}, zero.Faults)
	assert.Empty(t, sub.Faults)
	assert.Equal(t, Out, add.Operands[0].Role)
	assert.True(t, add.Legal(0x01100000) && !add.Legal(0x01200000), "the overlay's constraint has taken the file's place")
	assert.Equal(t, "addi # 3", addi.Disassemble(0x02300000, 0))
	accept, err := Conditions(spec, o)
	require.NoError(t, err)
	assert.True(t, accept(spec.Patterns[0], 0x01100000) && !accept(spec.Patterns[0], 0x01200000))
}

// TestOverlayNames: names of formats, argument sets and fields may begin with a digit.
func TestOverlayNames(t *testing.T) {
	spec, err := decodetree.Parse("t.decode", []byte("%2f 0:4\n&3a a\n@2r 00000001 -------------------- .... &3a a=%2f\nP ........ .................... .... @2r\n"), decodetree.Options{})
	require.NoError(t, err)
	o, err := ParseOverlay("o", []byte("@2r: groups { x; }\n&3a: operands { a: in gpr; } faults { SIGFPE; }\n%2f: constraints { a != 3; }\n"))
	require.NoError(t, err)
	s, err := Load([]*decodetree.Spec{spec}, testVocabulary, o)
	require.NoError(t, err)
	assert.Equal(t, []string{"x"}, s.Insns[0].Groups)
	assert.True(t, s.Insns[0].Described && !s.Insns[0].Accepts(0x01000003))
}

func TestOverlayErrors(t *testing.T) {
	spec, err := decodetree.Parse("t.decode", []byte(abc), decodetree.Options{})
	require.NoError(t, err)
	for src, want := range map[string]string{
		"P: groups { x; }\nP*: groups { y; }\n":      "o:2:5: two groups blocks at one level: the other is at o:1:4",
		"P:\n":                                       "o:1:1: there is no block for what this selects",
		"Q: groups { x; }":                           "o:1:1: nothing is selected",
		"P=1/2: groups { x; }":                       "o:1:1: nothing is selected",
		"@rrr=1/2: groups { x; }":                    "o:1:1: @rrr=1/2 is no selector",
		"[: groups { x; }":                           "o:1:1: [ is no selector",
		"P=0xfffffffffffffffff/2: groups { x; }":     "o:1:1: P=0xfffffffffffffffff/2 is no selector",
		"P:\n  constraints {\n    a == 1;\n    q; }": "o:4:5: q is neither an argument of P nor a feature",
		"P: constraints { a == ; }":                  "o:1:23:",
		"constraints { a == 1 ":                      "o:1:22:",
		"P: groups { x; } }":                         "o:1:18:",
	} {
		o, err := ParseOverlay("o", []byte(src))
		if err == nil {
			_, err = Load([]*decodetree.Spec{spec}, testVocabulary, o)
		}
		assert.ErrorContains(t, err, want, src)
	}
}

// FuzzOverlay reads arbitrary text as an overlay: no panic, and errors have positions in it.
func FuzzOverlay(f *testing.F) {
	for _, s := range []string{
		"P: groups { x; }\n@r*: constraints { a < 3; } # c\n", "&a=1/2:", "groups x; P=0x01000000/0xff000fff: undef a;",
		"functions { f(x) = x; }", "P: asm { \"{a} # {b}\"; }\n%x: memory { size(4); reg(a); }", "{ P: } ; [a-: x",
	} {
		f.Add(s)
	}
	spec, err := decodetree.Parse("t.decode", []byte(abc), decodetree.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		o, err := ParseOverlay("o", []byte(text))
		if err != nil {
			var list decodetree.ErrorList
			require.ErrorAs(t, err, &list)
			require.NotZero(t, list[0].Pos.Line)
			return
		}
		s, err := Load([]*decodetree.Spec{spec}, testVocabulary, o)
		if err == nil && len(s.Insns) > 0 {
			drawLegal(t, s.Insns[0], text)
		}
	})
}
