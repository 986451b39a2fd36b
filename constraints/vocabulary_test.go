package constraints

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/decodetree"
)

func loadWith(t *testing.T, v Vocabulary, text string) (*Set, error) {
	t.Helper()
	spec, err := decodetree.Parse("t.decode", []byte(text), decodetree.Options{})
	require.NoError(t, err)
	return Load([]*decodetree.Spec{spec}, v)
}

func TestOpenVocabulary(t *testing.T) {
	v := Vocabulary{Open: true}
	s, err := loadWith(t, v, abc+"#! operands { a: out xyz, 3 is sp, 4 is abc(5); b: in xyz; flags: inout; } faults { SIGWHAT; }\n")
	require.NoError(t, err)
	in := s.Insns[0]
	assert.Equal(t, in.Operands[0].Class, in.Operands[1].Class)
	assert.Equal(t, []Member{{3, MemberState, 0, 0}, {4, MemberRegister, 1, 5}}, in.Operands[0].Members)
	assert.Equal(t, []string{"SIGWHAT"}, in.Faults)
	assert.Empty(t, v.Classes, "the vocabulary is the caller's")
	for blocks, want := range map[string]string{
		"operands { a: in; }":                 "t.decode:3:15: argument a has no register class",
		"operands { a: in 5; }":               "expected the name of a register class",
		"operands { z: in xyz; }":             "t.decode:3:15: z is not an argument of P",
		"operands { a: in xyz, 3 is b + 1; }": "expected zero, none, pc, a state or class(number)",
	} {
		_, err := loadWith(t, v, abc+"#! "+blocks+"\n")
		assert.ErrorContains(t, err, want, blocks)
	}
}

// TestFreeFeatures: a set stands for every CPU that has a pattern.
func TestFreeFeatures(t *testing.T) {
	const group = "{\n  A 0000000000000000000000000000 a:4 #! requires { REQ; }\n  B 0000000000000000000000000000 b:4 #! requires { OF; }\n}\n"
	for _, c := range []struct {
		a, b string
		want string // words of A and B; - where it is on no CPU
	}{
		{"x", "x", "16 0"},
		{"x", "x && y", "16 0"},
		{"x", "y", "16 16"},
		{"x || y", "y", "16 0"},
		{"!x", "x", "16 16"},
		{"!x", "!x && !y", "16 0"},
		{"x && !x", "x", "- 16"},
		{"(x || y) && !(x && y)", "x && !y", "16 0"},
	} {
		s, err := loadWith(t, Vocabulary{Free: []string{"x", "y"}}, strings.NewReplacer("REQ", c.a, "OF", c.b).Replace(group))
		require.NoError(t, err)
		got := []string{"-", "-"}
		for _, in := range s.Insns {
			got[in.Pattern.Index] = in.Encodings().String()
		}
		assert.Equal(t, c.want, strings.Join(got, " "), "%s; %s", c.a, c.b)
	}
	_, err := loadWith(t, Vocabulary{Free: []string{"x", "y"}}, strings.NewReplacer("REQ", "x", "OF", "z").Replace(group))
	assert.EqualError(t, err, "t.decode:3:52: unknown feature z")
}

// TestBestCPU: blocks are read for the CPU that has the pattern and lacks as little as possible.
func TestBestCPU(t *testing.T) {
	for requires, want := range map[string][]string{
		"x || y":                nil,
		"!x":                    {"x"},
		"!(x && y) && (x || z)": {"y"},
		"!x && !y; z":           {"x", "y"},
	} {
		s, err := loadWith(t, Vocabulary{Open: true}, abc+"#! requires { "+requires+"; }\n")
		require.NoError(t, err)
		lacks := s.Insns[0].Lacks()
		assert.Len(t, lacks, len(want), requires)
		if requires != "!(x && y) && (x || z)" { // x would do as well
			assert.Equal(t, want, lacks, requires)
		}
	}
}

func TestManyFeatures(t *testing.T) {
	var b strings.Builder
	for i := range 65 {
		fmt.Fprintf(&b, "P%d %08b a:24 #! requires { f%d; }\n", i, i, i)
	}
	_, err := loadWith(t, Vocabulary{Open: true}, b.String())
	assert.EqualError(t, err, "t.decode:65:33: feature f64 is one too many: a file can have up to 64")
	_, err = loadWith(t, Vocabulary{Open: true, Features: map[string]bool{}}, b.String())
	assert.NoError(t, err, "where features are told, none is free")
}

// TestStatementValues compares what is said of conditions with all words.
func TestStatementValues(t *testing.T) {
	for text, want := range map[string]Value{
		"a < 16": Always, "a > 15": Never, "a == 3": Varies, "a + b <= 30": Always, "a + b < 30": Varies,
		"a * b == 226": Never, "a * b == 225": Varies, "a & b & c ^ a & b & c": Never, "a ^ b ^ c ^ a ^ b ^ c || c / 16 == 0": Always,
		"a * b * c == 3375": Varies, "a * b * c > 3375": Never, "1": Always, "x || 1": Varies,
	} {
		s, err := loadWith(t, Vocabulary{Open: true, Features: map[string]bool{"x": true}},
			abc+"#! operands { a: out gpr; flags: out if "+text+"; }\n")
		require.NoError(t, err)
		st := s.Insns[0].Statements()
		require.Len(t, st, 1)
		assert.Equal(t, want, st[0].Value(), text)
		holds, fails := 0, 0
		for w := range uint64(1 << 12) {
			word := word(w&15, w>>4&15, w>>8)
			if st[0].x.eval(&env{word: word, args: s.Insns[0].Pattern.Extract(word, nil)}) != 0 {
				holds++
			} else {
				fails++
			}
		}
		switch want {
		case Always:
			assert.Zero(t, fails, text)
		case Never:
			assert.Zero(t, holds, text)
		}
	}
}

// TestReferencesToOneField: to look through them takes no exponential time, which would be the age of the world here.
func TestReferencesToOneField(t *testing.T) {
	text, args := "%x0 0:1 !function=f\n", "%x0"
	for i := 1; i < 40; i++ {
		text += fmt.Sprintf("%%x%d%s\n", i, strings.Repeat(fmt.Sprintf(" x%d:1", i-1), 20))
		args += fmt.Sprintf(" %%x%d", i)
	}
	_, err := loadWith(t, testVocabulary, text+"P 0000000000000000000000000000000. "+args+" #! functions { f(x) = x; } constraints { x39 == 0; }\n")
	require.NoError(t, err)
}
