package runtime_test

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"github.com/dustin/go-humanize"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/runtime"
)

func linkedImage(t *testing.T, order string, patterns ...string) *runtime.Image {
	return toyImage(t, order, arch.Options{Seed: 5, Count: 600, BlockLen: 8, Rounds: 8, Select: arch.Selection{Patterns: patterns}})
}

func runLinked(t *testing.T, img *runtime.Image, master, apprentice *toyTarget) (*runtime.Report, []runtime.Blame) {
	var blames []runtime.Blame
	r, err := runtime.Run(context.Background(), img, master, apprentice, runtime.Options{
		Observe: func(b runtime.Blame) { blames = append(blames, b) },
	})
	require.NoError(t, err)
	return r, blames
}

// stores counts the linked stores of a program, and its loads beside those.
func stores(p *arch.Program) (stores, loads int) {
	for _, b := range p.Blocks {
		for _, it := range b.Items {
			if it.Kind != arch.Test {
				continue
			}
			switch p.Machine.Set().Insns[it.Insn].Name() {
			case "SC":
				stores++
				loads--
			case "LL":
				loads++
			}
		}
	}
	return stores, loads
}

func always(*toy.Step) bool { return true }

// TestStoreThatNeverSucceeds: on one side or on both, it is no difference, and no proof that it works.
func TestStoreThatNeverSucceeds(t *testing.T) {
	for _, order := range []string{"little", "big"} {
		img := linkedImage(t, order, "SC", "ADD", "SW", "LW")
		n, alone := stores(img.Program)
		require.Greater(t, n, 50)
		uncovered := []string{"LL", "SC"}
		if alone > 0 { // the last instruction of the program
			uncovered = uncovered[1:]
		}
		fails, works := &toyTarget{fails: always}, &toyTarget{}
		for _, pair := range [][2]*toyTarget{{fails, works}, {works, fails}, {fails, fails}} {
			r, blames := runLinked(t, img, pair[0], pair[1])
			require.False(t, r.Failed(), "%+v", r.Findings)
			require.Zero(t, r.Mismatches)
			require.Empty(t, blames)
			require.Equal(t, map[string]int64{"SC": int64(n * 8)}, r.Inconclusive)
			require.Equal(t, uncovered, slices.Sorted(slices.Values(r.Uncovered)))
			require.EqualValues(t, (img.Program.Instructions()-2*n)*8, r.Executions)
			var text bytes.Buffer
			require.NoError(t, r.Text(&text, false))
			require.Contains(t, text.String(), "inconclusive")
			require.Contains(t, text.String(), "in any of their tries, and not compared (SC "+humanize.Comma(int64(n*8))+")")
			require.NotContains(t, text.String(), "stood behind a fault")
		}
		r, _ := runLinked(t, img, works, works)
		require.Empty(t, r.Inconclusive)
		require.Empty(t, r.Uncovered)
		require.EqualValues(t, img.Program.Instructions()*8, r.Executions)
	}
}

// TestStoreThatSucceedsInTheEnd: how many tries it takes is no difference.
func TestStoreThatSucceedsInTheEnd(t *testing.T) {
	img := linkedImage(t, "little", "SC", "ADD", "LL")
	tries := 0
	slow := &toyTarget{fails: func(*toy.Step) bool {
		tries++
		return tries%8 != 0 // the last try that there is
	}}
	r, _ := runLinked(t, img, &toyTarget{}, slow)
	require.False(t, r.Failed(), "%+v", r)
	require.Zero(t, r.Mismatches)
	require.Empty(t, r.Inconclusive)
	require.Empty(t, r.Uncovered)
	n, _ := stores(img.Program)
	require.Equal(t, 8*8*n, tries)
}

// TestRestIsComparedBesideAFailedStore: an instruction before it is found and blamed.
func TestRestIsComparedBesideAFailedStore(t *testing.T) {
	img := linkedImage(t, "big", "SC", "ADD")
	add := img.Program.Machine.Set().ByName("ADD")[0].Pattern
	wrong := func(s *toy.Step) {
		if add.Matches(uint64(s.Word)) && img.Program.Blocks[s.Block].Items[s.Index].Kind == arch.Test {
			s.CPU.R[add.Extract(uint64(s.Word), nil)[0]] ^= 0x80
		}
	}
	r, blames := runLinked(t, img, &toyTarget{}, &toyTarget{hook: wrong, fails: always})
	require.Positive(t, r.Mismatches)
	require.NotEmpty(t, r.Inconclusive)
	for _, b := range blames {
		require.Equal(t, runtime.KindResult, b.Kind)
		it := img.Program.Blocks[b.Block].Items[b.Item]
		require.Equal(t, "ADD", img.Program.Machine.Set().Insns[it.Insn].Name())
	}
	require.Len(t, r.MismatchList, 1)
}

// TestWrongUnitIsBlamed: a load that loads something else, or a store that stores something else, is named with its
// data.
func TestWrongUnitIsBlamed(t *testing.T) {
	img := linkedImage(t, "little", "SC", "ADD")
	set := img.Program.Machine.Set()
	shown := 0
	for _, name := range []string{"LL", "SC"} {
		in := set.ByName(name)[0]
		wrong := func(s *toy.Step) {
			it := &img.Program.Blocks[s.Block].Items[s.Index]
			switch {
			case it.Kind != arch.Test || int(it.Insn) != in.Index:
			case name == "LL":
				s.CPU.R[in.Pattern.Extract(it.Word, nil)[0]] += 4
			default:
				s.CPU.Mem[16*int(it.Window)+s.Round%16] ^= 1
			}
		}
		r, blames := runLinked(t, img, &toyTarget{}, &toyTarget{hook: wrong})
		n, alone := stores(img.Program)
		require.Greater(t, len(blames), (n+alone)*8*8/10, "but for loads to register 0")
		for _, b := range blames {
			require.Equal(t, int32(in.Index), img.Program.Blocks[b.Block].Items[b.Item].Insn)
		}
		require.Len(t, r.MismatchList, 1)
		require.Equal(t, name, r.MismatchList[0].Pattern)
		if m := r.MismatchList[0]; !overwritesBase(img.Program, m) {
			shown++
			for _, v := range m.Inputs {
				require.NotEmpty(t, v.Value, "%s of %s: %v", v.Operand, name, m.Inputs)
			}
		}
		require.Empty(t, r.Inconclusive)
	}
	require.Equal(t, 2, shown)
}

// overwritesBase reports whether the data of the unit of a mismatch is its address, so that neither is known after it.
func overwritesBase(p *arch.Program, m *runtime.Mismatch) bool {
	items := p.Blocks[m.Block].Items
	in := p.Machine.Set().ByName("SC")[0]
	i := slices.IndexFunc(items, func(it arch.Item) bool { return it.Insn == int32(in.Index) })
	args := in.Pattern.Extract(items[i].Word, nil)
	return args[0] == args[1]
}

// TestFailedStoreThatStores: what tells that it was not done must not have been.
func TestFailedStoreThatStores(t *testing.T) {
	img := linkedImage(t, "little", "SC", "ADD")
	lies := func(s *toy.Step) {
		it := &img.Program.Blocks[s.Block].Items[s.Index]
		if in := img.Program.Machine.Set().Insns[max(0, it.Insn)]; it.Kind == arch.Test && in.Name() == "SC" {
			s.CPU.R[in.Pattern.Extract(it.Word, nil)[0]] = 0
		}
	}
	r, _ := runLinked(t, img, &toyTarget{}, &toyTarget{hook: lies})
	require.Zero(t, r.Mismatches)
	require.True(t, r.Failed())
	require.Len(t, r.Findings, 1)
	f := r.Findings[0]
	require.Equal(t, runtime.FindingStored, f.Kind)
	require.Equal(t, "apprentice", f.Target)
	require.Equal(t, []string{"SC"}, f.Candidates)
	require.Contains(t, f.Text, "SC (lists.decode:")
	require.Contains(t, f.Text, "changed memory on the apprentice, and told that it did not")
}

// TestMisalignedUnitsMustFault: no system can do the work of either.
func TestMisalignedUnitsMustFault(t *testing.T) {
	img := toyImage(t, "little", arch.Options{
		Seed: 5, Count: 600, BlockLen: 8, Rounds: 8, Select: arch.Selection{Patterns: []string{"LL", "SC", "ADD"}}, MisalignedShare: 0.3,
	})
	r, _ := runLinked(t, img, &toyTarget{}, &toyTarget{})
	require.False(t, r.Failed(), "%+v", r)
	require.Positive(t, r.FaultsBySignal["SIGBUS"])
	require.Equal(t, r.Faults, r.DeclaredFaults)
	require.Empty(t, r.Uncovered)
	r, _ = runLinked(t, img, &toyTarget{misaligns: true}, &toyTarget{misaligns: true})
	require.Zero(t, r.Mismatches)
	require.Empty(t, r.Emulated)
	found := map[string]bool{}
	for _, f := range r.Findings {
		require.Equal(t, runtime.FindingRan, f.Kind)
		found[f.Candidates[0]] = true
	}
	require.Equal(t, map[string]bool{"LL": true, "SC": true}, found)
}

// TestStoreThatSpoilsItsLoad: a store that is done, tells otherwise and is tried again shows in its load, beside which
// it is named.
func TestStoreThatSpoilsItsLoad(t *testing.T) {
	img := linkedImage(t, "little", "SC", "ADD")
	last := -1
	wrong := func(s *toy.Step) {
		it := &img.Program.Blocks[s.Block].Items[s.Index]
		in := img.Program.Machine.Set().Insns[max(0, it.Insn)]
		if round := s.Block*img.Program.Rounds + s.Round; it.Kind == arch.Test && in.Name() == "SC" && last != round {
			last = round
			s.CPU.R[in.Pattern.Extract(it.Word, nil)[0]] = 0
			s.CPU.Mem[16*int(it.Window)+15] ^= 1 // a byte that most others leave alone
		}
	}
	r, _ := runLinked(t, img, &toyTarget{}, &toyTarget{hook: wrong})
	require.Positive(t, r.Mismatches)
	for _, m := range r.MismatchList {
		if m.Pattern == "LL" {
			require.Equal(t, []string{"LL", "SC"}, m.Candidates)
			return
		}
	}
	require.Fail(t, "no load is blamed")
}
