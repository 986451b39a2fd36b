package runtime_test

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/runtime"
)

// prefixImage is an image of the toy's CPU that has a prefix.
func prefixImage(t *testing.T, o arch.Options) *runtime.Image {
	text, err := os.ReadFile("../arch/toy/prefix.decode")
	require.NoError(t, err)
	m, err := toy.Arch{}.Machine(arch.Config{Order: "little", Sources: []arch.Source{{Name: "prefix.decode", Kind: arch.DecodeSource, Text: text}}})
	require.NoError(t, err)
	p, err := arch.Generate(m, o)
	require.NoError(t, err)
	img, err := runtime.Build(p, "test")
	require.NoError(t, err)
	return img
}

// TestPatternsBehindPrefixesCountOnce: what a pattern is behind a prefix is no pattern of its own.
func TestPatternsBehindPrefixesCountOnce(t *testing.T) {
	img := prefixImage(t, arch.Options{Seed: 1, Count: 4000, BlockLen: 12, Rounds: 8})
	r, _ := toyRun(t, img, nil)
	require.False(t, r.Failed(), "%+v", r)
	assert.Equal(t, len(img.Program.Machine.Set().Patterns()), r.Known)
	seen := map[string]bool{}
	for _, p := range r.PatternList {
		assert.False(t, seen[p.Pattern], "%s stands there twice", p.Pattern)
		seen[p.Pattern] = true
		assert.Equal(t, runtime.StateCovered, p.State, p.Pattern)
	}
	assert.Len(t, seen, r.Patterns)
	assert.Equal(t, r.Known-1, r.Patterns, "all but JR, for which addresses are not known")
}

// TestPatternCoveredElsewhere: a pattern that changes nothing behind a prefix is covered by what it does elsewhere.
func TestPatternCoveredElsewhere(t *testing.T) {
	img := prefixImage(t, arch.Options{Seed: 1, Count: 300, BlockLen: 12, Rounds: 8, Select: arch.Selection{Patterns: []string{"ADD"}}})
	set := img.Program.Machine.Set()
	idle := func(behind bool) toy.Hook {
		return func(s *toy.Step) {
			it := img.Program.Blocks[s.Block].Items[s.Index]
			if it.Kind == arch.Test && (set.Insns[it.Insn].Behind != "") == behind {
				s.CPU.R = s.Before.R
			}
		}
	}
	for _, behind := range []bool{false, true} {
		r, err := runtime.Run(context.Background(), img, &toyTarget{hook: idle(behind)}, &toyTarget{hook: idle(behind)}, runtime.Options{})
		require.NoError(t, err)
		assert.Empty(t, r.Uncovered)
	}
}

// TestWrongPrefixIsACandidate: what one side executed alone may be its prefix's fault.
func TestWrongPrefixIsACandidate(t *testing.T) {
	img := prefixImage(t, arch.Options{Seed: 2, Count: 600, BlockLen: 6, Rounds: 4, Select: arch.Selection{Patterns: []string{"ADD", "SUB"}}})
	all := func(*toy.Step) bool { return true }
	r, err := runtime.Run(context.Background(), img, &toyTarget{}, &toyTarget{wrongPrefix: all}, runtime.Options{})
	require.NoError(t, err)
	require.Len(t, r.MismatchList, 2)
	for _, m := range r.MismatchList {
		assert.Equal(t, []string{m.Pattern, "IF"}, m.Candidates)
	}
}

// TestBrokenGroups: a file may say of an instruction that it stands behind a prefix, or that it does not.
func TestBrokenGroups(t *testing.T) {
	const want = "it is not what it must be behind a prefix, or elsewhere"
	broken := 0
	for i := range 40 {
		img := prefixImage(t, arch.Options{Seed: 5, Count: 40, BlockLen: 12, Rounds: 1, Select: arch.Selection{Patterns: []string{"ADD"}}})
		set := img.Program.Machine.Set()
		items := img.Program.Blocks[i%len(img.Program.Blocks)].Items
		it := &items[i%len(items)]
		if it.Kind != arch.Test || set.Insns[it.Insn].Prefix != nil {
			continue
		}
		broken++
		both := set.Variants(set.Insns[it.Insn].Pattern)
		it.Insn = int32(both[0].Index + both[1].Index - int(it.Insn))
		_, err := runtime.Run(context.Background(), img, &toyTarget{}, &toyTarget{}, runtime.Options{})
		require.ErrorContains(t, err, want)
	}
	require.Greater(t, broken, 5)
	img := prefixImage(t, arch.Options{Seed: 5, Count: 4, BlockLen: 4, Rounds: 1, Select: arch.Selection{Patterns: []string{"ADD"}}})
	b := &img.Program.Blocks[0]
	prefix := img.Program.Machine.Set().Prefixes()[0]
	b.Items = append(b.Items, arch.Item{
		Word: prefix.Pattern.FixedBits, Insn: int32(prefix.Index), Owner: uint16(len(b.Items)), Size: 4, Window: arch.NoWindow,
	})
	_, err := runtime.Run(context.Background(), img, &toyTarget{}, &toyTarget{}, runtime.Options{})
	require.ErrorContains(t, err, "block 0, which ends before all stands there that its last prefix wants")
}
