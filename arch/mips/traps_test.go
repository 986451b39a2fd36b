package mips

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

// trapProgram generates a program of which some blocks have traps.
func trapProgram(t *testing.T, c arch.Config, count int) *arch.Program {
	t.Helper()
	m, err := New().Machine(c)
	require.NoError(t, err)
	p, err := arch.Generate(m, arch.Options{Seed: 9, Count: count, BlockLen: 24, Rounds: 64, TrapShare: 0.6, EdgeShare: arch.DefaultEdgeShare})
	require.NoError(t, err)
	return p
}

// TestEnableBits: in blocks with traps every subset of the five exceptions is enabled in some round, and no cause
// bit stands beside its enable bit; in others none is enabled.
func TestEnableBits(t *testing.T) {
	for _, c := range []arch.Config{
		{CPU: "24Kf", Order: "big"}, {CPU: "74Kf"}, {CPU: "P5600"}, {CPU: "R4000", Order: "big"}, {CPU: "I6400"}, {CPU: "Loongson-3A4000"},
	} {
		p := trapProgram(t, c, 1500)
		subsets, causesSeen := map[string]map[uint64]bool{}, uint64(0)
		for i := range p.Blocks {
			b := &p.Blocks[i]
			for round := range uint32(p.Rounds) {
				for s, st := range p.Machine.Layout().States {
					v := p.Machine.InitialState(b, s, round, p.PoolWindow(b, round))
					require.Zero(t, st.Exceptions.Raised(v))
					if st.Exceptions.Signal == "" {
						continue
					}
					require.True(t, b.Traps || v&enables == 0)
					require.Zero(t, v&unsupported)
					if subsets[st.Name] == nil {
						subsets[st.Name] = map[uint64]bool{}
					}
					if b.Traps {
						subsets[st.Name][v&enables] = true
						causesSeen |= v & causes
					}
				}
			}
		}
		assert.Contains(t, subsets, "fcsr")
		for state, seen := range subsets {
			assert.Len(t, seen, 32, "%s of %s", state, c.CPU)
		}
		assert.EqualValues(t, causes, causesSeen)
	}
}

// TestHarnessWithoutTraps: the harness and the tables of a program without traps have nothing of them.
func TestHarnessWithoutTraps(t *testing.T) {
	m, err := New().Machine(arch.Config{CPU: "24Kf"})
	require.NoError(t, err)
	size := func(share float64) int {
		p, err := arch.Generate(m, arch.Options{Seed: 9, Count: 100, BlockLen: 24, Rounds: 4, TrapShare: share})
		require.NoError(t, err)
		return len(m.(*machine).harness(p, 0).words)
	}
	assert.Less(t, size(0), size(0.5))
}

// Codes of SIGFPE, in the order in which one is chosen where several exceptions were signalled, with their cause bits.
var trapCodes = []struct {
	code  uint32
	cause uint64
}{
	{7, 1 << 16}, // FPE_FLTINV
	{3, 1 << 15}, // FPE_FLTDIV
	{4, 1 << 14}, // FPE_FLTOVF
	{5, 1 << 13}, // FPE_FLTUND
	{6, 1 << 12}, // FPE_FLTRES
}

// TestTrapsOnEmulators runs blocks with traps on the emulators of user mode, which leave cause bits alone, and then
// spoils what came back: cause bits as a kernel clears them are counted by themselves, and a trap that changed
// something is found on both sides alike.
func TestTrapsOnEmulators(t *testing.T) {
	needtool.Slow(t)
	for _, c := range []struct {
		arch.Config
		emulator string
	}{
		{arch.Config{CPU: "24Kf", ISAs: []string{"fpu"}, Order: "little"}, "qemu-mipsel"},
		{arch.Config{CPU: "24Kf", ISAs: []string{"fpu"}, Order: "big"}, "qemu-mips"},
		{arch.Config{CPU: "P5600", ISAs: []string{"fpu"}, Order: "little"}, "qemu-mipsel"},
		{arch.Config{CPU: "MIPS64R2-generic", ISAs: []string{"fpu", "mips3d"}, Order: "big"}, "qemu-mips64"},
		{arch.Config{CPU: "I6400", ISAs: []string{"fpu"}, Order: "little"}, "qemu-mips64el"},
	} {
		t.Run(c.CPU+"-"+c.Order, func(t *testing.T) {
			p := trapProgram(t, c.Config, 1500)
			img, err := runtime.Build(p, "test")
			require.NoError(t, err)
			stream := emulate(t, img, needtool.Path(t, c.emulator))
			traps := findTraps(t, p, stream)
			codes := map[uint32]bool{}
			for _, f := range traps {
				for _, k := range trapCodes {
					if f.state&k.cause != 0 {
						require.Equal(t, k.code, f.header.Code, "fcsr %x", f.state)
						codes[f.header.Code] = true
						break
					}
				}
				require.NotZero(t, exceptions.Raised(f.state), "fcsr %x", f.state)
			}
			assert.Len(t, codes, 5)

			report := compareStreams(t, img, stream, stream)
			assert.False(t, report.Failed(), "%+v", report.Findings)
			assert.EqualValues(t, len(traps), report.FaultsBySignal["SIGFPE"])

			cleared := bytes.Clone(stream)
			for _, f := range traps {
				p.Machine.Layout().Order.PutUint32(cleared[f.at:], uint32(f.state&^exceptions.Raised(f.state)))
			}
			report = compareStreams(t, img, stream, cleared)
			assert.False(t, report.Failed())
			assert.EqualValues(t, len(traps), report.CauseDiffers)

			flagged := bytes.Clone(stream)
			for _, f := range traps {
				p.Machine.Layout().Order.PutUint32(flagged[f.at:], uint32(f.state^1<<2))
			}
			report = compareStreams(t, img, flagged, flagged)
			assert.Zero(t, report.Mismatches)
			require.NotEmpty(t, report.Findings)
			assert.Equal(t, runtime.FindingTrapped, report.Findings[0].Kind)
			assert.EqualValues(t, len(traps), compareStreams(t, img, stream, flagged).Mismatches)
		})
	}
}

// TestTrapsOfWrites: CTC1 raises an exception where what it writes is a cause bit beside its enable bit, and has
// written it then; that of condition codes does not.
func TestTrapsOfWrites(t *testing.T) {
	needtool.Slow(t)
	for cpu, emulator := range map[string]string{"24Kf": "qemu-mipsel", "I6400": "qemu-mips64el"} {
		m, err := New().Machine(arch.Config{CPU: cpu, ISAs: []string{"fpu"}})
		require.NoError(t, err)
		p, err := arch.Generate(m, arch.Options{Seed: 3, Count: 80, BlockLen: 24, Rounds: 64, TrapShare: 1, Select: arch.Selection{Patterns: []string{"CTC1"}}})
		require.NoError(t, err)
		img, err := runtime.Build(p, "test")
		require.NoError(t, err)
		stream := emulate(t, img, needtool.Path(t, emulator))
		trapped := map[int64]bool{}
		for _, f := range findTraps(t, p, stream) {
			items := p.Blocks[f.header.Block].Items
			it := items[len(items)-1]
			trapped[m.Set().Insns[it.Insn].Pattern.Extract(it.Word, nil)[1]] = true
			require.NotZero(t, exceptions.Raised(f.state))
		}
		assert.Equal(t, map[int64]bool{26: true, 28: true, 31: true}, trapped, cpu)
		report := compareStreams(t, img, stream, stream)
		assert.False(t, report.Failed(), "%+v", report.Findings)
	}
}

// emulate returns what an image writes on an emulator of its CPU.
func emulate(t *testing.T, img *runtime.Image, emulator string) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "image")
	require.NoError(t, img.WriteFile(file))
	stream, err := exec.Command(emulator, "-cpu", img.Program.Machine.Config().CPU, file).Output()
	require.NoError(t, err)
	return stream
}

// trap is a record of an exception that was taken.
type trap struct {
	header arch.RecordHeader
	at     int // of FCSR in the stream
	state  uint64
}

// findTraps finds the records of exceptions in a stream. Those of CTC1, which does something first, are among them.
func findTraps(t *testing.T, p *arch.Program, stream []byte) []trap {
	t.Helper()
	l := p.Machine.Layout()
	var out []trap
	for at := 0; at < len(stream); {
		h, ok := arch.ParseRecordHeader(stream[at:], l.Order)
		require.True(t, ok)
		payload := at + arch.RecordHeaderSize
		if h.Kind == arch.RecordFault && h.Signal == l.Signals["SIGFPE"] && p.Blocks[h.Block].Traps {
			fcsr := payload + l.States[l.StateIndex("fcsr")].Record
			out = append(out, trap{h, fcsr, uint64(l.Order.Uint32(stream[fcsr:]))})
		}
		at = payload + int(h.Length)
	}
	require.NotEmpty(t, out)
	return out
}

// compareStreams compares what two sides have written.
func compareStreams(t *testing.T, img *runtime.Image, master, apprentice []byte) *runtime.Report {
	t.Helper()
	target := func(stream []byte) runtime.Target {
		file := filepath.Join(t.TempDir(), "stream")
		require.NoError(t, os.WriteFile(file, stream, 0o600))
		return &runtime.Exec{Command: []string{"sh", "-c", "exec cat " + file, "{}"}}
	}
	r, err := runtime.Run(context.Background(), img, target(master), target(apprentice), runtime.Options{Stall: time.Minute})
	require.NoError(t, err)
	return r
}
