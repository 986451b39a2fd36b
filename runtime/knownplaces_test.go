package runtime_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/runtime"
)

// TestKnownReservedWords: an entry that names some words of a table covers what these do, and not what others do.
func TestKnownReservedWords(t *testing.T) {
	img := reservedImage(t, "little")
	known, err := runtime.ParseKnown("known.yaml", []byte(`
- {id: runs, cpus: [toy], patterns: [RESERVED, ADD], kinds: [ran, fault], places: ['op=119'], text: it runs}
`))
	require.NoError(t, err)
	run := func(lax ...uint32) *runtime.Report {
		target := &toyTarget{lax: func(word uint32) bool { return slices.Contains(lax, word>>24) }}
		r, err := runtime.Run(context.Background(), img, &toyTarget{}, target, runtime.Options{Known: known})
		require.NoError(t, err)
		require.Positive(t, r.Mismatches)
		return r
	}
	r := run(119)
	assert.False(t, r.Failed())
	words := r.Mismatches
	r = run(119, 120)
	assert.True(t, r.Failed())
	assert.Equal(t, words, r.KnownMismatches, "those of the other word are new")
	for _, m := range r.MismatchList {
		assert.Equal(t, m.Word>>24 == 119, m.Known != "", m.Word)
	}
}

// TestKnownPlacesAreOfReservedWords: an entry that names places does not cover a result of an instruction that must run.
func TestKnownPlacesAreOfReservedWords(t *testing.T) {
	img := bitsImage(t, "little")
	add := flipBits(img, "ADD", func(int) uint32 { return 4 })
	require.False(t, bitsRun(t, img, add, "- {id: a, cpus: [toy], patterns: [ADD], kinds: [result], text: a}\n").Failed())
	require.True(t, bitsRun(t, img, add, "- {id: a, cpus: [toy], patterns: [ADD], kinds: [result], places: ['op=3'], text: a}\n").Failed())
}

// TestKnownUndeclaredEachTime: differences of one place are one entry of a report, which a list covers only if it covers each of them.
func TestKnownUndeclaredEachTime(t *testing.T) {
	img := toyImage(t, "little", arch.Options{Seed: 3, Count: 600, BlockLen: 2, Rounds: 2, Select: arch.Selection{Patterns: []string{"ADD", "SUB"}}})
	p := img.Program
	hook := func(names ...string) toy.Hook {
		return func(s *toy.Step) {
			for _, name := range names {
				if p.Machine.Set().ByName(name)[0].Pattern.Matches(uint64(s.Word)) {
					s.CPU.V[5] = 0x1234
				}
			}
		}
	}
	run := func(hook toy.Hook, place string) *runtime.Report {
		return bitsRun(t, img, hook, "- {id: a, cpus: [toy], patterns: [ADD], kinds: [undeclared, undeclared change], text: a, places: ["+place+"]}\n")
	}
	r := run(hook("ADD"), "v5")
	require.Positive(t, r.Mismatches)
	require.False(t, r.Failed())
	require.Equal(t, r.Mismatches, r.KnownMismatches)
	require.Zero(t, run(hook("ADD"), "v6").KnownMismatches)
	list := ""
	for _, name := range []string{"ADD", "SUB"} {
		list += "- {id: " + name + ", cpus: [toy], patterns: [" + name + "], kinds: [undeclared, undeclared change], text: a, places: [v5]}\n"
	}
	r = bitsRun(t, img, hook("ADD", "SUB"), list)
	require.False(t, r.Failed())
	require.Len(t, r.KnownSeen, 2, "each covers blocks that the other does not")
	require.Empty(t, r.KnownUnseen)
	for _, k := range r.KnownSeen {
		require.Positive(t, k.Count)
	}
	r = run(hook("ADD", "SUB"), "v5")
	require.True(t, r.Failed())
	require.Zero(t, r.KnownMismatches, "some blocks have no ADD")
}
