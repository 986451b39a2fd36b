package toy

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// cased makes a program of cases of words, one behind the other.
func cased(t *testing.T, force bool, cases ...[]uint64) (*arch.Program, arch.Refusals, error) {
	m, err := Arch{}.Machine(arch.Config{Order: "little", ISAs: isas, Reserved: force})
	require.NoError(t, err)
	var words []arch.Given
	for _, c := range cases {
		part := &arch.Case{Force: force, Keep: 1 << 1}
		for _, w := range c {
			words = append(words, arch.Given{Word: w, Offset: uint64(4 * len(words)), Case: part})
		}
	}
	return arch.GenerateGiven(m, arch.Options{Seed: 1, BlockLen: 8, Rounds: 1}, words)
}

// TestCasesRunAsTheyStand: a case is a block, without glue, whatever its words overwrite, need, or leave undefined.
func TestCasesRunAsTheyStand(t *testing.T) {
	cases := [][]uint64{
		{0x01345000},                         // ADD r3,r4,r5
		{0x01345000, 0x01334000, 0x01333000}, // which overwrites its result
		{0x05345000, 0x05367000},             // SADD: status is pending
		{0x06634000},                         // DIV r6,r3,r4, whose divisor may be zero
		{0x07634000},                         // MULX, which leaves acc undefined
		{0x40780008, 0x41780009},             // LW and SW by r8
		{0x42780001},                         // SH at an odd distance
		{0x40700008},                         // LW by r0
		{0x60000000, 0x01345000},             // TZ r0, which faults
		{0x06600000},                         // DIV by r0
	}
	p, refused, err := cased(t, false, cases...)
	require.NoError(t, err)
	require.Zero(t, refused.Total(), "%v", refused.First)
	require.Len(t, p.Blocks, len(cases))
	for i, b := range p.Blocks {
		var words []uint64
		for _, it := range b.Items {
			assert.Equal(t, arch.Test, it.Kind, "case %d", i)
			words = append(words, it.Word)
		}
		assert.Equal(t, cases[i], words)
		assert.Equal(t, i >= 5 && i <= 7, b.Memory, "case %d", i)
		l := p.Machine.Layout()
		for _, r := range append([]int{l.Bases[b.Base]}, l.KeepsOf(b.Base)...) {
			assert.NotEqual(t, 1, r, "a register that is to be kept is the harness's")
		}
	}
}

// TestCasesOfBranches: glue around a branch leaves all registers of its case alone.
func TestCasesOfBranches(t *testing.T) {
	for range 20 {
		p, refused, err := cased(t, false, []uint64{0x01345000, 0x50340001, 0x01678000, 0x019ab000})
		require.NoError(t, err)
		require.Zero(t, refused.Total())
		require.Len(t, p.Blocks, 1)
		for _, it := range p.Blocks[0].Items {
			if it.Kind == arch.Mark || it.Kind == arch.Prepare {
				assert.Zero(t, 0xffa>>it.Reg&1, "r%d", it.Reg)
			}
		}
	}
}

// TestForcedCases: a reserved word runs as one that must fault, in a machine made for these alone.
func TestForcedCases(t *testing.T) {
	_, refused, err := cased(t, false, []uint64{0xff000000})
	require.Error(t, err)
	assert.Equal(t, 1, refused.Counts[arch.NotDecoded])
	p, refused, err := cased(t, true, []uint64{0x01345000}, []uint64{0xff000000}, []uint64{0x01345000})
	require.NoError(t, err)
	require.Zero(t, refused.Total())
	require.Len(t, p.Blocks, 3)
	assert.Equal(t, arch.Reserved, p.Blocks[1].Items[0].Kind)
	assert.Equal(t, arch.Test, p.Blocks[2].Items[0].Kind)
}
