package runtime

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
)

// skewedList is about misaligned LL and SC that run on one side.
const skewedList = `
- {id: runs, cpus: [toy], patterns: [LL, SC], kinds: [ran, fault], misaligned: true, text: misaligned ones run}
`

// skewedImage has many misaligned accesses.
func skewedImage(t *testing.T, order string) *Image {
	return toyImage(t, order, arch.Options{
		Seed: 4, Count: 600, BlockLen: 6, Rounds: 4, MisalignedShare: 0.3, Select: arch.Selection{Patterns: []string{"LL", "SC", "LHA", "ADD"}},
	})
}

// laxStream is what a target writes that does misaligned accesses.
func laxStream(t *testing.T, img *Image, hook toy.Hook) []byte {
	t.Helper()
	in, err := toy.NewInterpreter(img.Program.Machine.Layout().Order)
	require.NoError(t, err)
	in.Misaligns, in.Hook = true, hook
	mem, err := img.Memory()
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, in.Run(mem, &out))
	return out.Bytes()
}

// faultAt doctors a stream: an item raises a signal in a round.
func faultAt(t *testing.T, img *Image, s []byte, block, round, item int, signal uint32) []byte {
	t.Helper()
	out, p := bytes.Clone(s), img.Program
	at, h := recordAt(t, img, s, block, round)
	h.Kind, h.Signal, h.PC = arch.RecordFault, signal, p.Blocks[block].Addr
	for i := range item {
		h.PC += uint64(p.Blocks[block].Items[i].Size)
	}
	h.Put(out[at:], p.Machine.Layout().Order)
	return out
}

// find returns the block and item of the first instruction of a pattern and kind.
func findItem(t *testing.T, p *arch.Program, name string, kind arch.Kind) (block, item int) {
	t.Helper()
	for b := range p.Blocks {
		for i := range p.Blocks[b].Items {
			if it := &p.Blocks[b].Items[i]; it.Kind == kind && p.Machine.Set().Insns[it.Insn].Name() == name {
				return b, i
			}
		}
	}
	require.Fail(t, "there is no "+name)
	return 0, 0
}

func runDetail(t *testing.T, img *Image, master, apprentice []byte, list string) *Report {
	t.Helper()
	known, err := ParseKnown("known.yaml", []byte(list))
	require.NoError(t, err)
	r, err := Run(context.Background(), img, &fake{data: master}, &fake{data: apprentice}, Options{Stall: patient.Stall, Known: known})
	require.NoError(t, err)
	return r
}

// TestKnownMisaligned: an entry about misaligned accesses covers those, and no others of the same patterns.
func TestKnownMisaligned(t *testing.T) {
	eachOrder(t, func(t *testing.T, order string) {
		img := skewedImage(t, order)
		strict, lax := toyStream(t, img, nil), laxStream(t, img, nil)
		for _, sides := range [][2][]byte{{strict, lax}, {lax, strict}, {lax, lax}} {
			r := runDetail(t, img, sides[0], sides[1], skewedList)
			require.False(t, r.Failed(), "%+v", r)
			require.NotEmpty(t, r.KnownSeen)
			require.Equal(t, r.Mismatches, r.KnownMismatches)
			require.True(t, runDetail(t, img, sides[0], sides[1], "").Failed())
		}
		bus := img.Program.Machine.Layout().Signals["SIGBUS"]
		block, item := findItem(t, img.Program, "LL", arch.Test)
		for _, round := range []int{0, 3} {
			doctored := faultAt(t, img, lax, block, round, item, bus)
			for _, sides := range [][2][]byte{{strict, doctored}, {doctored, strict}, {lax, doctored}} {
				r := runDetail(t, img, sides[0], sides[1], skewedList)
				require.True(t, r.Failed())
				require.Equal(t, r.KnownMismatches+1, r.Mismatches)
				var found *Mismatch
				for _, m := range r.MismatchList {
					if m.Known == "" {
						require.Nil(t, found)
						found = m
					}
				}
				require.Equal(t, []any{KindFault, "LL", block, uint32(round), item}, []any{found.Kind, found.Pattern, found.Block, found.Round, found.Item})
			}
		}
		both := faultAt(t, img, lax, block, 0, item, bus) // no difference, and no fault that LL declares
		r := runDetail(t, img, both, both, skewedList+"- {id: faults, cpus: [toy], patterns: [LL], kinds: [undeclared fault], misaligned: true, text: t}\n")
		require.True(t, r.Failed())
		require.False(t, runDetail(t, img, both, both, skewedList+"- {id: faults, cpus: [toy], patterns: [LL], kinds: [undeclared fault], text: t}\n").Failed())
	})
}

// TestKnownMisalignedHidesNothing: what an instruction before the access did is told, and blamed on that one.
func TestKnownMisalignedHidesNothing(t *testing.T) {
	eachOrder(t, func(t *testing.T, order string) {
		img := skewedImage(t, order)
		p := img.Program
		add := p.Machine.Set().ByName("ADD")[0].Pattern
		block := -1
		for b := range p.Blocks { // an ADD before an access that runs on one side
			items := p.Blocks[b].Items
			for i := range items {
				if it := &items[i]; it.Kind == arch.Misaligned && p.Machine.Set().Insns[it.Insn].Name() == "LL" && block < 0 && hasBefore(items[:i], add.Matches) {
					block = b
				}
			}
		}
		require.GreaterOrEqual(t, block, 0)
		wrong := func(s *toy.Step) {
			if s.Block == block && s.Round == 1 && add.Matches(uint64(s.Word)) {
				if rd := add.Extract(uint64(s.Word), nil)[0]; rd != 0 {
					s.CPU.R[rd] ^= 4
				}
			}
		}
		lax, strict := laxStream(t, img, wrong), toyStream(t, img, nil)
		for _, master := range [][]byte{strict, laxStream(t, img, nil)} {
			r := runDetail(t, img, master, lax, skewedList)
			require.True(t, r.Failed())
			require.Equal(t, r.KnownMismatches+1, r.Mismatches)
			for _, m := range r.MismatchList {
				require.Equal(t, m.Pattern == "ADD", m.Known == "", m.Pattern)
			}
		}
	})
}

func hasBefore(items []arch.Item, matches func(uint64) bool) bool {
	for i := range items {
		if items[i].Kind == arch.Test && matches(items[i].Word) {
			return true
		}
	}
	return false
}

// TestKnownMisalignedUnseen: an entry is unseen where a misaligned access of its patterns ran, and not where all were aligned.
func TestKnownMisalignedUnseen(t *testing.T) {
	img := skewedImage(t, "little")
	s := toyStream(t, img, nil)
	require.Equal(t, []string{"runs"}, runDetail(t, img, s, s, skewedList).KnownUnseen)
	img = toyImage(t, "little", arch.Options{Seed: 4, Count: 200, BlockLen: 6, Rounds: 2, Select: arch.Selection{Patterns: []string{"LL", "SC", "ADD"}}})
	s = toyStream(t, img, nil)
	require.Empty(t, runDetail(t, img, s, s, skewedList).KnownUnseen)
}

// TestKnownSignals: an entry about some signals covers faults with those alone, of which each side's counts.
func TestKnownSignals(t *testing.T) {
	eachOrder(t, func(t *testing.T, order string) {
		img := toyImage(t, order, arch.Options{Seed: 4, Count: 60, BlockLen: 6, Rounds: 4, Select: arch.Selection{Patterns: []string{"XOR", "ADD"}}})
		s, signals := toyStream(t, img, nil), img.Program.Machine.Layout().Signals
		block, item := findItem(t, img.Program, "XOR", arch.Test)
		ill, bus := faultAt(t, img, s, block, 1, item, signals["SIGILL"]), faultAt(t, img, s, block, 1, item, signals["SIGBUS"])
		late := faultAt(t, img, ill, block, 3, item, signals["SIGBUS"])
		for _, c := range []struct {
			master, apprentice []byte
			signals            string
			known              int64
			ok                 bool
		}{
			{s, ill, "SIGILL", 1, true}, {ill, s, "SIGILL", 1, true}, {s, ill, "SIGBUS", 0, false}, {s, bus, "SIGILL, SIGBUS", 1, true},
			{ill, bus, "SIGILL", 0, false}, {ill, bus, "SIGBUS", 0, false}, {ill, bus, "SIGBUS, SIGILL", 1, true},
			{s, late, "SIGILL", 1, false}, {s, late, "SIGBUS", 1, false}, {s, late, "SIGBUS, SIGILL", 2, true}, {ill, ill, "SIGILL", 0, true}, {bus, bus, "SIGILL", 0, false},
		} {
			r := runDetail(t, img, c.master, c.apprentice, "- {id: a, cpus: [toy], patterns: [XOR], kinds: [fault, undeclared fault], signals: ["+c.signals+"], text: t}\n")
			require.Equal(t, c.ok, !r.Failed(), "%+v", c.signals)
			require.Equal(t, c.known, r.KnownMismatches, c.signals)
		}
	})
}

// TestKnownMisalignedBits: of results too, with masks of bits and without.
func TestKnownMisalignedBits(t *testing.T) {
	img := skewedImage(t, "little")
	lha := img.Program.Machine.Set().ByName("LHA")[0].Pattern
	flip := func(kind arch.Kind) toy.Hook {
		return func(s *toy.Step) {
			if img.Program.Blocks[s.Block].Items[s.Index].Kind == kind && lha.Matches(uint64(s.Word)) {
				if rt := lha.Extract(uint64(s.Word), nil)[0]; rt != 0 {
					s.CPU.R[rt] ^= 4
				}
			}
		}
	}
	ll := "- {id: ll, cpus: [toy], patterns: [LL, SC], kinds: [ran], text: they run}\n"
	for _, bits := range []string{"", ", bits: 0x4"} {
		list := ll + "- {id: a, cpus: [toy], patterns: [LHA], kinds: [result], misaligned: true, text: t" + bits + "}\n"
		r := runDetail(t, img, laxStream(t, img, nil), laxStream(t, img, flip(arch.Misaligned)), list)
		require.Positive(t, r.KnownMismatches)
		require.False(t, r.Failed())
		r = runDetail(t, img, laxStream(t, img, nil), laxStream(t, img, flip(arch.Test)), list)
		require.Positive(t, r.Mismatches)
		require.Zero(t, r.KnownMismatches)
	}
}

func TestKnownDetailErrors(t *testing.T) {
	for keys, want := range map[string]string{
		"kinds: [fault], misaligned: false":             "k.yaml:1: misaligned must be true, or not be there",
		"kinds: [fault, undeclared], misaligned: true":  "k.yaml:1: misaligned is of instructions that are known to have made a difference: kinds must be some of result, fault, ran, undeclared fault",
		"kinds: [never changed], misaligned: true":      "k.yaml:1: misaligned is of instructions",
		"overlay: '# nothing', misaligned: true":        "k.yaml:1: misaligned is of instructions",
		"kinds: [fault], misaligned: sometimes":         "k.yaml:1: ",
		"kinds: [result], signals: [SIGILL]":            "k.yaml:1: signals are of faults: kinds must be some of fault, undeclared fault",
		"kinds: [fault], signals: []":                   "k.yaml:1: signals must be a list of names",
		"kinds: [fault], misaligned: true, unknown: no": `k.yaml:1: unknown key "unknown"`,
	} {
		_, err := ParseKnown("k.yaml", []byte("- {id: a, cpus: [toy], patterns: [LL], text: t, "+keys+"}\n"))
		require.ErrorContains(t, err, want, keys)
	}
}
