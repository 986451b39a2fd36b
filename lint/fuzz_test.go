package lint

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
)

// maxFuzzed keeps one input within milliseconds.
const maxFuzzed = 4 << 10

// FuzzFiles: no decode file and no overlay makes lint panic, every position is inside of its file, there are
// either errors or patterns, and the same input gives the same report.
func FuzzFiles(f *testing.F) {
	files, err := filepath.Glob("../decodetree/testdata/*.decode")
	require.NoError(f, err)
	for _, file := range append(files, "../arch/toy/lists.decode", "../risu/testdata/t16.decode") {
		src, opt := readSource(f, file)
		f.Add(string(src.Text), "groups { g; }", uint8(max(opt.InsnWidth, 8)/8-1), opt.VarInsnWidth, true)
	}
	for _, text := range []string{
		"%a 0:4 !function=f\n@f .... .... %a #! reserved { a == 3 || x; }\n{\n  P 0000 .... @f #! requires { x; }\n  Q 0000 .... @f\n}\n",
		"&s a #! unpredictable { a > 7; } operands { a: in r, 3 is zero; }\nP 0000 a:4 &s\nQ 00010 a:3 &s\n",
		"#! functions { f(x) = x; }\nP 0000 a:2 b:2 #! operands { a: in r; a: out r if b; } constraints { f(a) != y; }\n",
	} {
		f.Add(text, "P*: reserved { a == 1; }\n@f: groups { h; }", uint8(0), false, false)
	}
	f.Fuzz(func(t *testing.T, text, overlay string, width uint8, variable, given bool) {
		if len(text)+len(overlay) > maxFuzzed {
			t.Skip("too long")
		}
		opt := Options{
			Decode:     decodetree.Options{InsnWidth: (int(width)%8 + 1) * 8, VarInsnWidth: variable},
			Vocabulary: constraints.Vocabulary{Open: true}, Overlays: []Source{{"o", []byte(overlay)}}, Count: true,
		}
		if given {
			opt.Vocabulary.Features = map[string]bool{"x": true}
		}
		sources := []Source{{"f", []byte(text)}}
		r, again := Files(sources, opt), Files(sources, opt)
		require.Equal(t, lines(r), lines(again))
		requirePlaces(t, r, map[string]string{"f": text, "o": overlay})
		if slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Severity == Error && f.Pos.File == "f" }) {
			require.Empty(t, r.Patterns)
		}
		for _, p := range r.Patterns {
			require.True(t, p.Encodings == nil || p.Encodings.Sign() >= 0 && p.Encodings.Cmp(p.Matching) <= 0, "%v", p)
		}
	})
}

func requirePlaces(t *testing.T, r *Report, texts map[string]string) {
	for _, f := range r.Findings {
		text, ok := texts[f.Pos.File]
		require.True(t, ok, "%v", f)
		rows := strings.Split(text, "\n")
		require.True(t, f.Pos.Line >= 1 && f.Pos.Line <= len(rows), "%v", f)
		require.True(t, f.Pos.Col >= 1 && f.Pos.Col <= len(rows[f.Pos.Line-1])+1, "%v", f)
		require.False(t, strings.ContainsAny(f.Msg, "\n"), "%v", f)
		require.Equal(t, f.Severity == Error, f.Check == "", "%v", f)
		require.True(t, f.Check == "" || slices.Contains(Checks, f.Check), "%v", f)
	}
}
