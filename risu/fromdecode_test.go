package risu

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
)

var vocabulary = constraints.Vocabulary{
	Classes: []string{"gpr", "vec", "fpr"}, States: []string{"hi", "lo", "msacsr", "fcsr", "flags"},
	Signals: []string{"SIGFPE", "SIGTRAP", "SIGILL"},
	Features: map[string]bool{
		"mips1": true, "mips2": true, "mips4": true, "mips32": true, "mips32r2": true, "mips32r3": true, "mips32r5": true,
		"fpu": true, "msa": true, "mips3": false, "mips64": false, "r6": false, "fr1": false,
	},
}

func loadSet(t *testing.T, path string, width int) *constraints.Set {
	t.Helper()
	src, err := os.ReadFile(path)
	require.NoError(t, err)
	spec, err := decodetree.Parse(filepath.Base(path), src, decodetree.Options{InsnWidth: width})
	require.NoError(t, err)
	set, err := constraints.Load([]*decodetree.Spec{spec}, vocabulary)
	require.NoError(t, err)
	return set
}

// fromDecode converts a file, and gives the set that it holds and the .risu file made of it.
func fromDecode(t *testing.T, path string, width int, mode string) (*constraints.Set, *File, []Loss) {
	t.Helper()
	set := loadSet(t, path, width)
	opt := Options{Mode: mode, Features: vocabulary.Features, AllRegisters: true}
	text, losses, err := FromDecode(set.Specs[0], opt)
	require.NoError(t, err)
	f, err := Parse("made.risu", text)
	require.NoError(t, err, "%s", text)
	return set, f, losses
}

// requireSameWords wants the patterns of f to be the instructions of set, branches left out, and to
// accept what is legal.
func requireSameWords(t *testing.T, set *constraints.Set, f *File, perPattern int) {
	t.Helper()
	rng := seeded(t)
	next, accepted := 0, 0
	for _, in := range set.Insns {
		if in.Branch != nil {
			continue
		}
		require.Less(t, next, len(f.Patterns), in.Name())
		p := f.Patterns[next]
		next++
		require.Equal(t, in.Name(), p.Name)
		for _, w := range sampleWords(rng, p, perPattern) {
			got, err := f.Accepts(p, w)
			require.NoError(t, err)
			require.Equal(t, in.Legal(w), got, "%s 0x%x", p.FullName(), w)
			if got {
				accepted++
			}
		}
		require.Equal(t, in.Groups, p.Groups)
		require.Equal(t, in.Memory == nil, p.Memory == nil)
	}
	require.Len(t, f.Patterns, next)
	t.Logf("%d patterns, %d words, %d accepted", next, next*perPattern, accepted)
}

func TestFromDecodeMIPS(t *testing.T) {
	for _, name := range []string{"msa", "mips32r5"} {
		set, f, losses := fromDecode(t, "../arch/mips/"+name+".decode", 32, "mips")
		requireSameWords(t, set, f, 1000)
		for _, l := range losses {
			assert.True(t, strings.HasSuffix(l.What, "block, kept as a comment") || strings.Contains(l.What, "branches"), l)
		}
	}
}

func TestFromDecodeThumb(t *testing.T) {
	for _, name := range []string{"t16.decode", "thumb16.decode"} {
		set, f, losses := fromDecode(t, testdata(name), 16, "arm.thumb")
		requireSameWords(t, set, f, 4000)
		assert.NotContains(t, lossText(losses), "never", "no register is lost")
	}
}

// TestThumbText shows what becomes of parts, functions, exclusions and register lists.
func TestThumbText(t *testing.T) {
	spec := loadSet(t, testdata("t16.decode"), 16).Specs[0]
	text, losses, err := FromDecode(spec, Options{Mode: "arm.thumb"})
	require.NoError(t, err)
	for _, want := range []string{
		"\n.mode arm.thumb\n\n@int\n",
		"MOVS r2 0000000000 rm:3 rd:3\n",
		"LSL A1 00000 imm:5 rm:3 rd:3 \\\n    !constraints { $imm != 0; }\n",
		"NOPS A1 01000110 any 000 any2 000\n",
		"@int,high\nMOV high 01000110 rdp1 rm:4 rdp2:3 \\\n    !constraints { ((($rdp1 << 3) | $rdp2) < 13 || " +
			"(($rdp1 << 3) | $rdp2) == 14) && !($rm >> 1 == 0 && $rdp2 == 0); }\n",
		"LDR ldst 01101 imm:5 rn:3 rt:3 \\\n    !constraints { $rn != $rt; } \\\n" +
			"    !memory { align(4); reg_plus_imm($rn, $imm * 4, $rt); }\n",
	} {
		assert.Contains(t, string(text), want)
	}
	assert.Contains(t, lossText(losses), "t16.decode:8:28: operands block, kept as a comment")
}

func TestUpstreamAcceptsThumb(t *testing.T) {
	spec := loadSet(t, testdata("t16.decode"), 16).Specs[0]
	text, _, err := FromDecode(spec, Options{Mode: "arm.thumb"})
	require.NoError(t, err)
	makeImage(t, text, 3000)
}

func TestAllRegisters(t *testing.T) {
	spec, err := decodetree.Parse("t.decode", []byte("MOV 00000000000000000000 r1:4 r_n:4 rd:4\n"), decodetree.Options{})
	require.NoError(t, err)
	text, losses, err := FromDecode(spec, Options{Mode: "arm"})
	require.NoError(t, err)
	assert.Contains(t, string(text), "r1:4 rn:4 rd:4\n")
	assert.Len(t, losses, 3)
	assert.Equal(t, "t.decode:1:1: MOV: r1 is never [13 15] in .mode arm", losses[0].String())
	text, losses, err = FromDecode(spec, Options{Mode: "arm", AllRegisters: true})
	require.NoError(t, err)
	assert.Contains(t, string(text), "xr1:4 xrn:4 xrd:4\n")
	assert.Empty(t, losses)
}

func TestMemoryForms(t *testing.T) {
	const head = "LD 00000000 idx:2 imm:s6 a:4 b:4 c:4 d:4 #! operands { a, b: in gpr; a, pair(c): out gpr; d: out vec; } memory "
	for block, want := range map[string]string{
		"{ size(4); reg(a); }":                                         "align(1); reg($a, $a, $c, $c + 1);",
		"{ size(4); align(1 << idx); reg_plus_reg(b, d); }":            "align(1 << $idx); reg_plus_reg($b, $d, $a, $c, $c + 1);",
		"{ size(4); reg_plus_imm(b, imm << idx); pre_index; }":         "align(1); reg_plus_imm($b, sextract($imm, 6) * (1 << $idx), $a, $c, $c + 1);",
		"{ size(4); reg_plus_imm(b, imm); post_index; }":               "align(1); reg($b, $a, $c, $c + 1);",
		"{ size(4); reg_minus_imm(b, imm); post_index when idx == 1;}": "align(1); reg_minus_imm($b, $idx == 1 ? 0 : sextract($imm, 6), $a, $c, $c + 1);",
		"{ size(4); reg_plus_reg_shifted(b, d, imm); post_index(4); }": "align(1); reg_plus_reg_shifted($b, $d, sextract($imm, 6), $a, $c, $c + 1);",
		"{ size(4); pc_plus_imm(imm); }":                               "",
	} {
		spec, err := decodetree.Parse("t.decode", []byte(head+block+"\n"), decodetree.Options{})
		require.NoError(t, err)
		text, losses, err := FromDecode(spec, Options{Mode: "mips"})
		require.NoError(t, err)
		f := parseBack(t, text)
		if want == "" {
			assert.Nil(t, f.Patterns[0].Memory)
			assert.Contains(t, lossText(losses), "memory: pc_plus_imm(imm) has no counterpart in RISU")
			continue
		}
		assert.Equal(t, "{ "+want+" }", f.Patterns[0].Memory.Text, block)
		assert.Len(t, losses, 1, block)
	}
}

// TestModesLackAddresses: not every generator of RISU's has every function.
func TestModesLackAddresses(t *testing.T) {
	const head = "LD 00000000000000 a:4 b:4 imm:s10 #! operands { a, b: in gpr; } memory { size(4); align(4); "
	for _, test := range []struct{ address, mode, want string }{
		{"reg(a)", "ppc64", "reg($a)"},
		{"reg(a)", "loongarch64", "reg_plus_imm($a, 0)"},
		{"reg(a)", "m68k", ""},
		{"reg_minus_imm(a, imm)", "ppc64", "reg_plus_imm($a, -sextract($imm, 10))"},
		{"reg_plus_reg_shifted(a, b, 2)", "ppc64", ""},
		{"reg_plus_reg_shifted(a, b, 2)", "arm", "reg_plus_reg_shifted($a, $b, 2)"},
	} {
		spec, err := decodetree.Parse("t.decode", []byte(head+test.address+"; }\n"), decodetree.Options{})
		require.NoError(t, err)
		text, losses, err := FromDecode(spec, Options{Mode: test.mode})
		require.NoError(t, err)
		if test.want == "" {
			assert.Contains(t, lossText(losses), "has no counterpart in .mode "+test.mode)
			continue
		}
		assert.Contains(t, string(text), "{ align(4); "+test.want+"; }\n")
	}
}

// TestForcedCondition: risugen would set a field called cond to what the pattern refuses.
func TestForcedCondition(t *testing.T) {
	spec, err := decodetree.Parse("t.decode", []byte("B cond:4 0000000000000000000000000000 #! constraints { cond < 14; }\n"), decodetree.Options{})
	require.NoError(t, err)
	for mode, want := range map[string]string{"arm": "xcond:4", "arm.aarch64": " cond:4"} {
		text, _, err := FromDecode(spec, Options{Mode: mode})
		require.NoError(t, err)
		assert.Contains(t, string(text), want)
	}
}

func parseBack(t *testing.T, text []byte) *File {
	t.Helper()
	f, err := Parse("made.risu", text)
	require.NoError(t, err, "%s", text)
	return f
}

func TestFromDecodeErrors(t *testing.T) {
	for src, want := range map[string]string{
		"P 00000000 a:8 b:8 c:8 #! constraints { a << b == 1; }":                    "t.decode:1:43: cannot be converted: P: constraints block, left out: the distance may leave 0 to 63",
		"P 00000000 a:8 b:8 c:8 #! constraints { a +; }":                            "t.decode:1:44: cannot be converted: P: constraints block, left out: unexpected end of text",
		"P 00000000 a:8 b:8 c:8 #! constraints { f(a); }":                           "t.decode:1:41: cannot be converted: P: constraints block, left out: f has no counterpart in RISU",
		"P 00000000 a:8 b:8 c:8 #! constraints { %q; }":                             "t.decode:1:41: cannot be converted: P: constraints block, left out: no field is named %q",
		"%f 0:8 !function=g\nP 000000000000000000000000 ........ %f #! reserved f;": "t.decode:2:52: cannot be converted: P: reserved block, left out: !function=g (t.decode:1:1) has no definition",
		"P 00000000 a:8 b:8 c:8 #! constraints { a; ":                               "t.decode:1:27: expected constraints { ... }",
		"P 00000000 a:8 b:8 c:8 #! 7":                                               "t.decode:1:27: expected 7 { ... }",
		"P 00000000 a:8 b:8 c:8 #! functions { f = 1; }":                            "t.decode:1:39: expected name(x) = expression",
	} {
		spec, err := decodetree.Parse("t.decode", []byte(src+"\n"), decodetree.Options{})
		require.NoError(t, err)
		_, _, err = FromDecode(spec, Options{Mode: "mips"})
		if assert.Error(t, err, src) {
			assert.Contains(t, err.Error(), want)
		}
	}
	spec, err := decodetree.Parse("t.decode", nil, decodetree.Options{InsnWidth: 64})
	require.NoError(t, err)
	_, _, err = FromDecode(spec, Options{Mode: "mips"})
	assert.EqualError(t, err, "t.decode:1:1: RISU has words of 16 and 32 bits, not of 64")
	_, _, err = FromDecode(spec, Options{})
	assert.EqualError(t, err, "t.decode:1:1: a .risu file needs a .mode")
}
