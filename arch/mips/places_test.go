package mips

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/archtest"
)

func everything(t *testing.T, seed uint64, blockLen int) *arch.Program {
	return archtest.Generate(t, New(), arch.Config{CPU: "P5600", ISAs: []string{"msa", "base"}},
		arch.Options{Seed: seed, Count: 6000, BlockLen: blockLen, Rounds: 1})
}

// TestEveryOutputHasAPlaceOfItsOwn: no output is lost, but for those that are not defined and those that go
// to register 0, and no two share a place: link registers and marks of branches, copies of HI and LO.
func TestEveryOutputHasAPlaceOfItsOwn(t *testing.T) {
	for seed := range uint64(4) {
		archtest.OutputsHavePlaces(t, everything(t, seed, 24))
	}
}

// TestNothingWritesToAResult: nor does glue.
func TestNothingWritesToAResult(t *testing.T) {
	for seed := range uint64(4) {
		p := everything(t, seed, 32)
		all, err := p.Machine.(*machine).everything()
		require.NoError(t, err)
		archtest.NothingWritesToResults(t, p, archtest.Decode(t, all))
	}
}

// TestRegisterZeroKeepsItsShare: register 0 takes any number of results, and must not be what is left when
// a block has used up the others.
func TestRegisterZeroKeepsItsShare(t *testing.T) {
	m, err := New().Machine(arch.Config{CPU: "P5600", ISAs: []string{"base"}})
	require.NoError(t, err)
	for _, length := range []int{8, 24, 256} {
		p, err := arch.Generate(m, arch.Options{Seed: 1, Count: 20000, BlockLen: length, Rounds: 1, Select: arch.Selection{Patterns: []string{"ADDU"}}})
		require.NoError(t, err)
		zero := 0
		for b := range p.Blocks {
			for _, it := range p.Blocks[b].Items {
				if it.Word>>11&31 == 0 {
					zero++
				}
			}
		}
		require.InDelta(t, 20000/28.0, zero, 120, "blocks of %d", length) // 28 registers can be drawn
	}
}
