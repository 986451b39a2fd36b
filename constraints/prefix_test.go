package constraints

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/decodetree"
	"github.com/risugen/risugen/random"
)

// prefixed is a file with a prefix: behind it ADD sets no flags, FLIP is not there, and FLOP is.
const prefixed = `
&r       rd rs            #! operands { rd: out gpr; rd: in gpr if simd; rs: in gpr; flags: out if !simd; flags: in if simd; }
@r       ........ rd:4 rs:4 ................  &r
IF       00000001 n:2 0000000000000000000000  #! operands { flags: in; } requires { !simd; } prefix { simd: 1 + n; }
#! constraints { n != 2; }
ADD      00000010 ....  ....  0000000000000000  @r  #! asm { "{name}{simd|s,}"; } unpredictable { simd && rd == rs; }
FLIP     00000011 ....  ....  0000000000000000  @r  #! requires { !simd; }
FLOP     00000100 ....  ....  0000000000000000  @r  #! requires { simd; }
`

// cpuWithout loads a file for a CPU that lacks simd and old.
func cpuWithout(t testing.TB, src string) (*Set, error) {
	t.Helper()
	spec, err := decodetree.Parse("p.decode", []byte(src), decodetree.Options{})
	require.NoError(t, err)
	return Load([]*decodetree.Spec{spec}, Vocabulary{
		Classes: []string{"gpr"}, States: []string{"flags"}, Signals: []string{"SIGFPE"}, Features: map[string]bool{"simd": false, "old": false, "new": true},
	})
}

func TestPrefixMakesOthersOfPatterns(t *testing.T) {
	s, err := cpuWithout(t, prefixed)
	require.NoError(t, err)
	var labels []string
	for i, in := range s.Insns {
		require.Equal(t, i, in.Index)
		labels = append(labels, in.Label())
	}
	assert.Equal(t, []string{"IF", "ADD", "FLIP", "ADD+simd", "FLOP+simd"}, labels)
	assert.Equal(t, []*Insn{s.Insns[0], s.Insns[1], s.Insns[2], s.Insns[4]}, s.Patterns())
	assert.Empty(t, s.Absent)
	assert.Equal(t, []*Insn{s.Insns[1]}, s.ByName("ADD"))
	assert.Equal(t, []*Insn{s.Insns[1], s.Insns[3]}, s.Variants(s.Insns[1].Pattern))
	assert.Equal(t, s.Insns[:1], s.Prefixes())

	const add, same = 0x02120000, 0x02110000
	assert.Same(t, s.Insns[1], s.Decode(add))
	assert.Same(t, s.Insns[3], s.DecodeBehind(add))
	assert.Nil(t, s.Decode(0x04120000))
	assert.Same(t, s.Insns[4], s.DecodeBehind(0x04120000))
	assert.Nil(t, s.DecodeBehind(0x03120000))
	assert.Equal(t, "adds", s.Insns[1].Disassemble(add, 0))
	assert.Equal(t, "add", s.Insns[3].Disassemble(add, 0))
	assert.True(t, s.Insns[1].Legal(same))
	assert.False(t, s.Insns[3].Legal(same))
	uses := func(in *Insn) (out []string) {
		for _, u := range in.Uses(nil, add, in.Pattern.Extract(add, nil)) {
			out = append(out, in.Operands[u.Operand].Name+" "+map[Role]string{In: "in", Out: "out"}[u.Role])
		}
		return out
	}
	assert.Equal(t, []string{"rd out", "rs in", "flags out"}, uses(s.Insns[1]))
	assert.Equal(t, []string{"rd out", "rd in", "rs in", "flags in"}, uses(s.Insns[3]))
}

// TestFollowing: words are parted by how many instructions stand behind them, and legal.
func TestFollowing(t *testing.T) {
	s, err := cpuWithout(t, prefixed)
	require.NoError(t, err)
	in, rng := s.Insns[0], random.New(1, 2)
	for n := range MaxBehind + 2 {
		part := in.WithFollowing(n)
		if n == 0 || n == 3 || n > MaxBehind {
			assert.Nil(t, part, n)
			continue
		}
		w, ok := part.Draw(rng, make([]uint64, 1), 0)
		require.True(t, ok)
		assert.Equal(t, n, in.Following(w))
	}
	assert.Nil(t, s.Insns[1].WithFollowing(1))
	assert.Zero(t, s.Insns[1].Following(0x02120000))
}

// TestFreePrefix: where it is not known what the CPU has, and where it lacks the prefix, patterns stand there once.
func TestFreePrefix(t *testing.T) {
	spec, err := decodetree.Parse("p.decode", []byte(prefixed), decodetree.Options{})
	require.NoError(t, err)
	s, err := Load([]*decodetree.Spec{spec}, Vocabulary{Open: true})
	require.NoError(t, err)
	assert.Equal(t, s.Insns, s.Patterns())
	assert.Len(t, s.Insns, 4)
	assert.Empty(t, s.Prefixes())
	s, err = Load([]*decodetree.Spec{spec}, Vocabulary{Open: true, Features: map[string]bool{"simd": true}})
	require.NoError(t, err)
	assert.Len(t, s.Insns, 2)
	assert.Empty(t, s.Prefixes())
}

// TestPrefixIsAFeature: in an open vocabulary a prefix block gives a name to a feature, as requires does.
func TestPrefixIsAFeature(t *testing.T) {
	spec, err := decodetree.Parse("p.decode", []byte("A 0000000000000000000000000000000 n:1 #! prefix { block: 1 + n; } requires { other; !block; }\n"), decodetree.Options{})
	require.NoError(t, err)
	s, err := Load([]*decodetree.Spec{spec}, Vocabulary{Open: true})
	require.NoError(t, err)
	assert.Empty(t, s.Assumed())
	assert.Equal(t, []string{"block"}, s.Insns[0].Lacks())
}

// TestPrefixErrors: ^ shows where the error is.
func TestPrefixErrors(t *testing.T) {
	const form, gpr = "prefix: expected FEATURE: number of instructions", " operands { n: in gpr; } "
	for _, c := range []struct{ blocks, want string }{
		{"^prefix { }", form},
		{"^prefix { simd; }", form},
		{"^prefix { simd: 1; simd: 2; }", form},
		{"^prefix { simd(n): 1; }", form},
		{"^prefix { simd, old: 1; }", form},
		{"^prefix { simd: 1, 2; }", form},
		{"^prefix { simd: 1 if n; }", form},
		{"^prefix { simd: in gpr; }", form},
		{"prefix { ^none: 1; }", "prefix: unknown feature none"},
		{"prefix { simd: ^none; }", "none is neither an argument of P nor a feature"},
		{"prefix { ^new: 1; }", "prefix: P must not stand behind a prefix itself: it has to require !new"},
		{"prefix { ^simd: 1; } requires { !old; }", "prefix: P must not stand behind a prefix itself: it has to require !simd"},
		{"requires { !simd; } prefix { simd: ^n; }", "prefix: it cannot be shown that every word has 1 to 4 instructions behind it"},
		{"requires { !simd; } prefix { simd: ^n + 2; }", "prefix: it cannot be shown that every word has 1 to 4 instructions behind it"},
		{"requires { !simd; } prefix { ^simd: 1; } branch { offset(4); }", "prefix: P can neither be a branch nor access memory, and what it reads must not have to be prepared"},
		{gpr + "requires { !simd; } inputs { n: nonzero; } prefix { ^simd: 1; }", "prefix: P can neither be a branch nor access memory, and what it reads must not have to be prepared"},
		{"requires { !simd; !old; } prefix { simd: 1; }\nQ 00000010 000000000000000000000000 #! requires { !simd; !old; } prefix { ^old: 1; }", "prefix: all prefixes must turn on one feature, and P (p.decode:1:1) turns on simd"},
		{"requires { !simd; } prefix { simd: 1; }\nQ 00000010 m:12 000000000000 #! constraints { ^!simd; }", "no word of Q+simd satisfies its constraints"},
		{"requires { !simd; } prefix { simd: 1; }\n%q 0:4 !function=f\n#! functions { ^f(x) = x + simd; }\nQ 00000010 m:20 .... q=%q", "f is the function of a field, which must not depend on simd"},
	} {
		text := "P 00000001 0000000000000000000000 n:2 #! " + c.blocks + "\n"
		at := strings.Index(text, "^")
		line := 1 + strings.Count(text[:at], "\n")
		text = text[:at] + text[at+1:]
		_, err := cpuWithout(t, text)
		var list decodetree.ErrorList
		require.True(t, errors.As(err, &list), "%s: %v", text, err)
		require.Len(t, list, 1, text)
		assert.Equal(t, c.want, list[0].Msg, text)
		assert.Equal(t, line, list[0].Pos.Line, text)
		assert.Equal(t, at-strings.LastIndex(text[:at], "\n"), list[0].Pos.Col, text)
	}
}
