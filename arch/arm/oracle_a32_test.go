package arm

import (
	"maps"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/internal/oracle"
)

// a32Habits are what objdump has its own way of writing. The assembler makes the same word of both.
var a32Habits = []oracle.Alias{
	habit(`^(bkpt|hlt|svc\w*) 0x0*([0-9a-f]+)$`, "$1 #0x$2"), // as many digits as the field has
	habit(`^([us]sat.*), asr #0$`, "$1, asr #32"),            // 0 in the field is 32
	habit(`^nop$`, "mov r0, r0"),                             // what it was before there was NOP
	habit(`^stmfd`, "stmdb"), habit(`^ldmfd`, "ldm"),         // names for stacks, where there is one register
	habit(`, ROR #`, ", ror #"),                                                  // UXTAB16's rotation is in capitals
	habit(`^((mcr|mrc|cdp)2?.*), \{(\d)\}$`, "$1, $3"),                           // the second opcode, which the assembler does not take in braces
	habit(`^(ldrex(eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|)) r10,`, "$1 sl,"), // LDREX has numbers for registers
	habit(`^(ldrex(eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|)) r11,`, "$1 fp,"),
	habit(`^(ldrex(eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|)) r12,`, "$1 ip,"),
	habit(`^(ldrex(eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|)) r13,`, "$1 sp,"),
	habit(`^(ldrex(eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|)) r14,`, "$1 lr,"),
}

const otherCoprocessors = "coprocessors 0, 1, 2 and 4 to 6 are old floating-point units to objdump, and LDC of 15 is of the M profile: TestOddA32"

var a32Base = func() *oracle.Dialect {
	d := a32Dialect("a32.decode", nil, a32Habits...)
	d.Files = []string{"a32.decode", "a32uncond.decode"}
	d.Unchecked = map[string]string{
		"MCR": otherCoprocessors, "MRC": otherCoprocessors, "CDP": otherCoprocessors, "MCRR": otherCoprocessors, "MRRC": otherCoprocessors,
		"LDC": otherCoprocessors, "STC": otherCoprocessors,
		"LDC2":        "objdump leaves out what a base is written back with if that is 0: TestOddA32",
		"STC2":        "objdump leaves out what a base is written back with if that is 0: TestOddA32",
		"SEVL":        "objdump leaves out its condition: TestOddA32",
		"MSR_imm":     "objdump writes rotations that the assembler does not read: TestOddA32",
		"MSR_imm_sys": "objdump writes rotations that the assembler does not read: TestOddA32",
		"MEMHINT_imm": "what means nothing has no name", "MEMHINT_reg": "what means nothing has no name",
	}
	return d
}()

func TestBinutilsAgreesOnA32(t *testing.T) { a32Base.Check(t) }

// a32Old is the same without ARMv8, which has no swaps.
var a32Old = func() *oracle.Dialect {
	d := *a32Base
	d.Vocabulary.Features = maps.Clone(d.Vocabulary.Features)
	d.Vocabulary.Features["v8"] = false
	d.Unchecked = maps.Clone(d.Unchecked)
	d.Unchecked["HINT"] = "objdump knows SEVL, which ARMv7 has not"
	return &d
}()

func TestBinutilsAgreesOnOldA32(t *testing.T) { a32Old.Check(t) }

// odd reports whether objdump has its own opinion of a word's text.
func odd(name string, w uint64) bool {
	switch {
	case regexp.MustCompile(`^(LD|ST)C2?$`).MatchString(name) && w&0xff == 0:
		return true
	case regexp.MustCompile(`^(MCRR?|MRRC|MRC|CDP|LDC|STC)$`).MatchString(name):
		cp := w >> 8 & 15
		return slices.Contains([]uint64{0, 1, 2, 4, 5, 6}, cp) || cp == 15 && (name == "LDC" || name == "STC")
	case name == "SEVL":
		return w>>28 != 14
	case regexp.MustCompile(`^MSR_imm`).MatchString(name):
		return w>>8&15 != 0
	}
	return false
}

// TestOddA32: words of patterns that objdump has its own opinion of in other words.
func TestOddA32(t *testing.T) {
	needtool.Slow(t)
	for _, d := range []*oracle.Dialect{a32Base, a32Old} {
		checkOdd(t, d)
	}
}

func checkOdd(t *testing.T, d *oracle.Dialect) {
	var ins []*constraints.Insn
	for _, in := range d.Set(t).Patterns() {
		if a32Base.Unchecked[in.Name()] != "" && len(in.Disassemble(in.Pattern.FixedBits, 0)) > 0 && in.Name()[:3] != "MEM" {
			ins = append(ins, in)
		}
	}
	var cs []oracle.Case
	for _, c := range d.Cases(ins, 2*oracle.Words) {
		if !odd(c.Insn.Name(), c.Word) {
			c.Text = d.Normal(c.Insn.Disassemble(c.Word, a32WordsAddr+4*uint64(len(cs))))
			cs = append(cs, c)
		}
	}
	t.Logf("%d words", len(cs))
	bad := append(d.Disassemble(t, "little", cs), d.Assemble(t, "little", cs)...)
	assert.Empty(t, bad[:min(len(bad), 20)])
}
