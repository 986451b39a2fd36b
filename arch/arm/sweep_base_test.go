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

// notBase is what objdump knows in the encoding space of the base instructions, and what is not described.
var notBase = []struct {
	what string
	text *regexp.Regexp
}{
	{"SME's switches of PSTATE", regexp.MustCompile(`^sm(start|stop)( |$)`)},
	{"no instruction, but for fields of PSTATE: objdump prints the numbers", regexp.MustCompile(`^(msr s0_\S+,|mrs \w+, s0_)`)},
}

// TestSweepBase goes through the encoding space of the base instructions. What objdump has a name for is in our file
// under the same name, and the other way round.
func TestSweepBase(t *testing.T) {
	needtool.Slow(t)
	set, words := a64Base.Set(t), baseWords()
	ours, others, bad := 0, 0, map[string]int{}
	for i, text := range a64Base.Dump(t, "little", words) {
		in := set.Decode(words[i])
		if in == nil && isNotBase(text) {
			others++
			continue
		}
		if in != nil {
			ours++
		}
		verdict := baseVerdict(in, words[i], wordsAddr+4*uint64(i), text)
		if verdict == "" {
			continue
		}
		if bad[verdict]++; bad[verdict] == 1 {
			t.Errorf("%08x: %s: objdump %q", words[i], verdict, text)
		}
	}
	t.Logf("%d words: %d of ours, %d of others, %d kinds of disagreement", len(words), ours, others, len(bad))
	assert.Greater(t, ours, len(words)/4)
}

func isNotBase(text string) bool {
	for _, n := range notBase {
		if n.text.MatchString(text) {
			return true
		}
	}
	return false
}

// baseVerdict says how what a word is and what objdump makes of it differ; not at all: "".
func baseVerdict(in *constraints.Insn, w, pc uint64, text string) string {
	theirs, _, _ := strings.Cut(text, " ")
	switch nothing := theirs == ".inst"; {
	case in == nil && nothing:
		return ""
	case in == nil:
		return "only objdump has " + theirs
	case in.Legal(w) && nothing:
		return "only we have " + in.Name()
	case in.Reserved(w) && !nothing:
		return "objdump knows reserved words of " + in.Name()
	case !in.Legal(w):
		return ""
	}
	ours := a64Base.Normal(in.Disassemble(w, pc))
	if a64Base.Unchecked[in.Name()] != "" { // a register by number
		ours, _, _ = strings.Cut(ours, " ")
		text = theirs
	}
	if ours != text {
		return in.Name() + " is " + theirs + " to objdump"
	}
	return ""
}

// baseWords are words of data processing with immediates (bits 28 to 26 are 100), of branches, exceptions and system
// instructions (101) and of data processing with registers (x101): each field of registers, immediates and
// opcodes is random, zero, or all ones. Then come all exceptions, indirect branches and system instructions with
// random registers.
func baseWords() []uint64 {
	rng := rand.New(rand.NewPCG(51, 52))
	fields := []uint64{0x1f, 0x1f << 5, 7 << 10, 7 << 13, 0x3f << 10, 0x1f << 16, 7 << 21, 3 << 22}
	random := func(space, mask uint64) uint64 {
		w := rng.Uint64() & 0xffff_ffff
		for _, f := range fields {
			switch rng.IntN(6) {
			case 0:
				w &^= f
			case 1:
				w |= f
			}
		}
		return w&^mask | space
	}
	var out []uint64
	for range 150_000 {
		out = append(out, random(0x10000000, 0x1c000000), random(0x14000000, 0x1c000000), random(0x0a000000, 0x0e000000))
	}
	for opcode := range uint64(1 << 8) { // exceptions, and what is no instruction at all
		for range 20 {
			out = append(out, 0xd4000000|opcode>>5<<21|opcode&31|rng.Uint64()&0x1fffe0, random(0, 0xfe000000))
		}
	}
	for opcode := range uint64(1 << 20) { // indirect branches: opc, op3, rn, op4, where op2 is 31
		if rn := opcode >> 5 & 31; rn == 0 || rn == 31 || rn == 17 {
			out = append(out, 0xd61f0000|opcode>>16<<21|opcode&0xffff)
		}
	}
	for opcode := range uint64(1 << 17) { // system instructions: all but rt
		out = append(out, 0xd5000000|opcode<<5|31, 0xd5000000|opcode<<5|rng.Uint64N(32))
	}
	return out
}
