package archtest

import (
	"cmp"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/needtool"
)

// MaskingRow is a configuration whose programs must not mask a result.
type MaskingRow struct {
	arch.Config
	Programs int // of one bit of each instruction or a few; 0: 1000
	Whole    int // of all bits of each; 0: 3
}

// Test is [NoResultIsMasked] for a configuration of an architecture, with programs that have a bit of everything:
// misaligned accesses, traps, words that may do nothing, and reserved words where the configuration asks for them.
func (r MaskingRow) Test(t *testing.T, a arch.Arch) {
	needtool.Slow(t)
	m, err := a.Machine(r.Config)
	require.NoError(t, err)
	c := m.Config()
	t.Run(fmt.Sprintf("%s-%s-%s", c.CPU, c.ABI, c.Order), func(t *testing.T) {
		t.Parallel()
		o := arch.Options{
			Seed: 1, Count: 30, BlockLen: 10, Rounds: 12, EdgeShare: arch.DefaultEdgeShare, CondShare: arch.DefaultCondShare, MisalignedShare: 1. / 8,
		}
		for s := range m.Layout().States {
			if m.Layout().States[s].Exceptions.Signal != "" {
				o.TrapShare = 1. / 16
			}
		}
		if r.Reserved { // which takes long to begin with
			reserved := o
			reserved.Count, reserved.Reserved = 0, 40
			t.Log("reserved words: ", NoResultIsMasked(t, m, reserved, 1, false))
		}
		k := NoResultIsMasked(t, m, o, cmp.Or(r.Programs, 1000), false)
		t.Log(k)
		o.Seed, o.Count, o.BlockLen = 1e6, 20, 5
		whole := NoResultIsMasked(t, m, o, cmp.Or(r.Whole, 3), true)
		t.Log("all bits: ", whole)
		assert.Zero(t, whole.Partly)
		assert.Greater(t, k.Tried, 25*k.Programs)
		assert.Equal(t, len(m.Set().Prefixes()) > 0, k.Conditions > 0)
	})
}

// String tells what was tried.
func (k *Masking) String() string {
	return fmt.Sprintf("%d programs, %d instructions; wrong: %d bits, %d ways of branches, %d conditions, %d faults; not in every bit: %d outputs; left open: %d bits; stores that did not tell: %d, and %d that left what was there; nothing to try in %d rounds",
		k.Programs, k.Tried, k.Bits, k.Ways, k.Conditions, k.Faults, k.Partly, k.Open, k.Untold, k.Alike, k.Left)
}
