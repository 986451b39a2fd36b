package decodetree

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// assertTree wants Decode to find what a linear search finds, for words that
// match nothing, for words of each pattern, and with patterns refused.
func assertTree(t testing.TB, rng *rand.Rand, s *Spec, rounds int) {
	some := func(p *Pattern, word uint64) bool { return (uint64(p.Index)^word)%3 != 0 }
	same := func(word uint64) {
		require.Same(t, linear(s, word, nil), s.Decode(word, nil), "%#x", word)
		require.Same(t, linear(s, word, some), s.Decode(word, some), "%#x", word)
	}
	for range rounds {
		same(rng.Uint64() & lowBits(s.Options.InsnWidth))
		if len(s.Patterns) == 0 {
			continue
		}
		word := wordOf(rng, s.Patterns[rng.IntN(len(s.Patterns))])
		same(word)
		same(word ^ 1<<rng.IntN(s.Options.InsnWidth))
	}
}

func TestTreeIsLinear(t *testing.T) {
	for _, name := range soundSpecs {
		t.Run(name, func(t *testing.T) {
			assertTree(t, seeded(t), loadSpec(t, name), 5000)
		})
	}
	t.Run("500 patterns", func(t *testing.T) {
		assertTree(t, seeded(t), parseText(t, manyPatterns(500)), 5000)
	})
}

// Random patterns in one overlap group: no order, no common bits, all widths of
// mask, which is the worst a tree can be given.
func TestTreeOfRandomGroups(t *testing.T) {
	rng := seeded(t)
	for range 50 {
		s := parseText(t, randomGroup(rng, 1+rng.IntN(200)))
		assertTree(t, rng, s, 300)
	}
}

func randomGroup(rng *rand.Rand, n int) string {
	var out strings.Builder
	out.WriteString("{\n")
	for i := range n {
		text := make([]byte, 32)
		density := rng.IntN(12)
		for k := range text {
			text[k] = '-'
			if rng.IntN(12) < density {
				text[k] = '0' + byte(rng.IntN(2))
			}
		}
		fmt.Fprintf(&out, "  p%d %s\n", i, text)
	}
	return out.String() + "}\n"
}

func TestDecodeOrder(t *testing.T) {
	s := loadSpec(t, "word32.decode")
	refuse := func(names ...string) func(*Pattern, uint64) bool {
		return func(p *Pattern, _ uint64) bool {
			for _, name := range names {
				if p.Name == name {
					return false
				}
			}
			return true
		}
	}
	name := func(p *Pattern) string {
		if p == nil {
			return ""
		}
		return p.Name
	}
	assert.Equal(t, "nop", name(s.Decode(0x00004013, nil)))
	assert.Equal(t, "mvz", name(s.Decode(0x00004013, refuse("nop"))))
	assert.Equal(t, "xori", name(s.Decode(0x00004013, refuse("nop", "mvz"))))
	assert.Equal(t, "", name(s.Decode(0x00004013, refuse("nop", "mvz", "xori"))))
	assert.Equal(t, "", name(s.Decode(0x0000000b, nil)))
}

func TestDecodeVariableWidth(t *testing.T) {
	s := loadSpec(t, "variable.decode")
	for word, want := range map[uint64]struct {
		name  string
		width int
	}{
		0x00ffffff: {"nop", 8},
		0x17000000: {"inc", 8},
		0x25fe0000: {"movb", 16},
		0x35001200: {"ldz", 24},
		0x35121200: {"ldw", 24},
		0x7fffffff: {"jmp", 32},
	} {
		p := s.Decode(word, nil)
		require.NotNil(t, p, "%#x", word)
		assert.Equal(t, want.name, p.Name)
		assert.Equal(t, want.width, p.Width)
	}
	movb := s.ByName("movb")[0]
	assert.Equal(t, []int64{5, -2}, movb.Extract(0x25fe0000, nil))
}

func TestDecodeConcurrently(t *testing.T) {
	s := loadSpec(t, "word32.decode")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { assert.Equal(t, "sub", s.Decode(0x40c58533, nil).Name) })
	}
	wg.Wait()
}

func TestDecodeOfNothing(t *testing.T) {
	assert.Nil(t, parseText(t, "").Decode(0, nil))
}

// BenchmarkDecode500 decodes and takes apart words of a description of 500
// patterns; BenchmarkLinear500 is the plain search beside it.
func BenchmarkDecode500(b *testing.B) {
	s := parseText(b, manyPatterns(500))
	benchDecode(b, s, func(word uint64) *Pattern { return s.Decode(word, nil) })
}

func BenchmarkLinear500(b *testing.B) {
	s := parseText(b, manyPatterns(500))
	benchDecode(b, s, func(word uint64) *Pattern { return linear(s, word, nil) })
}

func benchDecode(b *testing.B, s *Spec, decode func(uint64) *Pattern) {
	rng := seeded(b)
	words := make([]uint64, 1<<12)
	for i := range words {
		words[i] = wordOf(rng, s.Patterns[rng.IntN(len(s.Patterns))])
	}
	args := make([]int64, 0, maxArgs)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		word := words[i&(len(words)-1)]
		args = decode(word).Extract(word, args[:0])
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Mwords/s")
}
