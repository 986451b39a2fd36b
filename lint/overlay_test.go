package lint

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func withOverlays(texts ...string) Options {
	opt := bytes
	for i, text := range texts {
		opt.Overlays = append(opt.Overlays, Source{"o" + string(rune('1'+i)), []byte(text)})
	}
	return opt
}

// TestOverlays: what an overlay says is judged for all files together, and its faults are told once.
func TestOverlays(t *testing.T) {
	one := Source{"one", []byte("P 0000 a:4\n")}
	two := Source{"two", []byte("Q 00010 a:3\nR 0010 a:4 #! groups { g; }\n")}
	for _, c := range []struct {
		overlays []string
		want     []string
	}{
		{[]string{"P: groups { x; }\nQ: groups { y; }\n"}, []string{}},
		{[]string{"P: groups { x; }\nS: groups { y; }\n"}, []string{"o1:2:1: error: nothing is selected: no definition has this name"}},
		{[]string{"reserved { a == 9; }\n"}, []string{}},
		{[]string{"reserved { a == 19; }\n"}, []string{"o1:1:12: warning: reserved: the condition holds for no word of P, Q, R [vacuous]"}},
		{[]string{"R: groups { h; }\n"}, []string{}},
		{[]string{"groups { h; }\n"}, []string{}},
		{[]string{"groups { g; }\n", "?: groups { h; }\n"}, []string{}},
		{[]string{"nonsense { x; }\n"}, []string{"o1:1:1: error: unknown block nonsense; known are asm, branch, conditional, constraints, faults, functions, " +
			"groups, inputs, linked, memory, names, operands, prefix, requires, reserved, trash, undef, unpredictable"}},
		{[]string{"P: operands { a: inout gpr; x: in gpr(3); mem: out; } memory { size(4); reg(x); } linked { load(Q); failed(a == 0); }\n"},
			[]string{"o1:1:97: error: linked: no pattern of the file has the name Q"}}, // it is in another
		{[]string{"P: groups {\n"}, []string{`o1:2:1: error: unexpected end of text, expected an expression`}},
		{[]string{"P groups\n", "Q: reserved { a == 9; }\n"}, []string{`o1:2:1: error: unexpected end of text, expected ";"`}},
	} {
		assert.Equal(t, c.want, lines(Files([]Source{one, two}, withOverlays(c.overlays...))), c.overlays)
	}
}

// TestOverlayInVain: no pattern inherits the overlay's block.
func TestOverlayInVain(t *testing.T) {
	src := Source{"f", []byte("R 0010 a:4 #! groups { g; }\n")}
	assert.Equal(t, []string{
		"o1:1:1: warning: no pattern has this groups block: all that could inherit it have one that is more specific [overridden]",
	}, lines(Files([]Source{src}, withOverlays("groups { h; }\n"))))
}

// TestOverlayOfFaultyFile: what an overlay selects may stand in a file that cannot be read.
func TestOverlayOfFaultyFile(t *testing.T) {
	faulty := Source{"f", []byte("P 00000000 a:4\n")}
	assert.Equal(t, []string{"1:12: error: field a ends beyond the word of 8 bits"},
		lines(Files([]Source{faulty}, withOverlays("P: groups { x; }\n"))))
}
