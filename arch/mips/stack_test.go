package mips

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// TestNothingFaultsWithoutStack: no instruction that may fault, or must, stands behind one that leaves a result in the
// stack pointer. One in the signal stack would have a kernel put its frame where nothing is mapped.
func TestNothingFaultsWithoutStack(t *testing.T) {
	for _, cpu := range []string{"24Kf", "mips32r6-generic", "5KEf"} {
		m, err := New().Machine(arch.Config{CPU: cpu})
		require.NoError(t, err)
		p, err := arch.Generate(m, arch.Options{Seed: 1, Count: 20000, BlockLen: 24, Rounds: 1, TrapShare: 0.1, MisalignedShare: 0.2})
		require.NoError(t, err)
		results, faults := 0, 0
		for b := range p.Blocks {
			first := len(p.Blocks[b].Items)
			for _, r := range p.Effects(&p.Blocks[b]).Results {
				if r.Place.Kind == arch.RegisterPlace && int(r.Place.Class) == m.Layout().AddrClass && r.Place.Num == 29 {
					first = min(first, r.Item)
					results++
				}
			}
			for i, it := range p.Blocks[b].Items {
				if it.Kind.UnderTest() && (it.Kind != arch.Test || m.Set().Insns[it.Insn].MayFault()) {
					faults++
					assert.LessOrEqual(t, i, first, "%s block %d item %d", cpu, b, i)
				}
			}
		}
		assert.Greater(t, results, 300)
		assert.Greater(t, faults, 1000)
	}
}
