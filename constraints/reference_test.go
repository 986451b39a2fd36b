package constraints

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/decodetree"
)

// TestReferencePage loads every example of the reference page and draws from it.
func TestReferencePage(t *testing.T) {
	page, err := os.ReadFile("../docs/language.md")
	require.NoError(t, err)
	v := Vocabulary{
		Classes: []string{"gpr", "vec", "sp"}, Sizes: []int{32, 32, 1}, States: []string{"hi", "lo", "flags"},
		Signals: []string{"SIGFPE", "SIGTRAP"}, Features: map[string]bool{"simd": true, "old": false, "cc": false},
	}
	examples := fenced(string(page), "decode")
	require.Greater(t, len(examples), 8)
	var first *decodetree.Spec
	for _, text := range examples {
		spec, err := decodetree.Parse("language.md", []byte(text), decodetree.Options{})
		if !assert.NoError(t, err, text) {
			continue
		}
		if first == nil {
			first = spec
		}
		s, err := Load([]*decodetree.Spec{spec}, v)
		if !assert.NoError(t, err, text) {
			continue
		}
		for _, in := range s.Insns {
			w, ok := in.Draw(newRand(), offers(in), 4)
			assert.True(t, ok, in.Name())
			assert.Same(t, in, s.decode(w, in.Behind != ""), in.Label())
		}
	}
	for _, text := range fenced(string(page), "overlay") {
		o, err := ParseOverlay("language.md", []byte(text))
		require.NoError(t, err)
		_, err = Load([]*decodetree.Spec{first}, v, o)
		assert.ErrorContains(t, err, "nothing is selected", "no field has a name there")
		assert.NotContains(t, err.Error(), "\n", "and that is all")
	}
}

// fenced returns the code blocks of a kind.
func fenced(page, kind string) []string {
	var out []string
	for _, part := range strings.Split(page, "```"+kind+"\n")[1:] {
		text, _, _ := strings.Cut(part, "```")
		out = append(out, text)
	}
	return out
}
