package risu

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
	"github.com/risugen/risugen/random"
)

// TestConvertedFilesLoad: what draws instructions from decode files reads converted ones, all their blocks
// included, and draws words that RISU accepts. RISU's files have patterns of which every word is one of an
// earlier pattern, too; these are never drawn.
func TestConvertedFilesLoad(t *testing.T) {
	for name := range upstreamFiles {
		t.Run(name, func(t *testing.T) {
			f := parseFile(t, filepath.Join(tree(t, risuTree), name))
			c := convert(t, f, Options{Lossy: true})
			set, err := constraints.Load([]*decodetree.Spec{c.spec}, constraints.Vocabulary{Classes: []string{registerClass}})
			require.NoError(t, err)
			words, hidden := 0, 0
			for i, p := range f.Patterns {
				in := set.Insn(c.patterns[i])
				require.NotNil(t, in, p.FullName())
				if in.Unreachable() {
					hidden++
					continue
				}
				words += drawWords(t, f, p, in)
			}
			t.Logf("%d patterns, %d of them hidden, %d words", len(f.Patterns), hidden, words)
		})
	}
}

// drawWords draws from an instruction, and gives the number of words, which RISU must accept.
func drawWords(t *testing.T, f *File, p *Pattern, in *constraints.Insn) int {
	t.Helper()
	const count = 20
	rng := random.New(p.FixedBits, p.FixedMask)
	offer := make([]uint64, len(in.Operands))
	for i := range offer {
		offer[i] = ^uint64(0)
	}
	for range count {
		word, ok := in.Draw(rng, offer, 0)
		require.True(t, ok, in)
		require.True(t, in.Legal(word), "%s 0x%x", in, word)
		taken, err := f.Accepts(p, word>>(in.Spec.Options.InsnWidth-p.Width))
		assert.True(t, taken || err != nil, "%s 0x%x", in, word)
	}
	return count
}
