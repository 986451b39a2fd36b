package mips

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/decodetree"
	"github.com/risugen/risugen/internal/needtool"
)

// reservedDialects are the CPU models and what binutils calls them.
var reservedDialects = []struct{ cpu, abi, objdump, options string }{
	{"4Kc", "", "mips:isa32", ""},
	{"24Kc", "", "mips:isa32r2", ""},
	{"24Kf", "o32", "mips:isa32r2", ""},
	{"34Kf", "o32", "mips:isa32r2", "dsp"},
	{"74Kf", "o32fp64", "mips:isa32r2", "dsp,dspr2"},
	{"P5600", "", "mips:isa32r5", "msa"},
	{"mips32r6-generic", "", "mips:isa32r6", ""},
	{"R4000", "", "mips:4000", ""},
	{"5Kf", "", "mips:isa64", ""},
	{"MIPS64R2-generic", "", "mips:isa64r2", "mips3d"},
	{"5KEf", "", "mips:isa64r2", ""},
	{"I6400", "", "mips:isa64r6", "msa"},
}

// reservedToPrograms are mnemonics that binutils prints for words which a program must not use on these models.
var reservedToPrograms = map[string]string{
	"cache c0":  "privileged",
	"c1":        "what it prints for a word of coprocessor 1 that is no instruction",
	"jalx":      "no second instruction set",
	"daui":      "of 64-bit CPUs, which binutils has for all of release 6",
	"dctr dctw": "of another maker's CPU",
	"lbe lbue lhe lhue lwe lle sbe she swe sce cachee prefe lwle lwre swle swre llwpe scwpe":                 "EVA, privileged",
	"c2 bc2f bc2fl bc2t bc2tl bc2eqz bc2nez mfc2 mtc2 cfc2 ctc2 mfhc2 mthc2 dmfc2 dmtc2 lwc2 ldc2 swc2 sdc2": "no coprocessor 2",
	"lwxs": "SmartMIPS, which binutils has for all",
	"crc32b crc32h crc32w crc32d crc32cb crc32ch crc32cw crc32cd ginvi ginvt": "options that no model has",
	"movf.l movt.l movn.l movz.l": "MDMX",
}

// extensions are the decode files of what binutils has for all CPUs of a level, and these models may lack.
var extensions = []string{"dsp.decode", "dsp64.decode", "msa.decode", "mips3d.decode", "fpu.decode", "mips64r5.decode"}

// isExtension reports whether one of the extensions has the word.
func isExtension(t *testing.T, word uint64) bool {
	specs, err := library.Specs(extensions...)
	require.NoError(t, err)
	return slices.ContainsFunc(specs, func(s *decodetree.Spec) bool { return s.Decode(word, nil) != nil })
}

// isMDMX is MDMX's instructions, which binutils has for all MIPS64 CPUs.
var isMDMX = regexp.MustCompile(`\.(ob|qh)$`)

func isReservedToPrograms(mnemonic string) bool {
	for names := range reservedToPrograms {
		if slices.Contains(strings.Fields(names), mnemonic) {
			return true
		}
	}
	return false
}

// TestReservedWordsAreNoInstructions asks binutils about words of the tables of opcodes: it must not know them.
func TestReservedWordsAreNoInstructions(t *testing.T) {
	needtool.Slow(t)
	for _, c := range reservedDialects {
		t.Run(c.cpu, func(t *testing.T) {
			m, err := New().Machine(arch.Config{CPU: c.cpu, ABI: c.abi, Reserved: true})
			require.NoError(t, err)
			p, err := arch.Generate(m, arch.Options{Seed: 5, Reserved: 20000, BlockLen: 1, Rounds: 1})
			require.NoError(t, err)
			words, names := tableWords(p)
			d := dialect{objdump: c.objdump, options: c.options}
			known := map[string]int{}
			for i, text := range d.dump(t, "little", words) {
				mnemonic, _, _ := strings.Cut(text, " ")
				if mnemonic == ".word" || isMDMX.MatchString(mnemonic) || isReservedToPrograms(mnemonic) || isExtension(t, words[i]) {
					continue
				}
				if known[names[i]+" "+mnemonic]++; known[names[i]+" "+mnemonic] == 1 {
					t.Errorf("%s: %08x is %q to binutils", names[i], words[i], text)
				}
			}
			t.Logf("%d words of %d tables, %d known to binutils", len(words), len(slices.Compact(slices.Sorted(slices.Values(names)))), len(slices.Collect(maps.Keys(known))))
		})
	}
}

// tableWords lists the reserved words of a program that are drawn from tables, but for coprocessor 0's, which are
// instructions to binutils.
func tableWords(p *arch.Program) (words []uint64, names []string) {
	for b := range p.Blocks {
		it := &p.Blocks[b].Items[0]
		in := p.Machine.Set().Insns[it.Insn]
		if it.Kind == arch.Reserved && in.InGroup("space") && in.Name() != "RESERVED_COP0" {
			words, names = append(words, it.Word), append(names, in.Name())
		}
	}
	return words, names
}
