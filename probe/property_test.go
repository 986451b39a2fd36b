package probe

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

// target is what runs a machine's images, if it is there.
func target(t testing.TB, m *machine, p *Prober) runtime.Target {
	command := m.emulator(t, p)
	program, _, _ := strings.Cut(command, " ")
	needtool.Path(t, program)
	out, err := runtime.ParseTarget(command)
	require.NoError(t, err)
	return out
}

// surviving is a prober without the words that the machine's emulator does not survive, by the list of known differences.
func (m *machine) surviving(t testing.TB) *Prober {
	p := m.prober(t)
	known, err := runtime.ParseKnown(m.arch.Known())
	require.NoError(t, err)
	command := m.emulator(t, p)
	config := m.config
	config.Sources = runtime.Overlays(p.m, known, runtime.TargetPair{Master: command, Apprentice: command}, false)
	made, err := m.arch.Machine(config)
	require.NoError(t, err)
	return New(made, false)
}

// TestProbeIsWhatAnImageDoes runs images of random instructions, one a block, and probes each instruction with what its block
// began with: the outcome is the record.
func TestProbeIsWhatAnImageDoes(t *testing.T) {
	needtool.Slow(t)
	for _, m := range []machine{p5600, dsp, n64, a64, a32, thumb} {
		t.Run(m.name(), func(t *testing.T) {
			p := m.surviving(t)
			p.force = true // what images are given is within what --force is not needed for, but that is another test's matter
			on := target(t, &m, p)
			o := arch.Options{Seed: 9, Count: 800, BlockLen: 1, Rounds: 1, EdgeShare: 0.25, CondShare: 0.25}
			prog, err := arch.Generate(p.m, o)
			require.NoError(t, err)
			img, err := runtime.Build(prog, "test")
			require.NoError(t, err)
			var cases []*Case
			var records []Outcome
			whole := &Batch{Image: img, p: p}
			require.NoError(t, runtime.Collect(context.Background(), img, on, 0, func(c runtime.Collected) error {
				o := Outcome{whole.fault(c), slices.Clone(c.Payload)}
				if one := caseOf(t, whole, c.Block, &o); one != nil {
					cases, records = append(cases, one), append(records, o)
				}
				return nil
			}))
			assert.Greater(t, len(cases), 350)
			compareProbed(t, p, on, cases, records)
		})
	}
}

// caseOf makes a case of a block of one instruction; nil: its result depends on where it stands, or glue gives a register that
// it writes a value that nobody knows.
func caseOf(t *testing.T, whole *Batch, block int, o *Outcome) *Case {
	p, b := whole.p, &whole.Image.Program.Blocks[block]
	at := slices.IndexFunc(b.Items, func(it arch.Item) bool { return it.Kind == arch.Test })
	if at < 0 || b.Tests() != 1 {
		return nil
	}
	it := &b.Items[at]
	in := p.m.Set().Insns[it.Insn]
	args := in.Pattern.Extract(it.Word, nil)
	if in.Branch != nil || in.InGroup("pc") || in.ReadsPC(it.Word, args) || in.Memory != nil && in.Memory.Base < 0 {
		return nil
	}
	c := &Case{Words: []arch.Given{{Word: it.Word, Size: it.Size}}}
	window := whole.Image.Program.PoolWindow(b, 0)
	given := map[arch.Place][]byte{}
	written := map[arch.Place]bool{}
	noteWritten(written, in.Uses(nil, it.Word, args))
	for _, g := range b.Items {
		place := arch.Place{Kind: arch.RegisterPlace, Class: g.Class, Num: g.Reg}
		switch {
		case g.Kind == arch.Test || g.Kind == arch.Space:
		case g.Kind == arch.Prepare && !written[place]:
			given[place] = whole.after(o, place)
		default:
			return nil
		}
	}
	for k := range p.l.Classes {
		class := &p.l.Classes[k]
		for r := range class.Count {
			place := arch.Place{Kind: arch.RegisterPlace, Class: uint8(k), Num: uint8(r)}
			if class.Live(max(1, b.View)) && (class.Zero|class.Never|whole.harness(block, k))>>r&1 == 0 {
				v := given[place]
				if v == nil {
					v = p.initial(b, place, window)
				}
				require.NoError(t, p.Set(c, p.l.PlaceName(place), "0x"+hexOf(v)))
			}
		}
	}
	for s := range p.l.States {
		place := arch.Place{Kind: arch.StatePlace, Num: uint8(s)}
		require.NoError(t, p.Set(c, p.l.PlaceName(place), "0x"+hexOf(p.initial(b, place, window))))
	}
	if b.Memory {
		c.In.memory = newCell(p.l.Memory.Bytes())
		c.In.memory.put(0, window[p.l.Memory.Pool:][:p.l.Memory.Bytes()])
	}
	return c
}

// compareProbed probes cases and compares what comes of them with records.
func compareProbed(t *testing.T, p *Prober, on runtime.Target, cases []*Case, records []Outcome) {
	at := 0
	for chunk := range slices.Chunk(cases, MaxBatch) {
		b, outs := outcomes(t, p, chunk, on)
		for i := range chunk {
			want, got, x := &records[at+i], &outs[i][0], b.Insns(i)[0]
			require.Equal(t, want.Fault == nil, got.Fault == nil, x.Disassembly)
			if want.Fault != nil {
				assert.Equal(t, want.Fault.Signal, got.Fault.Signal, x.Disassembly)
			}
			for _, place := range b.places(i) {
				assert.Equal(t, hexOf(b.after(want, place)), hexOf(b.after(got, place)), "%s: %s", x.Disassembly, p.l.PlaceName(place))
			}
			assert.Equal(t, want.payload[p.l.Payload:], got.payload[p.l.Payload:], "%s: memory", x.Disassembly)
		}
		at += len(chunk)
	}
}
