package arm

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/internal/oracle"
)

// space is words that have some bits in common, and how many of them are tried.
type space struct {
	value, mask uint64
	n           int
}

// The words of floating point and Advanced SIMD. What begins with 1110 stands for any condition in A32.
var (
	a32FPSpaces = append([]space{
		{0xf2000000, 0xfe000000, 1 << 17}, // Advanced SIMD data processing
		{0xf4000000, 0xff100000, 1 << 16}, // structures
		{0x0c000800, 0x0e000c00, 1 << 17}, // coprocessors 8 to 11: moves of two registers, loads and stores
		{0x0e000800, 0x0f000c00, 1 << 17}, // data processing, moves
	}, alwaysSpaces...)
	t32FPSpaces = append([]space{
		{0xef000000, 0xef000000, 1 << 17},
		{0xf9000000, 0xff100000, 1 << 16},
		{0xec000800, 0xfe000c00, 1 << 16},
		{0xee000800, 0xff000c00, 1 << 16},
	}, alwaysSpaces...)
	alwaysSpaces = []space{
		{0xfc000800, 0xfe000c00, 1 << 16},
		{0xfe000800, 0xff000c00, 1 << 16},
		{0xfc000c00, 0xfe000e00, 1 << 15}, // coprocessors 12 and 13
		{0xfe000c00, 0xff000e00, 1 << 15},
	}
)

func wordsOf(spaces []space) []uint64 {
	rng := rand.New(rand.NewPCG(51, 52))
	var out []uint64
	for _, s := range spaces {
		for range s.n {
			out = append(out, s.value|rng.Uint64()&0xffffffff&^s.mask)
		}
	}
	return out
}

// a32FPLenient are texts that objdump has for words that no pattern takes, each with a reason.
var a32FPLenient = map[string]*regexp.Regexp{
	"coprocessors in general":                         regexp.MustCompile(`^(mcr|mrc|mrrc|cdp|ldc|stc)`),
	"objdump itself says that it is nothing":          regexp.MustCompile(`illegal|<bad align|<und|<impl|\?|^v(ld|st)[1-4]\.\d+$`),
	"pairs of quadwords are UNDEFINED":                regexp.MustCompile(`^vp(add|max|min)\.[ifsu]\d+ q`),
	"products of polynomials are not unsigned":        regexp.MustCompile(`^vmull\.p`),
	"bits that should be zero":                        regexp.MustCompile(`^(vmov|vdup)[a-z]*\.[su]?(8|16|32) `),
	"half precision, as VMOV of registers it has not": regexp.MustCompile(`^vrintx?[a-z]*\.f16`),
	"a dot product with an element has bit 23 zero":   regexp.MustCompile(`^v[su]dot\.[su]8 .*\[`),
}

// renamed are mnemonics that objdump prints in place of a pattern's, VSCCLRM as one of the M profile.
var renamed = map[string]string{"vpop": "vldm", "vpush": "vstm", "vmovl.": "vshll", "vscclrm": "vldm"}

// lenient32 reports whether a word that is none of ours may have objdump's text: another's that a reason is known for, or,
// for what a pattern refuses, the same mnemonic.
func lenient32(in *constraints.Insn, theirs string) bool {
	if in != nil {
		stem, _, _ := strings.Cut(strings.ToLower(in.Name()), "_")
		for from, to := range renamed {
			if strings.HasPrefix(theirs, from) {
				return strings.HasPrefix(stem, to)
			}
		}
		return theirs == "" || strings.Contains(theirs, "<illegal") || strings.HasPrefix(theirs, stem)
	}
	for _, text := range a32FPLenient {
		if text.MatchString(theirs) {
			return true
		}
	}
	return theirs == ""
}

// unknown are patterns that objdump does not know.
var unknown = []string{"VCVT_hfix16", "VCVT_fixh16"}

// TestA32FPIsComplete: what no pattern takes, or what a pattern refuses, is no instruction to objdump, but for what it is
// lenient with; of all else both have the same text.
func TestA32FPIsComplete(t *testing.T) {
	checkComplete(t, a32FPDialect("a32vfp.decode"), wordsOf(a32FPSpaces), "a32neon.decode")
}

func TestT32FPIsComplete(t *testing.T) {
	checkComplete(t, t32FPDialect("t32vfp.decode"), wordsOf(t32FPSpaces), "t32neon.decode")
}

func checkComplete(t *testing.T, d *oracle.Dialect, words []uint64, more string) {
	needtool.Slow(t)
	d.Files = append(d.Files, more)
	set := d.Set(t)
	legal, refused, free := 0, 0, 0
	shown := map[string]int{}
	for i, theirs := range d.Dump(t, "little", words) {
		in, ours, name := set.Decode(words[i]), "", "nothing"
		switch {
		case in == nil:
			free++
		case !in.Legal(words[i]):
			refused, name = refused+1, in.Name()
		case slices.Contains(unknown, in.Name()):
			continue
		default:
			legal, name = legal+1, in.Name()
			ours = d.Normal(in.Disassemble(words[i], a32WordsAddr+4*uint64(i)))
		}
		if ours == theirs || ours == "" && lenient32(in, theirs) {
			continue
		}
		if shown[name]++; shown[name] <= 2 {
			t.Errorf("%08x: ours %q of %s, objdump %q", words[i], ours, name, theirs)
		}
	}
	t.Logf("%d words: %d legal, %d refused by a pattern, %d of none", len(words), legal, refused, free)
}
