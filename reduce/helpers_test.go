package reduce_test

import (
	"bytes"
	"context"
	"debug/elf"
	"io"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/reduce"
	"github.com/risugen/risugen/runtime"
)

// toyTarget runs images of the toy architecture in memory. Its hooks make instructions go wrong; those of a run are made anew.
type toyTarget struct {
	hook   func() toy.Hook
	branch func(*toy.Step) bool
	traps  func(*toy.Step, uint32) uint32
	// dies is asked before each record whether the target ends without writing it.
	dies   func(img *runtime.Image, block int, round uint32) bool
	starts atomic.Int64
}

func (t *toyTarget) Name() string { return "toy" }

func (t *toyTarget) Start(_ context.Context, img *runtime.Image) (runtime.Process, error) {
	t.starts.Add(1)
	f, err := elf.NewFile(bytes.NewReader(img.Data))
	if err != nil {
		return nil, err
	}
	in, err := toy.NewInterpreter(img.Program.Machine.Layout().Order)
	if err != nil {
		return nil, err
	}
	if t.hook != nil {
		in.Hook = t.hook()
	}
	in.WrongBranch, in.WrongTrap = t.branch, t.traps
	r, w := io.Pipe()
	out := io.Writer(w)
	if t.dies != nil {
		out = &mortal{img: img, dies: t.dies, w: w}
	}
	go func() { w.CloseWithError(in.Run(memory(f), out)) }()
	return &toyProcess{r}, nil
}

// mortal passes records on until a target is to die.
type mortal struct {
	img  *runtime.Image
	dies func(*runtime.Image, int, uint32) bool
	w    *io.PipeWriter
	held []byte
}

func (m *mortal) Write(b []byte) (int, error) {
	order := m.img.Program.Machine.Layout().Order
	m.held = append(m.held, b...)
	for len(m.held) >= arch.RecordHeaderSize {
		h, _ := arch.ParseRecordHeader(m.held, order)
		n := arch.RecordHeaderSize + int(h.Length)
		if len(m.held) < n {
			break
		}
		if h.Kind != arch.RecordStart && h.Kind != arch.RecordEnd && m.dies(m.img, int(h.Block), h.Round) {
			m.w.Close()
			return 0, io.ErrClosedPipe
		}
		if _, err := m.w.Write(m.held[:n]); err != nil {
			return 0, err
		}
		m.held = m.held[n:]
	}
	return len(b), nil
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
	m, err := toy.Arch{}.Machine(arch.Config{Order: order})
	require.NoError(t, err)
	p, err := arch.Generate(m, o)
	require.NoError(t, err)
	img, err := runtime.Build(p, "test")
	require.NoError(t, err)
	return img
}

var usual = arch.Options{Seed: 5, Count: 600, BlockLen: 12, Rounds: 16, MisalignedShare: arch.DefaultMisalignedShare}

// reduced reduces what differs between the toy and one that goes wrong.
func reduced(t *testing.T, img *runtime.Image, wrong *toyTarget) *reduce.Outcome {
	t.Helper()
	return reducedBoth(t, img, &toyTarget{}, wrong)
}

func reducedBoth(t *testing.T, img *runtime.Image, master, apprentice *toyTarget) *reduce.Outcome {
	t.Helper()
	out, err := reduce.Run(context.Background(), img, reduce.Options{
		Targets: [2]runtime.Target{master, apprentice}, Tool: "test", Stall: time.Minute, KeepGoing: 10,
	})
	require.NoError(t, err)
	return out
}

// only wants one case, and that it was reduced to so many instructions of patterns.
func only(t *testing.T, out *reduce.Outcome, patterns ...string) *reduce.Case {
	t.Helper()
	require.Len(t, out.Cases, 1, "%v", out)
	c := out.Cases[0]
	require.Equal(t, reduce.StateReduced, c.State(), "%v", c.Tried)
	require.Equal(t, patterns, under(c))
	require.Equal(t, 1, c.Image.Program.Rounds)
	require.Equal(t, c.Times, c.Showed)
	return c
}

// under lists the patterns of the instructions under test of a case.
func under(c *reduce.Case) []string {
	var out []string
	p := c.Image.Program
	for _, it := range p.Blocks[0].Items {
		if it.Kind.UnderTest() {
			out = append(out, p.Machine.Set().Insns[it.Insn].Name())
		}
	}
	return out
}

// operand is what an instruction of a case has in a field of its word.
func operand(t *testing.T, c *reduce.Case, name string) int {
	t.Helper()
	for _, a := range c.Shown.Arguments {
		if a.Name == name {
			return int(a.Value)
		}
	}
	require.FailNow(t, "no field", name)
	return 0
}

// registers are what a case's round begins with in a class.
func registers(c *reduce.Case, class int) []uint64 {
	p := c.Image.Program
	l, b := p.Machine.Layout(), &p.Blocks[0]
	w := p.PoolWindow(b, 0)
	var out []uint64
	for i := range l.Classes[class].Count {
		at := l.Classes[class].Pool + i*l.Classes[class].Bytes
		if l.Classes[class].Bytes == 4 {
			out = append(out, uint64(l.Order.Uint32(w[at:])))
		} else {
			out = append(out, l.Order.Uint64(w[at:]))
		}
	}
	return out
}

// opcode tells whether a word is of a pattern of the toy's.
func opcode(word uint32, op uint32) bool { return word>>24 == op }
