package arm

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/risugen/risugen/internal/needtool"
)

var a64SIMD = a64Dialect("a64simd.decode", "+fp16fml")

func TestBinutilsAgreesOnSIMD(t *testing.T) { a64SIMD.Check(t) }

// vectorWord is what the words of all tables of Advanced SIMD on vectors have in common; bits 30, 29, 24 and 23 to 10
// tell the instructions apart, but for a register's or an immediate's bits among them.
const vectorWord = 0x0e000000

// sweptRounds is how many words of each opcode there are.
const sweptRounds = 4

// elsewhere are instructions among vectors' words that are cryptography, and in another file.
var elsewhere = regexp.MustCompile(`^(aes\w+ |pmull2? v\d+\.1q,)`)

// lenient is what objdump does not look at: FMLAL and its like are UNDEFINED with sz = 1.
var lenient = regexp.MustCompile(`^fml[as]l2? v\d+\.[24]s, v\d+\.[24]h, v\d+\.[24]h$`)

// undefined is how objdump prints a word that it knows no instruction for.
var undefined = regexp.MustCompile(`^\.(inst|word)\b`)

// vectorWords are words of all opcodes, with random registers.
func vectorWords() []uint64 {
	rng := rand.New(rand.NewPCG(41, 42))
	var out []uint64
	for range sweptRounds {
		for op := range uint64(1 << 17) {
			out = append(out, vectorWord|op>>15<<29|op>>14&1<<24|op&0x3fff<<10|rng.Uint64()&0x3ff)
		}
	}
	return out
}

// TestSIMDIsComplete goes through all opcodes of vectors: what objdump has a name for is ours, under this name and with
// these operands, and what it has none for is no legal word of ours.
func TestSIMDIsComplete(t *testing.T) {
	needtool.Slow(t)
	words, set := vectorWords(), a64SIMD.Set(t)
	shown := map[string]int{}
	known, reserved, free := 0, 0, 0
	for i, theirs := range a64SIMD.Dump(t, "little", words) {
		in, ours := set.Decode(words[i]), ""
		switch {
		case in == nil && (undefined.MatchString(theirs) || elsewhere.MatchString(theirs)):
			free++
			continue
		case in != nil && !in.Legal(words[i]) && (undefined.MatchString(theirs) || lenient.MatchString(theirs)):
			reserved++
			continue
		case in != nil && in.Legal(words[i]):
			ours = in.Disassemble(words[i], 0)
		case in != nil:
			ours = "reserved: " + in.Name()
		}
		if known++; ours != theirs {
			mnemonic, _, _ := strings.Cut(theirs, " ")
			if shown[mnemonic]++; shown[mnemonic] <= 2 {
				t.Errorf("%08x: ours %q, objdump %q", words[i], ours, theirs)
			}
		}
	}
	t.Logf("%d words: %d legal, %d reserved, %d of none of ours", len(words), known, reserved, free)
}

func TestGoAgreesOnSIMD(t *testing.T) {
	checkGo(t, a64SIMD, goNames{
		"ins": "mov", "umov": "mov", "orr": "mov", "not": "mvn", "sshll": "sxtl", "sshll2": "sxtl2", "ushll": "uxtl", "ushll2": "uxtl2",
	}, "")
}
