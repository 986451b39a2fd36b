package runtime

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
)

// hitsOf compares two streams and returns the patterns' states, by source.
func hitsOf(t *testing.T, img *Image, master, apprentice []byte) (map[string]PatternState, *Report, error) {
	t.Helper()
	r, err := Run(context.Background(), img, &fake{data: master}, &fake{data: apprentice}, Options{Stall: patient.Stall, Hits: true})
	require.NotNil(t, r)
	out := map[string]PatternState{}
	for _, p := range r.PatternList {
		out[p.Source] = p
	}
	return out, r, err
}

// recount is what an image does, found by running it: executions by pattern and values of its arguments.
type recount struct {
	executions map[string]int64
	values     map[string]map[string]map[int64]bool
}

// put counts an instruction, unless it is a reserved word.
func (c *recount) put(p *arch.Program, it *arch.Item) {
	if it.Kind == arch.Reserved {
		return
	}
	in := p.Machine.Set().Insns[it.Insn]
	c.executions[Source(in)]++
	if it.Kind != arch.Test {
		return
	}
	for i, v := range in.Pattern.Extract(it.Word, nil) {
		of := c.values[Source(in)]
		if of == nil {
			of = map[string]map[int64]bool{}
			c.values[Source(in)] = of
		}
		name := in.Pattern.Args[i].Name
		if of[name] == nil {
			of[name] = map[int64]bool{}
		}
		of[name][v] = true
	}
}

// recounted counts what an image does in rounds that want holds for.
func recounted(t *testing.T, img *Image, want func(block, round int) bool) ([]byte, *recount) {
	t.Helper()
	p := img.Program
	c := &recount{map[string]int64{}, map[string]map[string]map[int64]bool{}}
	seen := map[[3]int]bool{}
	s := toyStream(t, img, func(s *toy.Step) {
		if it := &p.Blocks[s.Block].Items[s.Index]; it.Kind.UnderTest() && want(s.Block, s.Round) {
			c.put(p, it)
			seen[[3]int{s.Block, s.Round, s.Index}] = true
		}
	})
	for b := range p.Blocks {
		for round := range p.Rounds {
			_, h := recordAt(t, img, s, b, round)
			for i, at := 0, p.Blocks[b].Addr; h.Kind == arch.RecordFault && i < len(p.Blocks[b].Items); i++ {
				if it := &p.Blocks[b].Items[i]; at == h.PC && want(b, round) && !seen[[3]int{b, round, i}] { // no hook is called for what faults itself
					c.put(p, it)
				}
				at += uint64(p.Blocks[b].Items[i].Size)
			}
		}
	}
	return s, c
}

// agrees compares what was counted of a run with what its instructions did.
func (c *recount) agrees(t *testing.T, got map[string]PatternState) {
	t.Helper()
	for source, st := range got {
		require.Equal(t, c.executions[source], st.Executions, "%s (%s)", st.Pattern, source)
		for _, f := range st.Fields {
			want := []int64{}
			for _, v := range f.Legal {
				if c.values[source][f.Name][v] {
					want = append(want, v)
				}
			}
			require.Equal(t, want, f.Seen, "%s (%s) %s", st.Pattern, source, f.Name)
			require.Len(t, f.Seen, len(c.values[source][f.Name]), "%s (%s) %s: more than is legal", st.Pattern, source, f.Name)
		}
	}
}

// everyRound is all that an image does.
func everyRound(int, int) bool { return true }

// TestHits: executions and values are those of the instructions that ran, and executions those of the report. Of seed 8 a
// reserved word in a forbidden slot faults in each of its rounds, which is reported at the branch before.
func TestHits(t *testing.T) {
	for seed := uint64(7); seed <= 12; seed++ {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) { eachOrder(t, func(t *testing.T, order string) { testHits(t, order, seed) }) })
	}
}

func testHits(t *testing.T, order string, seed uint64) {
	img := toyImage(t, order, arch.Options{Seed: seed, Count: 3000, BlockLen: 8, Rounds: 4, MisalignedShare: 0.1})
	s, want := recounted(t, img, everyRound)
	got, r, err := hitsOf(t, img, s, s)
	require.NoError(t, err)
	want.agrees(t, got)
	all := int64(0)
	byName := map[string]PatternState{}
	for _, st := range got {
		all += st.Executions
		byName[st.Pattern] = st
		require.LessOrEqual(t, faultsOf(st), st.Executions, st.Pattern)
	}
	for _, st := range r.ReservedList { // branches where none may stand
		all += st.Executions
		require.LessOrEqual(t, faultsOf(st), st.Executions, st.Pattern)
		require.Equal(t, st.State == StateRefused, st.Faults != nil, st.Pattern)
	}
	require.Equal(t, r.Executions, all)
	require.Positive(t, byName["TZ"].Faults["SIGTRAP"])
	require.Nil(t, byName["ADD"].Faults)
	require.Equal(t, []FieldState{{BackField, []int64{0}, []int64{0}}, {WaysField, []int64{1, 2}, []int64{1, 2}}}, byName["BEQ"].Branches)
	require.Nil(t, byName["BEQ"].Alignments)
	require.Equal(t, []FieldState{
		{AddressField, []int64{0, 2, 4, 6, 8, 10, 12, 14}, []int64{0, 2, 4, 6, 8, 10, 12, 14}}, {MisalignedField, []int64{1}, []int64{1}},
	}, byName["SH"].Alignments)
}

// faultsOf is how often a pattern faulted.
func faultsOf(st PatternState) int64 {
	n := int64(0)
	for _, f := range st.Faults {
		n += f
	}
	return n
}

// TestHitsOfAFault: what stands behind a fault did not run, nor does the side count that ran on.
func TestHitsOfAFault(t *testing.T) {
	eachOrder(t, func(t *testing.T, order string) {
		img := toyImage(t, order, arch.Options{Seed: 2, Count: 40, BlockLen: 8, Rounds: 3, Select: arch.Selection{Patterns: []string{"ADD", "XOR"}}})
		p := img.Program
		first := func(b int) int {
			i := 0
			for ; p.Blocks[b].Items[i].Kind != arch.Test; i++ {
			}
			return i
		}
		s, _ := recounted(t, img, everyRound)
		faulty := bytes.Clone(s)
		want := &recount{map[string]int64{}, map[string]map[string]map[int64]bool{}}
		for b := range p.Blocks {
			item, addr := first(b), p.Blocks[b].Addr
			for i := range item {
				addr += uint64(p.Blocks[b].Items[i].Size)
			}
			for round := range p.Rounds {
				at, h := recordAt(t, img, s, b, round)
				h.Kind, h.Signal, h.PC = arch.RecordFault, 11, addr
				h.Put(faulty[at:], p.Machine.Layout().Order)
				want.put(p, &p.Blocks[b].Items[item])
			}
		}
		for _, sides := range [][2][]byte{{faulty, faulty}, {s, faulty}, {faulty, s}} {
			got, _, err := hitsOf(t, img, sides[0], sides[1])
			require.NoError(t, err)
			want.agrees(t, got)
			for _, st := range got {
				if st.Executions == 0 {
					require.Empty(t, st.Faults)
					continue
				}
				require.Equal(t, map[string]int64{"SIGSEGV": st.Executions}, st.Faults)
			}
		}
	})
}

// TestNoAddressOfAFault: where an access lies that always faults is not hit.
func TestNoAddressOfAFault(t *testing.T) {
	img := toyImage(t, "little", arch.Options{Seed: 2, Count: 200, BlockLen: 4, Rounds: 3, Select: arch.Selection{Patterns: []string{"ADD", "SH"}}})
	p := img.Program
	s := toyStream(t, img, nil)
	faulty := bytes.Clone(s)
	for b := range p.Blocks {
		addr := p.Blocks[b].Addr
		for _, it := range p.Blocks[b].Items {
			if it.Kind == arch.Test && p.Machine.Set().Insns[it.Insn].Name() == "SH" {
				for round := range p.Rounds {
					at, h := recordAt(t, img, s, b, round)
					h.Kind, h.Signal, h.PC = arch.RecordFault, 11, addr
					h.Put(faulty[at:], p.Machine.Layout().Order)
				}
				break
			}
			addr += uint64(it.Size)
		}
	}
	addresses := func(master, apprentice []byte) []int64 {
		got, _, err := hitsOf(t, img, master, apprentice)
		require.NoError(t, err)
		for _, st := range got {
			if st.Pattern == "SH" {
				require.Positive(t, st.Executions)
				return st.Alignments[0].Seen
			}
		}
		return nil
	}
	require.NotEmpty(t, addresses(s, s))
	require.Empty(t, addresses(faulty, faulty))
	require.Empty(t, addresses(s, faulty))
	require.Empty(t, addresses(faulty, s))
}

// TestHitsOfWhatWasCompared: of a target that dies, what it ran before counts, to the round.
func TestHitsOfWhatWasCompared(t *testing.T) {
	eachOrder(t, func(t *testing.T, order string) {
		img := toyImage(t, order, arch.Options{Seed: 5, Count: 400, BlockLen: 8, Rounds: 4})
		for _, cut := range [][2]int{{0, 0}, {0, 1}, {7, 0}, {7, 3}, {20, 2}} {
			s, want := recounted(t, img, func(block, round int) bool { return block < cut[0] || block == cut[0] && round < cut[1] })
			at, _ := recordAt(t, img, s, cut[0], cut[1])
			got, _, err := hitsOf(t, img, s, s[:at+arch.RecordHeaderSize+1])
			require.Error(t, err)
			want.agrees(t, got)
		}
	})
}

// TestNoHits: nobody asked.
func TestNoHits(t *testing.T) {
	img := toyImage(t, "little", small(1))
	s := toyStream(t, img, nil)
	r, err := runBytes(t, img, s, s)
	require.NoError(t, err)
	for _, st := range r.PatternList {
		require.Equal(t, PatternState{Pattern: st.Pattern, Source: st.Source, State: st.State}, st)
	}
}
