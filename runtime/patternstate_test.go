package runtime

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
)

// TestPatternStates lets every SUB do nothing, and turns all records of blocks with XOR into faults of the first.
func TestPatternStates(t *testing.T) {
	img := toyImage(t, "little", arch.Options{Seed: 8, Count: 3000, BlockLen: 8, Rounds: 4})
	p := img.Program
	l := p.Machine.Layout()
	s := toyStream(t, img, func(s *toy.Step) {
		if s.Word>>24 == 2 {
			s.CPU.R = s.Before.R
		}
	})
	first := map[string]bool{} // patterns that are behind no XOR
	for b := range p.Blocks {
		name, addr := "", p.Blocks[b].Addr
		for _, it := range p.Blocks[b].Items {
			if it.Kind == arch.Test {
				if name = p.Machine.Set().Insns[it.Insn].Name(); name == "XOR" {
					break
				}
				first[name] = true
			}
			addr += uint64(it.Size)
		}
		for round := range p.Rounds {
			if at, h := recordAt(t, img, s, b, round); name == "XOR" {
				h.Kind, h.Signal, h.PC = arch.RecordFault, l.Signals["SIGSEGV"], addr
				h.Put(s[at:], l.Order)
			}
		}
	}
	r, err := runBytes(t, img, s, s)
	require.NoError(t, err)
	require.Len(t, r.PatternList, r.Patterns)
	got := map[string]string{}
	for _, p := range r.PatternList {
		require.Regexp(t, `^(toy|lists)\.decode:\d+$`, p.Source)
		got[p.Pattern] = p.State
	}
	require.True(t, first["ADD"] && first["SUB"])
	require.Equal(t, StateCovered, got["ADD"])
	require.Equal(t, StateCompleted, got["SUB"])
	require.Equal(t, StateFaulted, got["XOR"])
	require.Equal(t, StateCovered, got["TZ"], "what has no result need not end")
	require.Equal(t, []string{"SUB", "XOR"}, r.Uncovered)
}

// TestPatternStateNever: an instruction that always stands behind a fault never ran.
func TestPatternStateNever(t *testing.T) {
	img := toyImage(t, "big", arch.Options{Seed: 2, Count: 2, BlockLen: 2, Rounds: 1, Select: arch.Selection{Patterns: []string{"ADD", "XOR"}}})
	s := toyStream(t, img, nil)
	at, h := recordAt(t, img, s, 0, 0)
	h.Kind, h.Signal, h.PC = arch.RecordFault, 11, img.Program.Blocks[0].Addr
	h.Put(s[at:], img.Program.Machine.Layout().Order)
	r, err := runBytes(t, img, s, s)
	require.NoError(t, err)
	var states []string
	for _, p := range r.PatternList {
		states = append(states, p.State)
	}
	require.ElementsMatch(t, []string{StateFaulted, StateNever}, states)
}
