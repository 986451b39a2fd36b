package constraints

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/random"
)

// edges draws words with unusual operands, one turn after the other.
func edges(in *Insn) func(*random.Rand, []uint64, int64) (uint64, bool) {
	turn := new(Turn)
	return func(rng *random.Rand, offer []uint64, disp int64) (uint64, bool) {
		return in.DrawEdge(rng, offer, disp, turn)
	}
}

// edgeDraws draws the first words of a program with unusual operands, by their arguments.
func edgeDraws(t *testing.T, in *Insn, seed uint64, n int) [][]int64 {
	r, edge := random.New(seed, 3), edges(in)
	var out [][]int64
	for range n {
		w, ok := edge(r, offers(in), 0)
		require.True(t, ok)
		require.True(t, in.Legal(w), "%08x", w)
		out = append(out, in.Pattern.Extract(w, nil))
	}
	return out
}

// TestCorners: the first words of each program meet all legal combinations of zeros and ones, also such as are legal only
// together; of each three words two are for that.
func TestCorners(t *testing.T) {
	for blocks, want := range map[string][][3]int64{
		"":                                      {{0, 0, 0}, {0, 0, 255}, {0, 31, 0}, {0, 31, 255}, {1, 0, 0}, {1, 0, 255}, {1, 31, 0}, {1, 31, 255}},
		"constraints { m + i <= 31; }":          {{0, 0, 0}, {0, 31, 0}, {1, 0, 0}, {1, 31, 0}},
		"unpredictable { m > i; s == i >> 7; }": {{1, 0, 0}, {0, 0, 255}, {0, 31, 255}},
		"reserved { m > 30; }":                  {{0, 0, 0}, {0, 0, 255}, {0, 16, 255}, {1, 0, 0}, {1, 0, 255}, {1, 16, 0}},
		"conditional { s; }":                    {{0, 0, 0}, {0, 31, 0}, {0, 0, 255}, {0, 31, 255}},
	} {
		in := mustLoad(t, "P 00000001 a:4 b:5 s:1 m:5 0 i:8 #! operands { a: out gpr; b: in gpr; } "+blocks+"\n").Insns[0].Half(false)
		firsts := map[[3]int64]bool{}
		for seed := range uint64(50) {
			found := map[[3]int64]bool{}
			for n, a := range edgeDraws(t, in, seed, 12) {
				if found[[3]int64(a[2:5])] = true; n < 3 {
					firsts[[3]int64(a[2:5])] = true
				}
			}
			for _, corner := range want {
				assert.True(t, found[corner], "%q: program %d does not meet %v", blocks, seed, corner)
			}
		}
		for _, corner := range want {
			assert.True(t, firsts[corner], "%q: no program begins with %v", blocks, corner)
		}
	}
}

// TestConditionsAreNoCorners: what decides whether a word does anything has no turns, so that both halves of an instruction meet the
// corners of the others as soon.
func TestConditionsAreNoCorners(t *testing.T) {
	in := mustLoad(t, "P 00000001 c:4 00 h:4 s:1 m:5 i:8 #! operands { c: out gpr; } conditional { h != 14; }\n").Insns[0]
	for _, conditional := range []bool{false, true} {
		for seed := range uint64(50) {
			found := map[[3]int64]bool{}
			for _, a := range edgeDraws(t, in.Half(conditional), seed, 12) {
				found[[3]int64(a[2:5])] = true
			}
			for n := range int64(8) {
				corner := [3]int64{n & 1, n >> 1 & 1 * 31, n >> 2 * 255}
				assert.True(t, found[corner], "conditional %t: program %d does not meet %v", conditional, seed, corner)
			}
		}
	}
}

// TestExtremes: between corners come all combinations of extremes.
func TestExtremes(t *testing.T) {
	in := mustLoad(t, "P 00000001 a:4 b:5 k:3 m:6 00 h:4 #! operands { a: out gpr; b: in gpr; } constraints { h < 8; }\n").Insns[0]
	for seed := range uint64(20) {
		found := map[[3]int64]bool{}
		for _, a := range edgeDraws(t, in, seed, 600) {
			found[[3]int64(a[2:5])] = true
		}
		for k := range int64(8) {
			for _, m := range []int64{0, 1, 31, 32, 63} {
				for _, h := range []int64{0, 1, 7} {
					assert.True(t, found[[3]int64{k, m, h}], "program %d does not meet %d, %d, %d", seed, k, m, h)
				}
			}
		}
	}
}

// TestOwnTurns: what is drawn of one instruction does not depend on what was drawn of the same one by another program.
func TestOwnTurns(t *testing.T) {
	in := mustLoad(t, "P 00000001 a:4 b:5 k:3 m:12 #! operands { a: out gpr; b: in gpr; }\n").Insns[0]
	first := edgeDraws(t, in, 7, 50)
	edgeDraws(t, in, 8, 5)
	assert.Equal(t, first, edgeDraws(t, in, 7, 50))
}

// TestNoExtremes: immediates that depend on where the word stands are left alone, and registers are changed.
func TestNoExtremes(t *testing.T) {
	in := mustLoad(t, "P 00000001 a:4 b:4 i:16 #! operands { a, b: in gpr; } branch { offset(4 + (i << 2)); }\n").Insns[0]
	r, edge, same := random.New(1, 3), edges(in), 0
	for range 300 {
		w, ok := edge(r, offers(in), 40)
		require.True(t, ok)
		a := in.Pattern.Extract(w, nil)
		require.EqualValues(t, 9, a[2])
		if a[0] == a[1] {
			same++
		}
	}
	assert.Nil(t, in.sampler().extremes)
	assert.Greater(t, same, 100)
	in = mustLoad(t, "P 00000001 a:4 i:20 #! operands { a: out gpr; mem: in; } memory { size(4); pc_plus_imm(i << 2); }\n").Insns[0]
	assert.Nil(t, in.Drawer().s.extremes)
}

// TestAllows: what a sampler says of some bits is what all of its words say.
func TestAllows(t *testing.T) {
	for _, blocks := range []string{
		"", "constraints { a != b; c < 5; }", "constraints { a + c > b; }", "constraints { (a ^ b ^ c) == 9; }",
		"constraints { a * b == 12; }", "operands { a: out gpr; b: in gpr; } constraints { a != b && c == a; }",
		"operands { pair(a): out gpr; list(b | c << 4): in gpr; } constraints { (b | c << 4) in {3, 96, 130}; }",
	} {
		in := mustLoad(t, abc+"#! "+blocks+"\n").Insns[0]
		all := wordsOf(in, func(_, _, _ uint64) bool { return true })
		s := in.Drawer().s
		for _, mask := range []uint64{word(15, 0, 0), word(0, 15, 0), word(0, 0, 15), word(15, 0, 15), word(8, 1, 6), word(15, 15, 15)} {
			mask &^= in.Pattern.FixedBits
			some := map[uint64]bool{}
			for w := range all {
				some[w&mask] = true
			}
			for v := range uint64(4096) {
				w := word(v>>8, v>>4&15, v&15)
				assert.Equal(t, some[w&mask], s.allows(mask, w), "%q: %08x %08x", blocks, mask, w)
			}
		}
	}
}
