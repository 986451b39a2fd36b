package mips

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/risugen/risugen/internal/needtool"
)

var integerFiles = []string{"mips32r5.decode", "mips64r5.decode"}

// levelDialects are the integer instructions of the architecture levels. MIPS V and release 3 add none.
func levelDialects() []dialect {
	row := func(name, objdump string, features []string, as ...string) dialect {
		return dialect{
			name: name, files: integerFiles, features: features, objdump: objdump, options: "cp0-names=numeric",
			as: as, aliases: release5Aliases,
		}
	}
	return []dialect{
		row("mips1", "mips:3000", levels("mips1"), "-march=r3000", "-mabi=32"),
		row("mips2", "mips:6000", levels("mips2"), "-march=r6000", "-mabi=32"),
		row("mips3", "mips:4000", levels("mips3"), "-march=r4000", "-mabi=64"),
		row("mips4", "mips:8000", levels("mips4", "fpu"), "-march=r8000", "-mabi=64"),
		row("mips32", "mips:isa32", levels("mips32"), "-mips32", "-mabi=32"),
		row("mips32r2", "mips:isa32r2", levels("mips32r2"), "-mips32r2", "-mabi=32"),
		row("mips64", "mips:isa64", levels("mips64", "fpu"), "-mips64", "-mabi=64"),
		row("mips64r2", "mips:isa64r2", levels("mips64r2", "fpu"), "-mips64r2", "-mabi=64"),
	}
}

// makerDialects are what makers of 64-bit CPUs added.
func makerDialects() []dialect {
	row := func(name, cpu, file string, features []string) dialect {
		return dialect{
			name: name, files: append([]string{file}, integerFiles...), features: features, objdump: "mips:" + cpu,
			options: "cp0-names=numeric", as: []string{"-mabi=64", "-march=" + name}, aliases: release5Aliases,
		}
	}
	octeon := func(more ...string) []string { return levels("mips64r2", append(more, "octeon", "octeonmul")...) }
	return []dialect{
		row("vr5400", "5400", "vr5400.decode", levels("mips4", "fpu", "vr5400")),
		row("octeon", "octeon", "octeon.decode", octeon()),
		row("octeon+", "octeon+", "octeon.decode", octeon("octeonplus")),
		row("octeon2", "octeon2", "octeon.decode", octeon("octeonplus", "octeon2")),
		row("octeon3", "octeon3", "octeon.decode", octeon("octeonplus", "octeon2", "octeon3")),
	}
}

func TestBinutilsAgreesWithLevels(t *testing.T) {
	for _, d := range append(levelDialects(), makerDialects()...) {
		d.check(t)
	}
}

// TestBinutilsKnowsNoMore looks the other way round: what objdump has a name for is in our files, or is known
// not to be.
func TestBinutilsKnowsNoMore(t *testing.T) {
	for _, d := range append(levelDialects(), makerDialects()...) {
		t.Run(d.name, d.sweep)
	}
}

// elsewhere is what objdump knows beside the integer instructions: all that has certain opcodes, functions of
// opcode 31, mnemonics, or texts.
var elsewhere = []struct {
	what      string
	opcodes   []uint64
	functions []uint64
	text      *regexp.Regexp
}{
	{what: "coprocessors: the kernel's, the FPU's, and others'", opcodes: []uint64{16, 17, 18, 19}, text: regexp.MustCompile(`^[ls][wd]c[0-3] |^mov[ft] `)},
	{what: "MSA, MDMX", opcodes: []uint64{30}, text: regexp.MustCompile(`^d?lsa `)},
	{
		what: "DSP", text: regexp.MustCompile(`\$ac[0-3]|^bposge`),
		functions: []uint64{0x0a, 0x0c, 0x0d, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x30, 0x31, 0x34, 0x38, 0x3c},
	},
	{what: "MT", text: regexp.MustCompile(`^(fork|yield) `)},
	{what: "SmartMIPS", text: regexp.MustCompile(`^(lwxs|maddp|mflhxu|mtlhx|multp|pperm|rorv?) `)},
	{what: "MCU", text: regexp.MustCompile(`^a(clr|set) `)},
	{what: "EVA, which is the kernel's", text: regexp.MustCompile(`^(cachee|prefe|l[bh]ue|[ls][bhw]e|lle|sce|[ls]w[lr]e) `)},
	{what: "the user's own", text: regexp.MustCompile(`^udi\d+ `)},
	{what: "the kernel's and debuggers'", text: regexp.MustCompile(`^(cache|sdbbp|dbreak|dret|mfdr|mtdr|mfpc|mtpc|mfps|mtps)( |$)`)},
	{what: "a change to MIPS16 or microMIPS", text: regexp.MustCompile(`^jalx `)},
	{what: "hints that do nothing before release 2", text: regexp.MustCompile(`^ja?l?r\.hb `)},
	{what: "not in the manual before MIPS32", text: regexp.MustCompile(`^sync\.p$`)},
}

func isElsewhere(word uint64, text string) bool {
	for _, e := range elsewhere {
		if slices.Contains(e.opcodes, word>>26) || word>>26 == 31 && slices.Contains(e.functions, word&63) || e.text.MatchString(text) {
			return true
		}
	}
	return false
}

// sweptWords has words of every place in the opcode map: each function with each shift amount, their operands
// zero or not, and each pair of rs and rt.
func sweptWords() []uint64 {
	rng := rand.New(rand.NewPCG(21, 22))
	var out []uint64
	for op := range uint64(64) {
		for rsrt := range uint64(1024) {
			out = append(out, op<<26|rsrt<<16|rng.Uint64N(1<<16))
		}
		if !slices.Contains([]uint64{0, 16, 17, 18, 19, 28, 30, 31}, op) {
			continue // all below rs and rt is an immediate
		}
		for fn := range uint64(1 << 11) {
			for _, keep := range []uint64{0, 1<<26 - 1<<11, 1<<26 - 1<<16, 1<<26 - 1<<21 | 1<<16 - 1<<11, 1<<21 - 1<<11} {
				out = append(out, op<<26|fn|rng.Uint64()&keep)
			}
			out = append(out, op<<26|1<<21|fn|rng.Uint64()&(1<<21-1<<11)) // rs is 1 in rotations
		}
	}
	return out
}

// sweep wants objdump and the decode files to have the same name for every word, if not both none, and the
// same text if the word is legal.
func (d *dialect) sweep(t *testing.T) {
	needtool.Slow(t)
	words, set := sweptWords(), d.set(t)
	decoded, left := 0, 0
	for i, theirs := range d.dump(t, "big", words) {
		w, ours := words[i], ".word"
		in := set.Decode(w)
		if in == nil && isElsewhere(w, theirs) {
			if !strings.HasPrefix(theirs, ".word") {
				left++
			}
			continue
		}
		if in != nil {
			decoded++
			ours = d.normal(in.Disassemble(w, wordsAddr+uint64(4*i)))
		}
		if in == nil || !in.Legal(w) {
			ours, _, _ = strings.Cut(ours, " ")
			theirs, _, _ = strings.Cut(theirs, " ")
		}
		if ours != theirs && theirs != "pause" { // a word of SLL that is not legal
			t.Errorf("%08x: ours %q, objdump %q", w, ours, theirs)
		}
	}
	t.Logf("%d words: %d of our files, %d of others", len(words), decoded, left)
}
