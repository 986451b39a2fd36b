package image_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/internal/risupeer"
	"github.com/risugen/risugen/risu/image"
	"github.com/risugen/risugen/runtime"
)

// elsewhere makes QEMU load things at other addresses than it usually does.
var elsewhere = []string{"-R", "0x20000000000"}

func file(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "image.bin")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

// TestUpstreamRunsOurImages: RISU's own program runs all of an image, at other addresses on one side than on the other, by
// trace and over a socket, and both sides agree. Nothing faults. What differs is found.
func TestUpstreamRunsOurImages(t *testing.T) {
	p := risupeer.New(t, "aarch64")
	for _, cpu := range []string{"cortex-a53", "max"} {
		t.Run(cpu, func(t *testing.T) {
			p := p.With("-cpu", cpu) // on another CPU, hints sign addresses with a process's own keys
			prog := program(t, machine(t, arch.Config{CPU: cpu}), arch.Options{Seed: 7, Count: 20000, EdgeShare: arch.DefaultEdgeShare})
			data := write(t, prog)
			path := file(t, data)
			trace := p.Record(t, path)
			report, err := p.With(elsewhere...).Replay(trace, path)
			require.NoError(t, err, "apprentice: %s", report)
			found := risupeer.Count(p.Checkpoints(t, trace))
			assert.Equal(t, len(prog.Blocks)+(prog.Instructions()+image.Period-1)/image.Period, found["COMPARE"])
			assert.Equal(t, 1, found["TESTEND"])
			assert.NotZero(t, found["COMPAREMEM"])
			assert.Zero(t, found["SIGILL"])
			t.Logf("%d instructions of %d patterns: %v", prog.Instructions(), prog.Patterns(), found)
			report, err = p.Replay(trace, file(t, withAnotherAdd(t, data)))
			require.Error(t, err)
			assert.Contains(t, string(report), "Mismatch reg")
		})
	}
	prog := program(t, machine(t, arch.Config{CPU: "max"}), arch.Options{Seed: 8, Count: 3000})
	p.Live(t, p.With(elsewhere...), file(t, write(t, prog)))
}

// TestUpstreamRunsReservedWords: RISU compares what signals SIGILL, and goes on behind it.
func TestUpstreamRunsReservedWords(t *testing.T) {
	const reserved = 3000
	p := risupeer.New(t, "aarch64").With("-cpu", "cortex-a53")
	prog := program(t, machine(t, arch.Config{CPU: "cortex-a53", Reserved: true}), arch.Options{Seed: 1, Count: 100, Reserved: reserved})
	path := file(t, write(t, prog))
	trace := p.Record(t, path)
	report, err := p.With(elsewhere...).Replay(trace, path)
	require.NoError(t, err, "apprentice: %s", report)
	assert.Greater(t, risupeer.Count(p.Checkpoints(t, trace))["SIGILL"], reserved*9/10)
}

// TestUpstreamSeesAddresses: where an instruction that tells its place is in the image, the sides differ. So the test above
// sees what may not be there.
func TestUpstreamSeesAddresses(t *testing.T) {
	p := risupeer.New(t, "aarch64")
	data := write(t, program(t, machine(t, arch.Config{CPU: "max"}), arch.Options{
		Seed: 1, Count: 200, Select: arch.Selection{Patterns: []string{"SUB_shift"}},
	}))
	const compare, adr = opCompare, 0x10000001 // ADR X1, .
	at := bytes.LastIndex(data, binary.LittleEndian.AppendUint32(nil, compare))
	binary.LittleEndian.PutUint32(data[at-4:], adr)
	path := file(t, data)
	report, err := p.With(elsewhere...).Replay(p.Record(t, path), path)
	require.Error(t, err)
	assert.Contains(t, string(report), "Mismatch reg")
}

// withAnotherAdd turns the first ADD of two registers into SUB.
func withAnotherAdd(t *testing.T, data []byte) []byte {
	t.Helper()
	const addShift, mask, change = 0x0b000000, 0x7f200000, 0x40000000
	data = bytes.Clone(data)
	for at := 0; at+8 <= len(data); at += 4 {
		w, next := binary.LittleEndian.Uint32(data[at:]), binary.LittleEndian.Uint32(data[at+4:])
		if w&mask == addShift && w>>16&31 != 31 && w&31 != 31 && next == opCompare {
			binary.LittleEndian.PutUint32(data[at:], w^change)
			return data
		}
	}
	t.Fatal("the image has no ADD")
	return nil
}

// runs are words that QEMU 7.2 runs though they are no instruction, by the beginning of their pattern's name.
var runs = map[string]string{
	"SCALARPAIR": "QEMU does not look at bit 22 of FADDP of half-precision numbers and its like",
	"FCVTZUvf":   "QEMU does not look at op where cmode is 15 and o2 is 1",
}

// TestUpstreamImagesAreRead: all instructions of an image of RISU's generator are found; those that QEMU runs are drawn here,
// too, and the others raise SIGILL. An image of ours runs those that can stand alone. STLUR and LDAPUR of aarch64.risu
// name no address that RISU could prepare.
func TestUpstreamImagesAreRead(t *testing.T) {
	const insns = 20000
	list := filepath.Join(risupeer.Tree(t), "aarch64.risu")
	p := risupeer.New(t, "aarch64")
	path := risupeer.MakeImage(t, list, insns, "--not-pattern", "STLUR.*,LDAPUR.*")
	undefined := map[uint64]bool{}
	for _, c := range p.Checkpoints(t, p.Record(t, path)) {
		if c.Kind == "SIGILL" {
			undefined[c.PC] = true
		}
	}
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	m := machine(t, arch.Config{CPU: "max"})
	words, ok, err := image.Read(data, m)
	require.NoError(t, err)
	require.True(t, ok)
	require.Len(t, words, insns)
	f, found := parse(t, list), map[string]int{}
	for _, w := range words {
		v := judge(m, w.Word)
		found[v]++
		switch {
		case v == drawable:
			assert.False(t, undefined[w.Offset], "%#x raises SIGILL: %s", w.Word, m.Disassemble(w.Word, 0))
		case (v == reserved || v == undecoded) && !undefined[w.Offset]:
			name := ""
			for _, q := range f.Patterns {
				if ok, _ := f.Accepts(q, w.Word); ok {
					name = q.Name
				}
			}
			assert.NotEmpty(t, runs[name], "%s: %#x runs, and is %s", name, w.Word, v)
		}
	}
	t.Log(found)
	prog, refused, err := arch.GenerateGiven(m, arch.Options{Seed: 1, BlockLen: 24, Rounds: 8}, words)
	require.NoError(t, err)
	require.Equal(t, insns, prog.Instructions()+refused.Total())
	requireClean(t, prog)
}

// requireClean runs an image of ours on QEMU, and on QEMU one instruction at a time.
func requireClean(t *testing.T, prog *arch.Program) {
	t.Helper()
	img, err := runtime.Build(prog, "test")
	require.NoError(t, err)
	command := strings.Fields(needtool.Path(t, "qemu-aarch64") + " -cpu max")
	r, err := runtime.Run(context.Background(), img, &runtime.Exec{Command: command}, &runtime.OneInsn{Exec: &runtime.Exec{Command: command}},
		runtime.Options{Stall: time.Minute})
	require.NoError(t, err)
	require.False(t, r.Failed(), "%+v", r.Findings)
}
