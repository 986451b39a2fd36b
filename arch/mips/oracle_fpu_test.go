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
)

// floatDialects are levels with registers of 32 and of 64 bits. From release 6 on the assembler leaves branches
// to the linker, and only in 32-bit files does the word itself hold where to: the ABI is o64 there.
var floatDialects = []dialect{
	{name: "mips1", features: levels("mips1", "fpu"), objdump: "mips:3000", as: []string{"-mips1", "-mabi=32"}},
	{name: "mips2", features: levels("mips2", "fpu"), objdump: "mips:6000", as: []string{"-mips2", "-mabi=32"}},
	{name: "mips3-fr0", features: levels("mips3", "fpu"), objdump: "mips:4000", as: []string{"-mips3", "-mabi=o64", "-mfp32"}},
	{name: "mips3", features: levels("mips3", "fpu", "fr1"), objdump: "mips:4000", as: []string{"-mips3", "-mabi=64"}},
	{name: "mips4", features: levels("mips4", "fpu", "fr1"), objdump: "mips:8000", as: []string{"-mips4", "-mabi=64"}},
	{name: "mips5", features: levels("mips5", "fpu", "fr1", "ps"), objdump: "mips:mips5", as: []string{"-mips5", "-mabi=64"}},
	{name: "mips32", features: levels("mips32", "fpu"), objdump: "mips:isa32", as: []string{"-mips32", "-mabi=32"}},
	{
		name: "mips32r2-fr0", features: levels("mips32r2", "fpu"),
		objdump: "mips:isa32r2", as: []string{"-mips32r2", "-mabi=32", "-mfp32"},
	},
	{
		name: "mips32r5", features: levels("mips32r5", "fpu", "fr1", "ps", "nan2008", "mips3d"),
		objdump: "mips:isa32r5", as: []string{"-mips32r5", "-mabi=32", "-mfp64", "-mips3d"},
	},
	{
		name: "mips64", features: levels("mips5", "mips32", "mips64", "fpu", "fr1", "ps", "mips3d"),
		objdump: "mips:isa64", as: []string{"-mips64", "-mabi=64", "-mips3d"},
	},
	{
		name: "mips64r5", features: levels("mips64r2", "fpu", "fr1", "ps", "mips3d"),
		objdump: "mips:isa64r5", as: []string{"-mips64r5", "-mabi=64", "-mips3d"},
	},
	{
		name: "mips32r6", features: levels("mips32r5", "r6", "fpu", "fr1", "nan2008"),
		objdump: "mips:isa32r6", as: []string{"-mips32r6", "-mabi=32"},
	},
	{
		name: "mips64r6", features: levels("mips64r2", "r6", "fpu", "fr1", "nan2008"),
		objdump: "mips:isa64r6", as: []string{"-mips64r6", "-mabi=o64"},
	},
}

func init() {
	for i := range floatDialects {
		d := &floatDialects[i]
		d.files = []string{"fpu.decode", "mips3d.decode"}
		if d.is("r6") {
			d.files, d.unchecked = []string{"fpur6.decode"}, floatRemoved
		}
	}
}

func (d *dialect) is(what string) bool { return strings.HasSuffix(d.name, what) }

const noInstruction = "objdump prints what is no instruction of coprocessor 1 in a way that the assembler does not take"

var floatRemoved = map[string]string{
	"PRE6_PS": noInstruction, "PRE6_CVT_PS_S": noInstruction,
	"PRE6_MOVCF_S": noInstruction, "PRE6_MOVZ_S": noInstruction, "PRE6_MOVN_S": noInstruction, "PRE6_C_S": noInstruction,
	"PRE6_MOVCF_D": noInstruction, "PRE6_MOVZ_D": noInstruction, "PRE6_MOVN_D": noInstruction, "PRE6_C_D": noInstruction,
}

func TestBinutilsAgreesFPU(t *testing.T) {
	for i := range floatDialects {
		floatDialects[i].check(t)
	}
}

// notFloat are names that objdump gives to words of the same opcodes that are not described there.
var notFloat = []struct {
	name *regexp.Regexp
	why  string
}{
	{regexp.MustCompile(`^c[ft]c1$`), "control registers that are missing or not for programs"},
	{regexp.MustCompile(`^bn?z\.[bhwdv]$`), "MSA"},
	{regexp.MustCompile(`^(bc|c|[cm][ft]c)3`), "coprocessor 3, which MIPS III and release 2 gave up for COP1X"},
	{regexp.MustCompile(`^mov[ftnz]\.l$`), "MDMX"},
}

// TestSweepFPU is about words of all opcodes with floating point: what objdump gives a name is described, and
// prints the same, and the other way round. It does not know of registers of 32 bits.
func TestSweepFPU(t *testing.T) {
	needtool.Slow(t)
	words := floatWords()
	for i := range floatDialects {
		d := &floatDialects[i]
		if d.is("fr0") {
			continue
		}
		t.Run(d.name, func(t *testing.T) {
			set := d.set(t)
			same, bad := 0, map[string]string{}
			for j, text := range d.dump(t, "big", words) {
				w := words[j]
				in := set.Decode(w)
				verdict := d.floatVerdict(in, w, wordsAddr+4*uint64(j), text)
				switch {
				case verdict == "" && in != nil:
					same++
				case verdict != "" && bad[verdict] == "":
					bad[verdict] = fmt.Sprintf("%08x: objdump %q", w, text)
				}
			}
			t.Logf("%d words, %d of them described, %d kinds of disagreement", len(words), same, len(bad))
			assert.Empty(t, bad)
			require.Greater(t, same, 10_000)
		})
	}
}

// floatVerdict says how what a word is and what objdump makes of it differ; not at all: "".
func (d *dialect) floatVerdict(in *constraints.Insn, w, pc uint64, text string) string {
	name, _, _ := strings.Cut(text, " ")
	nothing := name == ".word" || name == "c1"
	switch {
	case in == nil && nothing:
		return ""
	case in == nil:
		for _, o := range notFloat {
			if o.name.MatchString(name) {
				return ""
			}
		}
		return "only objdump has " + name
	case in.InGroup("removed") && (nothing || strings.HasPrefix(name, "cvt.s.p")): // which binutils forgot to remove
		return ""
	case nothing && in.Reserved(w):
		return ""
	case nothing:
		return "only we have " + in.Name()
	}
	if ours := d.normal(in.Disassemble(w, pc)); ours != text {
		return fmt.Sprintf("%s for %s: %s", name, in.Name(), ours)
	}
	return ""
}

// floatWords are words of the opcodes with floating point: all functions with all numbers in one of the fields
// for registers, and a few in two of them.
func floatWords() []uint64 {
	heads := []uint64{0x13 << 26, 0x13<<26 | 9<<21} // COP1X
	for format := range uint64(32) {
		heads = append(heads, 0x11<<26|format<<21) // COP1
	}
	var out []uint64
	for _, op := range heads {
		for function := range uint64(64) {
			for n := range uint64(32) {
				out = append(out, op|n<<16|function, op|n<<11|function, op|n<<6|function)
			}
			for _, a := range []uint64{1, 8, 31} {
				for _, b := range []uint64{0, 2, 31} {
					out = append(out, op|a<<16|b<<11|function, op|a<<16|b<<6|function, op|a<<11|b<<6|function)
				}
			}
		}
	}
	for _, op := range []uint64{0x31, 0x35, 0x39, 0x3d} { // loads and stores
		for n := range uint64(1024) {
			out = append(out, op<<26|n<<16, op<<26|n<<16|0xfffc)
		}
	}
	for n := range uint64(1 << 15) { // MOVF and MOVT
		out = append(out, n<<11|1)
	}
	return out
}
