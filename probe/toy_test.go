package probe

import (
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/runtime"
)

// toyTarget runs images of the toy architecture in memory.
type toyTarget struct {
	hook  toy.Hook
	lax   bool // words that are no instructions run
	limit int  // bytes that it writes before it ends; 0: all
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
	in.Hook, in.RunsReserved = t.hook, func(uint32) bool { return t.lax }
	memory := func(addr uint64, n int) ([]byte, bool) {
		for _, p := range f.Progs {
			if b := make([]byte, n); addr >= p.Vaddr && addr-p.Vaddr+uint64(n) <= p.Filesz {
				_, err := p.ReadAt(b, int64(addr-p.Vaddr))
				return b, err == nil
			}
		}
		return nil, false
	}
	var out bytes.Buffer
	if err := t.run(in, memory, &out); err != nil {
		return nil, err
	}
	if t.limit > 0 {
		out.Truncate(min(t.limit, out.Len()))
	}
	return &toyProcess{&out}, nil
}

// run runs an image until it ends, or is to die: then what was not written yet is lost.
func (t *toyTarget) run(in *toy.Interpreter, memory arch.MemoryReader, out io.Writer) error {
	defer func() {
		if r := recover(); r != nil && r != errDies {
			panic(r)
		}
	}()
	return in.Run(memory, out)
}

var errDies = errors.New("it dies")

type toyProcess struct{ io.Reader }

func (*toyProcess) Wait() error { return nil }
func (*toyProcess) Kill()       {}

func toyProber(t testing.TB, order string, force bool) *Prober {
	m, err := toy.Arch{}.Machine(arch.Config{Order: order, ISAs: []string{"toy", "lists"}, Reserved: force})
	require.NoError(t, err)
	return New(m, force)
}

// toyCase makes a case of an instruction and inputs.
func toyCase(t testing.TB, p *Prober, insn string, set ...string) *Case {
	c, err := p.NewCase(insn)
	require.NoError(t, err)
	for _, s := range set {
		require.NoError(t, p.SetText(c, s))
	}
	return c
}

// TestImagesAreFiles: a file of an image of cases can be read again, as those that run elsewhere are.
func TestImagesAreFiles(t *testing.T) {
	for _, order := range []string{"little", "big"} {
		p := toyProber(t, order, true)
		b, err := p.Build([]*Case{toyCase(t, p, "LW rt=7 rs=8 imm=8", "mem+8=01020304"), toyCase(t, p, "0xff000000"), toyCase(t, p, "BEQ; MULX rd=3 rs=4 rt=5")}, "test")
		require.NoError(t, err)
		img, err := runtime.Load(b.Image.Data, toy.Arch{}.Machine)
		require.NoError(t, err)
		require.Equal(t, b.Image.Program.Blocks, img.Program.Blocks)
		require.Equal(t, b.Image.Program.Pool, img.Program.Pool)
	}
}

// outcomes runs cases on targets: by case, then by target.
func outcomes(t testing.TB, p *Prober, cases []*Case, targets ...runtime.Target) (*Batch, [][]Outcome) {
	b, err := p.Build(cases, "test")
	require.NoError(t, err)
	out := make([][]Outcome, len(cases))
	for _, target := range targets {
		got, err := b.Run(context.Background(), target, 0)
		require.NoError(t, err)
		require.Len(t, got, len(cases))
		for i := range got {
			out[i] = append(out[i], got[i])
		}
	}
	return b, out
}

// values are the rows of a case by name.
func values(b *Batch, i int, outs []Outcome) map[string]Row {
	out := map[string]Row{}
	for _, r := range b.Rows(i, outs) {
		out[r.Name] = r
	}
	return out
}

func TestToyCases(t *testing.T) {
	for _, order := range []string{"little", "big"} {
		p := toyProber(t, order, false)
		cases := []*Case{
			toyCase(t, p, "ADD rd=3 rs=4 rt=5", "r4=0x7fffffff", "r5=1"),
			toyCase(t, p, "SADD rd=3 rs=4 rt=5", "r4=0x7fffffff", "r5=1"),
			toyCase(t, p, "VADD vd=1 vs=2 vt=3", "v2=w:-1,2", "v3=w:1,5"),
			toyCase(t, p, "MAC rs=3 rt=4", "r3=3", "r4=5", "acc=0x100000000"),
			toyCase(t, p, "LW rt=7 rs=8 imm=8", "mem+8=01020304"),
			toyCase(t, p, "LW rt=7 rs=8 imm=-4", "r8=mem+16", "mem[0]=0000000000000000_00000000_01020304"),
			toyCase(t, p, "ADD rd=3 rs=3 rt=4; ADD rd=3 rs=3 rt=3; XOR rd=5 rs=3 rt=0", "r3=1", "r4=2"),
		}
		b, outs := outcomes(t, p, cases, &toyTarget{}, &toyTarget{})
		load := "01020304"
		if order == "little" {
			load = "04030201"
		}
		for i, want := range []map[string]string{
			{"r3": "80000000"},
			{"r3": "7fffffff", "status": "00000001"},
			{"v1": "0000000700000000"},
			{"acc": "000000010000000f"},
			{"r7": load},
			{"r7": load},
			{"r3": "00000006", "r5": "00000006"},
		} {
			rows := values(b, i, outs[i])
			assert.Len(t, rows, len(want), "case %d: %v", i, rows)
			for name, v := range want {
				assert.Equal(t, []string{v, v}, rows[name].After, "case %d: %s", i, name)
				assert.Empty(t, rows[name].Note)
			}
			assert.True(t, b.Agree(i, outs[i]))
		}
	}
}

// TestNothingGoesUnseen changes each place that is recorded behind an instruction's back, one after another: each is seen, is
// told of as undeclared, and makes the targets differ.
func TestNothingGoesUnseen(t *testing.T) {
	p := toyProber(t, "big", false)
	c := toyCase(t, p, "ADD rd=3 rs=4 rt=5", "mem=00")
	flips := map[string]func(*toy.CPU){
		"acc": func(c *toy.CPU) { c.Acc ^= 4 }, "status": func(c *toy.CPU) { c.Status ^= 1 }, "mem+32": func(c *toy.CPU) { c.Mem[40] ^= 1 },
	}
	for r := 1; r < 16; r++ {
		flips[p.l.PlaceName(arch.Place{Class: 0, Num: uint8(r)})] = func(c *toy.CPU) { c.R[r] ^= 0x100 }
	}
	for r := range 8 {
		flips[p.l.PlaceName(arch.Place{Class: 1, Num: uint8(r)})] = func(c *toy.CPU) { c.V[r] ^= 1 << 40 }
	}
	unseen := 0
	for name, flip := range flips {
		b, outs := outcomes(t, p, []*Case{c}, &toyTarget{}, &toyTarget{hook: func(s *toy.Step) { flip(s.CPU) }})
		place, err := p.Names.lookup(name)
		require.NoError(t, err)
		if !place.memory && place.parts[0].Place.Kind == arch.RegisterPlace && b.harness(0, int(place.parts[0].Place.Class))>>place.parts[0].Place.Num&1 != 0 {
			unseen++
			continue
		}
		row, ok := values(b, 0, outs[0])[name]
		require.True(t, ok, name)
		assert.True(t, row.Differs, name)
		assert.False(t, b.Agree(0, outs[0]))
		if name != "r3" {
			assert.Equal(t, noteUndeclared, row.Note, name)
		}
	}
	assert.Equal(t, 2, unseen, "the harness has two registers")
}

func TestSetRegistersAreNoHarness(t *testing.T) {
	p := toyProber(t, "little", false)
	var set []string
	for _, r := range []string{"r1", "r2", "r5", "r6", "r7", "r8", "r9", "r12", "r13", "r14", "r15"} {
		set = append(set, r+"=7")
	}
	c := toyCase(t, p, "ADD rd=3 rs=3 rt=3", set...)
	b, outs := outcomes(t, p, []*Case{c}, &toyTarget{})
	assert.EqualValues(t, 1<<10|1<<11, b.harness(0, 0), "what is left")
	assert.Len(t, values(b, 0, outs[0]), 1)
	require.NoError(t, p.SetText(c, "r10=7"))
	_, err := p.Build([]*Case{c}, "test")
	require.ErrorContains(t, err, "needs more registers than there are")
}

func TestToyFaults(t *testing.T) {
	p := toyProber(t, "little", false)
	b, outs := outcomes(t, p, []*Case{
		toyCase(t, p, "LW rt=7 rs=8 imm=1", "r8=0x40"), toyCase(t, p, "SH rt=7 rs=8 imm=1", "r8=mem"),
		toyCase(t, p, "ADD rd=1 rs=1 rt=2; TZ rs=0; ADD rd=4 rs=4 rt=5", "r2=1", "r5=1"),
	}, &toyTarget{})
	for i, want := range []string{"SIGSEGV", "SIGBUS", "SIGTRAP"} {
		require.NotNil(t, outs[i][0].Fault, want)
		assert.Equal(t, want, outs[i][0].Fault.Signal)
		assert.Equal(t, i/2, outs[i][0].Fault.Insn)
	}
	rows := values(b, 2, outs[2])
	assert.True(t, rows["r1"].Changed, "what ran before the fault")
	assert.False(t, rows["r4"].Changed)
}

func TestForcedWords(t *testing.T) {
	for _, force := range []bool{false, true} {
		p := toyProber(t, "little", force)
		for _, word := range []string{"0xf1000000", "0xff000000"} {
			c := toyCase(t, p, word)
			b, err := p.Build([]*Case{c}, "test")
			if !force {
				require.ErrorContains(t, err, "it is no instruction of this CPU; --force runs it where that is safe")
				continue
			}
			require.NoError(t, err, word)
			got, err := b.Run(context.Background(), &toyTarget{}, 0)
			require.NoError(t, err)
			assert.Equal(t, "SIGILL", got[0].Fault.Signal, word)
			assert.True(t, b.Insns(0)[0].Reserved)
			assert.NotEmpty(t, b.Notes(0))
			got, err = b.Run(context.Background(), &toyTarget{lax: true}, 0)
			require.NoError(t, err)
			assert.Nil(t, got[0].Fault)
		}
	}
}

// TestDyingTargetIsAnError: what came before is no outcome.
func TestDyingTargetIsAnError(t *testing.T) {
	p := toyProber(t, "little", false)
	b, err := p.Build([]*Case{toyCase(t, p, "ADD rd=3 rs=4 rt=5"), toyCase(t, p, "ADD rd=3 rs=4 rt=5")}, "test")
	require.NoError(t, err)
	for _, limit := range []int{1, 64, 200, 300} {
		_, err = b.Run(context.Background(), &toyTarget{limit: limit}, 0)
		e := new(runtime.StreamError)
		require.ErrorAs(t, err, &e, "%d bytes", limit)
	}
}

// TestDeathIsNamed: a target dies of one case of many, before it has written what came of those before.
func TestDeathIsNamed(t *testing.T) {
	p := toyProber(t, "big", false)
	var cases []*Case
	for i := range 40 {
		cases = append(cases, toyCase(t, p, "ADD rd=3 rs=4 rt=5", fmt.Sprintf("r4=%d", i)))
		cases[i].Name = fmt.Sprintf("case %d", i)
	}
	b, err := p.Build(cases, "test")
	require.NoError(t, err)
	for _, dies := range []uint32{0, 1, 23, 39} {
		_, err := b.Run(context.Background(), &toyTarget{hook: func(s *toy.Step) {
			if s.CPU.R[4] == dies {
				panic(errDies)
			}
		}}, 0)
		c := new(CaseError)
		if dies == 0 { // as if it were no target for such images
			require.ErrorContains(t, err, "target (toy): ended early before the first block")
			continue
		}
		require.ErrorAs(t, err, &c)
		assert.Equal(t, cases[dies], c.Case)
		require.ErrorContains(t, err, fmt.Sprintf("case %d: target (toy): ended early", dies))
	}
}

const toyCases = `{"name": "sum", "insn": "ADD rd=3 rs=4 rt=5", "in": {"r4": "1", "r5": "0x2"}, "out": {"r3": "3"}}

{"insn": "SADD rd=3 rs=4 rt=5", "in": {"r4": "0x7fffffff", "r5": "1"}, "out": {"r3": "0x7fffffff", "status": "1"}}
{"insn": "SH rt=7 rs=8 imm=0", "in": {"r8": "mem+1"}, "fault": "SIGBUS"}
`

func TestCasesAreChecked(t *testing.T) {
	p := toyProber(t, "big", false)
	cases, err := p.ReadCases("f.jsonl", strings.NewReader(toyCases), false)
	require.NoError(t, err)
	b, outs := outcomes(t, p, cases, &toyTarget{}, &toyTarget{hook: func(s *toy.Step) { s.CPU.R[3] ^= 1 }})
	for i := range cases {
		assert.Empty(t, b.Check(i, &outs[i][0]))
	}
	assert.Equal(t, []Failure{{"r3", "00000003", "00000002"}}, b.Check(0, &outs[0][1]))
	assert.Equal(t, "f.jsonl:3", cases[1].Pos)
	cases[2].Fault = ""
	assert.Equal(t, "fault", b.Check(2, &outs[2][0])[0].Place)
	cases[2].Fault = "SIGILL"
	assert.Equal(t, "SIGILL", b.Check(2, &outs[2][0])[0].Expected)
	cases[0].Fault = "SIGILL"
	assert.Equal(t, []Failure{{"fault", "SIGILL", "no fault"}}, b.Check(0, &outs[0][0]))
}

// TestRecordedCasesHold: what is recorded is what is checked.
func TestRecordedCasesHold(t *testing.T) {
	p := toyProber(t, "big", false)
	cases, err := p.ReadCases("f.jsonl", strings.NewReader(toyCases+`{"insn":"VADD vd=1 vs=2 vt=3","in":{"v2":"w:1,2","v3":"w:3,4"}}`), true)
	require.NoError(t, err)
	b, outs := outcomes(t, p, cases, &toyTarget{})
	var text []byte
	for i := range cases {
		text = append(text, b.Recorded(i, &outs[i][0])...)
	}
	assert.Contains(t, string(text), `{"name": "sum", "insn": "ADD rd=3 rs=4 rt=5", "in": {"r4": "1", "r5": "0x2"}, "out": {"r3": "0x00000003"}}`)
	assert.Contains(t, string(text), `"fault": "SIGBUS"`)
	again, err := p.ReadCases("g.jsonl", bytes.NewReader(text), false)
	require.NoError(t, err)
	b, outs = outcomes(t, p, again, &toyTarget{}, &toyTarget{hook: func(s *toy.Step) { s.CPU.V[1] ^= 1 }})
	for i := range again {
		assert.Empty(t, b.Check(i, &outs[i][0]))
	}
	assert.Len(t, b.Check(3, &outs[3][1]), 1)
}
