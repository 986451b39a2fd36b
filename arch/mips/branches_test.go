package mips

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/archtest"
)

// TestBranchesStayInTheirBlocks follows every branch of a program to its target: a word of its own block,
// before or behind it. Every shape of a branch comes about.
func TestBranchesStayInTheirBlocks(t *testing.T) {
	for _, c := range []arch.Config{{CPU: "24Kc"}, {CPU: "5Kc", Order: "big"}} {
		p := archtest.Generate(t, New(), c, arch.Options{Seed: 5, Count: 8000, BlockLen: 24, Rounds: 1})
		seen := archtest.BranchesStayInTheirBlocks(t, p, func(words []uint64) int64 {
			require.Len(t, words, 2)
			require.EqualValues(t, 0x0f, words[0]>>26, "LUI")
			require.EqualValues(t, 0x0d, words[1]>>26, "ORI")
			return int64(words[0]&0xffff<<16 | words[1]&0xffff)
		})
		for _, shape := range archtest.ShapesOfBranches(p.Machine, "forward", "back", "forward, filled", "back, filled") {
			assert.Positive(t, seen[shape], shape)
		}
		assert.Positive(t, seen["JALR back, filled"])
	}
}
