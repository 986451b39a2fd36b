package arm

import (
	"maps"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/internal/oracle"
)

// TestSweepT16: of every word of 16 bits.
func TestSweepT16(t *testing.T) {
	needtool.Slow(t)
	set := t16.Set(t)
	var words []uint64
	for w := range uint64(0xe800) {
		words = append(words, w)
	}
	ours, bad := 0, map[string]int{}
	for i, text := range t16.Dump(t, "little", words) {
		in := set.Decode(words[i])
		if in != nil {
			ours++
		}
		if verdict := thumbVerdict(t16, in, words[i], t16.At(i), text); verdict != "" {
			if bad[verdict]++; bad[verdict] <= 2 {
				t.Errorf("%04x: %s: objdump %q", words[i], verdict, text)
			}
		}
	}
	t.Logf("%d words: %d of ours, %d kinds of disagreement", len(words), ours, len(bad))
	assert.Greater(t, ours, len(words)/2)
}

// thumbVerdict says how what a word is and what objdump makes of it differ; not at all: "".
func thumbVerdict(d *oracle.Dialect, in *constraints.Insn, w, pc uint64, text string) string {
	theirs, _, _ := strings.Cut(text, " ")
	switch {
	case in == nil && text == "":
		return ""
	case in == nil:
		return "only objdump has " + theirs
	case in.Legal(w) && text == "":
		return "only we have " + in.Name()
	case in.Reserved(w) && text != "":
		return "objdump knows reserved words of " + in.Name()
	case !in.Legal(w):
		return ""
	}
	ours := d.Normal(in.Disassemble(w, pc))
	if in.Name() == "CRC32" { // see TestCRC32
		ours, _, _ = strings.Cut(ours, " ")
		text = theirs
	}
	if ours != text {
		return in.Name() + " is " + theirs + " to objdump, ours " + strings.Fields(ours)[0]
	}
	return ""
}

// thumbWords are words of 32 bits in whose fields zeros and ones are frequent.
func thumbWords(n int) []uint64 {
	rng := rand.New(rand.NewPCG(61, 62))
	fields := []uint64{0xf << 16, 0xf << 12, 0xf << 8, 0xf, 0xf << 4, 7 << 12, 1 << 15, 1 << 26, 0xf << 21, 0xff}
	var out []uint64
	for len(out) < n {
		w := rng.Uint64() & 0xffff_ffff
		for _, f := range fields {
			switch rng.IntN(8) {
			case 0:
				w &^= f
			case 1:
				w |= f
			}
		}
		if first := w >> 16; first >= 0xe800 {
			out = append(out, w)
		}
	}
	return out
}

// notT32 is what objdump knows among words of 32 bits, and what is not described.
var notT32 = []struct {
	what string
	text *regexp.Regexp
}{
	{"M-profile's loops and branches", regexp.MustCompile(`^(bf|bfl|bfx|bflx|bfcsel|wlstp|dlstp|wls|dls|letp|le|lctp)\b`)},
	{"M-profile's security", regexp.MustCompile(`^(sg|tt|ttt|tta|ttat)$|^tta?t? `)},
	{"M-profile's system registers", regexp.MustCompile(`^v(ldr|str) `)},
	{"ARMv8 loads and stores one register of coprocessor 14", regexp.MustCompile(`^(ldc|stc)l? `)},
	{"there are only 1 to 3", regexp.MustCompile(`^dcps0$`)},
	{"stores relative to the program counter are UNDEFINED", regexp.MustCompile(`^str\w*(\.w)? .*\[pc`)},
}

// notThumb reports whether objdump knows nothing of a word, or of one that is elsewhere or nowhere.
func notThumb(text string, w uint64) bool {
	if text == "" || strings.HasPrefix(text, "undefined") || strings.Contains(text, "<und") || strings.Contains(text, "??") {
		return true
	}
	for _, n := range notT32 {
		if n.text.MatchString(text) {
			return true
		}
	}
	// Of a register that is added it does not see that bits 11 to 6 are zero.
	return w>>25 == 0x7c && w>>23&1 == 0 && w>>16&15 != 15 && w&0x800 == 0 && w&0x7c0 != 0
}

// others reports whether a word is one of floating point, Advanced SIMD, or a coprocessor that ARMv8 has not.
func others(w uint64) bool {
	coprocessor := w>>26&3 == 3
	return coprocessor && (w>>28&1 == 1 || w>>24&3 == 3 || w>>8&15 < 14) || w>>24 == 0xf9 && w>>20&1 == 0
}

// TestSweepT32 goes through random words of 32 bits.
func TestSweepT32(t *testing.T) {
	needtool.Slow(t)
	set, words := t32.Set(t), thumbWords(400_000)
	ours, foreign, bad := 0, 0, map[string]int{}
	for i, text := range t32.Dump(t, "little", words) {
		in := set.Decode(words[i])
		switch {
		case in == nil && others(words[i]):
			foreign++
			continue
		case in != nil:
			ours++
		}
		if notThumb(text, words[i]) && (in == nil || !in.Legal(words[i])) {
			text = ""
		}
		if verdict := thumbVerdict(t32, in, words[i], t32.At(i), text); verdict != "" {
			if bad[verdict]++; bad[verdict] <= 1 {
				t.Errorf("%08x: %s: objdump %q", words[i], verdict, text)
			}
		}
	}
	t.Logf("%d words: %d of ours, %d of others, %d kinds of disagreement", len(words), ours, foreign, len(bad))
}

// TestThumbTogether: a machine with both files tells their words apart, with its features and without them.
func TestThumbTogether(t *testing.T) {
	for _, lacking := range []string{"", "v8", "thumb2"} {
		d := *t16
		d.Files = []string{"t16.decode", "t32.decode"}
		d.Vocabulary.Features = maps.Clone(d.Vocabulary.Features)
		delete(d.Vocabulary.Features, lacking)
		if lacking != "" {
			d.Vocabulary.Features[lacking] = false
		}
		set := d.Set(t)
		for _, c := range d.Cases(set.Patterns(), 20) {
			assert.Same(t, c.Insn, set.Decode(c.Word), "%x", c.Word)
		}
	}
}
