package constraints

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/random"
)

// randomExpression writes an expression over the arguments a, b (signed) and c.
func randomExpression(r *random.Rand, depth int) string {
	if depth == 0 {
		return []string{"a", "b", "c", "a", "b", "c", "%raw", "3", "0", "-1", "64", "0x8000000000000000", "0b101", "7"}[r.IntN(14)]
	}
	x := func() string { return randomExpression(r, depth-1) }
	switch r.IntN(12) {
	case 0:
		return fmt.Sprintf("(%s ? %s : %s)", x(), x(), x())
	case 1:
		return fmt.Sprintf("(%s in {%s..%s, %s})", x(), x(), x(), x())
	case 2:
		return fmt.Sprintf("popcount(%s)", x())
	case 3:
		return fmt.Sprintf("sextract(%s, %d, %d)", x(), r.IntN(70), r.IntN(66))
	case 4:
		return fmt.Sprintf("extract(%s, %d)", x(), r.IntN(66))
	case 5:
		return []string{"-", "~", "!"}[r.IntN(3)] + x()
	}
	ops := strings.Fields("+ - * / % & | ^ << >> == != < <= > >= && ||")
	return fmt.Sprintf("(%s %s %s)", x(), ops[r.IntN(len(ops))], x())
}

const threeArgs = "%raw 18:3 14:2\n@rrr ........ a:4 b:s4 c:4 ............\nP 00000001 .... .... .... 000000000000 @rrr\n"

// TestDiagramsAgree: a diagram made of an expression is the expression, for every assignment.
func TestDiagramsAgree(t *testing.T) {
	r := random.New(7, 7)
	made := 0
	for i := range 3000 {
		text := randomExpression(r, 1+i%4)
		s, err := load(t, threeArgs+"#! constraints { "+text+"; }\n")
		if err != nil {
			require.Contains(t, err.Error(), "no word of P satisfies", text)
			continue
		}
		in := s.Insns[0]
		for _, c := range in.sampling().sampler.tied {
			d, root, ok := c.blast(nil)
			if !ok {
				continue
			}
			made++
			e, want := c.enumerate(nil)
			require.Equal(t, truthTable(d, root, len(c.order)), truthTable(e, want, len(c.order)), text)
		}
	}
	assert.Greater(t, made, 1000)
}

// truthTable evaluates a diagram for all assignments.
func truthTable(d *bdd, r ref, variables int) string {
	var b strings.Builder
	for a := range 1 << variables {
		at := r
		for at > yes {
			n := d.nodes[at]
			if at = n.lo; a>>n.variable&1 == 1 {
				at = n.hi
			}
		}
		b.WriteByte('0' + byte(at))
	}
	return b.String()
}

// TestHardConstraints: what no table could hold is counted, and drawn uniformly.
func TestHardConstraints(t *testing.T) {
	for text, want := range map[string]uint64{
		"a + b < 40":                       820,
		"a in {1..3, 4000..4001} && b < 7": 35,
		"popcount(a) == 11 && b == a":      12,
		"a * 4096 + b == 7777777":          1,
		"a / 100 == 3 && b % 1000 == 999":  400,
		"(a ^ b) == 0xfff && a < 1024":     1024,
	} {
		set, err := load(t, "P 00000001 a:12 b:12 #! constraints { "+text+"; }\n")
		require.NoError(t, err, text)
		in := set.Insns[0]
		if len(in.sampling().sampler.tied) != 1 {
			continue
		}
		d, ok := in.sampling().sampler.tied[0].diagram(0)
		require.True(t, ok, text)
		total := uint64(0)
		for _, l := range d.leaves {
			total += l.count
		}
		assert.Equal(t, want, total, text)
		legal := map[uint64]bool{}
		for n := range total {
			w := in.Pattern.FixedBits | d.assignment(d.leaves[0].top, n)
			assert.True(t, in.Legal(w), text)
			legal[w] = true
		}
		assert.Len(t, legal, int(want), text)
		chiSquare(t, in, nil, legal, int(want)*30)
	}
}

func TestWhatCannotBeCountedIsAnError(t *testing.T) {
	for text, want := range map[string]string{
		"a * a * a * b * b % 1009 == 77 && a ^ b * b * b % 997 == 5": "t.decode:1:39: the constraints of P tie 24 bits together, and the words that they allow cannot be counted",
		"a * b == 3000":         "t.decode:1:39: the constraints of P tie 24 bits together",
		"extract(a, b, 3) == 2": "t.decode:1:39: the constraints of P tie 24 bits together",
	} {
		_, err := load(t, "P 00000001 a:12 b:12 #! constraints { "+text+"; }\n")
		if assert.Error(t, err) {
			assert.Contains(t, err.Error(), want)
		}
	}
	_, err := load(t, "P 00000001 a:12 b:12 #! constraints { a > b; a < b; }\n")
	assert.ErrorContains(t, err, "t.decode:1:39: no word of P satisfies its constraints")
}

// TestOneWordLeftOut draws from a pattern of 2^24 words of which an earlier member takes one, and from one
// of which it takes all but a few.
func TestOneWordLeftOut(t *testing.T) {
	s := mustLoad(t, "{\n  NOP 00000000 000000000000000000000000\n  REST 00000000 a:24\n}\n{\n  MOST 00000001 b:24\n  #! constraints { b > 5; }\n  FEW 00000001 b:24\n}\n")
	count := func(in *Insn) uint64 {
		d, ok := in.sampling().sampler.tied[0].diagram(0)
		require.True(t, ok)
		return d.leaves[0].count
	}
	assert.EqualValues(t, 1<<24-1, count(s.ByName("REST")[0]))
	assert.EqualValues(t, 6, count(s.ByName("FEW")[0]))
	legal := map[uint64]bool{}
	for v := range uint64(6) {
		legal[1<<24|v] = true
	}
	chiSquare(t, s.ByName("FEW")[0], nil, legal, 600)
}

// TestOffersAreExact compares draws under random offers with the uniform distribution over the words that
// the offers allow, found by trying all words.
func TestOffersAreExact(t *testing.T) {
	r := random.New(5, 6)
	for _, blocks := range []string{
		"operands { a, b, c: in gpr; } constraints { a != b && b != c; }",
		"operands { a: out gpr; b: in gpr; } constraints { a + c > b; }",
		"operands { pair(a): out gpr; b: in gpr; } constraints { a % 2 == 0; a != b; }",
		"operands { list(a, 1 + c % 3): out gpr; b: in gpr; }",
		"operands { list(a | b << 4): in gpr; c: in gpr; } constraints { popcount(a | b << 4) in {1..3}; ((a | b << 4) >> c & 1) == 0; }",
		"operands { a: in gpr; b: out gpr if c > 9; }",
		"operands { a: in gpr; a: out gpr if b & 1; c: in gpr, 15 is zero, 3 is hi; }",
		"operands { a, b: in gpr; } reserved { a in {3..9} && b == 0; } unpredictable { a == c; }",
		"operands { list(a * b): in gpr; }",
	} {
		in := mustLoad(t, strings.Replace(threeArgs, "s4", "4", 1)+"#! "+blocks+"\n").Insns[0]
		for range 4 {
			offer := make([]uint64, len(in.Operands))
			for i := range offer {
				offer[i] = r.Uint64()
				if r.IntN(3) == 0 {
					offer[i] |= r.Uint64()
				}
			}
			legal := map[uint64]bool{}
			for v := range uint64(4096) {
				if w := in.Pattern.FixedBits | v<<12; in.allowed(w, offer, 0) {
					legal[w] = true
				}
			}
			if len(legal) == 0 {
				_, ok := in.Draw(r, offer, 0)
				assert.False(t, ok, blocks)
				continue
			}
			chiSquare(t, in, offer, legal, 40*len(legal))
			assertPermits(t, in, r, offer, 0, 2000)
		}
		all, n := offers(in), uint64(0)
		for v := range uint64(4096) {
			if in.allowed(in.Pattern.FixedBits|v<<12, all, 0) {
				n++
			}
		}
		assert.Equal(t, n, in.Encodings().Uint64(), blocks)
	}
}

// TestEdges: edge draws are legal, and edges are far more frequent among them.
func TestEdges(t *testing.T) {
	in := mustLoad(t, "P 0001 a:5 b:5 c:5 i:s13 #! operands { a: out gpr; b, c: in gpr; } constraints { a != 7; i != 0; }\n").Insns[0]
	r := random.New(1, 2)
	offer := []uint64{0xffffff, ^uint64(0), ^uint64(0)}
	edge := edges(in)
	same, top := [2]int{}, [2]int{}
	for n := range 20_000 {
		kind := n % 2
		draw := in.Draw
		if kind == 1 {
			draw = edge
		}
		w, ok := draw(r, offer, 0)
		require.True(t, ok)
		require.True(t, in.allowed(w, offer, 0))
		a := in.Pattern.Extract(w, nil)
		if a[0] == a[1] || a[1] == a[2] {
			same[kind]++
		}
		if a[3] == -1 || a[3] == 4095 || a[3] == -4096 {
			top[kind]++
		}
	}
	assert.Greater(t, same[1], 3*same[0])
	assert.Greater(t, top[1], 20*(top[0]+1))
}

func BenchmarkDraw(b *testing.B) {
	for _, c := range []struct{ name, src string }{
		{"free", "P 0001 a:5 b:5 c:5 i:13 #! operands { a: out gpr; b, c: in gpr; }\n"},
		{"distinct", "P 0001 a:5 b:5 c:5 i:13 #! operands { a: out gpr; b, c: in gpr; } constraints { a != b && b != c; }\n"},
		{"sum", "P 00000001 a:12 b:12 #! constraints { a + b < 40; }\n"},
		{"list", "P 00000001 r:4 ---- l:16 #! operands { r: in gpr; list(l): in gpr; } constraints { l != 0; (l >> r & 1) == 0; }\n"},
	} {
		b.Run(c.name, func(b *testing.B) {
			in := mustLoad(b, c.src).Insns[0]
			r, offer := random.New(1, 2), offers(in)
			for b.Loop() {
				in.Draw(r, offer, 0)
			}
		})
	}
}

// BenchmarkCount compares ways to count the words of one constraint: trying all assignments, and a
// diagram of the expression.
func BenchmarkCount(b *testing.B) {
	for _, c := range []struct{ name, src string }{
		{"06 a!=b", "a:3 b:3 00000000000000000000000000 #! constraints { a != b; }"},
		{"08 a+b<9", "a:4 b:4 000000000000000000000000 #! constraints { a + b < 9; }"},
		{"10 a+b<31", "a:5 b:5 0000000000000000000000 #! constraints { a + b < 31; }"},
		{"15 a!=b!=c", "a:5 b:5 c:5 00000000000000000 #! constraints { a != b && b != c; }"},
		{"20 a*1024+b==n", "a:10 b:10 000000000000 #! constraints { a * 1024 + b == 777777; }"},
		{"20 a*b==n", "a:10 b:10 000000000000 #! constraints { a * b == 30030; }"},
		{"24 a+b<40", "a:12 b:12 00000000 #! constraints { a + b < 40; }"},
		{"24 nop", "a:24 00000000 #! constraints { a != 0; }"},
	} {
		in := mustLoad(b, "P "+c.src+"\n").Insns[0]
		t := in.sampling().sampler.tied[0]
		b.Run("diagram "+c.name, func(b *testing.B) {
			for b.Loop() {
				d, root, ok := t.blast(nil)
				if !ok {
					b.Fatal("too hard")
				}
				newDiagram(t, d, root)
			}
		})
		if len(t.order) <= MaxEnumerated {
			b.Run("try all "+c.name, func(b *testing.B) {
				for b.Loop() {
					d, root := t.enumerate(nil)
					newDiagram(t, d, root)
				}
			})
		}
	}
}
