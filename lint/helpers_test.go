package lint

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
)

// open takes any names.
var open = constraints.Vocabulary{Open: true}

// bytes are the options for words of 8 bits, which tests can spell out.
var bytes = Options{Decode: decodetree.Options{InsnWidth: 8}, Vocabulary: open}

// lintText lints one file called f and returns a line for each finding, without the file's name.
func lintText(text string, opt Options) []string {
	return lines(Files([]Source{{"f", []byte(text)}}, opt))
}

func lines(r *Report) []string {
	out := []string{}
	for _, f := range r.Findings {
		line := f.Pos.String() + ": " + f.Severity.String() + ": " + f.Msg
		if f.Check != "" {
			line += " [" + f.Check + "]"
		}
		out = append(out, strings.TrimPrefix(line, "f:"))
	}
	return out
}

// readSource reads a file and the options in its first line, "# options: width=16 var".
func readSource(t testing.TB, file string) (Source, decodetree.Options) {
	t.Helper()
	src, err := os.ReadFile(file)
	require.NoError(t, err)
	var opt decodetree.Options
	first, _, _ := strings.Cut(string(src), "\n")
	words, _ := strings.CutPrefix(first, "# options:")
	for word := range strings.FieldsSeq(words) {
		if n, found := strings.CutPrefix(word, "width="); found {
			opt.InsnWidth, err = strconv.Atoi(n)
			require.NoError(t, err)
		}
		opt.VarInsnWidth = opt.VarInsnWidth || word == "var"
	}
	return Source{file, src}, opt
}
