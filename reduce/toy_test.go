package reduce_test

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/reduce"
	"github.com/risugen/risugen/runtime"
)

// Opcodes of the toy, as toy.decode has them.
const (
	opADD, opSUB, opXOR, opSADD, opDIV = 0x01, 0x02, 0x03, 0x05, 0x06
	opMAC, opVADD, opLW, opSW, opBEQ   = 0x20, 0x30, 0x40, 0x41, 0x50
)

func fields(word uint32) (d, s, t uint32) { return word >> 20 & 15, word >> 16 & 15, word >> 12 & 15 }

// wrongWhen flips a bit of what instructions of an opcode write to a general register when their operands meet a condition.
func wrongWhen(op uint32, cond func(s, t uint32) bool) func() toy.Hook {
	return func() toy.Hook {
		return func(st *toy.Step) {
			d, s, t := fields(st.Word)
			if opcode(st.Word, op) && d != 0 && cond(st.Before.R[s], st.Before.R[t]) {
				st.CPU.R[d] ^= 0x10
			}
		}
	}
}

// TestValues: of a mistake that depends on values exactly what it takes is left, whatever the byte order, in few runs.
func TestValues(t *testing.T) {
	for _, order := range []string{"little", "big"} {
		for name, test := range map[string]struct {
			wrong func(s, t uint32) bool
			s, t  uint64
		}{
			"always":               {func(s, t uint32) bool { return true }, 0, 0},
			"bit 31 and not zero":  {func(s, t uint32) bool { return s>>31 == 1 && t != 0 }, 1 << 31, 1},
			"a number":             {func(s, t uint32) bool { return s&0x8300 == 0x8300 }, 0x8300, 0},
			"one of them":          {func(s, t uint32) bool { return s != 0 || t != 0 }, 0, 1},
			"at least":             {func(s, t uint32) bool { return t > 1000 }, 0, 1024},
			"more than the other":  {func(s, t uint32) bool { return int32(s) < 0 && s > t }, 1 << 31, 0},
			"parity of both":       {func(s, t uint32) bool { return (s^t)&1 == 1 }, 0, 1},
			"all but one bit gone": {func(s, t uint32) bool { return s != 0 && s&(s-1) != 0 }, 3, 0},
		} {
			t.Run(order+"/"+name, func(t *testing.T) {
				wrong := &toyTarget{hook: wrongWhen(opXOR, test.wrong)}
				img := toyImage(t, order, usual)
				out := reduced(t, img, wrong)
				c := only(t, out, "XOR")
				rs, rt := operand(t, c, "rs"), operand(t, c, "rt")
				regs := registers(c, 0)
				if rs != rt {
					assert.ElementsMatch(t, []uint64{test.s, test.t}, []uint64{regs[rs], regs[rt]})
				}
				for i, v := range regs {
					assert.True(t, v == 0 || i == rs || i == rt, "r%d is %#x", i, v)
				}
				assert.Equal(t, make([]uint64, 8), registers(c, 1))
				assert.Len(t, c.Image.Program.Blocks[0].Items, 1, "glue is left that serves nothing")
				assert.LessOrEqual(t, wrong.starts.Load(), int64(60))
			})
		}
	}
}

// TestGroups: however many records differ, a pattern and a kind are one entry.
func TestGroups(t *testing.T) {
	wrong := &toyTarget{hook: func() toy.Hook {
		return func(st *toy.Step) {
			if d, _, _ := fields(st.Word); d != 0 && (opcode(st.Word, opADD) || opcode(st.Word, opSUB)) {
				st.CPU.R[d]++
			}
		}
	}}
	img := toyImage(t, "little", arch.Options{Seed: 1, Count: 2000, BlockLen: 12, Rounds: 64})
	out := reduced(t, img, wrong)
	require.Len(t, out.Cases, 2)
	assert.ElementsMatch(t, []string{"ADD-result", "SUB-result"}, []string{out.Cases[0].Name, out.Cases[1].Name})
	assert.Greater(t, out.Cases[0].Count+out.Cases[1].Count, int64(4000))
	for _, c := range out.Cases {
		assert.Equal(t, 1, c.Instructions())
	}
}

// TestTwoInstructions: an instruction that goes wrong behind another one keeps that, and nothing else.
func TestTwoInstructions(t *testing.T) {
	wrong := &toyTarget{hook: func() toy.Hook {
		seen, block, round := false, -1, -1
		return func(st *toy.Step) {
			if st.Block != block || st.Round != round {
				seen, block, round = false, st.Block, st.Round
			}
			if d, s, _ := fields(st.Word); seen && opcode(st.Word, opSUB) && d != 0 && st.Before.R[s]&4 != 0 {
				st.CPU.R[d] ^= 1
			}
			seen = seen || opcode(st.Word, opVADD)
		}
	}}
	out := reduced(t, toyImage(t, "little", usual), wrong)
	c := only(t, out, "VADD", "SUB")
	assert.Equal(t, uint64(4), registers(c, 0)[operand(t, c, "rs")])
	assert.Len(t, c.Image.Program.Blocks[0].Items, 2)
	dir := t.TempDir()
	w := reduce.Writer{Dir: dir}
	files, err := w.Write(out)
	require.NoError(t, err)
	page, err := os.ReadFile(filepath.Join(dir, files[0].Report))
	require.NoError(t, err)
	assert.Regexp(t, `\| it takes also \| .VADD .*, VADD, `, string(page))
}

// TestThreeInstructions: so does one that takes three.
func TestThreeInstructions(t *testing.T) {
	wrong := &toyTarget{hook: func() toy.Hook {
		seen, block, round := uint32(0), -1, -1
		return func(st *toy.Step) {
			if st.Block != block || st.Round != round {
				seen, block, round = 0, st.Block, st.Round
			}
			if d, _, _ := fields(st.Word); seen == 3 && opcode(st.Word, opSUB) && d != 0 {
				st.CPU.R[d] ^= 1
			}
			switch {
			case opcode(st.Word, opVADD):
				seen |= 1
			case opcode(st.Word, opXOR):
				seen |= 2
			}
		}
	}}
	o := usual
	o.Count = 3000
	c := reduced(t, toyImage(t, "little", o), wrong).Cases[0]
	require.Equal(t, reduce.StateReduced, c.State())
	assert.ElementsMatch(t, []string{"VADD", "XOR", "SUB"}, under(c))
}

// TestComputedOperand: what an earlier instruction computed comes from the pool, and the earlier one goes.
func TestComputedOperand(t *testing.T) {
	const magic = 0xabcd
	wrong := &toyTarget{hook: func() toy.Hook {
		made := map[uint32]bool{}
		return func(st *toy.Step) {
			d, s, _ := fields(st.Word)
			if st.Index == 0 {
				clear(made)
			}
			if opcode(st.Word, opSUB) && d != 0 && st.Before.R[s]>>16 == 0x5a5a {
				st.CPU.R[d] ^= 1
			}
			if opcode(st.Word, 0x12) && d != 0 { // LUI, which no drawn value comes from
				st.CPU.R[d] = 0x5a5a<<16 | magic
			}
		}
	}}
	lui := &toyTarget{hook: func() toy.Hook {
		return func(st *toy.Step) {
			if d, _, _ := fields(st.Word); opcode(st.Word, 0x12) && d != 0 {
				st.CPU.R[d] = 0x5a5a<<16 | magic
			}
		}
	}}
	o := usual
	o.Count, o.Select.Patterns = 400, []string{"LUI", "SUB", "VADD"}
	out := reducedBoth(t, toyImage(t, "little", o), lui, wrong)
	c := only(t, out, "SUB")
	assert.Equal(t, uint64(0x5a5a0000), registers(c, 0)[operand(t, c, "rs")])
}

// wrongLoads is a target on which LW is wrong where bit 21 of what it loads is set.
func wrongLoads() *toyTarget {
	return &toyTarget{hook: func() toy.Hook {
		return func(st *toy.Step) {
			if d, _, _ := fields(st.Word); opcode(st.Word, opLW) && d != 0 && st.CPU.R[d]&0x20_0000 != 0 {
				st.CPU.R[d] ^= 1
			}
		}
	}}
}

// TestMemory: a byte of memory is left where a load is wrong for it, and its window alone.
func TestMemory(t *testing.T) {
	for _, order := range []string{"little", "big"} {
		wrong := wrongLoads()
		c := only(t, reduced(t, toyImage(t, order, usual), wrong), "LW")
		p := c.Image.Program
		l := p.Machine.Layout()
		ones := 0
		for _, v := range p.PoolWindow(&p.Blocks[0], 0)[l.Memory.Pool:][:l.Memory.Bytes()] {
			for ; v > 0; v &= v - 1 {
				ones++
			}
		}
		assert.Equal(t, 1, ones)
		assert.Equal(t, make([]uint64, 16), registers(c, 0))
	}
}

// TestStore: a store is seen in memory, which the block then keeps.
func TestStore(t *testing.T) {
	wrong := &toyTarget{hook: func() toy.Hook {
		return func(st *toy.Step) {
			if opcode(st.Word, opSW) {
				for i := range st.CPU.Mem { // what it stored is all that is wrong
					if d, _, _ := fields(st.Word); st.CPU.R[d]>>24&0x40 != 0 && st.CPU.Mem[i] == byte(st.CPU.R[d]>>24) {
						st.CPU.Mem[i] ^= 0x40
						return
					}
				}
			}
		}
	}}
	out := reduced(t, toyImage(t, "little", arch.Options{Seed: 5, Count: 60, BlockLen: 1, Rounds: 16, Select: arch.Selection{Patterns: []string{"SW"}}}), wrong)
	var c *reduce.Case
	for _, one := range out.Cases {
		if one.Mismatch != nil && one.Mismatch.Kind == runtime.KindResult {
			c = one
		}
	}
	require.NotNil(t, c)
	require.Equal(t, []string{"SW"}, under(c))
	assert.True(t, c.Image.Program.Blocks[0].Memory)
}

// TestMode: a mistake in one mode keeps the mode; one in both gets the simpler one.
func TestMode(t *testing.T) {
	const mode = 0x100
	for _, set := range []bool{false, true} {
		wrong := &toyTarget{hook: func() toy.Hook {
			return func(st *toy.Step) {
				if d, _, _ := fields(st.Word); opcode(st.Word, opSADD) && d != 0 && (!set || st.Before.Status&mode != 0) {
					st.CPU.R[d] ^= 0x8000
				}
			}
		}}
		c := only(t, reduced(t, toyImage(t, "little", usual), wrong), "SADD")
		p := c.Image.Program
		b := &p.Blocks[0]
		status := p.Machine.InitialState(b, p.Machine.Layout().StateIndex("status"), 0, p.PoolWindow(b, 0))
		assert.Equal(t, set, status&mode != 0)
	}
}

// TestState: a state that an instruction reads is an input like any other.
func TestState(t *testing.T) {
	wrong := &toyTarget{hook: func() toy.Hook {
		return func(st *toy.Step) {
			if opcode(st.Word, opMAC) && st.Before.Acc>>40&1 != 0 {
				st.CPU.Acc ^= 2
			}
		}
	}}
	c := only(t, reduced(t, toyImage(t, "big", usual), wrong), "MAC")
	p := c.Image.Program
	b := &p.Blocks[0]
	acc := p.Machine.InitialState(b, p.Machine.Layout().StateIndex("acc"), 0, p.PoolWindow(b, 0))
	assert.Equal(t, uint64(1)<<40, acc)
	assert.Equal(t, make([]uint64, 16), registers(c, 0))
}

// TestGlueStays: the divisor that the description wants to be no zero is none.
func TestGlueStays(t *testing.T) {
	wrong := &toyTarget{hook: wrongWhen(opDIV, func(s, t uint32) bool { return true })}
	c := only(t, reduced(t, toyImage(t, "little", usual), wrong), "DIV")
	items := c.Image.Program.Blocks[0].Items
	require.Len(t, items, 2)
	assert.Equal(t, arch.Prepare, items[0].Kind)
}

// TestUndeclared: a change of what nothing declares is laid at the instruction that is left.
func TestUndeclared(t *testing.T) {
	wrong := &toyTarget{hook: func() toy.Hook {
		return func(st *toy.Step) {
			if _, s, _ := fields(st.Word); opcode(st.Word, opVADD) && st.Before.R[s]&1 != 0 {
				st.CPU.V[7] ^= 1 << 60
			}
		}
	}}
	o := usual
	o.Select.Patterns = []string{"ADD", "XOR", "VADD", "LUI"}
	out := reduced(t, toyImage(t, "little", o), wrong)
	found := false
	for _, c := range out.Cases {
		if c.Mismatch != nil && c.Mismatch.Kind == runtime.KindUndeclared {
			found = true
			assert.Equal(t, []string{"VADD"}, under(c))
			assert.Equal(t, "undeclared-v7", c.Name)
		}
	}
	assert.True(t, found)
}

// TestBranch: a branch that goes the wrong way is left with its landing.
func TestBranch(t *testing.T) {
	wrong := &toyTarget{branch: func(st *toy.Step) bool {
		s, _, _ := fields(st.Word)
		return opcode(st.Word, opBEQ) && st.Before.R[s]&0x80 != 0
	}}
	out := reduced(t, toyImage(t, "little", usual), wrong)
	require.NotEmpty(t, out.Cases)
	assert.Equal(t, []string{"BEQ"}, under(out.Cases[0]))
}

// TestBothWrong: what both do against the description is reduced, too.
func TestBothWrong(t *testing.T) {
	both := func() toy.Hook {
		return func(st *toy.Step) {
			if opcode(st.Word, opXOR) {
				st.CPU.V[6] ^= 4
			}
		}
	}
	o := usual
	o.Select.Patterns = []string{"ADD", "XOR", "SUB", "LUI"}
	out := reducedBoth(t, toyImage(t, "little", o), &toyTarget{hook: both}, &toyTarget{hook: both})
	c := only(t, out, "XOR")
	assert.Nil(t, c.Mismatch)
	assert.Equal(t, runtime.FindingChange, c.Finding.Kind)
	assert.Equal(t, make([]uint64, 16), registers(c, 0))
}

// TestUnsteady: what cannot be shown again is said to be that, with what was tried.
func TestUnsteady(t *testing.T) {
	runs := 0
	wrong := &toyTarget{hook: func() toy.Hook {
		runs++
		first := runs == 1
		return func(st *toy.Step) {
			if d, _, _ := fields(st.Word); first && opcode(st.Word, opXOR) && d != 0 {
				st.CPU.R[d] ^= 1
			}
		}
	}}
	out := reduced(t, toyImage(t, "little", usual), wrong)
	require.Len(t, out.Cases, 1)
	c := out.Cases[0]
	assert.Equal(t, reduce.StateUnsteady, c.State())
	assert.Nil(t, c.Image)
	assert.NotEmpty(t, c.Tried)
	assert.Contains(t, c.Tried[len(c.Tried)-1], "did not show it again")
}

// TestComesAndGoes: a difference that an execution shows or not, by chance, is not said to be reduced, be it seldom or usual.
func TestComesAndGoes(t *testing.T) {
	for _, percent := range []int{20, 50, 90, 97} {
		chance := rand.New(rand.NewPCG(7, uint64(percent)))
		var lock sync.Mutex
		wrong := &toyTarget{hook: func() toy.Hook {
			return func(st *toy.Step) {
				lock.Lock()
				now := chance.IntN(100) < percent
				lock.Unlock()
				if d, _, _ := fields(st.Word); now && opcode(st.Word, opXOR) && d != 0 {
					st.CPU.R[d] ^= 1
				}
			}
		}}
		out := reduced(t, toyImage(t, "little", usual), wrong)
		require.Len(t, out.Cases, 1)
		c := out.Cases[0]
		assert.Equal(t, reduce.StateUnsteady, c.State(), "%d", percent)
		assert.NotNil(t, c.Image)
		var text strings.Builder
		require.NoError(t, reduce.Text(&text, out, nil))
		assert.Regexp(t, `unsteady: it comes and goes.* showed in .* of 20 runs; seen with \d`, text.String())
	}
}

// TestFirstOnly: what the first execution alone shows is steady, though none does that stands behind it.
func TestFirstOnly(t *testing.T) {
	wrong := &toyTarget{hook: func() toy.Hook {
		seen := false
		return func(st *toy.Step) {
			if d, _, _ := fields(st.Word); opcode(st.Word, opXOR) && d != 0 && !seen {
				seen = true
				st.CPU.R[d] ^= 1
			}
		}
	}}
	only(t, reduced(t, toyImage(t, "little", usual), wrong), "XOR")
}

// TestSeldom: a difference that shows in some runs only is not lost, and the runs are counted.
func TestSeldom(t *testing.T) {
	runs := 0
	wrong := &toyTarget{hook: func() toy.Hook {
		runs++
		now := runs%8 != 0
		return func(st *toy.Step) {
			if d, _, _ := fields(st.Word); now && opcode(st.Word, opXOR) && d != 0 {
				st.CPU.R[d] ^= 1
			}
		}
	}}
	out := reduced(t, toyImage(t, "little", usual), wrong)
	require.Len(t, out.Cases, 1)
	assert.Equal(t, reduce.StateUnsteady, out.Cases[0].State())
	assert.Positive(t, out.Cases[0].Showed)
}

// TestNeedsRounds: what only a later round shows, because of those before it, keeps as many of them as it takes.
func TestNeedsRounds(t *testing.T) {
	wrong := &toyTarget{hook: func() toy.Hook {
		count := 0
		return func(st *toy.Step) {
			if d, _, _ := fields(st.Word); opcode(st.Word, opXOR) && d != 0 {
				if count++; count > 5 {
					st.CPU.R[d] ^= 1
				}
			}
		}
	}}
	out := reduced(t, toyImage(t, "little", arch.Options{Seed: 5, Count: 40, BlockLen: 4, Rounds: 16}), wrong)
	require.Len(t, out.Cases, 1)
	c := out.Cases[0]
	assert.Equal(t, reduce.StateBlock, c.State(), "%v", c.Tried)
	assert.Len(t, c.Image.Program.Blocks, 1)
	assert.Equal(t, 6, c.Image.Program.Rounds)
	assert.Equal(t, []string{"XOR"}, under(c))
	assert.Equal(t, "1 instruction, 6 rounds: no single round shows it", c.Size())
}

// TestDeath: a target that dies of an instruction is reduced to that.
func TestDeath(t *testing.T) {
	wrong := &toyTarget{dies: func(img *runtime.Image, block int, _ uint32) bool {
		p := img.Program
		for _, it := range p.Blocks[block].Items {
			if it.Kind.UnderTest() && opcode(uint32(it.Word), opMAC) {
				return true
			}
		}
		return false
	}}
	o := usual
	o.Count = 200
	out := reduced(t, toyImage(t, "little", o), wrong)
	require.NotEmpty(t, out.Cases)
	for _, c := range out.Cases {
		assert.Equal(t, runtime.FindingDied, c.Finding.Kind)
		assert.Equal(t, []string{"MAC"}, under(c))
	}
}

// TestDeathOnTheWay: a target that dies of candidates does not keep others from being judged.
func TestDeathOnTheWay(t *testing.T) {
	wrong := &toyTarget{
		hook: wrongWhen(opXOR, func(s, t uint32) bool { return s>>31 == 1 }),
		dies: func(img *runtime.Image, block int, _ uint32) bool { // of an XOR without the company of another instruction
			return len(img.Program.Blocks[block].Items) == 1
		},
	}
	out := reduced(t, toyImage(t, "little", arch.Options{Seed: 9, Count: 300, BlockLen: 8, Rounds: 8, Select: arch.Selection{Patterns: []string{"XOR", "ADD", "SUB", "VADD"}}}), wrong)
	var c *reduce.Case
	for _, one := range out.Cases {
		if one.Mismatch != nil {
			c = one
		}
	}
	require.NotNil(t, c)
	assert.Equal(t, reduce.StateReduced, c.State(), "%v", c.Tried)
	assert.Equal(t, []string{"XOR"}, under(c))
	assert.Greater(t, len(c.Image.Program.Blocks[0].Items), 1)
}

// TestAgree: nothing differs, and nothing is run twice.
func TestAgree(t *testing.T) {
	master := &toyTarget{}
	out := reducedBoth(t, toyImage(t, "little", usual), master, &toyTarget{})
	assert.Empty(t, out.Cases)
	assert.EqualValues(t, 1, master.starts.Load())
}

// TestTraps: a block with exceptions enabled stays one, and a signal that one side alone raises is a difference like others.
func TestTraps(t *testing.T) {
	o := usual
	o.TrapShare, o.Select.Patterns = 0.5, []string{"SADD", "ADD", "VADD"}
	wrong := &toyTarget{traps: func(st *toy.Step, signal uint32) uint32 {
		if opcode(st.Word, opSADD) {
			return 0 // it never traps
		}
		return signal
	}}
	out := reduced(t, toyImage(t, "little", o), wrong)
	require.NotEmpty(t, out.Cases)
	c := out.Cases[0]
	require.Equal(t, reduce.StateReduced, c.State(), "%v", c.Tried)
	assert.Equal(t, []string{"SADD"}, under(c))
	assert.True(t, c.Image.Program.Blocks[0].Traps)
}

// TestMaxRuns: what was reached when there were too many runs is not lost.
func TestMaxRuns(t *testing.T) {
	wrong := &toyTarget{hook: wrongWhen(opXOR, func(s, t uint32) bool { return s>>31 == 1 && t != 0 })}
	img := toyImage(t, "little", usual)
	out, err := reduce.Run(context.Background(), img, reduce.Options{
		Targets: [2]runtime.Target{&toyTarget{}, wrong}, Tool: "test", Stall: time.Minute, MaxRuns: 4,
	})
	require.NoError(t, err)
	c := only(t, out, "XOR")
	assert.True(t, c.Stopped)
	assert.Contains(t, c.Size(), "given up after")
}

// TestCancelled: an end that was asked for is no case.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	wrong := &toyTarget{hook: wrongWhen(opXOR, func(s, t uint32) bool { return true })}
	_, err := reduce.Run(ctx, toyImage(t, "little", usual), reduce.Options{
		Targets: [2]runtime.Target{&toyTarget{}, wrong}, Tool: "test", Stall: time.Minute,
		Began: func(string, int, int) { cancel() },
	})
	require.ErrorIs(t, err, context.Canceled)
}

// TestDeathOfValues: values that a target dies of are no obstacle to those behind them in the same image.
func TestDeathOfValues(t *testing.T) {
	wrong := &toyTarget{
		hook: wrongWhen(opXOR, func(s, t uint32) bool { return t != 0 }),
		dies: func(img *runtime.Image, block int, round uint32) bool { // of nothing but the lowest bits
			p := img.Program
			b := &p.Blocks[block]
			l, window := p.Machine.Layout(), p.PoolWindow(b, round)
			for r := range 16 {
				if v := l.Order.Uint32(window[l.Classes[0].Pool+4*r:]); v == 1 || v == 2 {
					return true
				}
			}
			return false
		},
	}
	o := usual
	o.Seed, o.Count, o.Select.Patterns = 3, 100, []string{"XOR"}
	var c *reduce.Case
	for _, one := range reduced(t, toyImage(t, "little", o), wrong).Cases {
		if one.Mismatch != nil {
			c = one
		}
	}
	require.NotNil(t, c)
	require.Equal(t, reduce.StateReduced, c.State(), "%v", c.Tried)
	assert.Equal(t, uint64(4), registers(c, 0)[operand(t, c, "rt")])
}

// TestKnownOnesAreNoExamples: where some differences of a pattern and kind are known, one of the others is what is reduced.
func TestKnownOnesAreNoExamples(t *testing.T) {
	known, err := runtime.ParseKnown("known.yaml", []byte("- {id: a, cpus: [toy], patterns: [SH], kinds: [fault, undeclared fault], misaligned: true, text: t}\n"))
	require.NoError(t, err)
	img := toyImage(t, "little", arch.Options{Seed: 5, Count: 600, BlockLen: 4, Rounds: 4, MisalignedShare: 0.5, Select: arch.Selection{Patterns: []string{"SH", "ADD"}}})
	signals, seen := img.Program.Machine.Layout().Signals, atomic.Int64{}
	run := func(wrong func(aligned bool, signal uint32) uint32) *reduce.Outcome {
		out, err := reduce.Run(context.Background(), img, reduce.Options{
			Targets: [2]runtime.Target{&toyTarget{}, &toyTarget{traps: func(st *toy.Step, signal uint32) uint32 {
				if _, s, _ := fields(st.Word); opcode(st.Word, 0x42) {
					return wrong((st.Before.R[s]+uint32(int32(int16(st.Word))))%2 == 0, signal)
				}
				return signal
			}}},
			Tool: "test", Stall: time.Minute, Known: known,
		})
		require.NoError(t, err)
		return out
	}
	misaligned := func(aligned bool, signal uint32) uint32 {
		if !aligned {
			return signals["SIGSEGV"]
		}
		return signal
	}
	require.Empty(t, run(misaligned).Cases)
	c := only(t, run(func(aligned bool, signal uint32) uint32 {
		if n := seen.Add(1); aligned && n > 60 { // known ones come first
			return signals["SIGBUS"]
		}
		return misaligned(aligned, signal)
	}), "SH")
	for _, it := range c.Image.Program.Blocks[0].Items {
		assert.NotEqual(t, arch.Misaligned, it.Kind)
	}
}
