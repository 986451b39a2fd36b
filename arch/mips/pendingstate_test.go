package mips

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// TestStatesWrittenUnderConditions: what is written to a state is a result, whatever is written there next. WRDSP and MTLO write
// theirs under a condition that is more than an argument and a number.
func TestStatesWrittenUnderConditions(t *testing.T) {
	m, err := Arch{}.Machine(arch.Config{CPU: "74Kf"})
	require.NoError(t, err)
	set := m.Set()
	written := map[string]int{}
	for seed := range uint64(4) {
		p, err := arch.Generate(m, arch.Options{
			Seed: seed, Count: 500, BlockLen: 16, Rounds: 4, Select: arch.Selection{Patterns: []string{"WRDSP", "ADDSC", "ADDWC", "MTLO", "MULTU", "MADD", "DPAQ_S_W_PH"}},
		})
		require.NoError(t, err)
		for b := range p.Blocks {
			told := map[[2]int]bool{}
			for _, r := range p.Effects(&p.Blocks[b]).Results {
				told[[2]int{r.Item, r.Operand}] = true
			}
			for i, it := range p.Blocks[b].Items {
				if it.Kind != arch.Test {
					continue
				}
				in := set.Insns[it.Insn]
				for _, u := range in.Uses(nil, it.Word, in.Pattern.Extract(it.Word, nil)) {
					if u.Kind == constraints.UseState && u.Role.Writes() {
						written[in.Name()]++
						assert.True(t, told[[2]int{i, u.Operand}], "seed %d, block %d: nobody sees what item %d, %s, writes", seed, b, i, in)
					}
				}
			}
		}
	}
	for _, name := range []string{"WRDSP", "ADDSC", "ADDWC", "MTLO", "MULTU", "MADD", "DPAQ_S_W_PH"} {
		assert.Greater(t, written[name], 100, name)
	}
}
