package arm

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"golang.org/x/arch/arm64/arm64asm"

	"github.com/risugen/risugen/internal/needtool"
	"github.com/risugen/risugen/internal/oracle"
)

// The decoder of the Go project is a second oracle. It knows ARMv8.0, and prefers the names of aliases.

// goNames are the names that it has for words of one mnemonic, beside this.
type goNames map[string]string // blanks between

// checkGo compares the mnemonics of random legal words of every pattern. Patterns of ARMv8.0, which have no requires
// block, and of which it knows no word, are to be those whose names unknown has.
func checkGo(t *testing.T, d *oracle.Dialect, aliases goNames, unknown string) {
	needtool.Slow(t)
	cs := d.Cases(d.Set(t).Patterns(), oracle.Words)
	bad, known := map[string]string{}, map[string]bool{}
	compared := 0
	for _, c := range cs {
		name := c.Insn.Name()
		_, newer := c.Insn.Block("requires")
		known[name] = known[name] || newer
		in, err := arm64asm.Decode(binary.LittleEndian.AppendUint32(nil, uint32(c.Word)))
		if err != nil {
			continue
		}
		known[name] = true
		compared++
		mnemonic, _, _ := strings.Cut(c.Text, " ")
		if op := strings.ToLower(in.Op.String()); op != mnemonic && !slices.Contains(strings.Fields(aliases[mnemonic]), op) {
			bad[name+": "+op] = fmt.Sprintf("%08x: ours %q, Go %q", c.Word, c.Text, in)
		}
	}
	var never []string
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if !known[name] {
			never = append(never, name)
		}
	}
	t.Logf("%d patterns, %d words, %d of them known, %d kinds of disagreement", len(known), len(cs), compared, len(bad))
	for _, kind := range slices.Sorted(maps.Keys(bad)) {
		t.Errorf("%s: %s", kind, bad[kind])
	}
	want := strings.Fields(unknown)
	slices.Sort(want)
	assert.Equal(t, strings.Join(want, " "), strings.Join(never, " "), "patterns that the Go decoder does not know")
}

// TestGoAgreesOnBase is about the base instructions.
func TestGoAgreesOnBase(t *testing.T) {
	checkGo(t, a64Base, goNames{
		"adds": "cmn", "subs": "cmp negs", "sub": "neg", "sbc": "ngc", "sbcs": "ngcs", "ands": "tst", "orr": "mov", "orn": "mvn",
		"add": "mov", "movz": "mov", "movn": "mov", "sbfm": "asr sbfiz sbfx sxtb sxth sxtw", "bfm": "bfi bfxil", "ubfm": "lsl lsr ubfiz ubfx uxtb uxth",
		"extr": "ror", "lslv": "lsl", "lsrv": "lsr", "asrv": "asr", "rorv": "ror", "csinc": "cinc cset", "csinv": "cinv csetm", "csneg": "cneg",
		"madd": "mul", "msub": "mneg", "smaddl": "smull", "smsubl": "smnegl", "umaddl": "umull", "umsubl": "umnegl",
		"b.eq": "b", "b.ne": "b", "b.cs": "b", "b.cc": "b", "b.mi": "b", "b.pl": "b", "b.vs": "b", "b.vc": "b",
		"b.hi": "b", "b.ls": "b", "b.ge": "b", "b.lt": "b", "b.gt": "b", "b.le": "b", "b.al": "b", "b.nv": "b",
		"hint": "nop yield wfe wfi sev sevl", "sys": "at dc ic tlbi",
	}, "HVC SMC UDF")
}
