package arm

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/archtest"
)

func a64Program(t *testing.T, c arch.Config, o arch.Options) *arch.Program {
	t.Helper()
	return archtest.Generate(t, New(), c, o)
}

// TestA64OutputsHavePlaces: flags are copied before they are overwritten, FPSR is copied and reset, and nothing is copied to
// the stack pointer.
func TestA64OutputsHavePlaces(t *testing.T) {
	for seed := range uint64(3) {
		p := a64Program(t, arch.Config{CPU: "max"}, arch.Options{Seed: seed, Count: 6000, BlockLen: 24, Rounds: 1})
		archtest.OutputsHavePlaces(t, p)
		for b := range p.Blocks {
			for i, it := range p.Blocks[b].Items {
				if it.Kind == arch.Save || it.Kind == arch.Mark || it.Kind == arch.Retry {
					require.NotEqual(t, a64SP, int(it.Reg), "block %d item %d", b, i)
				}
			}
		}
	}
}

// TestA64NothingWritesToResults: nor does glue, but for what helps to load the stack pointer and gets its value back.
func TestA64NothingWritesToResults(t *testing.T) {
	for seed := range uint64(3) {
		p := a64Program(t, arch.Config{CPU: "max"}, arch.Options{Seed: seed, Count: 6000, BlockLen: 32, Rounds: 1})
		all, err := p.Machine.(*a64Machine).everything()
		require.NoError(t, err)
		archtest.NothingWritesToResults(t, p, archtest.Decode(t, all))
	}
}

// TestA64NothingFaultsWithoutStack: the stack pointer may hold anything, an address in the signal stack too.
func TestA64NothingFaultsWithoutStack(t *testing.T) {
	p := a64Program(t, arch.Config{CPU: "max"}, arch.Options{Seed: 1, Count: 20000, BlockLen: 24, Rounds: 1, MisalignedShare: 0.2})
	results, faults := archtest.NothingFaultsWithoutStack(t, p)
	assert.Greater(t, results, 30)
	assert.Greater(t, faults, 100)
}

// TestA64BranchesStayInTheirBlocks: of every branch, both ways.
func TestA64BranchesStayInTheirBlocks(t *testing.T) {
	p := a64Program(t, arch.Config{CPU: "max"}, arch.Options{
		Seed: 5, Count: 4000, BlockLen: 24, Rounds: 1, Select: arch.Selection{Patterns: []string{"@branch"}},
	})
	seen := archtest.BranchesStayInTheirBlocks(t, p, func(words []uint64) int64 {
		require.Len(t, words, 2, "MOVZ and MOVK")
		return int64(words[0]>>5&0xffff | words[1]>>5&0xffff<<16)
	})
	for _, shape := range archtest.ShapesOfBranches(p.Machine, "forward", "back") {
		assert.Positive(t, seen[shape], shape)
	}
}

func TestA64ThereAndBack(t *testing.T) {
	for _, c := range modelsOf("lp64") {
		archtest.ThereAndBack(t, a64Of(t, c.name).Set(), "(LD|ST)[1-4]_single(_post)?") // the lane and its size share bits
	}
}

// TestA64StackPointer: it is operand, base and result as others are.
func TestA64StackPointer(t *testing.T) {
	p := a64Program(t, arch.Config{CPU: "max"}, arch.Options{
		Seed: 1, Count: 4000, BlockLen: 24, Rounds: 1, Select: arch.Selection{Patterns: []string{"ADD_imm", "@load", "@store"}},
	})
	loaded, written := 0, 0
	for b := range p.Blocks {
		for _, it := range p.Blocks[b].Items {
			if it.Kind == arch.Prepare && it.Reg == a64SP {
				loaded++
			}
		}
		for _, r := range p.Effects(&p.Blocks[b]).Results {
			if r.Place == (arch.Place{Class: uint8(p.Machine.Layout().AddrClass), Num: a64SP}) {
				written++
			}
		}
	}
	assert.Greater(t, loaded, 50)
	assert.Greater(t, written, 3)
}
