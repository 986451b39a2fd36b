package arch_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
)

// TestTrapBlocks: blocks with traps have the share asked for, one instruction each, which writes a state with
// exceptions; enable bits are set in them alone, and never beside their cause bit.
func TestTrapBlocks(t *testing.T) {
	for _, share := range []float64{0.01, 0.3, 0.75, 1} {
		o := usual
		o.TrapShare = share
		p := generate(t, "little", o)
		l, set := p.Machine.Layout(), p.Machine.Set()
		assert.Equal(t, o.Count, p.Instructions())
		traps, drawn, subsets := 0, map[string]bool{}, map[uint64]bool{}
		for i := range p.Blocks {
			b := &p.Blocks[i]
			if b.Traps {
				traps++
				require.Equal(t, 1, b.Tests())
				for _, it := range b.Items {
					if it.Kind == arch.Test {
						require.GreaterOrEqual(t, l.TrapState(set.Insns[it.Insn]), 0)
						drawn[set.Insns[it.Insn].Name()] = true
					}
				}
			}
			for round := range uint32(p.Rounds) {
				for s := range l.States {
					e := &l.States[s].Exceptions
					v := p.Machine.InitialState(b, s, round, p.PoolWindow(b, round))
					require.Zero(t, e.Raised(v))
					require.True(t, b.Traps || v&e.Enables == 0)
					if b.Traps && e.Signal != "" {
						subsets[v&e.Enables] = true
					}
				}
			}
		}
		assert.LessOrEqual(t, math.Abs(float64(traps)-share*float64(len(p.Blocks))), 1.0, "%d of %d", traps, len(p.Blocks))
		if share > 0.1 {
			assert.Equal(t, map[string]bool{"SADD": true, "WRST": true}, drawn)
			assert.Len(t, subsets, 4)
		}
	}
}

// TestTrapShareLeavesOthersAlone: without a share no block has traps, and it takes no random numbers.
func TestTrapShareLeavesOthersAlone(t *testing.T) {
	for _, b := range generate(t, "big", usual).Blocks {
		require.False(t, b.Traps)
	}
}

func TestTrapBlocksAreStored(t *testing.T) {
	o := usual
	o.TrapShare = 0.5
	p := generate(t, "big", o)
	table, mem := emitted(t, p)
	back, err := arch.UnmarshalTable(table, mem, toy.Arch{}.Machine)
	require.NoError(t, err)
	assert.Equal(t, p.Blocks, back.Blocks)
}

func TestTrapOptionErrors(t *testing.T) {
	for _, share := range []float64{-0.1, 1.1, math.NaN()} {
		o := usual
		o.TrapShare = share
		_, err := arch.Generate(machine(t, "little"), o)
		assert.ErrorContains(t, err, "share of blocks with traps")
	}
	o := usual
	o.TrapShare, o.Select.Patterns = 0.5, []string{"ADD", "SUB"}
	_, err := arch.Generate(machine(t, "little"), o)
	assert.ErrorContains(t, err, "nothing that is drawn can raise an exception")
}

func TestExceptionBits(t *testing.T) {
	e := arch.Exceptions{Signal: "SIGFPE", Enables: 0xf80, Causes: 0x3_f000, Shift: 5}
	for _, c := range []struct{ state, raised, harmless uint64 }{
		{0, 0, 0},
		{0x1_f000, 0, 0x1_f000},
		{0x1_0800, 0x1_0000, 0x800},
		{0x1_5080, 0x1000, 0x1_4080},
		{0x2_0f80, 0, 0x2_0f80}, // the highest cause bit has no enable bit
	} {
		assert.Equal(t, c.raised, e.Raised(c.state), "%x", c.state)
		assert.Equal(t, c.harmless, e.Harmless(c.state), "%x", c.state)
	}
	assert.True(t, e.ClearedFrom(0x4083, 0x5083), "the enabled one")
	assert.True(t, e.ClearedFrom(0x83, 0x5083), "all")
	assert.False(t, e.ClearedFrom(0x1083, 0x5083), "the one that is not enabled")
	assert.False(t, e.ClearedFrom(0x4082, 0x5083), "another bit, too")
}
