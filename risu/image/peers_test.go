package image_test

import (
	"bytes"
	"context"
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

// peer is what RISU's program runs on, and what is special about it.
type peer struct {
	arch    string // as RISU's program is built for it
	abi     string
	cpus    []string
	options []string // of RISU's program
	moves   []string // of QEMU: other addresses than it usually takes
	list    string   // of RISU's patterns
	without string   // patterns that images of RISU's generator cannot have
	add     uint64   // an addition of two registers
	mask    uint64   // of its fixed bits
	rd      int      // where it has the register that it writes
	adr     uint64   // an instruction that tells its place
	sub     string   // patterns whose words have 32 bits, and whose results are no addresses
	// runs are words that QEMU 7.2 runs though they are no instruction, by the beginning of their pattern's name.
	runs map[string]string
}

var peers = []peer{
	{
		arch: "aarch64", abi: "lp64", cpus: []string{"cortex-a53", "max"}, list: "aarch64.risu",
		without: "STLUR.*,LDAPUR.*",                                   // they name no address that RISU could prepare
		add:     0x0b000000, mask: 0x7f200000, rd: 0, adr: 0x10000001, // ADR X1, .
		sub:   "SUB_shift",
		moves: []string{"-R", "0x20000000000"},
		runs: map[string]string{
			"SCALARPAIR": "QEMU does not look at bit 22 of FADDP of half-precision numbers and its like",
			"FCVTZUvf":   "QEMU does not look at op where cmode is 15 and o2 is 1",
		},
	},
	{
		arch: "arm", abi: "eabi", cpus: []string{"cortex-a7", "cortex-a15", "max"}, list: "arm.risu",
		options: []string{"--test-fp-exc"}, without: "none",
		add: 0xe0800000, mask: 0xffe00010, rd: 12, adr: 0xe28f1000, // ADD R1, PC, #0
		sub: "SUB_reg",
	},
	{
		arch: "arm", abi: "thumb", cpus: []string{"cortex-a7", "cortex-a15", "max"}, list: "thumb.risu",
		options: []string{"--test-fp-exc"}, without: "none",
		add: 0xeb000000, mask: 0xffe08000, rd: 8, adr: 0xf20f0100, // ADD R1, PC, #0
		sub: "UDIV",
	},
}

// program finds RISU's program.
func (p *peer) program(t *testing.T) risupeer.Peer {
	return risupeer.New(t, p.arch).WithProgram(p.options...)
}

func (p *peer) machine(t *testing.T, cpu string) arch.Machine {
	return machine(t, arch.Config{CPU: cpu, ABI: p.abi})
}

// elsewhere is RISU's program and an image as they are loaded at other addresses: data follow the image.
func (p *peer) elsewhere(t *testing.T, risu risupeer.Peer, image []byte) (risupeer.Peer, string) {
	return risu.With(p.moves...), file(t, append(bytes.Clone(image), make([]byte, 1<<20)...))
}

func file(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "image.bin")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

// TestUpstreamRunsOurImages: RISU's own program runs all of an image, at other addresses on one side than on the other, by
// trace and over a socket, and both sides agree. Nothing faults. What differs is found.
func TestUpstreamRunsOurImages(t *testing.T) {
	for i := range peers {
		t.Run(peers[i].abi, peers[i].runOurImages)
	}
}

func (p *peer) runOurImages(t *testing.T) {
	risu := p.program(t)
	for i, cpu := range p.cpus {
		t.Run(cpu, func(t *testing.T) {
			risu := risu.With("-cpu", cpu) // on another CPU, hints sign addresses with a process's own keys
			m := p.machine(t, cpu)
			prog := program(t, m, arch.Options{
				Seed: uint64(7 + i), Count: 20000, EdgeShare: arch.DefaultEdgeShare, CondShare: arch.DefaultCondShare,
			})
			data := write(t, prog)
			trace := risu.Record(t, file(t, data))
			there, moved := p.elsewhere(t, risu, data)
			report, err := there.Replay(trace, moved)
			require.NoError(t, err, "apprentice: %s", report)
			found := risupeer.Count(risu.Checkpoints(t, trace))
			assert.Equal(t, len(prog.Blocks)+(prog.Instructions()+image.Period-1)/image.Period, found["COMPARE"])
			assert.Equal(t, 1, found["TESTEND"])
			assert.NotZero(t, found["COMPAREMEM"])
			assert.Zero(t, found["SIGILL"])
			t.Logf("%d instructions of %d patterns: %v", prog.Instructions(), prog.Patterns(), found)
			report, err = risu.Replay(trace, file(t, p.withAnotherAdd(t, prog, data)))
			require.Error(t, err)
			assert.Regexp(t, mismatch, string(report))
		})
	}
	data := write(t, program(t, p.machine(t, "max"), arch.Options{Seed: 8, Count: 3000}))
	there, moved := p.elsewhere(t, risu, data)
	risu.Live(t, there, file(t, data), moved)
}

// mismatch is what RISU says of registers that differ.
const mismatch = "(?i)mismatch reg"

// TestUpstreamRunsReservedWords: RISU compares what signals SIGILL, and goes on behind it.
func TestUpstreamRunsReservedWords(t *testing.T) {
	const reserved = 3000
	p := peers[0]
	risu := p.program(t).With("-cpu", "cortex-a53")
	prog := program(t, machine(t, arch.Config{CPU: "cortex-a53", Reserved: true}), arch.Options{Seed: 1, Count: 100, Reserved: reserved})
	data := write(t, prog)
	trace := risu.Record(t, file(t, data))
	there, moved := p.elsewhere(t, risu, data)
	report, err := there.Replay(trace, moved)
	require.NoError(t, err, "apprentice: %s", report)
	assert.Greater(t, risupeer.Count(risu.Checkpoints(t, trace))["SIGILL"], reserved*9/10)
}

// TestUpstreamSeesAddresses: where an instruction that tells its place is in the image, the sides differ. So the test above
// sees what may not be there.
func TestUpstreamSeesAddresses(t *testing.T) {
	for i := range peers {
		t.Run(peers[i].abi, peers[i].seesAddresses)
	}
}

func (p *peer) seesAddresses(t *testing.T) {
	risu := p.program(t)
	prog := program(t, p.machine(t, "max"), arch.Options{
		Seed: 1, Count: 200, Select: arch.Selection{Patterns: []string{p.sub}},
	})
	data := write(t, prog)
	at := bytes.LastIndex(data, opOf(prog, arch.RISUCompare))
	copy(data[at-4:], word(prog, p.adr))
	there, moved := p.elsewhere(t, risu, data)
	report, err := there.Replay(risu.Record(t, file(t, data)), moved)
	require.Error(t, err)
	assert.Regexp(t, mismatch, string(report))
}

// opOf is the bytes of a program's word for something.
func opOf(p *arch.Program, op arch.RISUOp) []byte {
	return arch.AppendWord(nil, p.Machine.(arch.RISUMachine).RISUOp(op), p.Machine.Layout().Words())
}

// word is the bytes of a word of 32 bits.
func word(p *arch.Program, bits uint64) []byte {
	return arch.AppendWord(nil, arch.Word{Bits: bits, Size: 4}, p.Machine.Layout().Words())
}

// withAnotherAdd has the first addition of two registers write another one.
func (p *peer) withAnotherAdd(t *testing.T, prog *arch.Program, data []byte) []byte {
	t.Helper()
	data = bytes.Clone(data)
	compare := opOf(prog, arch.RISUCompare)
	for at := 0; at+4 <= len(data); at += len(compare) {
		w := arch.GetWord(data[at:at+4], prog.Machine.Layout().Words())
		if w&p.mask == p.add && w>>p.rd&15 < 12 && bytes.HasPrefix(data[at+4:], compare) {
			copy(data[at:], word(prog, w^1<<p.rd))
			return data
		}
	}
	t.Fatal("the image has no ADD")
	return nil
}

// TestUpstreamImagesAreRead: all instructions of an image of RISU's generator are found; those that QEMU runs are drawn here,
// too, and the others raise SIGILL. An image of ours runs those that can stand alone.
func TestUpstreamImagesAreRead(t *testing.T) {
	for i := range peers {
		t.Run(peers[i].abi, peers[i].readsImages)
	}
}

func (p *peer) readsImages(t *testing.T) {
	const insns = 20000
	list := filepath.Join(risupeer.Tree(t), p.list)
	risu := p.program(t)
	path := risupeer.MakeImage(t, list, insns, "--not-pattern", p.without)
	undefined := map[uint64]bool{}
	for _, c := range risu.Checkpoints(t, risu.Record(t, path)) {
		if c.Kind == "SIGILL" {
			undefined[c.PC] = true
		}
	}
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	m := p.machine(t, "max")
	words, ok, err := image.Read(data, m)
	require.NoError(t, err)
	require.True(t, ok)
	require.Len(t, words, insns)
	f, found := parse(t, list), map[string]int{}
	for _, w := range words {
		v := instructionsOf(m).judge(w.Word)
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
			assert.NotEmpty(t, p.runs[name], "%s: %#x runs, and is %s", name, w.Word, v)
		}
	}
	t.Log(found)
	prog, refused, err := arch.GenerateGiven(m, arch.Options{Seed: 1, BlockLen: 24, Rounds: 8}, words)
	require.NoError(t, err)
	require.Equal(t, insns, prog.Instructions()+refused.Total())
	p.requireClean(t, prog)
}

// requireClean runs an image of ours on QEMU, and on QEMU one instruction at a time.
func (p *peer) requireClean(t *testing.T, prog *arch.Program) {
	t.Helper()
	img, err := runtime.Build(prog, "test")
	require.NoError(t, err)
	command := strings.Fields(needtool.Path(t, "qemu-"+p.arch) + " -cpu max")
	r, err := runtime.Run(context.Background(), img, &runtime.Exec{Command: command}, &runtime.OneInsn{Exec: &runtime.Exec{Command: command}},
		runtime.Options{Stall: time.Minute})
	require.NoError(t, err)
	require.False(t, r.Failed(), "%+v", r.Findings)
}
