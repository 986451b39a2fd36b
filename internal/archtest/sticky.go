package archtest

import (
	"context"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/anycpu"
	"github.com/risugen/risugen/runtime"
)

// A flag that is set already cannot be seen being set, and one that nothing sets cannot be seen being forgotten. Here the
// records of an emulator say how often each instruction has changed each flag, and a flag is forgotten where it was set: in
// the record, where a copy of its state is kept.

// Flag is a bit of a state.
type Flag struct {
	State, Name string
	Mask        uint64
}

// Flags are flags of a state of one bit each, named from the lowest bit of a mask on.
func Flags(state string, mask uint64, names ...string) []Flag {
	var out []Flag
	for _, name := range names {
		out = append(out, Flag{state, name, mask & -mask})
		mask &= mask - 1
	}
	return out
}

// FlagRun is a program that ran on an emulator, and its records.
type FlagRun struct {
	Image  *runtime.Image
	Stream []byte
	flags  []Flag
	states []int       // of the flags, in the layout
	any    *anycpu.CPU // it ran on; nil: on an emulator
	ran    map[spot][]anycpu.Ran
}

// RunFlags makes a program of what may set one of some flags, and runs it on the emulator that usually runs the model's images;
// an empty ABI or byte order stands for the usual one. Flags of states that the model has not are left out.
func RunFlags(t *testing.T, a arch.Arch, cpu, abi, order string, o arch.Options, flags []Flag) *FlagRun {
	t.Helper()
	v := variantOf(t, a, cpu, abi, order)
	command := commandOf(t, v)
	m := survivable(t, a, cpu, v, emulatorBugs(t, a, cpu, v, command[0]))
	r := newFlagRun(t, m, flags)
	o.Select.Patterns = setters(m, r.states)
	p, err := arch.Generate(m, o)
	require.NoError(t, err)
	r.Image, err = runtime.Build(p, "test")
	require.NoError(t, err)
	r.Stream = recordsOf(t, r.Image, command)
	return r
}

func newFlagRun(t *testing.T, m arch.Machine, flags []Flag) *FlagRun {
	t.Helper()
	r := &FlagRun{}
	for _, f := range flags {
		if s := m.Layout().StateIndex(f.State); s >= 0 {
			r.flags, r.states = append(r.flags, f), append(r.states, s)
		}
	}
	require.NotEmpty(t, r.flags)
	return r
}

// variantOf finds the variant of a model.
func variantOf(t *testing.T, a arch.Arch, name, abi, order string) arch.Variant {
	t.Helper()
	for _, cpu := range a.CPUs() {
		if v, ok := cpu.Variant(abi, order); ok && cpu.Name == name {
			return v
		}
	}
	require.FailNow(t, "no such model", "%s %s %s", name, abi, order)
	return arch.Variant{}
}

// setters lists the patterns that write one of some states, as a Selection takes them.
func setters(m arch.Machine, states []int) []string {
	want := map[int]bool{}
	for _, s := range states {
		want[s] = true
	}
	var out []string
	for _, in := range m.Set().Insns {
		for i := range in.Operands {
			op := &in.Operands[i]
			if op.Kind == constraints.StateOperand && op.Role.Writes() && want[op.State] && arch.Schedulable(in, m.Layout()) {
				out = append(out, regexp.QuoteMeta(in.Name()))
				break
			}
		}
	}
	return []string{strings.Join(out, "|")}
}

// recordsOf runs an image and returns all that it writes.
func recordsOf(t *testing.T, img *runtime.Image, command []string) []byte {
	t.Helper()
	p, err := (&runtime.Exec{Command: command}).Start(context.Background(), img)
	require.NoError(t, err)
	out, err := io.ReadAll(p)
	require.NoError(t, err)
	require.NoError(t, p.Wait())
	return out
}

// Change is one execution of an instruction that may write a flag.
type Change struct {
	Block, Item   int
	Round         uint32
	Flag          int // index into the flags of the run
	Before, After uint64
	Earlier       bool // an instruction before it in the block has left the flag set, in this round
	record        int  // where in the stream its record stands
	at, bytes     int  // and the place of its result
}

// Each calls f for each execution that was recorded without a fault, and each flag that the instruction may write.
func (r *FlagRun) Each(t *testing.T, f func(c *Change)) {
	t.Helper()
	p, l := r.Image.Program, r.Image.Program.Machine.Layout()
	block, plan := -1, []arch.Result(nil)
	for at := 0; at < len(r.Stream); {
		h, ok := arch.ParseRecordHeader(r.Stream[at:], l.Order)
		require.True(t, ok)
		payload := r.Stream[at+arch.RecordHeaderSize:][:h.Length]
		if h.Kind == arch.RecordCheck {
			if int(h.Block) != block {
				block = int(h.Block)
				plan = p.Effects(&p.Blocks[block]).Results
			}
			r.changes(&h, plan, payload, at+arch.RecordHeaderSize, f)
		}
		at += arch.RecordHeaderSize + int(h.Length)
	}
}

// changes calls f for the executions of one record.
func (r *FlagRun) changes(h *arch.RecordHeader, results []arch.Result, payload []byte, at int, f func(c *Change)) {
	p, l := r.Image.Program, r.Image.Program.Machine.Layout()
	b := &p.Blocks[h.Block]
	var held, set [64]uint64 // by each state: what it is before the next one that writes it, and all that were set by one
	for s := range l.States {
		held[s] = p.Machine.InitialState(b, s, h.Round, p.PoolWindow(b, h.Round))
	}
	for i := range results {
		res := &results[i]
		if res.Wrote.Kind != arch.StatePlace {
			continue
		}
		from, n := l.Span(res.Place)
		after, before := number(payload[from:from+n], l.Order), held[res.Wrote.Num]
		if !l.States[res.Wrote.Num].Reset {
			held[res.Wrote.Num] = after
		}
		for k := range r.flags {
			if m := r.flags[k].Mask; r.states[k] == int(res.Wrote.Num) {
				f(&Change{int(h.Block), res.Item, h.Round, k, before & m, after & m, set[r.states[k]]&m != 0, at - arch.RecordHeaderSize, at + from, n})
			}
		}
		set[res.Wrote.Num] |= after
	}
}

// number reads an unsigned number of 2, 4 or 8 bytes.
func number(b []byte, order arch.ByteOrder) uint64 {
	if len(b) == 4 {
		return uint64(order.Uint32(b))
	}
	return order.Uint64(b)
}
