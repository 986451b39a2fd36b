package arm

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/needtool"
)

// notA32 is what objdump has a name for although it is no instruction: words with these bits.
var notA32 = []struct {
	what       string
	bits, mask uint64
	text       *regexp.Regexp
}{
	{"comparisons without S: the manual has miscellaneous instructions there", 0x01000000, 0x0d900000, regexp.MustCompile(`^(tst|teq|cmp|cmn)`)},
	{"MSR of a banked register, whose bits 7 to 4 are zeros", 0x01200000, 0x0fb00000, regexp.MustCompile(`^msr`)},
	{"SETEND has zeros there", 0xf1010000, 0xffff0000, regexp.MustCompile(`^setend`)},
	{"the manual has multiplications, swaps and exclusives there", 0x01000090, 0x0f0000f0, regexp.MustCompile(`^(teq|lsl)`)},
	{"no transfer: the base is not written back, and nothing is added to it", 0x0c000000, 0x0fe00000, regexp.MustCompile(`^(ld|st|lf|sf|cf|v)`)},
	{"there is no shift by a register", 0xf6000010, 0xfe000010, regexp.MustCompile(`^pl`)},
}

// TestSweepA32 goes through all of A32 but floating point and Advanced SIMD. What objdump has a name for is in our files
// under the same name, and the other way round.
func TestSweepA32(t *testing.T) {
	needtool.Slow(t)
	set, old, words := a32Base.Set(t), a32Old.Set(t), a32Words()
	ours, others, bad := 0, 0, map[string]int{}
	for i, text := range a32Base.Dump(t, "little", words) {
		in := set.Decode(words[i])
		if in == nil {
			in = old.Decode(words[i])
		}
		if in == nil && isNotA32(words[i], text) {
			others++
			continue
		}
		if in != nil {
			ours++
		}
		verdict := a32Verdict(in, words[i], a32WordsAddr+4*uint64(i), text)
		if verdict == "" {
			continue
		}
		if bad[verdict]++; bad[verdict] == 1 {
			t.Errorf("%08x: %s: objdump %q", words[i], verdict, text)
		}
	}
	t.Logf("%d words: %d of ours, %d of others, %d kinds of disagreement", len(words), ours, others, len(bad))
	assert.Greater(t, ours, len(words)/2)
}

func isNotA32(w uint64, text string) bool {
	for _, n := range notA32 {
		if w&n.mask == n.bits && n.text.MatchString(text) {
			return true
		}
	}
	return false
}

// a32Verdict says how what a word is and what objdump makes of it differ; not at all: "".
func a32Verdict(in *constraints.Insn, w, pc uint64, text string) string {
	theirs, _, _ := strings.Cut(text, " ")
	switch {
	case in == nil && theirs == "":
		return ""
	case in == nil:
		return "only objdump has " + theirs
	case !in.Legal(w):
		return ""
	case a32Base.Unchecked[in.Name()] != "" && (odd(in.Name(), w) || strings.HasPrefix(in.Name(), "MEMHINT")):
		return ""
	case theirs == "":
		return "only we have " + in.Name()
	}
	if ours := a32Base.Normal(in.Disassemble(w, pc)); ours != text {
		return in.Name() + " is " + theirs + " to objdump, " + ours + " to us"
	}
	return ""
}

// a32Words are words of all tables, most with the condition that always holds, or with bits that stand where a
// condition would. Each field is random, zero, or all ones. Floating point and Advanced SIMD are left out.
func a32Words() []uint64 {
	rng := rand.New(rand.NewPCG(61, 62))
	fields := []uint64{0xf, 0xf << 4, 0xf << 8, 0xf << 12, 0xf << 16, 0xf << 20, 7 << 25, 3 << 5, 3 << 8}
	var out []uint64
	for range 300_000 {
		w := rng.Uint64() & 0xffff_ffff
		for _, f := range fields {
			switch rng.IntN(6) {
			case 0:
				w &^= f
			case 1:
				w |= f
			}
		}
		switch rng.IntN(4) {
		case 0:
			w |= 0xf << 28
		case 1, 2:
			w = w&^(0xf<<28) | 0xe<<28
		}
		if !isVector32(w) {
			out = append(out, w)
		}
	}
	return out
}

// isVector32 reports whether a word of A32 is floating point's or Advanced SIMD's.
func isVector32(w uint64) bool {
	cp := w >> 8 & 15
	switch {
	case w>>26&3 == 3 && w>>24&15 != 15:
		return cp >= 8 && cp <= 13
	case w>>28 == 15:
		return w>>25&7 == 1 || w>>24&15 == 4 && w>>20&1 == 0
	}
	return false
}
