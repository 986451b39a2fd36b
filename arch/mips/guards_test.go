package mips

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
)

// TestGuarded: a guard is an ADDIU to its register, and what that makes of it is taken for its work, and nothing else is.
func TestGuarded(t *testing.T) {
	for _, cpu := range []string{"mips32r6-generic", "I6400"} {
		m, err := New().Machine(arch.Config{CPU: cpu, ISAs: []string{"base"}})
		require.NoError(t, err)
		p, err := arch.Generate(m, arch.Options{Seed: 1, Count: 1000, BlockLen: 8, Rounds: 1, Select: arch.Selection{Patterns: []string{"BOVC", "BNVC"}}})
		require.NoError(t, err)
		guards := 0
		for b := range p.Blocks {
			for _, it := range p.Blocks[b].Items {
				if it.Kind != arch.Guard {
					continue
				}
				guards++
				reg := uint64(it.Reg)
				require.Equal(t, 9<<10|reg<<5|reg, it.Word>>16, "ADDIU")
				for _, before := range []uint64{0, 0x7ffffff0, 0xffffffff, 0xffffffff_80000000} {
					after := uint64(int64(int32(before) + int32(int16(it.Word))))
					m := m.(arch.Guarder)
					require.True(t, m.Guarded(before, after))
					require.True(t, m.Guarded(before, after&0xffffffff), "a register of 32 bits")
					require.False(t, m.Guarded(before, before))
					require.False(t, m.Guarded(before, 0x500008))
				}
			}
		}
		assert.Greater(t, guards, 50)
	}
}
