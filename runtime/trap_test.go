package runtime_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/runtime"
)

// reservedImage has instructions, and then reserved words.
func reservedImage(t *testing.T, order string) *runtime.Image {
	m, err := toy.Arch{}.Machine(arch.Config{Order: order, ISAs: []string{"toy", "lists"}, Reserved: true})
	require.NoError(t, err)
	p, err := arch.Generate(m, arch.Options{
		Seed: 3, Count: 200, BlockLen: 10, Rounds: 2, Reserved: 3000,
		Select: arch.Selection{NotPatterns: []string{"BEQF"}}, // with it, branches in its slot are reserved, too
	})
	require.NoError(t, err)
	img, err := runtime.Build(p, "test")
	require.NoError(t, err)
	img, err = runtime.Load(img.Data, toy.Arch{}.Machine)
	require.NoError(t, err)
	return img
}

func runLax(t *testing.T, img *runtime.Image, master, apprentice func(uint32) bool) *runtime.Report {
	r, err := runtime.Run(context.Background(), img, &toyTarget{lax: master}, &toyTarget{lax: apprentice}, runtime.Options{})
	require.NoError(t, err)
	return r
}

func opcode(n uint32) func(uint32) bool { return func(word uint32) bool { return word>>24 == n } }

// ran lists the findings of words that must fault and did not.
func ran(r *runtime.Report) []*runtime.Finding {
	var out []*runtime.Finding
	for _, f := range r.Findings {
		if f.Kind == runtime.FindingRan {
			out = append(out, f)
		}
	}
	return out
}

func TestReservedWordsFault(t *testing.T) {
	for _, order := range []string{"little", "big"} {
		r := runLax(t, reservedImage(t, order), nil, nil)
		require.False(t, r.Failed(), "%+v", r)
		require.Equal(t, 3000, r.Reserved)
		require.GreaterOrEqual(t, r.FaultsBySignal["SIGILL"], int64(6000))
		require.Equal(t, r.Faults, r.DeclaredFaults)
		require.Empty(t, r.Emulated)
		require.NotEmpty(t, r.ReservedList)
		for _, p := range r.ReservedList {
			require.Equal(t, runtime.StateRefused, p.State, p.Pattern)
		}
	}
}

// TestReservedStates: a pattern of which every reserved word runs is told apart from those that fault.
func TestReservedStates(t *testing.T) {
	all := func(uint32) bool { return true }
	for _, p := range runLax(t, reservedImage(t, "little"), all, all).ReservedList {
		require.Equal(t, runtime.StateRan, p.State, p.Pattern)
	}
}

func TestReservedWordRunsOnBoth(t *testing.T) {
	r := runLax(t, reservedImage(t, "little"), opcode(0xee), opcode(0xee))
	require.True(t, r.Failed())
	require.Zero(t, r.Mismatches, "the records agree")
	f := ran(r)
	require.Len(t, f, 1)
	require.Equal(t, len(r.Findings), 1, "nothing else is said of such a round")
	require.Equal(t, "op=238", f[0].Place)
	require.Equal(t, "both", f[0].Target)
	require.Contains(t, f[0].Text, "RESERVED op=238")
}

func TestReservedWordRunsOnOne(t *testing.T) {
	for _, c := range []struct {
		master, apprentice func(uint32) bool
		target             string
	}{{opcode(0xee), nil, "master"}, {nil, opcode(0xee), "apprentice"}} {
		r := runLax(t, reservedImage(t, "big"), c.master, c.apprentice)
		require.True(t, r.Failed())
		require.Len(t, r.MismatchList, 1)
		require.Equal(t, runtime.KindFault, r.MismatchList[0].Kind)
		require.Equal(t, "RESERVED", r.MismatchList[0].Pattern)
		require.Len(t, ran(r), 1)
		require.Equal(t, c.target, ran(r)[0].Target)
	}
}

// TestReservedWordThatLeaves: a word that is taken for a branch, and faults where that leads, ends its round in another way: it is
// no result that differs.
func TestReservedWordThatLeaves(t *testing.T) {
	img := reservedImage(t, "little")
	leaves := mangleFaults(t, img, 0xee, leaving(img))
	r, err := runtime.Run(t.Context(), img, &toyTarget{}, leaves, runtime.Options{})
	require.NoError(t, err)
	require.Len(t, r.MismatchList, 1)
	require.Equal(t, runtime.KindFault, r.MismatchList[0].Kind)
	require.Equal(t, "RESERVED", r.MismatchList[0].Pattern)
	require.Equal(t, "SIGILL", r.MismatchList[0].Master.Signal)
	require.Equal(t, "SIGSEGV", r.MismatchList[0].Apprentice.Signal)
	require.Len(t, ran(r), 1)
}

// mangleFaults is a target that changes its records of faults of reserved words of an opcode.
func mangleFaults(t *testing.T, img *runtime.Image, opcode uint64, change func(h *arch.RecordHeader, payload []byte)) runtime.Target {
	order := img.Program.Machine.Layout().Order
	return &mortal{mangle: func(_ int, out []byte) []byte {
		out = bytes.Clone(out)
		for at := 0; at < len(out); {
			h, ok := arch.ParseRecordHeader(out[at:], order)
			require.True(t, ok)
			size := arch.RecordHeaderSize + int(h.Length)
			if h.Kind == arch.RecordFault && slices.ContainsFunc(img.Program.Blocks[h.Block].Items, func(it arch.Item) bool {
				return it.Kind == arch.Reserved && it.Word>>24 == opcode
			}) {
				change(&h, out[at+arch.RecordHeaderSize:at+size])
				h.Put(out[at:], order)
			}
			at += size
		}
		return out
	}}
}

// leaving makes faults of faults somewhere else.
func leaving(img *runtime.Image) func(h *arch.RecordHeader, _ []byte) {
	return func(h *arch.RecordHeader, _ []byte) {
		h.Signal, h.PC = img.Program.Machine.Layout().Signals["SIGSEGV"], 0x10
	}
}

// TestEmulatedWordThatLeaves: a word that a system may do, and that leads away on one side, is told to, since nothing is compared of
// where it led.
func TestEmulatedWordThatLeaves(t *testing.T) {
	img := reservedImage(t, "little")
	leaves := mangleFaults(t, img, 0xf0, leaving(img))
	for _, sides := range [][2]runtime.Target{{&toyTarget{}, leaves}, {leaves, &toyTarget{}}, {leaves, leaves}} {
		r, err := runtime.Run(t.Context(), img, sides[0], sides[1], runtime.Options{})
		require.NoError(t, err)
		require.False(t, r.Failed(), "%+v", r)
		require.Positive(t, r.EmulatedLeft)
		require.Equal(t, r.EmulatedLeft, r.Emulated["EMULATED"])
		var text bytes.Buffer
		require.NoError(t, r.Text(&text, false))
		require.Regexp(t, `left +│ [0-9,]+ of these were reserved words by which a side left its block`, text.String())
	}
	require.Zero(t, runLax(t, img, nil, opcode(0xf0)).EmulatedLeft)
}

// TestEmulatedOnOneSide: where a side did a word the other one is held to what it declares: the fault, and that nothing changed.
func TestEmulatedOnOneSide(t *testing.T) {
	img := reservedImage(t, "little")
	l := img.Program.Machine.Layout()
	for kind, change := range map[string]func(h *arch.RecordHeader, payload []byte){
		runtime.FindingFault: func(h *arch.RecordHeader, _ []byte) { h.Signal = l.Signals["SIGFPE"] },
		runtime.FindingChange: func(_ *arch.RecordHeader, payload []byte) {
			at, _ := l.Span(arch.Place{Kind: arch.RegisterPlace, Class: 0, Num: 7})
			payload[at] ^= 1
		},
	} {
		refuses, does := mangleFaults(t, img, 0xf0, change), &toyTarget{lax: opcode(0xf0)}
		for i, sides := range [][2]runtime.Target{{refuses, does}, {does, refuses}, {refuses, mangleFaults(t, img, 0xf0, leaving(img))}} {
			r, err := runtime.Run(t.Context(), img, sides[0], sides[1], runtime.Options{})
			require.NoError(t, err)
			require.Positive(t, r.Emulated["EMULATED"])
			require.NotEmpty(t, r.Findings, "%s %d", kind, i)
			for _, f := range r.Findings {
				require.Equal(t, kind, f.Kind, "%d", i)
				require.Equal(t, []string{"master", "apprentice", "master"}[i], f.Target)
			}
		}
	}
}

func TestEmulatedWordMayRun(t *testing.T) {
	r := runLax(t, reservedImage(t, "little"), nil, opcode(0xf0))
	require.False(t, r.Failed(), "%+v", r)
	require.Positive(t, r.Emulated["EMULATED"])
	var text bytes.Buffer
	require.NoError(t, r.Text(&text, false))
	require.Contains(t, text.String(), "emulated")
}

// TestEmulatedWordMayFault: a system that does the work may find that it faults. It is no difference, where the description
// says so; that another word faults in another way is.
func TestEmulatedWordMayFault(t *testing.T) {
	run := func(opcode uint32, signal string) *runtime.Report {
		img := reservedImage(t, "little")
		n := img.Program.Machine.Layout().Signals[signal]
		r, err := runtime.Run(t.Context(), img, &toyTarget{}, &toyTarget{wrongly: func(word uint32) uint32 {
			if word>>24 == opcode {
				return n
			}
			return 0
		}}, runtime.Options{})
		require.NoError(t, err)
		return r
	}
	r := run(0xf0, "SIGSEGV")
	require.False(t, r.Failed(), "%+v", r)
	require.Positive(t, r.Emulated["EMULATED"])
	for opcode, signal := range map[uint32]string{0xf0: "SIGFPE", 0xee: "SIGSEGV"} {
		r = run(opcode, signal)
		require.True(t, r.Failed())
		require.Positive(t, r.Mismatches)
		require.Empty(t, r.Emulated)
		require.Equal(t, runtime.FindingFault, r.Findings[0].Kind)
	}
}

// A target that dies is said to have died of the reserved word that came next.
func TestDeathAtReservedWord(t *testing.T) {
	img := reservedImage(t, "little")
	p := img.Program
	block := len(p.Blocks) - 5
	it := p.Blocks[block].Items[0]
	require.Equal(t, arch.Reserved, it.Kind)
	require.True(t, p.Blocks[block].Flush)
	_, err := runtime.Run(context.Background(), img, &toyTarget{}, &dyingTarget{toyTarget: toyTarget{}, block: block}, runtime.Options{})
	var stream *runtime.StreamError
	require.True(t, errors.As(err, &stream), "%v", err)
	require.Contains(t, err.Error(), "next came a reserved word")
	require.Contains(t, err.Error(), p.Machine.Set().Insns[it.Insn].Name())
}

// dyingTarget ends before a block.
type dyingTarget struct {
	toyTarget
	block int
}

func (t *dyingTarget) Start(ctx context.Context, img *runtime.Image) (runtime.Process, error) {
	proc, err := t.toyTarget.Start(ctx, img)
	if err != nil {
		return nil, err
	}
	all, err := io.ReadAll(proc)
	if err != nil {
		return nil, err
	}
	order := img.Program.Machine.Layout().Order
	at := 0
	for {
		h, ok := arch.ParseRecordHeader(all[at:], order)
		if !ok || h.Kind == arch.RecordEnd || h.Kind != arch.RecordStart && int(h.Block) == t.block {
			break
		}
		at += arch.RecordHeaderSize + int(h.Length)
	}
	r, w := io.Pipe()
	go func() { _, _ = io.Copy(w, bytes.NewReader(all[:at])); w.Close() }()
	return &toyProcess{r}, nil
}

// A branch in a forbidden slot must fault where the branch before it is not taken.
func TestForbiddenSlots(t *testing.T) {
	img := toyImage(t, "little", arch.Options{Seed: 1, Count: 2000, BlockLen: 10, Rounds: 8, Select: arch.Selection{Patterns: []string{"BEQ.?", "BNED", "ADD"}}})
	require.Equal(t, 2000, img.Program.Instructions())
	run := func(master, apprentice bool) *runtime.Report {
		r, err := runtime.Run(context.Background(), img, &toyTarget{runsForbidden: master}, &toyTarget{runsForbidden: apprentice}, runtime.Options{})
		require.NoError(t, err)
		return r
	}
	r := run(false, false)
	require.False(t, r.Failed(), "%+v", r)
	require.Equal(t, r.Patterns, r.Covered)
	require.Positive(t, r.FaultsBySignal["SIGILL"])
	require.Less(t, r.FaultsBySignal["SIGILL"], int64(r.Reserved*r.Rounds), "some of the branches are taken")

	r = run(true, true)
	require.True(t, r.Failed())
	require.Zero(t, r.Mismatches)
	for _, f := range r.Findings {
		require.Equal(t, runtime.FindingRan, f.Kind)
		require.Contains(t, f.Text, "in the forbidden slot of BEQF")
	}

	r = run(false, true)
	require.Positive(t, r.Mismatches)
	for _, m := range r.MismatchList {
		require.Equal(t, runtime.KindFault, m.Kind, "%+v", m)
	}
}

// TestSpoiledGuard: a register that a branch spoils is no sign that what stands in its forbidden slot ran, be it the guard's or
// the harness's.
func TestSpoiledGuard(t *testing.T) {
	img := toyImage(t, "big", arch.Options{Seed: 1, Count: 2000, BlockLen: 10, Rounds: 8, Select: arch.Selection{Patterns: []string{"BEQ.?", "BNED", "ADD"}}})
	l := img.Program.Machine.Layout()
	for kind, reg := range map[string]func(*arch.Block, int) int{
		runtime.FindingChange: func(b *arch.Block, guard int) int { return int(b.Items[guard].Reg) },
		runtime.FindingStray:  func(b *arch.Block, _ int) int { return l.KeepsOf(b.Base)[0] },
	} {
		spoils := func(s *toy.Step) {
			if b, guard := beforeSlot(img.Program, s); guard >= 0 {
				s.CPU.R[reg(b, guard)] ^= 1 << 20
			}
		}
		r, err := runtime.Run(t.Context(), img, &toyTarget{hook: spoils}, &toyTarget{hook: spoils}, runtime.Options{})
		require.NoError(t, err)
		require.Zero(t, r.Mismatches)
		require.NotEmpty(t, r.Findings)
		for _, f := range r.Findings {
			require.Equal(t, kind, f.Kind)
		}
		r, err = runtime.Run(t.Context(), img, &toyTarget{hook: spoils, runsForbidden: true}, &toyTarget{}, runtime.Options{})
		require.NoError(t, err)
		require.Positive(t, r.Mismatches)
	}
}

// beforeSlot finds the block of a branch that is executed, and the guard behind its forbidden slot; -1: it has none.
func beforeSlot(p *arch.Program, s *toy.Step) (*arch.Block, int) {
	i := blockAt(p, s.Before.PC)
	if i < 0 {
		return nil, -1
	}
	b := &p.Blocks[i]
	guard := slices.IndexFunc(b.Items, func(it arch.Item) bool { return it.Kind == arch.Guard })
	if guard < 0 || s.Index != guard-2 {
		return nil, -1
	}
	return b, guard
}

// TestLostControlAtAMisalignedAccess: a side that spoils the harness's registers in a block that ends in a misaligned access is no
// system that does the access.
func TestLostControlAtAMisalignedAccess(t *testing.T) {
	img := misalignedImage(t, "little")
	l := img.Program.Machine.Layout()
	spoils := func(s *toy.Step) {
		if b := blockAt(img.Program, s.Before.PC); beforeMisaligned(img.Program, s) {
			s.CPU.R[l.KeepsOf(img.Program.Blocks[b].Base)[0]] ^= 1 << 20
		}
	}
	for _, misaligns := range []bool{false, true} {
		r, err := runtime.Run(t.Context(), img, &toyTarget{}, &toyTarget{hook: spoils, misaligns: misaligns}, runtime.Options{})
		require.NoError(t, err)
		require.Positive(t, r.Mismatches)
		for _, m := range r.MismatchList {
			require.Equal(t, runtime.KindStray, m.Kind)
		}
		r, err = runtime.Run(t.Context(), img, &toyTarget{hook: spoils, misaligns: misaligns}, &toyTarget{hook: spoils, misaligns: misaligns}, runtime.Options{})
		require.NoError(t, err)
		require.Zero(t, r.Mismatches)
		require.Len(t, r.Findings, 1)
		require.Equal(t, runtime.FindingStray, r.Findings[0].Kind)
	}
}

// A misaligned access faults, or is done by the system: then it is compared, if both sides did it.
func TestMisalignedAccesses(t *testing.T) {
	img := toyImage(t, "big", arch.Options{
		Seed: 1, Count: 400, BlockLen: 10, Rounds: 8, Select: arch.Selection{Patterns: []string{"SH", "ADD"}}, MisalignedShare: 0.5,
	})
	run := func(master, apprentice *toyTarget) *runtime.Report {
		r, err := runtime.Run(context.Background(), img, master, apprentice, runtime.Options{})
		require.NoError(t, err)
		return r
	}
	r := run(&toyTarget{}, &toyTarget{})
	require.False(t, r.Failed(), "%+v", r)
	require.Positive(t, r.FaultsBySignal["SIGBUS"])
	require.Equal(t, r.Faults, r.DeclaredFaults)
	require.Empty(t, r.Emulated)
	require.Equal(t, r.Patterns, r.Covered)
	misaligned := r.Faults

	for late, target := range map[int64]*toyTarget{0: {}, 1: {late: true}} {
		r = run(&toyTarget{late: true}, target)
		require.False(t, r.Failed(), "%+v", r)
		require.Equal(t, misaligned, r.FaultsBySignal["SIGBUS"])
		require.Equal(t, (1+late)*misaligned, r.LateFaults)
	}

	r = run(&toyTarget{}, &toyTarget{misaligns: true})
	require.False(t, r.Failed(), "%+v", r)
	require.Equal(t, misaligned, r.Emulated["SH"])

	wrong := func(s *toy.Step) {
		if s.Word>>24 == 0x42 && (s.CPU.R[s.Word>>16&15]+uint32(int32(int16(s.Word))))%2 != 0 {
			s.CPU.Mem[int(s.CPU.R[s.Word>>16&15]+uint32(int32(int16(s.Word))))-0x12000000] ^= 1
		}
	}
	r = run(&toyTarget{misaligns: true}, &toyTarget{misaligns: true, hook: wrong})
	require.EqualValues(t, misaligned, r.Mismatches)
	require.Equal(t, "SH", r.MismatchList[0].Pattern)
	require.Equal(t, misaligned, r.Emulated["SH"])
}
