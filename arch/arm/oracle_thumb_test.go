package arm

import (
	"maps"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/internal/oracle"
)

// thumbDialect is a decode file of Thumb with all features, outside of IT blocks.
func thumbDialect(file string, aliases ...oracle.Alias) *oracle.Dialect {
	return &oracle.Dialect{
		Name: file, FS: files, Files: []string{file}, Vocabulary: a32Names.all(),
		Orders: []string{"little"}, Address: a32WordsAddr, Halves: true,
		Prefix: "arm-linux-gnueabihf-", Machine: "arm", Options: "force-thumb", Comment: "@",
		As:   []string{"-mcpu=all", "-mthumb", "-mno-warn-deprecated"},
		Head: ".syntax unified\n.thumb\n", Aliases: aliases,
	}
}

var t16 = func() *oracle.Dialect {
	d := thumbDialect("t16.decode", habit(`^(bkpt|hlt) 0x0*([0-9a-f]+)$`, "$1 0x$2"))
	d.Line = func(c oracle.Case, text string) string { return text + behindIT(c) }
	d.Other = func(c oracle.Case, w uint64) bool { // of two that add the assembler prefers one
		switch low := c.Word & 7; {
		case c.Word>>8 == 0x44:
			return w == 0x1800|c.Word<<3&0x1c0|low<<3|low
		case c.Word&0x1c00 == 0x1c00 && low == c.Word>>3&7:
			return w == 0x3000|c.Word&0x200<<2|low<<8|c.Word>>6&7
		}
		return false
	}
	return d
}()

// mnemonic is a text's, and conditional is one with a condition that no mnemonic ends with.
var (
	mnemonic    = regexp.MustCompile(`^([a-z0-9]+)(\.[nw])?( |$)`)
	conditional = `^([a-z0-9]+)hi(\.[nw])?( |$)`
)

// inIT is a dialect whose words stand in an IT block of their own. Our text has no conditions.
func inIT(d oracle.Dialect) *oracle.Dialect {
	d.Name += "-it"
	d.Vocabulary.Features = maps.Clone(d.Vocabulary.Features)
	d.Vocabulary.Features["it"] = true
	d.Lead, d.LeadText = 0xbf00bf88, "nop; it hi; "
	d.Aliases = append([]oracle.Alias{habit(conditional, "$1$2$3")}, d.Aliases...)
	line := d.Line
	d.Line = func(c oracle.Case, text string) string {
		if text = line(c, text); c.Insn.Name() == "BKPT" { // which has no condition
			return text
		}
		return mnemonic.ReplaceAllString(text, "${1}hi$2$3")
	}
	return &d
}

func TestBinutilsAgreesOnT16InIT(t *testing.T) { inIT(*t16).Check(t) }

func TestBinutilsAgreesOnT32InIT(t *testing.T) { inIT(*t32).Check(t) }

// behindIT is what an IT block has to have in it.
func behindIT(c oracle.Case) string {
	if c.Insn.Name() != "IT" {
		return ""
	}
	conditions := []string{"eq", "ne", "cs", "cc", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "al"}
	out, mask, first := "", c.Word&15, c.Word>>4&15
	for behind := first<<4 | mask; behind&15 != 0; behind = behind&0xe0 | behind<<1&0x1f {
		out += "; nop" + conditions[behind>>4]
	}
	return out
}

var t32 = func() *oracle.Dialect {
	d := thumbDialect("t32.decode",
		habit(`^(ldr|ldrb|ldrh|ldrsb|ldrsh)t (\w+, \[pc, )`, "$1.w $2"),           // offsets that look like LDRT's
		habit(`^((?:ldrd|strd) .*\[\w+), #0\]!$`, "$1]"),                          // writes the base back unchanged
		habit(`^ldrsh\.w pc, `, "hint "),                                          // hints are no loads to it
		habit(`^dfb$`, "dsb #12"),                                                 // not of A-profile
		habit(`^pacbti r12, lr, sp$`, "nop.w {13}"), habit(`^bti$`, "nop.w {15}"), // likewise
		habit(`^pac r12, lr, sp$`, "nop.w {29}"), habit(`^aut r12, lr, sp$`, "nop.w {45}"),
	)
	const noName = "hints without a name"
	d.Unchecked = map[string]string{
		"HINT_imm": noName, "HINT_neg": noName, "HINT_reg": noName, "HINT_lit": noName,
		"CRC32": "objdump prints the first register of CRC32H wrong: TestCRC32",
	}
	d.Other = func(c oracle.Case, w uint64) bool { // nothing is added in several ways
		change := c.Word ^ w
		switch dual := c.Word>>25 == 0x74; {
		case !zeroOffset.MatchString(c.Text):
			return false
		case dual:
			return change&^(1<<23|1<<21) == 0
		default:
			return change&^(1<<23|0xf00) == 0
		}
	}
	d.Line = func(_ oracle.Case, text string) string {
		text = shiftedMove.ReplaceAllString(text, "$4$1.w $2, $3, $5")
		return coprocessor.ReplaceAllString(text, "$1$2")
	}
	return d
}()

var (
	// shiftedMove is what the assembler does not take, although it is the manual's.
	shiftedMove = regexp.MustCompile(`^mov(s?)\.w (\w+), (\w+), (lsl|lsr|asr|ror) (#\d+)$`)
	// zeroOffset is an access at the base.
	zeroOffset = regexp.MustCompile(`\[\w+(, #-0)?\]!?$|\], #-?0$`)
	// coprocessor is what objdump puts the second opcode in braces of.
	coprocessor = regexp.MustCompile(`^((?:mcr|mrc|cdp)2? .*)\{(\d)\}$`)
)

func TestBinutilsAgreesOnT32(t *testing.T) { t32.Check(t) }

func TestBinutilsAgreesOnT16(t *testing.T) { t16.Check(t) }

// TestCRC32: the assembler makes our words, of which objdump prints one register wrong.
func TestCRC32(t *testing.T) {
	needtool.Slow(t)
	assert.Empty(t, t32.Assemble(t, "little", t32.Cases(t32.Set(t).ByName("CRC32"), 500)))
}
