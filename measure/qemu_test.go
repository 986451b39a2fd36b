package measure

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/arm"
	armmistakes "github.com/risugen/risugen/arch/arm/mistakes"
	"github.com/risugen/risugen/arch/mips"
	mipsmistakes "github.com/risugen/risugen/arch/mips/mistakes"
	"github.com/risugen/risugen/arch/semantics"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

func tables() []semantics.Table { return append(mipsmistakes.Tables(), armmistakes.Tables()...) }

// machineOf makes the machine of a table.
func machineOf(c arch.Config) (arch.Machine, error) {
	if m, err := mips.New().Machine(c); err == nil {
		return m, nil
	}
	return arm.New().Machine(c)
}

// emulator is the command that runs a machine's images.
func emulator(c arch.Config) []string {
	for _, a := range []arch.Arch{mips.New(), arm.New()} {
		for _, cpu := range a.CPUs() {
			if v, ok := cpu.Variant(c.ABI, c.Order); ok && a.Name() == c.Arch && cpu.Name == c.CPU {
				return strings.Fields(v.Emulator)
			}
		}
	}
	return nil
}

// TestRightModels walks programs of each pattern that has a right model, and wants every record that an emulator makes of
// them to hold what the walk has: registers as the harness loads them, and every result.
func TestRightModels(t *testing.T) {
	needtool.Slow(t)
	for _, table := range tables() {
		m, err := machineOf(table.Config)
		require.NoError(t, err)
		t.Run(m.Config().CPU+" "+m.Config().ABI, func(t *testing.T) {
			t.Parallel()
			command := emulator(m.Config())
			command[0] = needtool.Path(t, command[0])
			for _, name := range slices.Sorted(maps.Keys(table.Right)) {
				t.Run(name, func(t *testing.T) { comparePattern(t, flagged(t, m, name), table.Right, name, command) })
			}
		})
	}
}

// flagged leaves out words that QEMU drops: those of the DSP module with register 0 as destination, though they
// have flags to set.
func flagged(t *testing.T, m arch.Machine, pattern string) arch.Machine {
	in := m.Set().ByName(pattern)[0]
	c := m.Config()
	if !slices.Contains(c.ISAs, "dsp") || in.Operands[0].Role != constraints.Out {
		return m
	}
	overlay := fmt.Sprintf("%s: unpredictable { %s == 0; }", pattern, in.Operands[0].Name)
	c.Sources = []arch.Source{{Name: "flags", Kind: arch.OverlaySource, Text: []byte(overlay)}}
	m, err := machineOf(c)
	require.NoError(t, err)
	return m
}

func comparePattern(t *testing.T, m arch.Machine, right map[string]semantics.Func, name string, command []string) {
	p, err := arch.Generate(m, arch.Options{
		Seed: 11, Count: 200, BlockLen: 24, Rounds: 64, EdgeShare: arch.DefaultEdgeShare, CondShare: arch.DefaultCondShare,
		Select: arch.Selection{Patterns: []string{regexp.QuoteMeta(name)}},
	})
	require.NoError(t, err)
	records := recordsOf(t, p, command)
	w := newWalker(p, right, nil)
	for i := range p.Blocks {
		b := &p.Blocks[i]
		steps, err := w.plan(b)
		require.NoError(t, err)
		effects := p.Effects(b)
		for round := range uint32(p.Rounds) {
			w.run(b, steps, round, math.MaxInt)
			h, ok := arch.ParseRecordHeader(records, m.Layout().Order)
			require.True(t, ok)
			require.Equal(t, w.faulted, h.Kind == arch.RecordFault, "block %d round %d: %s", i, round, listing(m, b))
			payload := records[arch.RecordHeaderSize:][:h.Length]
			records = records[arch.RecordHeaderSize+int(h.Length):]
			if !w.faulted {
				compareRecord(t, w, effects, payload, i)
			}
		}
	}
}

// recordsOf runs a program and returns its records, but for the first one.
func recordsOf(t *testing.T, p *arch.Program, command []string) []byte {
	t.Helper()
	img, err := runtime.Build(p, "test")
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "image")
	require.NoError(t, img.WriteFile(file))
	cmd := exec.CommandContext(t.Context(), command[0], append(slices.Clone(command[1:]), file)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	return out[arch.RecordHeaderSize+arch.DigestSize:]
}

// compareRecord wants a round's results and the registers that it only read to be in its record.
func compareRecord(t *testing.T, w *walker, effects arch.Effects, payload []byte, block int) {
	t.Helper()
	l := w.layout
	results := map[arch.Place]int{}
	for _, r := range effects.Results {
		results[r.Place] = r.Item
	}
	glue := map[arch.Place]bool{}
	for _, p := range effects.Glue {
		glue[p] = true
	}
	check := func(p arch.Place, v semantics.Value) {
		at, n := l.Span(p)
		got := semantics.V(l.Order.Uint64(append(slices.Clone(payload[at:at+min(n, 8)]), make([]byte, 8)...)))
		if n == 16 {
			got.Hi = l.Order.Uint64(payload[at+8:])
		}
		item, ofResult := results[p]
		if got == v || !ofResult && glue[p] {
			return
		}
		m := w.prog.Machine
		in := "what was loaded"
		if ofResult {
			it := &w.block.Items[item]
			in = m.Disassemble(it.Word, 0) + " of " + m.Set().Insns[it.Insn].Name()
		}
		t.Fatalf("block %d round %d: %s, in %s: the record has %s, the model %s\n%s", block, w.round, in, l.PlaceName(p), hex(got), hex(v), inputs(w, item))
	}
	for c := range l.Classes {
		for r := range l.Classes[c].Count {
			if w.loaded[c]>>r&1 != 0 && r != l.Bases[w.block.Base] {
				check(arch.Place{Kind: arch.RegisterPlace, Class: uint8(c), Num: uint8(r)}, w.regs[c][r])
			}
		}
	}
	for s := range l.States {
		p := arch.Place{Kind: arch.StatePlace, Num: uint8(s)}
		if _, ok := results[p]; ok {
			check(p, semantics.V(w.state(s)))
		}
	}
}

// inputs lists what the operands of an item hold at the end of a round.
func inputs(w *walker, item int) string {
	var out strings.Builder
	for _, u := range w.steps[item].uses {
		if u.Kind == 0 {
			v := w.get(u.Class, u.Num)
			out.WriteString(w.layout.Classes[u.Class].Prefix)
			out.WriteString(strings.TrimSpace(strings.Join([]string{num(u.Num), hex(v)}, " ")))
			out.WriteString("\n")
		} else {
			out.WriteString(w.layout.States[u.Num].Name + " " + hex(semantics.V(w.prog.Machine.InitialState(w.block, int(u.Num), w.round, w.window))) + "\n")
		}
	}
	return out.String()
}
