package arm

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/archtest"
)

func a32Program(t *testing.T, c arch.Config, o arch.Options) *arch.Program {
	t.Helper()
	c.ABI = "eabi"
	return archtest.Generate(t, New(), c, o)
}

// a32Options ask for conditional instructions, too.
func a32Options(seed uint64, count int) arch.Options {
	return arch.Options{Seed: seed, Count: count, BlockLen: 24, Rounds: 1, CondShare: arch.DefaultCondShare}
}

// TestA32OutputsHavePlaces: flags, GE and FPSCR are copied before they are overwritten, what stays set is reset, and
// nothing is copied to the stack pointer.
func TestA32OutputsHavePlaces(t *testing.T) {
	for _, cpu := range []string{"arm926", "max"} {
		for seed := range uint64(3) {
			p := a32Program(t, arch.Config{CPU: cpu}, a32Options(seed, 6000))
			archtest.OutputsHavePlaces(t, p)
			for b := range p.Blocks {
				for i, it := range p.Blocks[b].Items {
					if it.Kind == arch.Save || it.Kind == arch.Mark || it.Kind == arch.Retry {
						require.NotEqual(t, a32SP, int(it.Reg), "block %d item %d", b, i)
					}
				}
			}
		}
	}
}

// TestA32NothingWritesToResults: nor does glue.
func TestA32NothingWritesToResults(t *testing.T) {
	for _, cpu := range []string{"arm926", "cortex-a9", "max"} {
		p := a32Program(t, arch.Config{CPU: cpu}, a32Options(1, 6000))
		all, err := p.Machine.(*a32Machine).everything()
		require.NoError(t, err)
		archtest.NothingWritesToResults(t, p, func(items []arch.Item) []archtest.Word { return decodeAcross(all, items) })
	}
}

// decodeAcross tells what items are, but for Thumb code that branches go to: the last two of a branch's landing.
func decodeAcross(set *constraints.Set, items []arch.Item) []archtest.Word {
	out := make([]archtest.Word, len(items))
	for i := range items {
		if items[i].Kind == arch.Mark && items[i].Word>>28 != condAL {
			continue
		}
		out[i] = archtest.Word{Insn: set.Decode(items[i].Word), Bits: items[i].Word}
	}
	return out
}

// TestA32NothingFaultsWithoutStack: the stack pointer may hold anything, an address in the signal stack too.
func TestA32NothingFaultsWithoutStack(t *testing.T) {
	o := a32Options(1, 20000)
	o.MisalignedShare = 0.2
	results, faults := archtest.NothingFaultsWithoutStack(t, a32Program(t, arch.Config{CPU: "max"}, o))
	assert.Greater(t, results, 30)
	assert.Greater(t, faults, 100)
}

// TestA32BranchesStayInTheirBlocks: of every branch, both ways.
func TestA32BranchesStayInTheirBlocks(t *testing.T) {
	for _, cpu := range []string{"arm926", "max"} {
		o := a32Options(5, 4000)
		o.Select = arch.Selection{Patterns: []string{"@branch"}}
		p := a32Program(t, arch.Config{CPU: cpu}, o)
		seen := archtest.BranchesStayInTheirBlocks(t, p, func(words []uint64) int64 {
			code := make([]arch.Word, len(words))
			for i, w := range words {
				code[i].Bits = w
			}
			_, value := runA32Constants(t, code)
			return int64(value)
		})
		for _, shape := range archtest.ShapesOfBranches(p.Machine, "forward", "back") {
			assert.Positive(t, seen[shape], shape)
		}
	}
}

func TestA32ThereAndBack(t *testing.T) {
	for _, c := range modelsOf("eabi") {
		archtest.ThereAndBack(t, a32Of(t, c.name).Set(), "(LDR|STR|PL)[A-Z]*_(imm|lit)(_.*)?") // there are two zeros as offset
	}
}

// TestA32StickyStatesAreReset: Q and FPSCR are what they were at the start behind every copy of them, and the block's base
// register is left pointing at the variables.
func TestA32StickyStatesAreReset(t *testing.T) {
	o := a32Options(1, 2000)
	o.Select = arch.Selection{Patterns: []string{"QADD", "SSAT", "VADD_d", "ADD_reg"}}
	p := a32Program(t, arch.Config{CPU: "cortex-a9"}, o)
	l := p.Machine.(*a32Machine).layout
	resets := map[string]int{}
	for b := range p.Blocks {
		block := &p.Blocks[b]
		for i, it := range block.Items {
			if it.Kind != arch.Save || !l.States[it.State].Reset || block.Items[i+1].Kind == arch.Save {
				continue
			}
			last := i + 1
			for ; block.Items[last].Kind == arch.Reset && block.Items[last].State == it.State; last++ {
				continue
			}
			require.Greater(t, last, i+1, "block %d item %d", b, i)
			reg, value := runA32Constants(t, []arch.Word{{Bits: block.Items[last-1].Word}})
			require.Equal(t, l.Bases[block.Base], reg)
			require.EqualValues(t, a32StateAddr, value)
			resets[l.States[it.State].Name]++
		}
	}
	assert.Positive(t, resets["q"])
	assert.Positive(t, resets["fpscr"])
}
