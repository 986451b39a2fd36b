// Package archtest holds the tests that the programs of every architecture must pass. An architecture's own tests call
// them with its machines.
package archtest

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/random"
)

// Generate makes a program for a machine of an architecture.
func Generate(t *testing.T, a arch.Arch, c arch.Config, o arch.Options) *arch.Program {
	t.Helper()
	m, err := a.Machine(c)
	require.NoError(t, err)
	p, err := arch.Generate(m, o)
	require.NoError(t, err)
	return p
}

// OutputsHavePlaces wants no output of a program to be lost, but for those that are not defined and those that nothing
// keeps, and no two to share a place: link registers and marks of branches, copies of states.
func OutputsHavePlaces(t *testing.T, p *arch.Program) {
	t.Helper()
	for b := range p.Blocks {
		block := &p.Blocks[b]
		have := resultsOf(t, p, b)
		for i, it := range block.Items {
			if it.Kind != arch.Test {
				continue
			}
			in := p.Machine.Set().Insns[it.Insn]
			if in.Branch != nil {
				require.Equal(t, 1, have[output{i, -1}], "block %d item %d: mark of %s", b, i, in.Name())
			}
			args := in.Pattern.Extract(it.Word, nil)
			written := placesOf(p, in, it.Word, args)
			for n := range in.Operands {
				want := written[n]
				if in.Undefined(n, it.Word, args) {
					want = 0
				}
				require.Equal(t, want, have[output{i, n}], "block %d item %d: %s of %s", b, i, in.Operands[n].Name, in.Name())
			}
		}
	}
}

type output struct{ item, operand int }

// resultsOf counts the places of each output of a block, which must not share any.
func resultsOf(t *testing.T, p *arch.Program, block int) map[output]int {
	t.Helper()
	have, taken := map[output]int{}, map[arch.Place]output{}
	for _, r := range p.Effects(&p.Blocks[block]).Results {
		o := output{r.Item, r.Operand}
		have[o]++
		other, twice := taken[r.Place]
		require.False(t, twice, "block %d: %v and %v share %v", block, other, o, r.Place)
		taken[r.Place] = o
	}
	return have
}

// placesOf says how many places each operand of a word writes. Of several that write one place the last counts, and what
// nothing keeps does not.
func placesOf(p *arch.Program, in *constraints.Insn, word uint64, args []int64) map[int]int {
	type place struct {
		kind       constraints.UseKind
		class, num uint8
	}
	writer := map[place]int{}
	for _, u := range in.Uses(nil, word, args) {
		lost := u.Kind == constraints.UseRegister && p.Machine.Layout().Classes[u.Class].Zero>>u.Num&1 != 0
		if u.Role.Writes() && !lost {
			writer[place{u.Kind, u.Class, u.Num}] = u.Operand
		}
	}
	out := map[int]int{}
	for _, operand := range writer {
		out[operand]++
	}
	return out
}

// NothingWritesToResults walks each block of a program and asks the words themselves, glue included, what they write: no
// later word may write where a result stands. decode tells what the items of a block are.
func NothingWritesToResults(t *testing.T, p *arch.Program, decode func(items []arch.Item) []Word) {
	t.Helper()
	for b := range p.Blocks {
		block := &p.Blocks[b]
		since := map[arch.Place]int{} // the last word that writes a place
		insns := decode(block.Items)
		for i, it := range block.Items {
			in, word := insns[i].Insn, insns[i].Bits
			require.False(t, in == nil && it.Kind.UnderTest(), "%08x", it.Word)
			if in == nil {
				continue
			}
			for _, u := range in.Uses(nil, word, in.Pattern.Extract(word, nil)) {
				if u.Kind == constraints.UseRegister && u.Role.Writes() {
					since[arch.Place{Class: u.Class, Num: u.Num}] = i
				}
			}
		}
		for _, r := range p.Effects(block).Results {
			if r.Place.Kind != arch.RegisterPlace {
				continue
			}
			last := &block.Items[since[r.Place]]
			require.True(t, since[r.Place] == r.Item || int(last.Owner) == r.Item && (last.Kind == arch.Save || last.Kind == arch.Mark),
				"block %d: the result of item %d (%08x) in %v is overwritten by item %d (%s)", b, r.Item, block.Items[r.Item].Word, r.Place, since[r.Place], last.Kind)
		}
	}
}

// Word is a word of a block as the processor reads it, and its instruction; nil: it writes nothing that is a result.
type Word struct {
	Insn *constraints.Insn
	Bits uint64
}

// Decode tells what items are whose words are all of one set.
func Decode(t *testing.T, set *constraints.Set) func(items []arch.Item) []Word {
	return func(items []arch.Item) []Word {
		out := make([]Word, len(items))
		for i := range items {
			out[i] = Word{set.Decode(items[i].Word), items[i].Word}
			require.NotNil(t, out[i].Insn, "%08x", items[i].Word)
		}
		return out
	}
}

// NothingFaultsWithoutStack wants no instruction that may fault, or must, behind one that leaves a result in the stack
// pointer. One in the signal stack would have a kernel put its frame where nothing is mapped. It returns how many
// results there are, and how many instructions that may fault.
func NothingFaultsWithoutStack(t *testing.T, p *arch.Program) (results, faults int) {
	t.Helper()
	l := p.Machine.Layout()
	for b := range p.Blocks {
		first := len(p.Blocks[b].Items)
		for _, r := range p.Effects(&p.Blocks[b]).Results {
			if r.Place.Kind == arch.RegisterPlace && int(r.Place.Class) == l.AddrClass && int(r.Place.Num) == l.StackReg {
				first = min(first, r.Item)
				results++
			}
		}
		for i, it := range p.Blocks[b].Items {
			if it.Kind.UnderTest() && (it.Kind != arch.Test || p.Machine.Set().Insns[it.Insn].MayFault()) {
				faults++
				require.LessOrEqual(t, i, first, "block %d item %d", b, i)
			}
		}
	}
	return results, faults
}

// ThereAndBack wants every word that is drawn of a set's patterns to be legal, to decode to its pattern, and to be what
// its arguments encode to, but for patterns with a name that ambiguous matches: several words have their arguments.
func ThereAndBack(t *testing.T, set *constraints.Set, ambiguous ...string) {
	t.Helper()
	rng := random.New(5, 6)
	for _, in := range set.Patterns() {
		offer := make([]uint64, len(in.Operands))
		for i := range offer {
			offer[i] = ^uint64(0)
		}
		if in.Branch != nil && in.Branch.Absolute || in.Unreachable() {
			continue // not drawn, or not so
		}
		twoWays := matchesWhole(ambiguous, in.Name())
		for range 300 {
			w, ok := in.Draw(rng, offer, 12)
			if !ok || !in.Legal(w) || set.Decode(w) != in { // as a rule not: no call for each word
				require.True(t, ok, in)
				require.True(t, in.Legal(w), "%s: %08x", in, w)
				require.Same(t, in, set.Decode(w), "%s: %08x", in, w)
			}
			uses := in.Uses(nil, w, in.Pattern.Extract(w, nil))
			if got := in.UsesOf(nil, w); !slices.Equal(got, uses) {
				require.Equal(t, uses, got, "%s: %08x", in, w)
			}
			writes := slices.DeleteFunc(uses, func(u constraints.Use) bool { return !u.Role.Writes() })
			if got := in.WritesOf(nil, w); !slices.Equal(got, writes) {
				require.Equal(t, writes, got, "%s: %08x", in, w)
			}
			if twoWays {
				continue
			}
			if back, err := in.Pattern.Encode(in.Pattern.Extract(w, nil)); err != nil || back != w {
				require.NoError(t, err)
				require.Equal(t, w, back, in)
			}
		}
	}
}
