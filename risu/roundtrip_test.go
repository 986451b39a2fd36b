package risu

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// back converts a .decode file that was made from f into a .risu file again, and reads that.
func back(t *testing.T, f *File, c *converted, opt Options) *File {
	t.Helper()
	opt.Mode = f.Mode
	text, losses, err := FromDecode(c.spec, opt)
	require.NoError(t, err)
	for _, l := range losses { // and patterns that others hide
		assert.True(t, strings.HasPrefix(l.What, "operands") || !opt.Independent && strings.Contains(l.What, "word"), l.What)
	}
	again, err := Parse("back.risu", text)
	require.NoError(t, err, "%.3000s", text)
	return again
}

// byName gives the pattern that came of each of f's.
func byName(t *testing.T, again *File, c *converted) []*Pattern {
	found := map[string]*Pattern{}
	for _, p := range again.Patterns {
		found[p.Name] = p
	}
	out := make([]*Pattern, len(c.patterns))
	for i, q := range c.patterns {
		out[i] = found[q.Name] // nil for one that others hide
	}
	return out
}

// roundTrip wants .risu to .decode to .risu to give each pattern the same words: all of them with the
// option Independent, and otherwise those that no earlier pattern takes.
func roundTrip(t *testing.T, f *File, perPattern int) tally {
	t.Helper()
	rng := seeded(t)
	c := convert(t, f, Options{Lossy: true})
	same, apart := back(t, f, c, Options{Independent: true}), back(t, f, c, Options{})
	sameOf, apartOf := byName(t, same, c), byName(t, apart, c)
	n := tally{patterns: len(f.Patterns)}
	for i, p := range f.Patterns {
		for _, w := range sampleWords(rng, p, perPattern) {
			want, err := f.Accepts(p, w)
			if err != nil || sameOf[i].Width != p.Width {
				n.unsure++
				continue
			}
			got, err := same.Accepts(sameOf[i], w)
			require.NoError(t, err)
			require.Equal(t, want, got, "%s 0x%x", p.FullName(), w)
			first := want && c.spec.Decode(c.word(p, w), c.accept) == c.patterns[i]
			if apartOf[i] == nil {
				require.False(t, first, "%s 0x%x", p.FullName(), w)
				continue
			}
			got, err = apart.Accepts(apartOf[i], w)
			require.NoError(t, err)
			require.Equal(t, first, got, "%s 0x%x, apart", p.FullName(), w)
			n.words++
			if want {
				n.accepted++
			}
		}
		checkCompanions(t, p, sameOf[i])
	}
	return n
}

// checkCompanions wants a memory block where there was one.
func checkCompanions(t *testing.T, p, q *Pattern) {
	t.Helper()
	assert.Equal(t, p.Memory == nil, q.Memory == nil, p.FullName())
	assert.Equal(t, len(p.Groups), len(q.Groups), p.FullName())
}

func TestRoundTrip(t *testing.T) {
	for _, name := range exactFiles {
		t.Logf("%s: %+v", name, roundTrip(t, parseFile(t, testdata(name)), 2000))
	}
}
