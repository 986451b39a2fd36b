package runtime

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// TestCandidatesOfAChange: who may have made an undeclared change ran in every block where it was seen. Where nobody did, those are
// named that ran in the block that is named.
func TestCandidatesOfAChange(t *testing.T) {
	img := toyImage(t, "little", arch.Options{
		Seed: 5, Count: 40, BlockLen: 1, Rounds: 1, Select: arch.Selection{Patterns: []string{"ADD", "SUB"}},
	})
	of := map[string][]int{} // blocks by the one pattern that they have
	for b := range img.Program.Blocks {
		for _, it := range img.Program.Blocks[b].Items {
			if it.Kind == arch.Test {
				name := img.Program.Machine.Set().Insns[it.Insn].Name()
				of[name] = append(of[name], b)
			}
		}
	}
	change := func(blocks ...int) *Finding {
		s, l := toyStream(t, img, nil), img.Program.Machine.Layout()
		for _, b := range blocks {
			at, _ := recordAt(t, img, s, b, 0)
			eachPlace(l, &img.Program.Blocks[b], func(p arch.Place) {
				if l.PlaceName(p) == "v7" {
					place, _ := l.Span(p)
					s[at+arch.RecordHeaderSize+place] ^= 1
				}
			})
		}
		r, err := runBytes(t, img, s, s)
		require.NoError(t, err)
		require.Len(t, r.Findings, 1)
		require.Equal(t, FindingChange, r.Findings[0].Kind)
		return r.Findings[0]
	}
	add, sub := of["ADD"], of["SUB"]
	f := change(add[0], add[1])
	assert.Equal(t, []string{"ADD"}, f.Candidates)
	assert.Contains(t, f.Text, "2 times, first in block")
	assert.Contains(t, f.Text, "; it may have been ADD")
	f = change(add[0])
	assert.Contains(t, f.Text, ": 1 time, first in block")
	for _, blocks := range [][]int{{add[0], sub[0], sub[1]}, {sub[0], add[0], add[1], sub[1]}} {
		f = change(blocks...)
		first := "ADD"
		if f.Block == sub[0] {
			first = "SUB"
		}
		assert.Equal(t, []string{first}, f.Candidates, "what ran in block %d", f.Block)
		assert.Contains(t, f.Text, "no pattern ran in all of the "+comma(len(blocks))+" blocks where it was seen: in this one it may have been "+first)
	}
}

// TestSuspect: what is narrowed down stays so, and is not widened by a block with fewer patterns that has none of them.
func TestSuspect(t *testing.T) {
	f := &finding{}
	f.suspect([]int32{1, 2, 3}, true)
	f.suspect([]int32{2, 3, 4}, false)
	require.Equal(t, []int32{2, 3}, f.candidates)
	f.suspect([]int32{9}, false)
	require.Equal(t, []int32{1, 2, 3}, f.candidates, "of the first block")
	f.suspect([]int32{3}, false)
	require.Equal(t, []int32{1, 2, 3}, f.candidates)
	require.True(t, f.apart)
}
