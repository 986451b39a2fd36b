package archtest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/anycpu"
	"github.com/risugen/risugen/runtime"
)

// FlagRow is a model whose flags are forgotten.
type FlagRow struct {
	CPU, ABI, Order string // an empty ABI or byte order is the usual one
	Flags           []Flag // those that it has; of other states than its own they are left out
}

// leastForgotten is how often each flag must be forgotten.
const leastForgotten = 50

// Test has each flag forgotten where an instruction has set it, and set where one has left it clear, and wants that
// instruction to be named. It is done twice: in records of an emulator, where the flag is changed as a record shows it; and on a
// processor that sets flags at random and clears none that it has set, which runs on with the flag as it is left.
func (r FlagRow) Test(t *testing.T, a arch.Arch) {
	t.Run(fmt.Sprintf("%s-%s-%s", r.CPU, r.ABI, r.Order), func(t *testing.T) {
		t.Parallel()
		o := arch.Options{Seed: 1, Count: 20000, BlockLen: 24, Rounds: 16, EdgeShare: arch.DefaultEdgeShare, CondShare: arch.DefaultCondShare}
		RunFlags(t, a, r.CPU, r.ABI, r.Order, o, r.Flags).Doctor(t)
		RunAnyFlags(t, a, r.CPU, r.ABI, r.Order, o, r.Flags).Doctor(t)
	})
}

// RunAnyFlags is RunFlags on a processor of which nothing is known but that it clears no flag that stays set.
func RunAnyFlags(t *testing.T, a arch.Arch, cpu, abi, order string, o arch.Options, flags []Flag) *FlagRun {
	t.Helper()
	m, err := a.Machine(arch.Config{CPU: cpu, ABI: abi, Order: order})
	require.NoError(t, err)
	r := newFlagRun(t, m, flags)
	o.Select.Patterns = setters(m, r.states)
	p, err := arch.Generate(anycpu.Wrap(m), o)
	require.NoError(t, err)
	r.any, err = anycpu.New(p, o.Seed)
	require.NoError(t, err)
	r.any.Cumulative, r.ran = true, map[spot][]anycpu.Ran{}
	r.Image = &runtime.Image{Program: p}
	r.Stream = appendMarker(nil, p, arch.RecordStart)
	for b := range p.Blocks {
		for round := range p.Rounds {
			out, err := r.any.Run(b, uint32(round), nil)
			require.NoError(t, err)
			r.Stream = r.any.AppendRecord(r.Stream, &out)
			r.ran[spot{b, uint32(round)}] = slices.Clone(out.Ran)
		}
	}
	r.Stream = appendMarker(r.Stream, p, arch.RecordEnd)
	return r
}

// Doctor has in each round one flag forgotten, or set wrongly, and compares.
func (r *FlagRun) Doctor(t *testing.T) {
	t.Helper()
	n := make([]forgotten, len(r.flags))
	chosen := r.choose(t, n)
	bad := bytes.Clone(r.Stream)
	for _, c := range chosen {
		r.doctor(t, bad, c)
	}
	found := map[spot]int{}
	_, err := runtime.Run(context.Background(), r.Image, Bytes{r.Stream}, Bytes{bad}, runtime.Options{
		Observe: func(b runtime.Blame) { found[spot{b.Block, b.Round}] = b.Item },
	})
	require.NoError(t, err)
	for at, c := range chosen {
		if item, ok := found[at]; !ok || item != c.Item {
			t.Errorf("block %d round %d: %s of %s was wrong behind item %s, and item %d is named (%v)",
				at.block, at.round, r.flags[c.Flag].Name, r.flags[c.Flag].State, itemText(r.Image.Program, at.block, c.Item), item, ok)
		}
	}
	assert.Equal(t, len(chosen), len(found), "rounds")
	r.report(t, n)
}

// forgotten counts what was done to a flag, how often.
type forgotten struct {
	changes, set        int // instructions that may write it; those that set it
	forgot, wrong       int // it was forgotten; set wrongly
	forgotLate, cleared int // it was forgotten behind an instruction that has set it; an instruction cleared it
}

// choose chooses a flag for each round: what has been done least often.
func (r *FlagRun) choose(t *testing.T, n []forgotten) map[spot]*Change {
	chosen, rank := map[spot]*Change{}, map[spot]int{}
	r.Each(t, func(c *Change) {
		f, at := &n[c.Flag], spot{c.Block, c.Round}
		if r.any != nil && r.ran[at][c.Item] != anycpu.Wrote {
			return // a condition had it do nothing
		}
		f.changes++
		times := f.wrong
		switch {
		case c.Before == 0 && c.After != 0:
			f.set++
			times = f.forgot
			if c.Earlier {
				times = min(f.forgot, f.forgotLate)
			}
		case c.Before != 0 && c.After == 0:
			f.cleared++
			return
		case c.Before != 0:
			return
		}
		if was, ok := rank[at]; ok && times >= was {
			return
		}
		if old := chosen[at]; old != nil {
			n[old.Flag].count(old, -1)
		}
		f.count(c, 1)
		chosen[at], rank[at] = c, times
	})
	return chosen
}

// count counts what is done.
func (f *forgotten) count(c *Change, n int) {
	switch {
	case c.After == 0:
		f.wrong += n
	case c.Earlier:
		f.forgotLate += n
		fallthrough
	default:
		f.forgot += n
	}
}

// doctor changes a flag: in the record or, where the processor can run again, when the instruction writes it.
func (r *FlagRun) doctor(t *testing.T, stream []byte, c *Change) {
	l, mask := r.Image.Program.Machine.Layout(), r.flags[c.Flag].Mask
	if r.any == nil {
		at := stream[c.at : c.at+c.bytes]
		putNumber(at, l.Order, number(at, l.Order)^mask)
		return
	}
	for _, o := range r.any.Outputs(c.Block) {
		if o.Item != c.Item || o.State != r.states[c.Flag] {
			continue
		}
		state := make([]byte, l.States[o.State].Bytes)
		putNumber(state, l.Order, mask)
		flip := anycpu.Flip{Item: c.Item, Use: o.Use}
		for state[flip.Bit/8]>>(flip.Bit%8)&1 == 0 {
			flip.Bit++
		}
		out, err := r.any.Run(c.Block, c.Round, &flip)
		require.NoError(t, err)
		copy(stream[c.record:], r.any.AppendRecord(nil, &out))
		return
	}
	require.FailNow(t, "the instruction does not write the flag")
}

func putNumber(b []byte, order arch.ByteOrder, v uint64) {
	if len(b) == 4 {
		order.PutUint32(b, uint32(v))
		return
	}
	order.PutUint64(b, v)
}

// report wants each flag to have been set, forgotten and set wrongly often enough.
func (r *FlagRun) report(t *testing.T, n []forgotten) {
	var b strings.Builder
	for i, f := range r.flags {
		fmt.Fprintf(&b, "\n%-10s %-10s %+v", f.State, f.Name, n[i])
		assert.GreaterOrEqual(t, n[i].set, leastForgotten, "%s of %s was set too seldom to be seen being forgotten", f.Name, f.State)
		assert.GreaterOrEqual(t, n[i].forgot, leastForgotten, "%s of %s", f.Name, f.State)
		assert.GreaterOrEqual(t, n[i].wrong, leastForgotten, "%s of %s", f.Name, f.State)
		if n[i].set >= 10*leastForgotten { // what few instructions write, two seldom write in one block
			assert.Positive(t, n[i].forgotLate, "%s of %s", f.Name, f.State)
		}
	}
	t.Log(b.String())
}
