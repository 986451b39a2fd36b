package decodetree

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// soundSpecs are the descriptions in testdata that parse; the others are called
// err_*.decode.
var soundSpecs = []string{
	"word8.decode", "word16.decode", "word32.decode", "word64.decode", "variable.decode",
}

func readTestdata(t testing.TB, name string) []byte {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return src
}

// optionsOf reads the line "# options: width=16 var" that a file may begin with.
func optionsOf(src []byte) Options {
	var opt Options
	first, _, _ := strings.Cut(string(src), "\n")
	words, ok := strings.CutPrefix(first, "# options:")
	if !ok {
		return opt
	}
	for word := range strings.FieldsSeq(words) {
		if n, found := strings.CutPrefix(word, "width="); found {
			opt.InsnWidth, _ = strconv.Atoi(n)
		}
		opt.VarInsnWidth = opt.VarInsnWidth || word == "var"
	}
	return opt
}

func loadSpec(t testing.TB, name string) *Spec {
	t.Helper()
	src := readTestdata(t, name)
	spec, err := Parse(name, src, optionsOf(src))
	require.NoError(t, err)
	return spec
}

func parseText(t testing.TB, text string) *Spec {
	t.Helper()
	spec, err := Parse("t.decode", []byte(text), Options{})
	require.NoError(t, err)
	return spec
}

// seeded gives a generator that runs alike each time; the seed is in the log of
// a test that fails.
func seeded(t testing.TB) *rand.Rand {
	const seed = 20240229
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 1))
}

// linear is what Decode must be equal to.
func linear(s *Spec, word uint64, accept func(*Pattern, uint64) bool) *Pattern {
	for _, p := range s.Patterns {
		if p.Matches(word) && (accept == nil || accept(p, word)) {
			return p
		}
	}
	return nil
}

// wordOf gives a random word that matches p, undefined bits included.
func wordOf(rng *rand.Rand, p *Pattern) uint64 {
	return rng.Uint64()&lowBits(p.spec.Options.InsnWidth)&^p.FixedMask | p.FixedBits
}
