package constraints

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/decodetree"
	"github.com/risugen/risugen/random"
)

func newRand() *random.Rand { return random.New(1, 1) }

// drawLegal draws words of an instruction made of arbitrary blocks and asks for all that is known of them.
func drawLegal(t *testing.T, in *Insn, text string) {
	rng, offer := newRand(), offers(in)
	for _, draw := range []func(*random.Rand, []uint64, int64) (uint64, bool){in.Draw, edges(in), in.Half(false).Draw, edges(in.Half(true))} {
		w, ok := draw(rng, offer, 8)
		if !ok {
			return
		}
		require.True(t, in.allowed(w, offer, 8), "%q: drew the illegal word %08x", text, w)
		args := in.Pattern.Extract(w, nil)
		in.Uses(nil, w, args)
		for i := range in.Operands {
			in.Operands[i].Register(args)
			in.Undefined(i, w, args)
		}
		if in.Memory != nil {
			in.Access(w, args)
		}
		in.Disassemble(w, 0)
	}
}

// FuzzBlocks reads arbitrary text as an annotation: no panic, and what is drawn is legal.
func FuzzBlocks(f *testing.F) {
	for _, s := range []string{
		"operands { a: in gpr; }", "constraints { a in {1..3} ? b : !c; }", "asm { \"{a|x,y} {b:hex}\"; }",
		"operands { a: in gpr; } memory { size(4); reg_plus_imm(a, b << 2); }", "branch { offset(4 + (a << 2)); likely; }",
		"names { l: \"x y\", \"z\"; m: \"\"; } asm { \"{a|l} {(a | b)|l} {name:stem}\" if a; \"{b:f64} {c:pc} {c:page}\"; }",
		"x { ((((((", "operands { a: in gpr(((1))); }", "functions { f(x) = x / 3; inverse f(y) = y; } constraints { f(a) == b % c; }",
		"operands { pair(a): out gpr; list(b, c): in vec; list(b | c): in gpr if a; } undef a when b;",
		"operands { a: inout gpr, 3 is zero, 4 is hi; b: in gpr; } memory { size(1 << a); reg_plus_reg_shifted(a, b, c); base_align(8) if a == b; post_index if c; }",
		"operands { a: inout gpr; b: in gpr; mem: out; } memory { size(4); reg(b); } linked { load(P); failed(a == 0); }",
		"operands { a: out gpr; a: in gpr if b; } conditional { b; c < 3; } reserved { a == b; }",
		"operands { a: in gpr; b: in gpr; } inputs { a != 0; b: bits(3); a: sext32; } trash { b; } reserved a * b * c == 60;",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, c := range text {
			if c == '\n' || c == '\r' {
				t.Skip("a second line would be a definition")
			}
		}
		spec, err := decodetree.Parse("t.decode", []byte("P 00000001 a:4 b:4 c:4 000000000000 #! "+text+"\n"), decodetree.Options{})
		if err != nil {
			t.Skip()
		}
		s, err := Load([]*decodetree.Spec{spec}, testVocabulary)
		if err != nil || len(s.Insns) == 0 {
			return
		}
		drawLegal(t, s.Insns[0], text)
	})
}
