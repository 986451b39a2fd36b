package probe

import (
	"bytes"
	"flag"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
)

var writeVectors = flag.Bool("vectors", false, "write testdata/vectors")

// The vectors of testdata/vectors/msa.jsonl: saturating, averaging, rounding and fixed-point instructions of MSA, computed here
// with numbers of any size by what "MIPS Architecture for Programmers Volume IV-j: The MIPS32 SIMD Architecture Module"
// (MD00866) says of each. No other code of this repository has a part in it.

// element is what one element of a result is made of: numbers of n bits as they stand, unsigned.
type element struct {
	n       int
	d, a, b *big.Int // of wd, ws and wt; b is the bit number of an immediate
}

func (e element) signed(v *big.Int) *big.Int {
	if v.Bit(e.n-1) == 0 {
		return v
	}
	return new(big.Int).Sub(v, pow2(e.n))
}

func pow2(n int) *big.Int { return new(big.Int).Lsh(big.NewInt(1), uint(n)) }

// bound bounds a number to a signed or an unsigned one of some bits.
func bound(v *big.Int, bits int, unsigned bool) *big.Int {
	lo, hi := new(big.Int), new(big.Int).Sub(pow2(bits), big.NewInt(1))
	if !unsigned {
		lo, hi = new(big.Int).Neg(pow2(bits-1)), new(big.Int).Sub(pow2(bits-1), big.NewInt(1))
	}
	switch {
	case v.Cmp(lo) < 0:
		return lo
	case v.Cmp(hi) > 0:
		return hi
	}
	return v
}

func sum(a, b *big.Int) *big.Int      { return new(big.Int).Add(a, b) }
func minus(a, b *big.Int) *big.Int    { return new(big.Int).Sub(a, b) }
func abs(a *big.Int) *big.Int         { return new(big.Int).Abs(a) }
func down(a *big.Int, n int) *big.Int { return new(big.Int).Rsh(a, uint(n)) } // rounds to minus infinity

// rounded shifts right and adds the last bit that was shifted out.
func rounded(a *big.Int, n int) *big.Int {
	if n == 0 {
		return a
	}
	return sum(down(a, n), big.NewInt(int64(down(a, n-1).Bit(0))))
}

// amount is a shift's: the number modulo the bits of an element.
func (e element) amount() int { return int(new(big.Int).Mod(e.b, big.NewInt(int64(e.n))).Int64()) }

// fixed computes (d << n-1) ± a × b in Q format, rounded or not, saturated.
func (e element) fixed(sign int64, round bool) *big.Int {
	v := new(big.Int).Mul(e.signed(e.a), e.signed(e.b))
	if sign != 0 {
		v.Mul(v, big.NewInt(sign))
		v.Add(v, new(big.Int).Lsh(e.signed(e.d), uint(e.n-1)))
	}
	if round {
		v.Add(v, pow2(e.n-2))
	}
	return bound(down(v, e.n-1), e.n, false)
}

// vectorInsn is an instruction: its formats, and what it does to an element.
type vectorInsn struct {
	name    string
	formats []int // df
	bit     bool  // an immediate takes the place of wt
	q       bool  // df 0 is 16 bits
	does    func(e element) *big.Int
}

var all4, fixed2 = []int{0, 1, 2, 3}, []int{0, 1}

var vectorInsns = []vectorInsn{
	{name: "ADDS_A", formats: all4, does: func(e element) *big.Int {
		return bound(sum(abs(e.signed(e.a)), abs(e.signed(e.b))), e.n, false)
	}},
	{name: "ADDS_S", formats: all4, does: func(e element) *big.Int { return bound(sum(e.signed(e.a), e.signed(e.b)), e.n, false) }},
	{name: "ADDS_U", formats: all4, does: func(e element) *big.Int { return bound(sum(e.a, e.b), e.n, true) }},
	{name: "SUBS_S", formats: all4, does: func(e element) *big.Int { return bound(minus(e.signed(e.a), e.signed(e.b)), e.n, false) }},
	{name: "SUBS_U", formats: all4, does: func(e element) *big.Int { return bound(minus(e.a, e.b), e.n, true) }},
	{name: "SUBSUS_U", formats: all4, does: func(e element) *big.Int { return bound(minus(e.a, e.signed(e.b)), e.n, true) }},
	{name: "SUBSUU_S", formats: all4, does: func(e element) *big.Int { return bound(minus(e.a, e.b), e.n, false) }},
	{name: "AVE_S", formats: all4, does: func(e element) *big.Int { return down(sum(e.signed(e.a), e.signed(e.b)), 1) }},
	{name: "AVE_U", formats: all4, does: func(e element) *big.Int { return down(sum(e.a, e.b), 1) }},
	{name: "AVER_S", formats: all4, does: func(e element) *big.Int {
		return down(sum(sum(e.signed(e.a), e.signed(e.b)), big.NewInt(1)), 1)
	}},
	{name: "AVER_U", formats: all4, does: func(e element) *big.Int { return down(sum(sum(e.a, e.b), big.NewInt(1)), 1) }},
	{name: "ASUB_S", formats: all4, does: func(e element) *big.Int { return abs(minus(e.signed(e.a), e.signed(e.b))) }},
	{name: "ASUB_U", formats: all4, does: func(e element) *big.Int { return abs(minus(e.a, e.b)) }},
	{name: "SRAR", formats: all4, does: func(e element) *big.Int { return rounded(e.signed(e.a), e.amount()) }},
	{name: "SRLR", formats: all4, does: func(e element) *big.Int { return rounded(e.a, e.amount()) }},
	{name: "SRARI", formats: all4, bit: true, does: func(e element) *big.Int { return rounded(e.signed(e.a), e.amount()) }},
	{name: "SRLRI", formats: all4, bit: true, does: func(e element) *big.Int { return rounded(e.a, e.amount()) }},
	{name: "SAT_S", formats: all4, bit: true, does: func(e element) *big.Int { return bound(e.signed(e.a), e.amount()+1, false) }},
	{name: "SAT_U", formats: all4, bit: true, does: func(e element) *big.Int { return bound(e.a, e.amount()+1, true) }},
	{name: "MUL_Q", formats: fixed2, q: true, does: func(e element) *big.Int { return e.fixed(0, false) }},
	{name: "MULR_Q", formats: fixed2, q: true, does: func(e element) *big.Int { return e.fixed(0, true) }},
	{name: "MADD_Q", formats: fixed2, q: true, does: func(e element) *big.Int { return e.fixed(1, false) }},
	{name: "MADDR_Q", formats: fixed2, q: true, does: func(e element) *big.Int { return e.fixed(1, true) }},
	{name: "MSUB_Q", formats: fixed2, q: true, does: func(e element) *big.Int { return e.fixed(-1, false) }},
	{name: "MSUBR_Q", formats: fixed2, q: true, does: func(e element) *big.Int { return e.fixed(-1, true) }},
}

// vectorsPer is how many cases there are of an instruction in a format.
const vectorsPer = 5

// vectors makes the file's text.
func vectors() []byte {
	var out bytes.Buffer
	rng := rand.New(rand.NewPCG(0x6d7361, 1))
	for _, in := range vectorInsns {
		for _, df := range in.formats {
			for k := range vectorsPer {
				n := 8 << df
				if in.q {
					n *= 2
				}
				out.WriteString(in.vector(rng, df, n, k))
			}
		}
	}
	return out.Bytes()
}

// vector makes one case: w1 is wd, w2 is ws, w3 is wt.
func (in *vectorInsn) vector(rng *rand.Rand, df, n, k int) string {
	m := rng.IntN(n)
	d, a, b, r := new(big.Int), new(big.Int), new(big.Int), new(big.Int)
	for at := 0; at < 128; at += n {
		e := element{n: n, d: interesting(rng, n), a: interesting(rng, n), b: interesting(rng, n)}
		x := e
		if in.bit {
			x.b = big.NewInt(int64(m))
		}
		result := new(big.Int).And(in.does(x), minus(pow2(n), big.NewInt(1)))
		for _, p := range []struct{ all, one *big.Int }{{d, e.d}, {a, e.a}, {b, e.b}, {r, result}} {
			p.all.Or(p.all, new(big.Int).Lsh(p.one, uint(at)))
		}
	}
	name := fmt.Sprintf("%s.%c %d", strings.ToLower(in.name), "bhwdq"[df+btoi(in.q)], k)
	if in.bit {
		return fmt.Sprintf(`{"name": "%s", "insn": "%s df=%d wd=1 ws=2 m=%d", "in": {"w2": "0x%032x"}, "out": {"w1": "0x%032x"}}`+"\n", name, in.name, df, m, a, r)
	}
	return fmt.Sprintf(`{"name": "%s", "insn": "%s df=%d wd=1 ws=2 wt=3", "in": {"w1": "0x%032x", "w2": "0x%032x", "w3": "0x%032x"}, "out": {"w1": "0x%032x"}}`+"\n",
		name, in.name, df, d, a, b, r)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// interesting draws a number of n bits: an extreme one, one near to that, or any.
func interesting(rng *rand.Rand, n int) *big.Int {
	ends := []*big.Int{new(big.Int), big.NewInt(1), pow2(n - 1), minus(pow2(n-1), big.NewInt(1)), minus(pow2(n), big.NewInt(1)), pow2(n - 2)}
	v := new(big.Int).SetUint64(rng.Uint64())
	switch rng.IntN(4) {
	case 0, 1:
		v = ends[rng.IntN(len(ends))]
	case 2:
		v = sum(ends[rng.IntN(len(ends))], big.NewInt(int64(rng.IntN(7)-3)))
	}
	return v.And(v, minus(pow2(n), big.NewInt(1)))
}

const vectorFile = "../testdata/vectors/msa.jsonl"

// TestVectorsAreWhatTheManualSays: the file is what is computed here.
func TestVectorsAreWhatTheManualSays(t *testing.T) {
	want := vectors()
	if *writeVectors {
		require.NoError(t, os.MkdirAll(filepath.Dir(vectorFile), 0o755))
		require.NoError(t, os.WriteFile(vectorFile, want, 0o644))
	}
	got, err := os.ReadFile(vectorFile)
	require.NoError(t, err)
	require.True(t, bytes.Equal(got, want), "go test ./probe -run Vectors -vectors writes %s", vectorFile)
}

// TestVectorsHold: QEMU does what the vectors say, on 32 and 64 bits and in both byte orders, and a vector that says something else
// fails.
func TestVectorsHold(t *testing.T) {
	needtool.Slow(t)
	big := machine{p5600.arch, p5600.config, ""}
	big.config.Order = "big"
	for _, m := range []machine{p5600, big, n32} {
		t.Run(m.name(), func(t *testing.T) {
			p := m.prober(t)
			on := target(t, &m, p)
			cases, err := p.ReadCases(vectorFile, bytes.NewReader(vectors()), false)
			require.NoError(t, err)
			require.Greater(t, len(cases), 300)
			wrong, err := p.ReadCases("wrong", strings.NewReader(`{"insn": "ADDS_S df=0 wd=1 ws=2 wt=3", "in": {"w2": "b:127", "w3": "b:1"}, "out": {"w1": "b:-128"}}`), false)
			require.NoError(t, err)
			b, outs := outcomes(t, p, slices.Concat(cases, wrong), on)
			for i := range cases {
				assert.Empty(t, b.Check(i, &outs[i][0]), "%s: %s", cases[i].Pos, cases[i].Name)
			}
			assert.Len(t, b.Check(len(cases), &outs[len(cases)][0]), 1)
		})
	}
}
