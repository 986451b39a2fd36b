package constraints

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// words lists the legal words of P of abc for which keep holds.
func wordsOf(in *Insn, keep func(a, b, c uint64) bool) map[uint64]bool {
	out := map[uint64]bool{}
	for v := range uint64(4096) {
		if w := word(v>>8, v>>4&15, v&15); in.Legal(w) && keep(v>>8, v>>4&15, v&15) {
			out[w] = true
		}
	}
	return out
}

// TestHalves: each half's words are equally likely, and there are no others.
func TestHalves(t *testing.T) {
	in := mustLoad(t, abc+"#! operands { a: out gpr; a: in gpr if c < 14; b: in gpr; } constraints { a != b; c < 15; } conditional { c < 7; c in {7..13}; }\n").Insns[0]
	assert.True(t, in.HasConditional())
	assert.True(t, in.IsConditional(word(1, 2, 7)))
	assert.False(t, in.IsConditional(word(1, 2, 14)))
	for _, conditional := range []bool{false, true} {
		half := in.Half(conditional)
		want := wordsOf(in, func(_, _, c uint64) bool { return c < 14 == conditional })
		assert.Len(t, want, map[bool]int{false: 240, true: 14 * 240}[conditional])
		chiSquare(t, half, offers(in), want, 20*len(want))
		r, turn := newRand(), Turn{}
		for range 2000 {
			w, ok := half.DrawEdge(r, offers(in), 0, &turn)
			assert.True(t, ok && want[w], "%08x", w)
		}
	}
	all := wordsOf(in, func(uint64, uint64, uint64) bool { return true })
	chiSquare(t, in, offers(in), all, 20*len(all))
}

// TestNoHalf: where all words are conditional, or none is, both halves are the instruction.
func TestNoHalf(t *testing.T) {
	for _, block := range []string{"", "conditional { c < 16; }", "conditional { c > 15; }"} {
		in := mustLoad(t, abc+"#! operands { a: out gpr; } "+block+"\n").Insns[0]
		all := wordsOf(in, func(uint64, uint64, uint64) bool { return true })
		for _, conditional := range []bool{false, true} {
			for range 100 {
				w, ok := in.Half(conditional).Draw(newRand(), offers(in), 0)
				assert.True(t, ok && all[w])
			}
		}
	}
}

// TestReservedWordsAreNotConditional: one that does nothing does not fault.
func TestReservedWordsAreNotConditional(t *testing.T) {
	in := mustLoad(t, abc+"#! operands { a: out gpr; } conditional { c != 14; } reserved { b == 3; }\n").Insns[0]
	r := newRand()
	for range 100 {
		w, ok := in.DrawReserved(r, 10_000)
		assert.True(t, ok)
		assert.EqualValues(t, word(0, 3, 14), w&^(15<<20))
		w, ok = in.DrawAny(r)
		assert.True(t, ok && !in.IsConditional(w))
	}
}
