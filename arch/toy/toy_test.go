package toy

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// orders are the byte orders that every test runs in.
var orders = []string{"little", "big"}

func generate(t testing.TB, order string, o arch.Options) *arch.Program {
	t.Helper()
	m, err := Arch{}.Machine(arch.Config{Order: order, ISAs: []string{"toy", "lists"}})
	require.NoError(t, err)
	p, err := arch.Generate(m, o)
	require.NoError(t, err)
	return p
}

func options(seed uint64) arch.Options {
	return arch.Options{Seed: seed, Count: 300, BlockLen: 12, Rounds: 8}
}

// memoryOf makes a reader of an emitted program's segments.
func memoryOf(c *arch.Code) arch.MemoryReader {
	return func(addr uint64, n int) ([]byte, bool) {
		for _, s := range c.Segments {
			if off := int64(addr) - int64(s.Addr); off >= 0 && off+int64(n) <= int64(len(s.Data)) {
				return s.Data[off : off+int64(n)], true
			}
		}
		return nil, false
	}
}

// interpreterOf is an interpreter for a program's CPU.
func interpreterOf(t testing.TB, p *arch.Program) *Interpreter {
	t.Helper()
	in, err := NewInterpreter(p.Machine.Layout().Order)
	require.NoError(t, err)
	if len(p.Machine.Set().Prefixes()) > 0 {
		require.NoError(t, in.AddPrefix())
	}
	return in
}

func runProgram(t testing.TB, p *arch.Program, hook Hook) []byte {
	t.Helper()
	code, err := p.Machine.Emit(p)
	require.NoError(t, err)
	in := interpreterOf(t, p)
	in.Hook = hook
	var out bytes.Buffer
	require.NoError(t, in.Run(memoryOf(code), &out))
	return out.Bytes()
}

func TestRunIsWhole(t *testing.T) {
	for _, order := range orders {
		p := generate(t, order, options(1))
		out := runProgram(t, p, nil)
		l := p.Machine.Layout()
		records := 0
		var last arch.RecordHeader
		for len(out) > 0 {
			h, ok := arch.ParseRecordHeader(out, l.Order)
			require.True(t, ok)
			if h.Kind == arch.RecordFault {
				require.Contains(t, []uint32{l.Signals["SIGTRAP"], l.Signals["SIGILL"]}, h.Signal, "only TZ may fault, and what stands in a forbidden slot")
			}
			out = out[arch.RecordHeaderSize+int(h.Length):]
			records++
			last = h
		}
		require.Equal(t, arch.RecordEnd, last.Kind)
		require.Equal(t, len(p.Blocks)*p.Rounds+2, records)
	}
}

// TestResultsStandAlone is the invariant: the place of a result is written by its instruction and then by
// nothing else in the block. The interpreter is asked, not the scheduler.
func TestResultsStandAlone(t *testing.T) {
	for seed := range uint64(20) {
		for _, order := range orders {
			p := generate(t, order, options(seed))
			for i := range p.Blocks {
				seen := map[arch.Place]arch.Result{}
				for _, r := range p.Effects(&p.Blocks[i]).Results {
					other, twice := seen[r.Place]
					require.False(t, twice, "block %d: results %v and %v in one place", i, other, r)
					seen[r.Place] = r
				}
			}
		}
	}
}

// TestFollowerForgets wants the effects of a block to be the same whatever blocks were followed before.
func TestFollowerForgets(t *testing.T) {
	for seed := range uint64(20) {
		p := generate(t, "little", options(seed))
		f := p.Follower()
		for i := range p.Blocks {
			want, got := p.Effects(&p.Blocks[i]), f.Effects(&p.Blocks[i])
			require.Equal(t, want.Undefined, got.Undefined)
			require.ElementsMatch(t, want.Glue, got.Glue, "block %d", i)
			require.Equal(t, len(want.Results), len(got.Results), "block %d", i)
			for n := range want.Results {
				require.Equal(t, want.Results[n], got.Results[n], "block %d", i)
			}
		}
	}
}

// TestFlippedBitIsSeen flips one bit of one result at the moment of writing, for every instruction of
// every block, and runs on: the record must differ in the result's own place, and in no place of an
// earlier instruction.
func TestFlippedBitIsSeen(t *testing.T) {
	for seed := range uint64(4) {
		for _, order := range orders {
			t.Run(fmt.Sprintf("%s-%d", order, seed), func(t *testing.T) { flipAll(t, generate(t, order, options(seed))) })
		}
	}
}

func flipAll(t *testing.T, p *arch.Program) {
	l := p.Machine.Layout()
	code, err := p.Machine.Emit(p)
	require.NoError(t, err)
	mem := memoryOf(code)
	in := interpreterOf(t, p)
	clean := payloads(t, p, runProgram(t, p, nil))
	flipped := 0
	for b := range p.Blocks {
		block := &p.Blocks[b]
		results := p.Effects(block).Results
		for i, r := range results {
			// A copied result is flipped where the instruction writes it, not where the copy stands.
			round := (i + b) % p.Rounds
			hit := false
			in.Hook = func(s *Step) {
				if s.Index == r.Item && !hit {
					hit = flip(p, block, r, s.CPU, uint(i*7+b))
				}
			}
			_, out, err := in.Round(mem, b, round)
			require.NoError(t, err)
			if !hit {
				continue // the block faulted before
			}
			flipped++
			off, n := l.Span(r.Place)
			require.NotEqual(t, clean[b][round][off:off+n], out[off:off+n],
				"block %d round %d: a flipped bit of item %d (%s) is not seen", b, round, r.Item, p.Machine.Set().Insns[block.Items[r.Item].Insn].Name())
			for _, e := range results {
				if e.Item < r.Item {
					off, n := l.Span(e.Place)
					require.Equal(t, clean[b][round][off:off+n], out[off:off+n], "an earlier result changed")
				}
			}
		}
	}
	require.Greater(t, flipped, p.Instructions()/2)
}

// flip changes one bit of what the instruction has just written.
func flip(p *arch.Program, b *arch.Block, r arch.Result, c *CPU, bit uint) bool {
	it := &b.Items[r.Item]
	in := p.Machine.Set().Insns[it.Insn]
	if r.Operand < 0 {
		return flipBranch(c)
	}
	if in.Linked != nil && in.Linked.Flag == r.Operand {
		bit |= 1 // the flag is 1, and were it 0 the store would be tried again
	}
	for _, u := range in.Uses(nil, it.Word, in.Pattern.Extract(it.Word, nil)) {
		switch {
		case u.Operand != r.Operand:
		case u.Kind == constraints.UseState && u.Num == stateStatus:
			c.Status ^= 1
		case u.Kind == constraints.UseState:
			c.Acc ^= 1 << (bit % 64)
		case u.Kind == constraints.UseMemory:
			c.Mem[int(it.Window)*16+int(bit)%16] ^= 1 << (bit % 8)
		case u.Num == r.Place.Num && u.Class == classV:
			c.V[u.Num] ^= 1 << (bit % 64)
		case u.Num == r.Place.Num:
			c.R[u.Num] ^= 1 << (bit % 32)
		}
	}
	return true
}

// flipBranch cannot reach into a branch's decision from a hook; TestWrongBranchIsSeen does.
func flipBranch(*CPU) bool { return false }

// payloads splits a record stream.
func payloads(t testing.TB, p *arch.Program, out []byte) map[int]map[int][]byte {
	all := map[int]map[int][]byte{}
	for len(out) > 0 {
		h, ok := arch.ParseRecordHeader(out, p.Machine.Layout().Order)
		require.True(t, ok)
		b := int(h.Block)
		if all[b] == nil {
			all[b] = map[int][]byte{}
		}
		end := arch.RecordHeaderSize + int(h.Length)
		if h.Kind == arch.RecordCheck || h.Kind == arch.RecordFault {
			all[b][int(h.Round)] = out[arch.RecordHeaderSize:end]
		}
		out = out[end:]
	}
	return all
}

// TestWrongBranchIsSeen makes each branch go the other way: the record must differ where its mark stands.
func TestWrongBranchIsSeen(t *testing.T) {
	p := generate(t, "little", arch.Options{Seed: 5, Count: 400, BlockLen: 8, Rounds: 4, Select: arch.Selection{Patterns: []string{"BEQ", "BNED", "ADD"}}})
	code, err := p.Machine.Emit(p)
	require.NoError(t, err)
	mem := memoryOf(code)
	in := interpreterOf(t, p)
	clean := payloads(t, p, runProgram(t, p, nil))
	branches := 0
	for b := range p.Blocks {
		block := &p.Blocks[b]
		for _, r := range p.Effects(block).Results {
			if r.Operand >= 0 {
				continue
			}
			branches++
			in.WrongBranch = func(s *Step) bool { return s.Index == r.Item }
			_, out, err := in.Round(mem, b, 1)
			require.NoError(t, err)
			off, n := p.Machine.Layout().Span(r.Place)
			require.NotEqual(t, clean[b][1][off:off+n], out[off:off+n])
		}
	}
	require.Greater(t, branches, 100)
}

// TestEveryOutputHasAPlace: no output of an instruction is lost, but for those that are not defined, those
// that go to the zero register, and those that another output of the same instruction replaces.
func TestEveryOutputHasAPlace(t *testing.T) {
	for seed := range uint64(20) {
		requireAllOutputs(t, generate(t, "little", options(seed)))
	}
}

func requireAllOutputs(t *testing.T, p *arch.Program) {
	t.Helper()
	l := p.Machine.Layout()
	for b := range p.Blocks {
		block := &p.Blocks[b]
		have := map[output]int{}
		for _, r := range p.Effects(block).Results {
			have[output{r.Item, r.Operand}]++
		}
		for i, it := range block.Items {
			if it.Kind != arch.Test {
				continue
			}
			in := p.Machine.Set().Insns[it.Insn]
			want := outputs(l, in, i, it.Word)
			for n := range in.Operands {
				o := output{i, n}
				require.Equal(t, want[o], have[o], "block %d item %d: %s of %s", b, i, in.Operands[n].Name, in.Name())
			}
		}
	}
}

type output struct{ item, operand int }

// outputs counts the places that each operand of a word must have a result in.
func outputs(l *arch.Layout, in *constraints.Insn, item int, word uint64) map[output]int {
	args := in.Pattern.Extract(word, nil)
	last := map[uint8]int{} // operand by general register
	want := map[output]int{}
	for _, u := range in.Uses(nil, word, args) {
		register := u.Kind == constraints.UseRegister
		if !u.Role.Writes() || in.Undefined(u.Operand, word, args) || register && l.Classes[u.Class].Zero>>u.Num&1 == 1 {
			continue
		}
		want[output{item, u.Operand}]++
		if register && u.Class == classR {
			if before, twice := last[u.Num]; twice {
				want[output{item, before}]--
			}
			last[u.Num] = u.Operand
		}
	}
	return want
}
