package arm

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/internal/oracle"
)

// a32FPDialect is a file of AArch32's floating point or Advanced SIMD, for an assembler that knows all extensions.
func a32FPDialect(file string, aliases ...oracle.Alias) *oracle.Dialect {
	d := a32Dialect(file, nil, aliases...)
	d.As = []string{"-march=armv8.6-a+crypto+fp16fml+i8mm"}
	d.Unchecked = map[string]string{}
	for name, u := range unlike {
		d.Unchecked[name] = u.why
	}
	for _, name := range []string{"VCVT_hfix16", "VCVT_fixh16"} {
		d.Unchecked[name] = "binutils does not know them; llvm-mc 14 does, and agreed on a word of each"
	}
	return d
}

// unlikeness is why the assembler does not take all that objdump prints of an instruction, and what it takes instead:
// text makes that of a case, and reports false where there is nothing.
type unlikeness struct {
	why  string
	text func(oracle.Case) (string, bool)
}

// unlike are such instructions. TestBinutilsAgreesOnUnlike has them.
var unlike = map[string]unlikeness{
	"VMOV_imm_h":       bits8,
	"VMOV_imm_s":       bits8,
	"VMOV_imm_d":       bits8,
	"VMOV_imm_f_d":     pointless,
	"VMOV_imm_f_q":     pointless,
	"VMOV_to_gen_lane": {"signed and unsigned elements without a condition only", func(c oracle.Case) (string, bool) { return c.Text, c.Word>>28 == 14 }},
	"VMRS":             noSP,
	"VMRS_special":     noSP,
	"VLD1_rep2":        ranges,
	"VLD2_rep":         ranges,
	"VLD3_rep":         ranges,
	"VLD4_rep":         ranges,
}

var (
	bits8     = unlikeness{"objdump prints the bits of an immediate, the assembler wants a number", numbers}
	noSP      = unlikeness{"the assembler of T32 refuses SP, as it was before ARMv8", func(c oracle.Case) (string, bool) { return c.Text, c.Word>>12&15 != 13 }}
	pointless = unlikeness{"the assembler wants a point in each number", points}
	ranges    = unlikeness{"the assembler takes a range of elements for one of registers", lists}
)

var (
	immediate = regexp.MustCompile(`#(\d+)$`)
	integer   = regexp.MustCompile(`#-?\d+$`)
	list      = regexp.MustCompile(`\{d(\d+)\[\]-d(\d+)\[\]\}`)
)

// numbers prints an immediate's bits as the number that they stand for.
func numbers(c oracle.Case) (string, bool) {
	return immediate.ReplaceAllStringFunc(c.Text, func(s string) string {
		bits, _ := strconv.Atoi(s[1:])
		number := math.Ldexp(float64(bits&15|16), bits>>4&7^4-7)
		if bits>>7 == 1 {
			number = -number
		}
		return fmt.Sprintf("#%g", number)
	}), true
}

func points(c oracle.Case) (string, bool) {
	return integer.ReplaceAllString(c.Text, "$0.0"), true
}

// lists names each register of a range.
func lists(c oracle.Case) (string, bool) {
	return list.ReplaceAllStringFunc(c.Text, func(s string) string {
		m := list.FindStringSubmatch(s)
		first, _ := strconv.Atoi(m[1])
		last, _ := strconv.Atoi(m[2])
		var names []string
		for n := first; n <= last; n++ {
			names = append(names, fmt.Sprintf("d%d[]", n))
		}
		return "{" + strings.Join(names, ",") + "}"
	}), true
}

var a32VFP = a32FPDialect("a32vfp.decode")

func TestBinutilsAgreesOnA32VFP(t *testing.T) { a32VFP.Check(t) }

// checkUnlike compares the unlike with binutils.
func checkUnlike(t *testing.T, d *oracle.Dialect) {
	needtool.Slow(t)
	var ins []*constraints.Insn
	for _, in := range d.Set(t).Patterns() {
		if unlike[in.Name()].text != nil {
			ins = append(ins, in)
		}
	}
	cs := d.Cases(ins, oracle.Words)
	assert.Empty(t, d.Disassemble(t, "little", cs))
	var taken []oracle.Case
	for _, c := range cs {
		if text, ok := unlike[c.Insn.Name()].text(c); ok {
			taken = append(taken, oracle.Case{Insn: c.Insn, Word: c.Word, Text: text})
		}
	}
	assert.Empty(t, d.Assemble(t, "little", taken))
	t.Logf("%d words, %d of them assembled", len(cs), len(taken))
}

func TestBinutilsAgreesOnUnlike(t *testing.T) {
	checkUnlike(t, a32VFP)
	checkUnlike(t, a32Neon)
	checkUnlike(t, t32VFP)
	checkUnlike(t, t32Neon)
}

var a32Neon = a32FPDialect("a32neon.decode")

// t32FPDialect is the same for T32.
func t32FPDialect(file string) *oracle.Dialect {
	d := a32FPDialect(file)
	d.Options, d.Head, d.Halves = "force-thumb", ".syntax unified\n.thumb\n", true
	return d
}

var (
	t32VFP  = t32FPDialect("t32vfp.decode")
	t32Neon = t32FPDialect("t32neon.decode")
)

func TestBinutilsAgreesOnT32VFP(t *testing.T)  { t32VFP.Check(t) }
func TestBinutilsAgreesOnT32Neon(t *testing.T) { t32Neon.Check(t) }

func TestBinutilsAgreesOnA32Neon(t *testing.T) { a32Neon.Check(t) }
