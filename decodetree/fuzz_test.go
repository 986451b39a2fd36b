package decodetree

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzParse: no input makes Parse panic, every position it gives is inside the
// file, the same input gives the same result, and whatever parses decodes as a
// linear search does.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*.decode")
	require.NoError(f, err)
	for _, file := range files {
		src, err := os.ReadFile(file)
		require.NoError(f, err)
		opt := optionsOf(src)
		if opt.InsnWidth == 0 {
			opt.InsnWidth = defaultWidth
		}
		f.Add(src, uint8(opt.InsnWidth/byteBits-1), opt.VarInsnWidth)
	}
	// width counts bytes less one: few inputs should be lost to widths refused.
	f.Fuzz(func(t *testing.T, src []byte, width uint8, variable bool) {
		opt := Options{InsnWidth: (int(width)%8 + 1) * byteBits, VarInsnWidth: variable}
		spec, err := Parse("f", src, opt)
		again, err2 := Parse("f", src, opt)
		require.Equal(t, err, err2)
		if err != nil {
			require.Nil(t, spec)
			assertPositions(t, src, err)
			return
		}
		requireSame(t, spec, again)
		for _, note := range allNotes(spec) {
			assertNoteMatchesFile(t, src, note)
		}
		exercise(t, spec)
	})
}

func assertPositions(t *testing.T, src []byte, err error) {
	var list ErrorList
	require.True(t, errors.As(err, &list))
	lines := strings.Split(string(src), "\n")
	for _, e := range list {
		require.True(t, e.Pos.Line >= 1 && e.Pos.Line <= len(lines), "%v", e)
		require.True(t, e.Pos.Col >= 1 && e.Pos.Col <= len(lines[e.Pos.Line-1])+1, "%v", e)
	}
}

func requireSame(t *testing.T, a, b *Spec) {
	require.Equal(t, len(a.Patterns), len(b.Patterns))
	for i, p := range a.Patterns {
		q := b.Patterns[i]
		require.True(t, p.Name == q.Name && p.Pos == q.Pos && p.FixedBits == q.FixedBits &&
			p.FixedMask == q.FixedMask && p.UndefMask == q.UndefMask, "%v", p.Pos)
		require.True(t, reflect.DeepEqual(p.Args, q.Args), "%v", p.Pos)
	}
}

// exercise decodes and encodes at random.
func exercise(t *testing.T, spec *Spec) {
	rng := rand.New(rand.NewPCG(1, 2))
	assertTree(t, rng, spec, 20)
	for _, p := range spec.Patterns {
		word := wordOf(rng, p)
		args := p.Extract(word, nil)
		again, err := p.Encode(args)
		require.NoError(t, err)
		require.Equal(t, word&^p.UndefMask, again)
		for i := range args {
			p.FieldBits(i)
		}
	}
}
