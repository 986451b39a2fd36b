package cover

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/constraints"
)

func all(*constraints.Insn) bool { return true }

// TestChase: each image has more instructions for what images before did not hit, until there were enough; what was hit is aimed at no
// more, and what there was no room for is left for another image.
func TestChase(t *testing.T) {
	m := toyMachine(t, "toy")
	s := Of(m)
	c := NewChase(m, all)
	aims, goals := c.Aims(s, 1_000_000)
	require.Len(t, s.Goals(m, all), goals)
	first := len(aims)
	require.Greater(t, first, goals, "chance needs more than one")
	aims, _ = c.Aims(s, 1_000_000)
	require.Len(t, aims, 2*first)
	for _, l := range c.Left(s) {
		require.True(t, l.More && l.Tried, l.What)
	}
	images := 2
	for len(aims) > 0 && images < 100 {
		aims, _ = c.Aims(s, 1_000_000)
		images++
	}
	require.Equal(t, 10, images, "8 to 2,048 of chance, and one that has none")
	for _, l := range c.Left(s) {
		require.False(t, l.More, l.What)
		require.Regexp(t, "^the last (64|2,048) instructions for it did not$", l.Why)
	}

	one := m.Set().Patterns()[0].Name()
	only := NewChase(m, func(in *constraints.Insn) bool { return in.Name() == one })
	for _, l := range only.Left(s) {
		require.Equal(t, one, l.Pattern)
		require.Equal(t, "there was no image left to try it in", l.Why)
	}
	c = NewChase(m, all)
	for range 8 {
		aims, _ = c.Aims(s, 1)
		require.LessOrEqual(t, len(aims), mostByChance)
	}
	require.NotEmpty(t, aims)
}
