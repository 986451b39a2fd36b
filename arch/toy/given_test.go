package toy

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

func machineFor(t testing.TB, order string) arch.Machine {
	t.Helper()
	m, err := Arch{}.Machine(arch.Config{Order: order, ISAs: isas})
	require.NoError(t, err)
	return m
}

// randomCode is words that a machine's patterns match, each as often as the others, whether they are legal or not.
func randomCode(m arch.Machine, seed uint64, n int) []arch.Given {
	rng := rand.New(rand.NewPCG(seed, 1))
	var out []arch.Given
	for i := range n {
		p := m.Set().Insns[rng.IntN(len(m.Set().Insns))].Pattern
		out = append(out, arch.Given{Word: p.FixedBits | rng.Uint64()&0xffff_ffff&^p.FixedMask, Offset: uint64(4 * i)})
	}
	return out
}

// given makes a program of words.
func given(t testing.TB, m arch.Machine, words []arch.Given) (*arch.Program, arch.Refusals) {
	t.Helper()
	p, refused, err := arch.GenerateGiven(m, arch.Options{Seed: 3, BlockLen: 12, Rounds: 4}, words)
	require.NoError(t, err)
	return p, refused
}

// tests lists the words under test of a program, in their order.
func tests(p *arch.Program) []uint64 {
	var out []uint64
	for b := range p.Blocks {
		for _, it := range p.Blocks[b].Items {
			if it.Kind == arch.Test {
				out = append(out, it.Word)
			}
		}
	}
	return out
}

// TestGivenWordsRunAsTheyStand: every word that is not refused is there, once, in its order, and nothing of it is
// changed but a branch's distance.
func TestGivenWordsRunAsTheyStand(t *testing.T) {
	for seed := range uint64(10) {
		for _, order := range orders {
			m := machineFor(t, order)
			words := randomCode(m, seed, 500)
			p, refused := given(t, m, words)
			requireInOrder(t, m, words, &refused, p)
			require.Greater(t, p.Instructions(), 250)
			require.Positive(t, refused.Total())
			flipAll(t, p)
			for b := range p.Blocks {
				requireOwnPlaces(t, p, &p.Blocks[b])
				requireSpared(t, p, &p.Blocks[b])
			}
		}
	}
}

// requireInOrder compares a program's words with the given ones that are not refused. It expects that all
// refusals are kept in full.
func requireInOrder(t *testing.T, m arch.Machine, words []arch.Given, refused *arch.Refusals, p *arch.Program) {
	t.Helper()
	no := map[uint64]bool{}
	for _, r := range refused.First {
		no[r.Offset] = true
	}
	if len(refused.First) < refused.Total() {
		return
	}
	got := tests(p)
	require.Len(t, got, len(words)-refused.Total())
	for _, w := range words {
		if no[w.Offset] {
			continue
		}
		in := m.Set().Decode(w.Word)
		fixed := ^uint64(0)
		if in.Branch != nil {
			fixed = ^in.Pattern.FieldBits(in.Pattern.ArgIndex("off"))
		}
		require.Equal(t, w.Word&fixed, got[0]&fixed, "at %#x: %s", w.Offset, in)
		require.True(t, in.Legal(got[0]))
		got = got[1:]
	}
}

// TestGivenResultsStandAlone is the invariant for words that all write where an earlier result stands.
func TestGivenResultsStandAlone(t *testing.T) {
	m := machineFor(t, "little")
	var words []arch.Given
	for i := range 40 {
		words = append(words, arch.Given{Word: 0x01112000 + uint64(i%3)<<20, Offset: uint64(4 * i)}) // ADD r1..r3,r1,r2
	}
	p, refused := given(t, m, words)
	require.Zero(t, refused.Total())
	for b := range p.Blocks {
		requireOwnPlaces(t, p, &p.Blocks[b])
	}
	require.Equal(t, 14, len(p.Blocks), "three words a block: the base register lets r1 to r3 be")
}

// position is a place in a description, which may grow.
var position = regexp.MustCompile(`\w+\.decode:\d+:\d+`)

// TestRefusals: what cannot be run, and why.
func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		word     uint64
		unlinked bool
		kind     arch.RefusalKind
		why      string
	}{
		{word: 0xffffffff, kind: arch.NotDecoded, why: "it is no instruction of this CPU"},
		{word: 0x30930000, kind: arch.NotDecoded, why: "it is no instruction of this CPU"}, // vd = 9
		{word: 0x01123000, unlinked: true, kind: arch.NotLinked, why: "a relocation says that a linker is to change it"},
		{word: 0x70000001, kind: arch.NotScheduled, why: "JAL (AT) is no instruction that images hold: where it branches cannot be chosen"},
		{word: 0x49812000, kind: arch.CannotSchedule, why: "AT: there is no such register for operand vd"},
		{word: 0x44110006, kind: arch.NotDefined, why: "AT: the word is unpredictable"}, // LDM that writes back
		{word: 0x06120000, kind: arch.CannotSchedule, why: "AT: operand rt must not be zero"},
		{word: 0x40100004, kind: arch.CannotSchedule, why: "AT: no address can be put into operand rs"},
	} {
		m := machineFor(t, "big")
		add := arch.Given{Word: 0x01123000}
		p, refused := given(t, m, []arch.Given{add, {Word: c.word, Offset: 4, Unlinked: c.unlinked}})
		require.Equal(t, []uint64{0x01123000}, tests(p))
		require.Equal(t, map[arch.RefusalKind]int{c.kind: 1}, refused.Counts, "%#x", c.word)
		require.Equal(t, []arch.RefusalKind{c.kind}, refused.Kinds())
		require.EqualValues(t, 4, refused.First[0].Offset)
		require.Equal(t, c.why, position.ReplaceAllString(refused.First[0].Why, "AT"))
	}
	_, refused, err := arch.GenerateGiven(machineFor(t, "big"), arch.Options{BlockLen: 1, Rounds: 1}, []arch.Given{{Word: 0xffffffff}})
	require.ErrorContains(t, err, "there is no word that can be run")
	require.Equal(t, 1, refused.Total())
}

// TestBranchNeedsNoLinker: what a linker changes in a branch is replaced.
func TestBranchNeedsNoLinker(t *testing.T) {
	p, refused := given(t, machineFor(t, "little"), []arch.Given{{Word: 0x50120000, Unlinked: true}})
	require.Zero(t, refused.Total())
	require.Equal(t, 1, p.Instructions())
}

// TestZeroMeetsConditions: register 0 is sign-extended, and is not prepared.
func TestZeroMeetsConditions(t *testing.T) {
	m := machineFor(t, "little")
	p, refused := given(t, m, []arch.Given{{Word: 0x0d102000}, {Word: 0x24000000, Offset: 4}}) // MODW r1,r0,r2; WRST r0
	require.Zero(t, refused.Total())
	for _, it := range p.Blocks[0].Items {
		require.False(t, it.Kind == arch.Prepare && it.Reg == 0)
	}
	runProgram(t, p, nil)
}

// requireOwnPlaces asks each word what it writes: nothing writes where an earlier result stands.
func requireOwnPlaces(t *testing.T, p *arch.Program, b *arch.Block) {
	l, owner := p.Machine.Layout(), map[arch.Place]int{}
	for _, r := range p.Effects(b).Results {
		other, twice := owner[r.Place]
		require.False(t, twice, "items %d and %d", other, r.Item)
		owner[r.Place] = r.Item
	}
	for i, it := range b.Items {
		if it.Kind != arch.Test {
			continue
		}
		in := p.Machine.Set().Insns[it.Insn]
		for _, u := range in.Uses(nil, it.Word, in.Pattern.Extract(it.Word, nil)) {
			if u.Kind == constraints.UseRegister && u.Role.Writes() && l.Classes[u.Class].Zero>>u.Num&1 == 0 {
				place := arch.Place{Kind: arch.RegisterPlace, Class: u.Class, Num: u.Num}
				item, is := owner[place]
				require.True(t, !is || item >= i, "item %d writes to the result of item %d", i, item)
			}
		}
	}
}

// requireSpared: what is copied away, and what shows which way a branch went, goes to registers that the next
// word does not name.
func requireSpared(t *testing.T, p *arch.Program, b *arch.Block) {
	spared := map[uint8]bool{}
	for i, it := range b.Items {
		switch it.Kind {
		case arch.Save:
			spared[it.Reg] = true
		case arch.Test:
			for _, after := range b.Items[i:] {
				if after.Kind == arch.Mark && int(after.Owner) == i {
					spared[after.Reg] = true
				}
			}
			in := p.Machine.Set().Insns[it.Insn]
			for _, u := range in.Uses(nil, it.Word, in.Pattern.Extract(it.Word, nil)) {
				require.False(t, u.Kind == constraints.UseRegister && u.Class == classR && spared[u.Num], "item %d, %s: r%d", i, in, u.Num)
			}
			clear(spared)
		}
	}
}

// TestBaseRegisterGivesWay: the harness takes registers that none of the words of a block's length names.
func TestBaseRegisterGivesWay(t *testing.T) {
	var words []arch.Given
	for r := range uint64(12) {
		words = append(words, arch.Given{Word: 0x01000000 | (r+1)*0x111000, Offset: 4 * r}) // ADD rN,rN,rN
	}
	p, _ := given(t, machineFor(t, "little"), words)
	require.Len(t, p.Blocks, 1)
}

// TestNumbersThatAreNoRegisters: what an overlay says a number means cannot be given a value.
func TestNumbersThatAreNoRegisters(t *testing.T) {
	overlay := `MIX: inputs { rt != 0; }
		SWX: operands { rt, rs: in r; ri: in r, 15 is status, 14 is zero; mem: out; }
		LW: operands { rt: out r; rs: in r, 15 is status; mem: in; }`
	m, err := Arch{}.Machine(arch.Config{Order: "little", ISAs: isas, Sources: []arch.Source{{Name: "o", Kind: arch.OverlaySource, Text: []byte(overlay)}}})
	require.NoError(t, err)
	words := []arch.Given{
		{Word: 0x0912d000, Offset: 0}, {Word: 0x0912f000, Offset: 4}, {Word: 0x0912e000, Offset: 8}, // MIX of r13, status, zero
		{Word: 0x4712d000, Offset: 12}, {Word: 0x4712f000, Offset: 16}, {Word: 0x4712e000, Offset: 20}, // SWX
		{Word: 0x401d0000, Offset: 24}, {Word: 0x401f0000, Offset: 28}, // LW
	}
	p, refused := given(t, m, words)
	var why []string
	for _, r := range refused.First {
		_, text, _ := strings.Cut(r.Why, ": ")
		why = append(why, fmt.Sprintf("%d %s", r.Offset, text))
	}
	require.Equal(t, []string{
		"4 operand rt is no register that a value can be put into", "8 operand rt must not be zero",
		"16 operand ri must be one of the registers that hold an index", "28 no address can be put into operand rs",
	}, why)
	require.Len(t, tests(p), 4)
	runProgram(t, p, nil)
}
