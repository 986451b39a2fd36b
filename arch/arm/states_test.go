package arm

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// TestNoStateIsOverwritten: each state that an instruction writes is seen, where the next one that writes it may leave it alone.
func TestNoStateIsOverwritten(t *testing.T) {
	patterns := []string{"MSR_imm", "MSR_reg", "QADD", "SMLABB", "UADD8", "AND_imm", "TST_reg"}
	for _, c := range []arch.Config{{CPU: "arm926", ABI: "eabi"}, {CPU: "max", ABI: "eabi"}, {CPU: "max", ABI: "thumb"}} {
		m, err := New().Machine(c)
		require.NoError(t, err)
		o := arch.Options{Seed: 1, Count: 2000, BlockLen: 10, Rounds: 1, CondShare: arch.DefaultCondShare}
		for _, name := range patterns {
			if len(m.Set().ByName(name)) > 0 {
				o.Select.Patterns = append(o.Select.Patterns, name)
			}
		}
		require.Greater(t, len(o.Select.Patterns), 3)
		p, err := arch.Generate(m, o)
		require.NoError(t, err)
		saves := 0
		for b := range p.Blocks {
			saves += checkStates(t, p, &p.Blocks[b])
		}
		assert.Greater(t, saves, 100, "%s %s", c.CPU, c.ABI)
	}
}

// checkStates wants every state that an instruction of a block writes among its results, and returns how many words copy one.
func checkStates(t *testing.T, p *arch.Program, b *arch.Block) (saves int) {
	seen := map[arch.Result]bool{}
	for _, r := range p.Effects(b).Results {
		seen[arch.Result{Item: r.Item, Wrote: r.Wrote}] = true
	}
	for i := range b.Items {
		it := &b.Items[i]
		if it.Kind == arch.Save {
			require.Less(t, int(it.Owner), i)
			require.Equal(t, arch.Test, b.Items[it.Owner].Kind)
			saves++
		}
		if it.Kind != arch.Test {
			continue
		}
		in := p.Machine.Set().Insns[it.Insn]
		for _, u := range in.UsesOf(nil, it.Word) {
			if u.Kind == constraints.UseState && u.Role.Writes() {
				at := arch.Place{Kind: arch.StatePlace, Num: u.Num}
				require.True(t, seen[arch.Result{Item: i, Wrote: at}], "item %d: what %s writes to %s is lost", i, in, p.Machine.Layout().PlaceName(at))
			}
		}
	}
	return saves
}
