package arch_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
)

func machine(t testing.TB, order string) arch.Machine {
	t.Helper()
	m, err := toy.Arch{}.Machine(arch.Config{Order: order})
	require.NoError(t, err)
	return m
}

func generate(t testing.TB, order string, o arch.Options) *arch.Program {
	t.Helper()
	p, err := arch.Generate(machine(t, order), o)
	require.NoError(t, err)
	return p
}

var usual = arch.Options{Seed: 42, Count: 1000, BlockLen: 12, Rounds: 4}

// emitted returns a program's table and a reader of its memory.
func emitted(t testing.TB, p *arch.Program) ([]byte, arch.MemoryReader) {
	t.Helper()
	code, err := p.Machine.Emit(p)
	require.NoError(t, err)
	table, err := p.MarshalTable()
	require.NoError(t, err)
	return table, func(addr uint64, n int) ([]byte, bool) {
		for _, s := range code.Segments {
			if addr >= s.Addr && addr-s.Addr <= uint64(len(s.Data)) && uint64(n) <= uint64(len(s.Data))-(addr-s.Addr) {
				return s.Data[addr-s.Addr:][:n], true
			}
		}
		return nil, false
	}
}

// TestGoldenProgram pins one program: a change of this digest changes what every seed means.
func TestGoldenProgram(t *testing.T) {
	p := generate(t, "little", usual)
	h := sha256.New()
	h.Write(p.Pool)
	for i := range p.Blocks {
		b := &p.Blocks[i]
		fmt.Fprintln(h, b.Base, b.Start, b.Stride, b.Memory)
		for _, it := range b.Items {
			fmt.Fprintln(h, it.Word, it.Kind)
		}
	}
	assert.Equal(t, "facc8d67e43dc4399523ae18752a2eefd5c56614d8832f4158d58a159478603a", hex.EncodeToString(h.Sum(nil)))
}

func TestGenerateIsPure(t *testing.T) {
	a, b := generate(t, "big", usual), generate(t, "big", usual)
	ta, _ := emitted(t, a)
	tb, _ := emitted(t, b)
	assert.Equal(t, ta, tb)
	assert.Equal(t, a.Blocks, b.Blocks)
	other := usual
	other.Seed++
	assert.NotEqual(t, a.Blocks, generate(t, "big", other).Blocks)
}

// TestMisaligned makes every access misaligned that must be aligned. Each ends its block, and none is made in a delay
// slot or without the option.
func TestMisaligned(t *testing.T) {
	m := machine(t, "little")
	for _, share := range []float64{0, 1} {
		p, err := arch.Generate(m, arch.Options{Seed: 1, Count: 3000, BlockLen: 12, Rounds: 2, MisalignedShare: share})
		require.NoError(t, err)
		kinds := map[arch.Kind]int{}
		for b := range p.Blocks {
			items := p.Blocks[b].Items
			for i := range items {
				if in := items[i].Insn; in < 0 || m.Set().Insns[in].Name() != "SH" {
					require.NotEqual(t, arch.Misaligned, items[i].Kind)
					continue
				}
				kinds[items[i].Kind]++
				if items[i].Kind == arch.Misaligned {
					require.Equal(t, len(items)-1, i)
					require.False(t, i > 0 && items[i-1].Kind == arch.Test && m.Set().Insns[items[i-1].Insn].Branch != nil)
				}
			}
		}
		if share == 0 {
			require.Zero(t, kinds[arch.Misaligned])
		} else {
			require.Greater(t, kinds[arch.Misaligned], 2*kinds[arch.Test], "some stand in delay slots, aligned")
		}
		require.Positive(t, kinds[arch.Test])
	}
}

func TestCountIsExact(t *testing.T) {
	for _, n := range []int{1, 2, 11, 12, 13, 777} {
		o := usual
		o.Count = n
		assert.Equal(t, n, generate(t, "little", o).Instructions())
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, o := range []arch.Options{
		{Count: 0, BlockLen: 1, Rounds: 1}, {Count: 1, BlockLen: 0, Rounds: 1}, {Count: 1, BlockLen: 1000, Rounds: 1},
		{Count: 1, BlockLen: 1, Rounds: 0}, {Count: -1, BlockLen: 1, Rounds: 1},
	} {
		_, err := arch.Generate(machine(t, "little"), o)
		assert.ErrorContains(t, err, "out of range")
	}
}

// hidden is a machine with a pattern of which an earlier one takes all words.
type hidden struct {
	arch.Machine
	set *constraints.Set
}

func (h hidden) Set() *constraints.Set { return h.set }

func TestUnreachableIsNotSelected(t *testing.T) {
	spec, err := decodetree.Parse("h.decode", []byte("{\n  A 0000 a:28 #! operands { }\n  B 0000 a:28 #! operands { }\n}\n"), decodetree.Options{})
	require.NoError(t, err)
	set, err := constraints.Load([]*decodetree.Spec{spec}, constraints.Vocabulary{})
	require.NoError(t, err)
	m := hidden{machine(t, "little"), set}
	p, err := arch.Generate(m, usual)
	require.NoError(t, err)
	for i := range p.Blocks {
		for _, it := range p.Blocks[i].Items {
			require.EqualValues(t, 0, it.Insn)
		}
	}
	o := usual
	o.Select.Patterns = []string{"B"}
	_, err = arch.Generate(m, o)
	assert.EqualError(t, err, `pattern "B" selects what can never be drawn: earlier members of its group take all words of B (h.decode:3:3)`)
}

func TestSelection(t *testing.T) {
	names := func(sel arch.Selection) map[string]bool {
		o := usual
		o.Select = sel
		p := generate(t, "little", o)
		out := map[string]bool{}
		for i := range p.Blocks {
			for _, it := range p.Blocks[i].Items {
				if it.Kind == arch.Test {
					out[p.Machine.Set().Insns[it.Insn].Name()] = true
				}
			}
		}
		return out
	}
	assert.Equal(t, map[string]bool{"ADD": true, "VADD": true}, names(arch.Selection{Patterns: []string{"V?ADD"}}))
	assert.NotContains(t, names(arch.Selection{NotPatterns: []string{"S.*"}}), "SADD")
	assert.NotContains(t, names(arch.Selection{}), "JAL", "jumps are not drawn")
	for _, bad := range []arch.Selection{{Patterns: []string{"NONE"}}, {Patterns: []string{"ADD", "NONE"}}, {Patterns: []string{"("}}, {Patterns: []string{"@jump"}}} {
		o := usual
		o.Select = bad
		_, err := arch.Generate(machine(t, "little"), o)
		assert.Error(t, err, bad)
	}
}

// TestVariety: over a program every free bit of every pattern takes both values, and every register that
// may be an operand is one in every role.
func TestVariety(t *testing.T) {
	o := usual
	o.Count = 40_000
	p := generate(t, "little", o)
	l := p.Machine.Layout()
	type role struct {
		insn    int32
		operand int
	}
	set, clear := map[int32]uint64{}, map[int32]uint64{}
	regs := map[role]uint64{}
	for i := range p.Blocks {
		for _, it := range p.Blocks[i].Items {
			if it.Kind != arch.Test {
				continue
			}
			in := p.Machine.Set().Insns[it.Insn]
			set[it.Insn] |= it.Word
			clear[it.Insn] |= ^it.Word
			args := in.Pattern.Extract(it.Word, nil)
			for j := range in.Operands {
				if in.Operands[j].Arg >= 0 {
					regs[role{it.Insn, j}] |= 1 << in.Operands[j].Register(args)
				}
			}
		}
	}
	for n := range set {
		in := p.Machine.Set().Insns[n]
		if in.Branch != nil {
			continue // only forward, over one word
		}
		for j := range in.Operands {
			op := &in.Operands[j]
			if op.Arg < 0 {
				continue
			}
			want := ^uint64(0) >> (64 - l.Classes[op.Class].Count)
			if in.Memory != nil && in.Operands[in.Memory.Base].Name == op.Name || len(in.Inputs) > 0 && in.Inputs[0].Operand == j {
				want &^= l.Classes[op.Class].Zero
			}
			if in.Name() == "LDP" && op.Name == "rt" {
				want &= 0x5555 // the first of a pair is even
			}
			assert.Equal(t, want, regs[role{n, j}], "registers of %s %s", in.Name(), op.Name)
		}
		if in.Name() == "ORI" || in.Name() == "LUI" || in.Name() == "LW" {
			assert.EqualValues(t, 0xffff, set[n]&clear[n]&0xffff, "immediate of %s", in.Name())
		}
	}
}

func TestTableRoundTrip(t *testing.T) {
	for _, order := range []string{"little", "big"} {
		p := generate(t, order, usual)
		table, mem := emitted(t, p)
		q, err := arch.UnmarshalTable(table, mem, toy.Arch{}.Machine)
		require.NoError(t, err)
		assert.Equal(t, p.Blocks, q.Blocks)
		assert.True(t, bytes.Equal(p.Pool, q.Pool))
		assert.Equal(t, p.Machine.Config(), q.Machine.Config())
		assert.Equal(t, [3]int{p.Rounds, p.PoolSpan, int(p.Seed)}, [3]int{q.Rounds, q.PoolSpan, int(q.Seed)})
	}
}

// TestTableOfOtherVersion: a program that cannot be read as it was meant is refused in plain words.
func TestTableOfOtherVersion(t *testing.T) {
	p := generate(t, "little", usual)
	table, mem := emitted(t, p)
	for old, new := range map[string]string{"risugen program 4": "risugen program 3", `"ADD"`: `"ADX"`} {
		other := bytes.Replace(table, []byte(old), []byte(new), 1)
		_, err := arch.UnmarshalTable(other, mem, toy.Arch{}.Machine)
		assert.ErrorContains(t, err, "the image was made by another version of risugen", old)
	}
}

// FuzzTable damages a table: reading it is an error or gives a program that can be walked.
func FuzzTable(f *testing.F) {
	p := generate(f, "little", arch.Options{Seed: 1, Count: 40, BlockLen: 8, Rounds: 2})
	table, mem := emitted(f, p)
	f.Add(len(table)/2, byte(1), table)
	f.Fuzz(func(t *testing.T, at int, flip byte, data []byte) {
		data = bytes.Clone(data)
		if at >= 0 && at < len(data) {
			data[at] ^= flip
		}
		q, err := arch.UnmarshalTable(data, mem, toy.Arch{}.Machine)
		if err != nil {
			return
		}
		for i := range q.Blocks {
			q.Effects(&q.Blocks[i])
		}
	})
}

func TestRecordHeaderRoundTrip(t *testing.T) {
	h := arch.RecordHeader{Kind: arch.RecordFault, Block: 1, Round: 2, Length: 3, Signal: 4, Code: 5, PC: 1<<40 + 6}
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		var b [arch.RecordHeaderSize]byte
		h.Put(b[:], order)
		got, ok := arch.ParseRecordHeader(b[:], order)
		assert.True(t, ok)
		assert.Equal(t, h, got)
	}
	_, ok := arch.ParseRecordHeader(make([]byte, arch.RecordHeaderSize), binary.LittleEndian)
	assert.False(t, ok)
}

// TestPoolHasEdges: the values at which arithmetic goes wrong occur in the pool, in each lane width.
func TestPoolHasEdges(t *testing.T) {
	pool, _ := arch.NewPool(machine(t, "little").Layout(), 1)
	has := func(width int, v uint64) bool {
		for i := 0; i+8 <= len(pool); i += 8 {
			for at := 0; at < 64; at += width {
				if binary.LittleEndian.Uint64(pool[i:])>>at&(^uint64(0)>>(64-width)) == v {
					return true
				}
			}
		}
		return false
	}
	for _, w := range []int{8, 16, 32, 64} {
		m := ^uint64(0) >> (64 - w)
		for _, v := range []uint64{0, 1, m, m >> 1, m>>1 + 1, uint64(w), uint64(w) - 1} {
			assert.True(t, has(w, v), "%d bits: %#x", w, v)
		}
	}
	for name, v := range map[string]uint64{
		"-0": 0x80000000, "denormal": 1, "largest denormal": 0x007fffff, "infinity": 0x7f800000, "quiet": 0x7fc00000,
		"signalling": 0x7f800001, "largest": 0x7f7fffff, "smallest": 0x00800000, "one": 0x3f800000,
	} {
		assert.True(t, has(32, v), name)
		_ = name
	}
	assert.True(t, has(64, 0x7ff0000000000000))
	assert.True(t, has(64, 0x7ff0000000000001))
	assert.True(t, has(16, 0x7c00))
}

// TestPoolAvoids: no aligned address in the pool points into a range to be avoided.
func TestPoolAvoids(t *testing.T) {
	l := *machine(t, "little").Layout()
	l.Avoid = []arch.Range{{Lo: 0, Hi: 16}, {Lo: 0x7f800000, Hi: 0x7f800010}}
	pool, _ := arch.NewPool(&l, 9)
	for i := 0; i+4 <= len(pool); i += 4 {
		a := uint64(binary.LittleEndian.Uint32(pool[i:]))
		for _, r := range l.Avoid {
			require.False(t, r.Lo <= a && a < r.Hi, "%#x at %d", a, i)
		}
	}
}

func TestEncoderNeedsFunctions(t *testing.T) {
	spec, err := decodetree.Parse("t.decode", []byte("%a 0:4 !function=f\nP 0000000000000000000000000000 .... a=%a\n"), decodetree.Options{})
	require.NoError(t, err)
	op := arch.NewEncoder(spec).Op("P", "a")
	_, err = op.Word(3)
	assert.ErrorContains(t, err, "an argument of P is made by !function=f, which is not defined")
}

func BenchmarkGenerateToy(b *testing.B) {
	m := machine(b, "little")
	for b.Loop() {
		if _, err := arch.Generate(m, arch.Options{Seed: 1, Count: 100_000, BlockLen: 12, Rounds: 4}); err != nil {
			b.Fatal(err)
		}
	}
}
