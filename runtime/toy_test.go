package runtime_test

import (
	"bytes"
	"context"
	"debug/elf"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/runtime"
)

// toyTarget runs images of the toy architecture in memory. Its hook makes instructions go wrong.
type toyTarget struct {
	hook toy.Hook
	lax  func(word uint32) bool // words that are no instructions and run
	// wrongly returns the signal of words that are no instructions; 0 is the usual one
	wrongly func(word uint32) uint32
	// branches run in forbidden slots
	runsForbidden bool
	// misaligned accesses are done
	misaligns bool
	// misaligned accesses that fault name the word behind
	late bool
	// fails makes linked stores fail
	fails func(*toy.Step) bool
	// prefixes are taken for the contrary
	wrongPrefix func(*toy.Step) bool
	// trap is asked what words raise: see toy.Interpreter.WrongTrap
	trap func(s *toy.Step, signal uint32) uint32
}

func (t *toyTarget) Name() string { return "toy" }

func (t *toyTarget) Start(_ context.Context, img *runtime.Image) (runtime.Process, error) {
	f, err := elf.NewFile(bytes.NewReader(img.Data))
	if err != nil {
		return nil, err
	}
	in, err := toy.NewInterpreter(img.Program.Machine.Layout().Order)
	if err != nil {
		return nil, err
	}
	if len(img.Program.Machine.Set().Prefixes()) > 0 {
		if err := in.AddPrefix(); err != nil {
			return nil, err
		}
	}
	in.ReservedSignal = t.wrongly
	in.Hook, in.RunsReserved, in.Fails, in.RunsForbidden, in.Misaligns = t.hook, t.lax, t.fails, t.runsForbidden, t.misaligns
	in.WrongPrefix, in.WrongTrap = t.wrongPrefix, t.trap
	in.Late = t.late
	r, w := io.Pipe()
	go func() { w.CloseWithError(in.Run(memory(f), w)) }()
	return &toyProcess{r}, nil
}

// memory reads an ELF file's segments.
func memory(f *elf.File) arch.MemoryReader {
	data := map[uint64][]byte{}
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD {
			b := make([]byte, p.Filesz)
			if _, err := p.ReadAt(b, 0); err == nil || len(b) == 0 {
				data[p.Vaddr] = b
			}
		}
	}
	return func(addr uint64, n int) ([]byte, bool) {
		for base, b := range data {
			if addr >= base && addr-base+uint64(n) <= uint64(len(b)) {
				return b[addr-base:][:n], true
			}
		}
		return nil, false
	}
}

type toyProcess struct{ *io.PipeReader }

func (*toyProcess) Wait() error { return nil }
func (p *toyProcess) Kill()     { p.Close() }

func toyImage(t *testing.T, order string, o arch.Options) *runtime.Image {
	m, err := toy.Arch{}.Machine(arch.Config{Order: order, ISAs: []string{"toy", "lists"}})
	require.NoError(t, err)
	p, err := arch.Generate(m, o)
	require.NoError(t, err)
	img, err := runtime.Build(p, "test")
	require.NoError(t, err)
	return img
}

func toyRun(t *testing.T, img *runtime.Image, hook toy.Hook) (*runtime.Report, []runtime.Blame) {
	var blames []runtime.Blame
	r, err := runtime.Run(context.Background(), img, &toyTarget{}, &toyTarget{hook: hook},
		runtime.Options{Observe: func(b runtime.Blame) { blames = append(blames, b) }})
	require.NoError(t, err)
	return r, blames
}

func TestToyAgreesWithItself(t *testing.T) {
	for _, order := range []string{"little", "big"} {
		img := toyImage(t, order, arch.Options{Seed: 1, Count: 4000, BlockLen: 12, Rounds: 16})
		r, _ := toyRun(t, img, nil)
		require.False(t, r.Failed(), "%+v", r)
		require.Equal(t, r.Patterns, r.Covered, "%v", r.Uncovered)
		require.EqualValues(t, r.DeclaredFaults, r.Faults)
		require.Positive(t, r.Faults)
	}
}

// TestFlippedBitIsReportedAtItsInstruction flips a bit in one register at the moment when an instruction
// writes it, and lets the program run on: the report must blame that instruction in that round, for every
// instruction and each of its outputs.
func TestFlippedBitIsReportedAtItsInstruction(t *testing.T) {
	needtool.Slow(t)
	for _, order := range []string{"little", "big"} {
		t.Run(order, func(t *testing.T) {
			img := toyImage(t, order, arch.Options{Seed: 10, Count: 300, BlockLen: 12, Rounds: 4})
			p := img.Program
			l := p.Machine.Layout()
			tried, registers := 0, map[string]bool{}
			for b := range p.Blocks {
				for n, res := range p.Effects(&p.Blocks[b]).Results {
					if res.Operand < 0 {
						continue // the mark of a branch is glue's
					}
					round, bit, hit := (b+n)%p.Rounds, uint(7*n+b), false
					r, blames := toyRun(t, img, func(s *toy.Step) {
						if s.Block == b && s.Round == round && s.Index == res.Item {
							hit = true
							flip(p, b, res, s.CPU, bit)
						}
					})
					if !hit {
						continue // an instruction before it faulted
					}
					tried++
					registers[l.PlaceName(res.Place)] = true
					want := runtime.Blame{Kind: runtime.KindResult, Block: b, Item: res.Item, Round: uint32(round)}
					require.Equal(t, []runtime.Blame{want}, blames)
					require.True(t, r.Failed())
					require.Equal(t, p.Machine.Set().Insns[p.Blocks[b].Items[res.Item].Insn].Name(), r.MismatchList[0].Pattern)
				}
			}
			require.Greater(t, tried, 250)
			for i := 1; i < 16; i++ {
				require.True(t, registers[fmt.Sprintf("r%d", i)], "r%d was never a result", i)
			}
			for i := range 8 {
				require.True(t, registers[fmt.Sprintf("v%d", i)], "v%d was never a result", i)
			}
		})
	}
}

// flip changes one bit of what an instruction has just written.
func flip(p *arch.Program, block int, r arch.Result, c *toy.CPU, bit uint) {
	size, num := p.Machine.Layout().Memory.Size, int(r.Wrote.Num)
	if in := p.Machine.Set().Insns[p.Blocks[block].Items[r.Item].Insn]; in.Linked != nil && in.Linked.Flag == r.Operand {
		bit |= 1 // the flag is 1, and were it 0 the store would be tried again
	}
	switch {
	case r.Wrote.Kind == arch.StatePlace && num == 0:
		c.Status ^= 1
	case r.Wrote.Kind == arch.StatePlace:
		c.Acc ^= 1 << (bit % 64)
	case r.Wrote.Kind == arch.MemoryPlace:
		c.Mem[num*size+int(bit)%size] ^= 1 << (bit % 8)
	case p.Machine.Layout().Classes[r.Wrote.Class].Name == "v":
		c.V[num] ^= 1 << (bit % 64)
	default:
		c.R[num] ^= 1 << (bit % 32)
	}
}

// TestUndeclaredWriteFails: both sides change a register that the instruction does not declare.
func TestUndeclaredWriteFails(t *testing.T) {
	img := toyImage(t, "little", arch.Options{Seed: 2, Count: 200, BlockLen: 4, Rounds: 4})
	both := func(s *toy.Step) {
		if s.Index == 0 {
			for i := range s.CPU.V {
				s.CPU.V[i] ^= 4
			}
		}
	}
	r, err := runtime.Run(context.Background(), img, &toyTarget{hook: both}, &toyTarget{hook: both}, runtime.Options{})
	require.NoError(t, err)
	require.Zero(t, r.Mismatches)
	require.True(t, r.Failed())
	require.Equal(t, runtime.FindingChange, r.Findings[0].Kind)
}
