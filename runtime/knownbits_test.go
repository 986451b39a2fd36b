package runtime_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/toy"
	"github.com/risugen/risugen/runtime"
)

// bitsImage is a program in which instructions read what others wrote.
func bitsImage(t *testing.T, order string) *runtime.Image {
	return toyImage(t, order, arch.Options{Seed: 3, Count: 600, BlockLen: 8, Rounds: 8, Select: arch.Selection{Patterns: []string{"ADD", "XOR", "SADD", "VADD"}}})
}

// flipBits makes a pattern's first destination differ in bits that depend on the execution.
func flipBits(img *runtime.Image, name string, bits func(n int) uint32) toy.Hook {
	p, n := img.Program.Machine.Set().ByName(name)[0].Pattern, 0
	return func(s *toy.Step) {
		if rd := p.Extract(uint64(s.Word), nil)[0]; p.Matches(uint64(s.Word)) && rd != 0 {
			n++
			s.CPU.R[rd] ^= bits(n)
		}
	}
}

func bitsRun(t *testing.T, img *runtime.Image, hook toy.Hook, list string) *runtime.Report {
	known, err := runtime.ParseKnown("known.yaml", []byte(list))
	require.NoError(t, err)
	r, err := runtime.Run(context.Background(), img, &toyTarget{}, &toyTarget{hook: hook}, runtime.Options{Known: known})
	require.NoError(t, err)
	return r
}

const bitsEntry = `
- {id: wrong-add, cpus: [toy], patterns: [ADD], kinds: [result], text: adds are wrong, bits: `

// unknown lists the differences that nothing covers.
func unknown(r *runtime.Report) (out []*runtime.Mismatch) {
	for _, m := range r.MismatchList {
		if m.Known == "" {
			out = append(out, m)
		}
	}
	return out
}

// TestKnownBits: an entry covers a result if all bits that differ lie within its own, and what follows from it.
func TestKnownBits(t *testing.T) {
	for _, order := range []string{"little", "big"} {
		img := bitsImage(t, order)
		four := func(int) uint32 { return 4 }
		high := func(int) uint32 { return 0x80000004 }
		for _, c := range []struct {
			bits string
			flip func(int) uint32
			ok   bool
		}{
			{"0x4", four, true}, {"0xff", four, true}, {"{rd: 0x4}", four, true}, {"{'r\\d+': 0x4}", four, true}, {"{rd: all}", four, true},
			{"0x3", four, false}, {"0x8", four, false}, {"{rs: 0x4}", four, false}, {"{status: 0x4, rd: 0x3}", four, false},
			{"0x80000004", high, true}, {"0x4", high, false}, {"0x04000080", high, false}, {"0x80000000", high, false},
		} {
			r := bitsRun(t, img, flipBits(img, "ADD", c.flip), bitsEntry+c.bits+"}\n")
			require.Positive(t, r.Mismatches)
			assert.Equal(t, !c.ok, r.Failed(), "%s %s", order, c.bits)
			assert.Equal(t, c.ok, len(r.KnownUnseen) == 0)
			if c.ok {
				assert.Equal(t, r.Mismatches, r.KnownSeen[0].Count)
			}
		}
	}
}

// TestKnownBitsAreOfEachOccurrence: where only some of a pattern's differences lie within the bits the others are new, and
// counted apart.
func TestKnownBitsAreOfEachOccurrence(t *testing.T) {
	img := bitsImage(t, "little")
	seldom := func(n int) uint32 {
		if n%17 == 16 { // not the first, which is the example
			return 0x104
		}
		return 4
	}
	r := bitsRun(t, img, flipBits(img, "ADD", seldom), bitsEntry+"0x4}\n")
	assert.True(t, r.Failed())
	require.Len(t, unknown(r), 1)
	m := unknown(r)[0]
	assert.Equal(t, "ADD", m.Pattern)
	assert.Greater(t, r.KnownMismatches, m.Count)
	assert.Equal(t, r.Mismatches, r.KnownMismatches+m.Count)
	i := slices.IndexFunc(m.Outputs, func(d runtime.Difference) bool { return d.Operand == "rd" })
	require.GreaterOrEqual(t, i, 0)
	assert.NotEqual(t, m.Outputs[i].Master, m.Outputs[i].Apprentice)
}

// TestKnownBitsHideNothing: a difference of another instruction in the same round is told, and blamed on that one.
func TestKnownBitsHideNothing(t *testing.T) {
	img := bitsImage(t, "big")
	hook := func() toy.Hook {
		add := flipBits(img, "ADD", func(int) uint32 { return 4 })
		xor := flipBits(img, "XOR", func(n int) uint32 { return uint32(boolInt(n%40 == 0)) })
		return func(s *toy.Step) { add(s); xor(s) }
	}
	r := bitsRun(t, img, hook(), bitsEntry+"0x4}\n")
	assert.True(t, r.Failed())
	require.Len(t, unknown(r), 1)
	assert.Equal(t, "XOR", unknown(r)[0].Pattern)
	none := bitsRun(t, img, hook(), "")
	assert.Equal(t, none.Mismatches, r.Mismatches)
	assert.Greater(t, unknown(r)[0].Count, slices.MaxFunc(unknown(none), func(a, b *runtime.Mismatch) int { return boolInt(a.Pattern == "XOR") - boolInt(b.Pattern == "XOR") }).Count,
		"without the entry ADD is blamed for rounds in which both differ")
}

// TestKnownHidesNothing: an entry without bits does not cover what a later instruction of the round does wrong by itself, and covers
// what follows from its own.
func TestKnownHidesNothing(t *testing.T) {
	const entry = "- {id: wrong-add, cpus: [toy], patterns: [ADD], kinds: [result], text: adds are wrong}\n"
	img := toyImage(t, "little", arch.Options{Seed: 3, Count: 600, BlockLen: 2, Rounds: 8, Select: arch.Selection{Patterns: []string{"ADD", "XOR"}}})
	set := img.Program.Machine.Set()
	add, xor := set.ByName("ADD")[0].Pattern, set.ByName("XOR")[0].Pattern
	apart, follows := map[int]bool{}, 0 // blocks of an ADD and an XOR that has nothing to do with it; others
	for b := range img.Program.Blocks {
		items := img.Program.Blocks[b].Items
		if len(items) != 2 || !add.Matches(items[0].Word) || !xor.Matches(items[1].Word) {
			continue
		}
		x, y := add.Extract(items[0].Word, nil), xor.Extract(items[1].Word, nil)
		if x[0] != 0 && y[0] != 0 && !slices.Contains(y, x[0]) {
			apart[b] = true
		} else if x[0] != 0 && y[0] != x[0] {
			follows++
		}
	}
	require.NotEmpty(t, apart)
	require.Positive(t, follows)
	flip := flipBits(img, "ADD", func(int) uint32 { return 4 })
	require.False(t, bitsRun(t, img, flip, entry).Failed())
	r := bitsRun(t, img, func(s *toy.Step) {
		flip(s)
		if rd := xor.Extract(uint64(s.Word), nil)[0]; xor.Matches(uint64(s.Word)) && apart[blockAt(img.Program, s.Before.PC)] {
			s.CPU.R[rd] ^= 1
		}
	}, entry)
	require.True(t, r.Failed(), "XOR is wrong wherever ADD is, too, alone")
	require.Len(t, unknown(r), 1)
	assert.Equal(t, "XOR", unknown(r)[0].Pattern)
	assert.EqualValues(t, len(apart)*img.Program.Rounds, unknown(r)[0].Count)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// TestKnownUnseen: an entry is unseen if its pattern ran on its CPU and targets, and not if it did not.
func TestKnownUnseen(t *testing.T) {
	img := bitsImage(t, "little")
	for list, want := range map[string]int{
		bitsEntry + "0x4}\n": 1,
		"- {id: a, cpus: [toy], patterns: [ADD], kinds: [fault], text: t}\n":                   1,
		"- {id: a, cpus: [toy], patterns: [SUB], kinds: [fault], text: t}\n":                   0,
		"- {id: a, cpus: [other], patterns: [ADD], kinds: [fault], text: t}\n":                 0,
		"- {id: a, cpus: [toy], targets: none, patterns: [ADD], kinds: [fault], text: t}\n":    0,
		"- {id: a, cpus: [toy], versions: '7', patterns: [ADD], kinds: [fault], text: t}\n":    0,
		"- {id: a, cpus: [toy], patterns: [ADD], kinds: [missing trap], text: t}\n":            0,
		"- {id: a, cpus: [toy], patterns: [ADD], overlay: '# nothing', text: t}\n":             0,
		"- {id: a, cpus: [toy], targets: memory, patterns: [ADD], kinds: [result], text: t}\n": 0,
		"- {id: a, cpus: [toy], targets: toyname, patterns: [ADD], kinds: [fault], text: t}\n": 0,
		"- {id: a, cpus: ['t.y'], targets: '', patterns: ['A.*'], kinds: [result], text: t}\n": 1,
	} {
		r := bitsRun(t, img, nil, list)
		assert.Len(t, r.KnownUnseen, want, list)
		assert.False(t, r.Failed())
	}
}

func TestKnownBitsErrors(t *testing.T) {
	for bits, want := range map[string]string{
		"0":            `k.yaml:2: bits: "0" must be a mask`,
		"0x0":          `k.yaml:2: bits: "0x0" must be a mask`,
		"12":           `k.yaml:2: bits: "12" must be a mask`,
		"0x-1":         `k.yaml:2: bits: "0x-1" must be a mask`,
		"[1]":          "k.yaml:2: bits must be a mask, or a mapping",
		"{}":           "k.yaml:2: bits must be a mask, or a mapping",
		"{rd: [0x1]}":  `k.yaml:2: bits: "" must be a mask`,
		"{'(': 0x1}":   "k.yaml:2: error parsing regexp",
		"{rd: 0x1g}":   `k.yaml:2: bits: "0x1g" must be a mask`,
		"{rd: {a: 1}}": `k.yaml:2: bits: "" must be a mask`,
	} {
		_, err := runtime.ParseKnown("k.yaml", []byte(bitsEntry+bits+"}\n"))
		if assert.Error(t, err, bits) {
			assert.Contains(t, err.Error(), want)
		}
	}
	_, err := runtime.ParseKnown("k.yaml", []byte("- {id: a, cpus: [toy], patterns: [ADD], kinds: [result, fault], text: t, bits: 0x1}\n"))
	assert.ErrorContains(t, err, "k.yaml:1: bits are of results")
	list, err := runtime.ParseKnown("k.yaml", []byte(bitsEntry+"0xffff_ffff_0000_0000_0000_0001}\n"))
	require.NoError(t, err)
	assert.Equal(t, "k.yaml:2", list[0].At)
}

// storedWrong makes each SW store a wrong byte, and calls f for each LW with whether it may read one of those.
func storedWrong(img *runtime.Image, f func(s *toy.Step, wrong bool)) toy.Hook {
	set, begin := img.Program.Machine.Set(), uint32(img.Program.Machine.Layout().Memory.Addr)
	sw, lw := set.ByName("SW")[0].Pattern, set.ByName("LW")[0].Pattern
	bad, round := map[uint32]bool{}, [2]int{-1, -1}
	return func(s *toy.Step) {
		if now := [2]int{s.Block, s.Round}; now != round {
			clear(bad)
			round = now
		}
		switch word := uint64(s.Word); {
		case sw.Matches(word):
			args := sw.Extract(word, nil)
			at := s.Before.R[args[1]] + uint32(args[2])
			s.CPU.Mem[at-begin] ^= 0x10
			bad[at] = true
		case lw.Matches(word):
			args := lw.Extract(word, nil)
			at, wrong := s.Before.R[args[1]]+uint32(args[2]), false
			for i := at &^ 3; i < (at+3)&^3+4; i++ { // the aligned words that it touches
				wrong = wrong || bad[i]
			}
			f(s, wrong)
		}
	}
}

// TestKnownBitsOfMemory: a load that reads what is known to be stored wrongly is excused, and one that reads something else is not.
func TestKnownBitsOfMemory(t *testing.T) {
	const list = "- {id: a, cpus: [toy], patterns: [SW], kinds: [result], bits: {mem: all}, text: stores are wrong}\n"
	for _, order := range []string{"little", "big"} {
		img := toyImage(t, order, arch.Options{Seed: 3, Count: 2000, BlockLen: 8, Rounds: 4, Select: arch.Selection{Patterns: []string{"SW", "LW", "ADD"}}})
		reads := 0
		r := bitsRun(t, img, storedWrong(img, func(_ *toy.Step, wrong bool) { reads += boolInt(wrong) }), list)
		require.Positive(t, reads)
		require.Positive(t, r.KnownMismatches)
		assert.False(t, r.Failed())

		lw := img.Program.Machine.Set().ByName("LW")[0].Pattern
		rounds := map[[2]int]bool{}
		r = bitsRun(t, img, storedWrong(img, func(s *toy.Step, wrong bool) {
			if rt := lw.Extract(uint64(s.Word), nil)[0]; !wrong && rt != 0 {
				s.CPU.R[rt] ^= 4
				rounds[[2]int{s.Block, s.Round}] = true
			}
		}), list)
		assert.True(t, r.Failed())
		count := int64(0)
		for _, m := range unknown(r) {
			assert.Equal(t, "LW", m.Pattern)
			count += m.Count
		}
		assert.EqualValues(t, len(rounds), count, "each round in which one that reads nothing wrong is wrong")
	}
}

// TestKnownBitsOfMerges: bits that an entry has from another one, by a merge key or an alias, bind it as its own do.
func TestKnownBitsOfMerges(t *testing.T) {
	img := bitsImage(t, "little")
	hook := func(bits uint32) toy.Hook { return flipBits(img, "ADD", func(int) uint32 { return bits }) }
	for _, list := range []string{
		"- &x {id: x, cpus: [toy], patterns: [NONE], kinds: [result], text: t, bits: 0x4}\n- {<<: *x, id: y, patterns: [ADD]}\n",
		"- {id: x, cpus: [toy], patterns: [NONE], kinds: [result], text: t, bits: &b {rd: &m 0x4}}\n- {id: y, cpus: [toy], patterns: [ADD], kinds: [result], text: t, bits: *b}\n",
		"- {id: x, cpus: [toy], patterns: [NONE], kinds: [result], text: t, bits: &b 0x4}\n- {id: y, cpus: [toy], patterns: [ADD], kinds: [result], text: t, bits: {rd: *b}}\n",
		"- {id: x, cpus: [toy], patterns: [ADD], kinds: [result], text: &t bits, *t : 0x4}\n",
	} {
		assert.False(t, bitsRun(t, img, hook(4), list).Failed(), list)
		assert.True(t, bitsRun(t, img, hook(8), list).Failed(), list)
	}
}

// TestKnownListsAreReadWhole: what would be left out of a list, or mean more than it seems to, is an error.
func TestKnownListsAreReadWhole(t *testing.T) {
	const entry = "- {id: a, cpus: [toy], patterns: [ADD], kinds: [fault], text: t}\n"
	for list, want := range map[string]string{
		entry + "---\n" + entry: "k.yaml:2: a second document",
		"---\n---\n" + entry:    "k.yaml:2: a second document",
		"- {id: a, id: b, cpus: [toy], patterns: [ADD], kinds: [fault], text: t}\n":                   `k.yaml:1: line 1: mapping key "id" already defined`,
		"- {id: a, cpus: [toy], patterns: [ADD], kinds: [result], text: t, bits: {a: 0x1, a: all}}\n": `k.yaml:1: line 1: mapping key "a" already defined`,
		"- {id: a, cpus: [toy], patterns: [ADD], kinds: [fault], places: [], text: t}\n":              "k.yaml:1: places are empty",
		"- {id: a, cpus: [toy], patterns: [ADD], kinds: [fault], places: , text: t}\n":                "k.yaml:1: places are empty",
		"- {id: a, cpus: [toy], patterns: [ADD], kinds: [result], bits: , text: t}\n":                 "k.yaml:1: bits:",
		"- null\n": "k.yaml:1: an entry must be a mapping",
	} {
		_, err := runtime.ParseKnown("k.yaml", []byte(list))
		assert.ErrorContains(t, err, want, list)
	}
}
