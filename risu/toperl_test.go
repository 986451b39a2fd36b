package risu

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
)

// TestBlockExpressionsInPerl compares the two languages' values over all arguments of some bits.
func TestBlockExpressionsInPerl(t *testing.T) {
	for _, test := range []string{
		"a >> 1 == -2", "-a / 3 == b", "-a % 3 + 2 == b", "a / b == 2", "a % b == 1", "~a & 3 == b", "(a & -b) == -4",
		"(a | -8) == -5", "(a ^ ~b) < -2", "a << 2 < b", "b << (b & 3) > 9", "a in {-3..-1, 2, b}", "!a || b && a > b",
		"(a && b) + (a || b) == 1", "(a ? b : a) - 1 > 2", "sextract(b, 1, 2) == -1", "extract(a, 1, 3) == 5",
		"popcount(b) > 2", "extract(b, 70, 2) + 1", "(a in {1..3}) + !b == 1", "%raw == 5 || %raw > 60", "on && !off && a",
		"(a < 0) == (b > 7)", "sextract(a * b, 2, 5) > extract(b - a, 0, 4)", "010 + 0b1 + 0x_f == b + a + 20",
	} {
		text := "%raw 4:2 0:4\nP 00000000000000000000 0000 a:s4 b:4 #! constraints { " + test + "; }\n"
		c := loadFeatures(t, text)
		out, _, err := FromDecode(c.spec, Options{Mode: "mips", Features: map[string]bool{"on": true, "off": false}})
		require.NoError(t, err, test)
		f := parseBack(t, out)
		words := make([]uint64, 256)
		for i := range words {
			words[i] = uint64(i)
		}
		if len(f.Patterns) == 0 {
			t.Fatalf("%s: nothing left", test)
		}
		verdict := perlVerdicts(t, f, [][]uint64{words})[0]
		for i, w := range words {
			want := c.takes(c.spec.Patterns[0], w)
			require.Equal(t, want, verdict[i] == '1', "%s 0x%x:\n%s", test, w, out)
			got, err := f.Accepts(f.Patterns[0], w)
			require.NoError(t, err)
			require.Equal(t, want, got, "%s 0x%x:\n%s", test, w, out)
		}
	}
}

// loadFeatures loads a .decode file whose blocks name the features on and off.
func loadFeatures(t *testing.T, text string) *converted {
	t.Helper()
	spec, err := decodetree.Parse("t.decode", []byte(text), decodetree.Options{})
	require.NoError(t, err)
	set, err := constraints.Load([]*decodetree.Spec{spec}, constraints.Vocabulary{Features: map[string]bool{"on": true, "off": false}})
	require.NoError(t, err, text)
	accept := func(p *decodetree.Pattern, word uint64) bool { return set.Insn(p).Accepts(word) }
	return &converted{text: text, spec: spec, accept: accept}
}

// TestDoublingEndsInPerl is the same for the other direction.
func TestDoublingEndsInPerl(t *testing.T) {
	for _, shape := range [][2]string{{"(", " >> 1) - 1"}, {"f(", ")"}, {"popcount(", ")"}, {"(", " in {1..3, 5, 7})"}, {"sextract(1, 2, ", ")"}} {
		block := strings.Repeat(shape[0], 60) + "a" + strings.Repeat(shape[1], 60)
		text := "P 00000000 a:s24 #! functions { f(x) = x + x; } constraints { " + block + "; }\n"
		spec, err := decodetree.Parse("t.decode", []byte(text), decodetree.Options{})
		require.NoError(t, err)
		_, _, err = FromDecode(spec, Options{Mode: "mips"})
		if err != nil {
			assert.Contains(t, err.Error(), "cannot be converted")
		}
	}
}
