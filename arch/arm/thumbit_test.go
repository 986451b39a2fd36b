package arm

import (
	"math/bits"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// TestThumbIT: IT blocks have every condition, length, and row of then and else. They hold as many instructions as they say, all
// of them as they are inside, and only the last one branches.
func TestThumbIT(t *testing.T) {
	p := thumbProgram(t, "cortex-a9", a32Options(3, 30000))
	insns := p.Machine.Set().Insns
	seen := map[uint64]int{} // blocks by condition and mask
	for b := range p.Blocks {
		items := p.Blocks[b].Items
		for i := range items {
			if items[i].Kind != arch.Test || insns[items[i].Insn].Name() != "IT" {
				continue
			}
			word := items[i].Word
			seen[word&0xff]++
			n := 4 - bits.TrailingZeros64(word&15)
			for k, it := range items[i+1 : i+1+n] {
				in := insns[it.Insn]
				require.Equal(t, arch.Test, it.Kind, "block %d item %d", b, i+1+k)
				require.Equal(t, "it", in.Behind)
				require.True(t, in.Branch == nil || k == n-1, "%s is a branch, and not the last", in.Name())
			}
			if last := &items[i+n]; i+n+1 < len(items) && last.Kind == arch.Test {
				require.False(t, items[i+n+1].Kind == arch.Test && insns[items[i+n+1].Insn].Behind != "", "block %d item %d is in no IT block", b, i+n+1)
			}
		}
	}
	for cond := range uint64(15) {
		for mask := uint64(1); mask < 16; mask++ {
			if cond == condAL && bits.OnesCount64(mask) != 1 {
				continue // "else" of "always" is UNPREDICTABLE
			}
			assert.Positive(t, seen[cond<<4|mask], "IT with condition %d and mask %04b", cond, mask)
		}
	}
	assert.Len(t, seen, 14*15+4)
}
