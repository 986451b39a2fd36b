package mips

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/internal/oracle"
)

// release6 has all options. For 64-bit CPUs the ABI is o64: from release 6 on the assembler leaves branches to
// the linker, and only in 32-bit files does the word itself hold where to.
var release6 = []dialect{
	{
		name: "mips32r6", files: []string{"mips32r6.decode"}, features: levels("mips32r5", "r6", "crc", "ginv", "llx"),
		objdump: "mips:isa32r6", options: "ginv", as: []string{"-mips32r6", "-mabi=32", "-mcrc", "-mginv"},
		aliases: release6Aliases, unchecked: release6Unchecked,
	},
	{
		name: "mips64r6", files: []string{"mips32r6.decode", "mips64r6.decode"}, features: levels("mips64r2", "r6", "crc", "ginv", "llx"),
		objdump: "mips:isa64r6", options: "ginv", as: []string{"-mips64r6", "-mabi=o64", "-mcrc", "-mginv"},
		aliases: release6Aliases, unchecked: release6Unchecked,
	},
}

var release6Aliases = []alias{
	{regexp.MustCompile(`^(d?)neg(u?) (\$\d+),(\$\d+)$`), "${1}sub$2 $3,$$0,$4"},
	{regexp.MustCompile(`^dli (\$\d+),(0x[0-9a-f]+)$`), "ori $1,$$0,$2"},
	{regexp.MustCompile(`^(dvp|evp)$`), "$1 $$0"},
	{regexp.MustCompile(`^lapc `), "addiupc "},
	{regexp.MustCompile(`^jalrc (\$\d+)$`), "jialc $1,0"},
	{regexp.MustCompile(`^jalr(|\.hb) \$0,`), "jr$1 "},
}

const (
	pcRelative = "we print the distance, objdump the sum: TestPCRelative"
	dspTakesIt = "objdump, which always knows the DSP module, takes the word for that module's"
)

var release6Unchecked = map[string]string{
	"ADDIUPC": pcRelative, "LWPC": pcRelative, "LWUPC": pcRelative, "LDPC": pcRelative,
	"NAL":       "binutils knows it without an offset only",
	"PRE6_MFHI": dspTakesIt, "PRE6_MFLO": dspTakesIt, "PRE6_MTHI": dspTakesIt, "PRE6_MTLO": dspTakesIt,
	"PRE6_MULT": dspTakesIt, "PRE6_MULTU": dspTakesIt,
	"PRE6_MADD": dspTakesIt, "PRE6_MADDU": dspTakesIt, "PRE6_MSUB": dspTakesIt, "PRE6_MSUBU": dspTakesIt,
	"PRE6_JALX":  "objdump has DAUI for 32-bit CPUs, too",
	"PRE6_CACHE": "objdump takes the word for DCTR or DCTW of another maker",
}

func TestBinutilsAgreesRelease6(t *testing.T) {
	for i := range release6 {
		release6[i].check(t)
	}
}

// TestPCRelative is about words whose operand objdump prints as an address. The assembler takes the distance.
func TestPCRelative(t *testing.T) {
	needtool.Slow(t)
	for i := range release6 {
		d := &release6[i]
		t.Run(d.name, func(t *testing.T) {
			var ins []*constraints.Insn
			for _, in := range d.set(t).Insns {
				if d.unchecked[in.Name()] == pcRelative {
					ins = append(ins, in)
				}
			}
			cs := d.oracle().Cases(ins, 500)
			assert.Empty(t, d.oracle().Assemble(t, "big", cs))
			for i := range cs {
				cs[i].Text = withAddress(cs[i], wordsAddr+4*uint64(i))
			}
			assert.Empty(t, d.oracle().Disassemble(t, "big", cs))
		})
	}
}

// withAddress is the text of a word at pc with the sum of both for the distance.
func withAddress(c oracle.Case, pc uint64) string {
	args := c.Insn.Pattern.Extract(c.Word, nil)
	to, ok := c.Insn.Literal(c.Word, args, pc)
	if !ok {
		to = pc + uint64(sext(c.Word, 19)<<2)
	}
	head, _, _ := strings.Cut(c.Text, ",")
	return fmt.Sprintf("%s,0x%x", head, to)
}

// sext is the value of the low n bits of a word.
func sext(w uint64, n int) int64 { return int64(w<<(64-n)) >> (64 - n) }

// bits is a set of words.
type bits struct {
	mask, value uint64
	why         string
}

// otherFiles are the words of release 6 that are described elsewhere or nowhere.
var otherFiles = []bits{
	{0xfc000000, 0x40000000, "coprocessor 0 is not for programs"},
	{0xfc000000, 0x44000000, "FPU, MSA"},
	{0xcc000000, 0xc4000000, "FPU: loads and stores"},
	{0xfc000000, 0x48000000, "coprocessor 2"},
	{0xfc000000, 0x78000000, "MSA"},
	{0xfc00003c, 0x00000010, "DSP: HI and LO"},
	{0xfc00003e, 0x00000018, "DSP: products"},
	{0xfc00003a, 0x70000000, "DSP: sums of products"},
	{0xfc000030, 0x70000010, "a maker's own"},
	{0xfc1b0000, 0x04180000, "DSP: BPOSGE32, BPOSGE32C"},
	{0xfc1f0000, 0x04070000, "MCU: ASET, ACLR"},
	{0xfc00003e, 0x7c000008, "MT: FORK, YIELD"},
	{0xfc000039, 0x7c000008, "DSP: loads and INSV"},
	{0xfc000034, 0x7c000010, "DSP"},
	{0xfc00003f, 0x7c000018, "DSP"},
	{0xfc000036, 0x7c000030, "DSP"},
	{0xfc00003f, 0x7c000038, "DSP"},
	{0xfc000038, 0x7c000018, "EVA: stores and CACHEE are not for programs"},
	{0xfc00003f, 0x7c000023, "EVA: PREFE is not for programs"},
	{0xfc000038, 0x7c000028, "EVA: loads are not for programs"},
}

// TestSweepRelease6 is about words of all opcodes: what objdump gives a name is described, by that name, and
// the other way round.
func TestSweepRelease6(t *testing.T) {
	needtool.Slow(t)
	words := sweep()
	for i := range release6 {
		d := &release6[i]
		t.Run(d.name, func(t *testing.T) {
			set := d.set(t)
			same, other, bad := 0, 0, map[string]string{}
			for j, text := range d.dump(t, "big", words) {
				w := words[j]
				in := set.Decode(w)
				switch verdict := d.compare(in, w, wordsAddr+4*uint64(j), text); {
				case verdict == "":
					if in != nil {
						same++
					}
				case in == nil && describedElsewhere(w):
					other++
				case bad[verdict] == "":
					bad[verdict] = fmt.Sprintf("%08x: objdump %q", w, text)
				}
			}
			t.Logf("%d words: %d as objdump says, %d of other files, %d kinds of disagreement", len(words), same, other, len(bad))
			assert.Empty(t, bad)
			require.Greater(t, same, 100_000)
		})
	}
}

func describedElsewhere(w uint64) bool {
	for _, o := range otherFiles {
		if w&o.mask == o.value {
			return true
		}
	}
	return false
}

// compare says how what a word is and what objdump makes of it differ; not at all: "".
func (d *dialect) compare(in *constraints.Insn, w, pc uint64, text string) string {
	name, _, _ := strings.Cut(text, " ")
	if in == nil {
		if name == ".word" {
			return ""
		}
		return "only objdump has " + name
	}
	ours := d.normal(in.Disassemble(w, pc))
	oursName, _, _ := strings.Cut(ours, " ")
	switch {
	case name == ".word" && (in.InGroup("removed") || in.Reserved(w) || in.Name() == "NAL"):
		return ""
	case name != ".word" && in.InGroup("removed") && d.unchecked[in.Name()] != "":
		return ""
	case name == "pause" && in.Name() == "SLL":
		return ""
	case name != oursName:
		return fmt.Sprintf("%s for %s", name, in.Name())
	case text != ours && d.unchecked[in.Name()] == "" && in.Legal(w): // other words may have impossible operands
		return fmt.Sprintf("operands of %s: ours %q", in.Name(), ours)
	}
	return ""
}

// sweep lists words of all opcodes: all register fields with a few offsets, and all of the low eleven bits with
// a few registers where opcodes have functions there.
func sweep() []uint64 {
	var out []uint64
	for high := range uint64(1 << 16) {
		for _, low := range []uint64{0, 1, 0xfffc} {
			out = append(out, high<<16|low)
		}
	}
	registers := []uint64{0, 1, 31}
	for _, op := range []uint64{0x00, 0x10, 0x1c, 0x1f} { // SPECIAL, COP0, SPECIAL2, SPECIAL3
		for i := range 27 {
			rs, rt, rd := registers[i/9], registers[i/3%3], registers[i%3]
			for low := range uint64(1 << 11) {
				out = append(out, op<<26|rs<<21|rt<<16|rd<<11|low)
			}
		}
	}
	return out
}
