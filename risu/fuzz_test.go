package risu

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
)

// FuzzParse: no input makes anything panic, errors have places in the file, and what converts accepts
// the same words, also after the way back.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*.risu")
	require.NoError(f, err)
	for _, file := range files {
		src, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		file, err := Parse("f", src)
		if err != nil {
			requirePlaces(t, src, err)
			return
		}
		exercise(t, file)
	})
}

func requirePlaces(t *testing.T, src []byte, err error) {
	var list decodetree.ErrorList
	require.True(t, errors.As(err, &list))
	lines := strings.Split(string(src), "\n")
	for _, e := range list {
		require.True(t, e.Pos.Line >= 1 && e.Pos.Line <= len(lines), "%v", e)
		require.True(t, e.Pos.Col >= 1 && e.Pos.Col <= len(lines[e.Pos.Line-1])+1, "%v", e)
	}
}

// exercise converts and compares, on few words: the fuzzer brings many files.
func exercise(t *testing.T, f *File) {
	text, _, err := ToDecode(f, Options{Lossy: true})
	if err != nil || len(f.Patterns) > 50 {
		return
	}
	spec, err := decodetree.Parse("f.decode", text, f.DecodeOptions())
	require.NoError(t, err, "%s", text)
	accept, err := constraints.Conditions(spec)
	require.NoError(t, err, "%s", text)
	_, losses, err := ToDecode(f, Options{})
	if err == nil {
		require.Empty(t, losses)
		compare(t, f, spec, accept)
	}
	again, _, err := FromDecode(spec, Options{Mode: f.Mode, Lossy: true})
	require.NoError(t, err, "%s", text)
	_, err = Parse("again", again)
	require.NoError(t, err, "%s", again)
}

func compare(t *testing.T, f *File, spec *decodetree.Spec, accept func(*decodetree.Pattern, uint64) bool) {
	rng := rand.New(rand.NewPCG(1, 2))
	i := 0
	for _, b := range bins(f.Patterns, spec.Options.InsnWidth) {
		for _, p := range b {
			q := spec.Patterns[i]
			i++
			for _, w := range sampleWords(rng, p, 10) {
				want, err := f.Accepts(p, w)
				up := w << (spec.Options.InsnWidth - p.Width)
				if err == nil {
					require.Equal(t, want, q.Matches(up) && accept(q, up), "%s 0x%x", p.FullName(), w)
				}
			}
		}
	}
}

// FuzzFromDecode: no annotation makes FromDecode panic, and what it writes parses.
func FuzzFromDecode(f *testing.F) {
	for _, s := range []string{
		"constraints { a in {1..3} ? b : !c; }", "reserved a << 2 > b; memory { size(4); reg_plus_imm(a, b << 2); post_index when c; }",
		"functions { f(x) = x + 1; inverse f(y) = y - 1; } constraints { d == f(%raw); }", "x { ((((((", "groups { a, b; } requires { q && !r; }",
		"operands { pair(a): out gpr; b: in gpr, 3 is zero; } memory { align(1 << a); reg_plus_reg(b, a); }", "asm \"};\";",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsAny(text, "\n\r") {
			t.Skip("a second line would be a definition")
		}
		src := "%raw 4:4 0:s2\n%g raw:3 !function=f\n{\n  P 00000001 a:4 b:4 c:4 00000000 1010 #! " + text +
			"\n  Q 00000001 .... .... .... ........ .... %raw a=%raw b=3\n}\n"
		spec, err := decodetree.Parse("t.decode", []byte(src), decodetree.Options{})
		if err != nil {
			spec, err = decodetree.Parse("t.decode", []byte("P 00000001 a:4 b:s4 c:4 000000001010 #! "+text+"\n"), decodetree.Options{})
		}
		if err != nil {
			t.Skip()
		}
		out, _, err := FromDecode(spec, Options{Mode: "arm", Lossy: true})
		if err != nil {
			return
		}
		_, err = Parse("again", out)
		require.NoError(t, err, "%s", out)
	})
}
