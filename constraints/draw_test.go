package constraints

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/random"
)

// offers lets every register operand have any register.
func offers(in *Insn) []uint64 {
	o := make([]uint64, len(in.Operands))
	for i := range o {
		o[i] = ^uint64(0)
	}
	return o
}

// chiSquare draws n words and compares their distribution over the expected words with the uniform one.
func chiSquare(t *testing.T, in *Insn, offer []uint64, want map[uint64]bool, n int) {
	t.Helper()
	rng := random.New(1, 2)
	counts := map[uint64]int{}
	for range n {
		w, ok := in.Draw(rng, offer, 0)
		require.True(t, ok)
		require.True(t, want[w], "%08x is not expected", w)
		counts[w]++
	}
	expect := float64(n) / float64(len(want))
	sum := 0.0
	for w := range want {
		d := float64(counts[w]) - expect
		sum += d * d / expect
	}
	k := float64(len(want) - 1)
	// mean k, standard deviation sqrt(2k): six of these are never met by chance
	assert.InDelta(t, k, sum, 6*sqrt(2*k)+6, "chi-square of %d words", len(want))
}

func sqrt(x float64) float64 {
	r := x
	for range 60 {
		r = (r + x/r) / 2
	}
	return r
}

func TestDrawIsUniform(t *testing.T) {
	const body = "@rrr ........ a:4 b:4 c:4 ............\nP 00000001 .... .... .... 000000000000 @rrr\n"
	for name, c := range map[string]struct {
		blocks string
		legal  func(a, b, c uint64) bool
		offer  []uint64
	}{
		"free":     {"", func(a, b, c uint64) bool { return true }, nil},
		"distinct": {"#! constraints { a != b && b != c; }", func(a, b, c uint64) bool { return a != b && b != c }, nil},
		"ranges":   {"#! constraints { a in {0..2, 12..14}; }", func(a, b, c uint64) bool { return a <= 2 || a >= 12 && a <= 14 }, nil},
		"sum":      {"#! reserved { a + b > 6; } unpredictable { c == a; }", func(a, b, c uint64) bool { return a+b <= 6 && c != a }, nil},
		"offered": {
			"#! operands { a, b, c: in gpr; } constraints { a != b && b != c; }",
			func(a, b, c uint64) bool { return a != b && b != c && 0x0f10>>a&1 == 1 && 0x8421>>b&1 == 1 },
			[]uint64{0x0f10, 0x8421, 0xffff},
		},
		"offered apart": {
			"#! operands { a, b, c: in gpr; }",
			func(a, b, c uint64) bool { return 0x0f10>>a&1 == 1 && 0x8421>>b&1 == 1 },
			[]uint64{0x0f10, 0x8421, 0xffff},
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := mustLoad(t, body+c.blocks+"\n").Insns[0]
			want := map[uint64]bool{}
			for v := range uint64(4096) {
				if c.legal(v>>8, v>>4&15, v&15) {
					want[0x01000000|v<<12] = true
				}
			}
			offer := c.offer
			if offer == nil {
				offer = offers(in)
			}
			chiSquare(t, in, offer, want, 30*len(want))
		})
	}
}

func TestOneSolutionInAMillion(t *testing.T) {
	in := mustLoad(t, "P 000000000001 a:10 b:10 #! constraints { a * 1024 + b == 777777; }\n").Insns[0]
	w, ok := in.Draw(random.New(1, 1), nil, 0)
	require.True(t, ok)
	assert.EqualValues(t, 1<<20|777777, w)
}

func TestNoRegisterOffered(t *testing.T) {
	in := mustLoad(t, "@r ........ a:4 ....................\nP 00000001 .... 00000000000000000000 @r #! operands { a: in gpr; }\n").Insns[0]
	_, ok := in.Draw(random.New(1, 1), []uint64{0}, 0)
	assert.False(t, ok)
	_, ok = in.Draw(random.New(1, 1), []uint64{1 << 16}, 0) // the field cannot name it
	assert.False(t, ok)
}

// TestOverlapGroups draws from every member and decodes: the word must come back as what it was drawn for.
func TestOverlapGroups(t *testing.T) {
	s := mustLoad(t, `
{
  NOP  00000000000000000000000000000000
  {
    ZERO 00000000000000000000 0000 b:4 a:4
    #! constraints { a % 2 == 0; }
    SOME 00000000000000000000 000 c:1 b:4 a:4
    #! constraints { b != 3; }
  }
  REST 00000000000000000 x:15
}
`)
	rng := random.New(3, 4)
	for _, in := range s.Insns {
		for range 2000 {
			w, ok := in.Draw(rng, offers(in), 0)
			require.True(t, ok)
			require.Same(t, in, s.Decode(w), "%08x drawn for %s", w, in.Name())
			require.True(t, in.Legal(w))
		}
	}
}

func TestBranchGoesWhereItIsSent(t *testing.T) {
	in := mustLoad(t, "B 00000001 r:8 off:s16 #! branch { offset(4 + (off << 2)); delay_slot; }\n").Insns[0]
	rng := random.New(3, 4)
	for _, to := range []int64{12, 4, 0, -400} {
		w, ok := in.Draw(rng, nil, to)
		require.True(t, ok)
		assert.Equal(t, to, in.BranchOffset(w, in.Pattern.Extract(w, nil)))
	}
	_, ok := in.Draw(rng, nil, 6)
	assert.False(t, ok, "no word branches to an odd place")
}
