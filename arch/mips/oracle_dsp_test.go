package mips

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
	"github.com/risugen/risugen/internal/needtool"
)

// dspDialects are the DSP module's revisions. Of 64-bit CPUs the ABI is o64 from release 6 on: see release6.
var dspDialects = []dialect{
	{
		name: "dsp", files: []string{"mips32r5.decode", "dsp.decode"}, features: levels("mips32r2", "dsp"),
		objdump: "mips:isa32r2", as: []string{"-mips32r2", "-mabi=32", "-mdsp"}, aliases: release5Aliases,
	},
	{
		name: "dspr2", files: []string{"mips32r5.decode", "dsp.decode"}, features: levels("mips32r2", "dsp", "dspr2"),
		objdump: "mips:isa32r2", as: []string{"-mips32r2", "-mabi=32", "-mdspr2"}, aliases: release5Aliases,
	},
	{
		name: "dspr3", files: []string{"mips32r6.decode", "dsp.decode"},
		features: levels("mips32r5", "r6", "crc", "ginv", "llx", "dsp", "dspr2", "dspr3"),
		objdump:  "mips:isa32r6", options: "ginv", as: []string{"-mips32r6", "-mabi=32", "-mdspr3", "-mcrc", "-mginv"},
		aliases: release6Aliases, unchecked: release6Unchecked,
	},
	{
		name: "dsp64r2", files: []string{"mips32r5.decode", "mips64r5.decode", "dsp.decode", "dsp64.decode"},
		features: levels("mips64r2", "fpu", "dsp", "dspr2"),
		objdump:  "mips:isa64r2", as: []string{"-mips64r2", "-mabi=64", "-mdspr2"},
		aliases: release5Aliases, unchecked: dsp64Unchecked,
	},
	{
		name: "dsp64r3", files: []string{"mips32r6.decode", "mips64r6.decode", "dsp.decode", "dsp64.decode"},
		features: levels("mips64r2", "r6", "crc", "ginv", "llx", "dsp", "dspr2", "dspr3"),
		objdump:  "mips:isa64r6", options: "ginv", as: []string{"-mips64r6", "-mabi=o64", "-mdspr3", "-mcrc", "-mginv"},
		aliases: release6Aliases, unchecked: both(release6Unchecked, dsp64Release6),
	},
}

// dsp64Unchecked is what revision 2 brought to vectors of 64 bits.
var dsp64Unchecked = unknown("binutils has nothing of revision 2 of the 64-bit module", `
	ABSQ_S_OB ADDU_QH ADDU_S_QH SUBU_QH SUBU_S_QH ADDUH_OB ADDUH_R_OB SUBUH_OB SUBUH_R_OB
	CMPGDU_EQ_OB CMPGDU_LT_OB CMPGDU_LE_OB PRECR_OB_QH PRECR_SRA_QH_PW PRECR_SRA_R_QH_PW
	SHRA_OB SHRA_R_OB SHRAV_OB SHRAV_R_OB SHRL_QH SHRLV_QH DPA_W_QH DPS_W_QH
	DAPPEND PREPENDW PREPENDD DBALIGN`)

// dsp64Release6 is what objdump does not know of release 6 on 64-bit CPUs, beside what it never knows.
var dsp64Release6 = unknown("objdump knows nothing of the 64-bit module on a CPU of release 6", "LDX")

// unknown gives names a reason.
func unknown(why, names string) map[string]string {
	out := map[string]string{}
	for _, name := range strings.Fields(names) {
		out[name] = why
	}
	return out
}

// both has what each of two maps has.
func both(a, b map[string]string) map[string]string {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

func TestBinutilsAgreesOnDSP(t *testing.T) {
	for i := range dspDialects {
		dspDialects[i].check(t)
	}
}

// notDSP is what objdump knows where the module's instructions are, and what belongs to others.
var notDSP = []struct {
	what string
	text *regexp.Regexp
}{
	{"MT", regexp.MustCompile(`^(fork|yield) `)},
	{"SmartMIPS", regexp.MustCompile(`^(maddp|multp|pperm|mflhxu|mtlhx) `)},
	{"EVA, which is the kernel's", regexp.MustCompile(`^(cachee|prefe|l[bh]ue|[ls][bhw]e|lle|sce|[ls]w[lr]e|llwpe|scwpe) `)},
	{"MSA", regexp.MustCompile(`^d?lsa `)},
	{"MCU", regexp.MustCompile(`^a(clr|set) `)},
}

// TestDSPIsComplete goes through the places where the module's instructions are. Words that objdump has a name
// for are in our files under the same name, and the other way round; no word is in two files.
func TestDSPIsComplete(t *testing.T) {
	needtool.Slow(t)
	words := dspWords()
	for i := range dspDialects {
		d := &dspDialects[i]
		if d.name == "dsp" {
			continue // objdump has revision 2, whatever it is told
		}
		t.Run(d.name, func(t *testing.T) {
			set := d.set(t)
			ours, others, bad := 0, 0, map[string]string{}
			for j, text := range d.dump(t, "big", words) {
				w := words[j]
				in := set.Decode(w)
				switch {
				case in == nil && isNotDSP(text):
					others++
					continue
				case in != nil && !in.InGroup("dsp"): // tests of other files are about these
					others++
					continue
				case in != nil:
					ours++
					assert.Equal(t, 1, filesOf(set, w), "%08x: files", w)
				}
				verdict := d.compare(in, w, wordsAddr+4*uint64(j), text)
				if in != nil && d.unchecked[in.Name()] != "" {
					verdict = ""
					if !strings.HasPrefix(text, ".word ") {
						verdict = "objdump knows " + in.Name()
					}
				}
				if verdict != "" {
					bad[verdict] = fmt.Sprintf("%08x: objdump %q", w, text)
				}
			}
			t.Logf("%d words: %d of ours, %d of others, %d kinds of disagreement", len(words), ours, others, len(bad))
			assert.Empty(t, bad)
			assert.Greater(t, ours, 5000)
		})
	}
}

func isNotDSP(text string) bool {
	for i := range notDSP {
		if notDSP[i].text.MatchString(text) {
			return true
		}
	}
	return false
}

// filesOf counts the files that have a word.
func filesOf(set *constraints.Set, w uint64) int {
	specs := map[*decodetree.Spec]bool{}
	for _, in := range set.Insns {
		if w&in.Pattern.FixedMask == in.Pattern.FixedBits && in.Accepts(w) {
			specs[in.Spec] = true
		}
	}
	return len(specs)
}

// dspWords are words of SPECIAL3 and of the functions of SPECIAL and SPECIAL2 that accumulators have, with each of
// the low eleven bits, other fields zero, full or random; and of REGIMM with each of the upper 16 bits.
func dspWords() []uint64 {
	rng := rand.New(rand.NewPCG(41, 42))
	var out []uint64
	for low := range uint64(1 << 11) {
		for i := range 64 {
			// Fields stay as they are, or lose all but a few low bits, or all.
			fields := rng.Uint64N(1<<15) << 11
			for at, mode := range []int{i % 4, i / 4 % 4, i / 16} {
				fields &^= []uint64{0, 0x1c, 0x1f, 0x18}[mode] << (11 + 5*at)
			}
			out = append(out, 0x1f<<26|fields|low)
			if fn := low & 63; fn>>4 == 1 && fn < 0x1a { // HI, LO and products
				out = append(out, fields|low)
			}
			if fn := low & 63; fn < 6 { // sums of products
				out = append(out, 0x1c<<26|fields|low)
			}
		}
	}
	for high := range uint64(1 << 10) {
		out = append(out, 1<<26|high<<16|rng.Uint64N(1<<16))
	}
	// All bits of a mask set, and of a field that is to be zero.
	for range 1 << 13 {
		ones := []uint64{0, 0x1f << 11, 0x1f << 16, 0x1f << 21, 0x3ff << 11, 0x3ff << 16}[rng.IntN(6)]
		out = append(out, 0x1f<<26|rng.Uint64N(1<<26)|ones)
	}
	return out
}
