package arm

import (
	"maps"
	"slices"

	"github.com/risugen/risugen/constraints"
)

// What the decode files of A64 may name, whatever model a machine is of. A model's layout has some of it; patterns
// that name the rest require features that the model lacks, or are not drawn.
var (
	// Number 31 of gpr is the stack pointer. Operands whose 31 is the zero register say so.
	knownClasses = []string{"gpr", "vec"}
	knownSizes   = map[string]int{"gpr": 32, "vec": 32}
	// nzcv are the condition flags (PSTATE.NZCV), in bits 31 to 28 as MRS reads them. dit and ssbs are the
	// fields of PSTATE of these names, tpidr_el0 and its like the registers.
	knownStates  = []string{"nzcv", "fpcr", "fpsr", "dit", "ssbs", "tco", "tpidr_el0", "tpidr2_el0"}
	knownSignals = map[string]uint32{"SIGILL": 4, "SIGTRAP": 5, "SIGBUS": 7, "SIGFPE": 8, "SIGSEGV": 11}
	// The manual's names, FEAT_CRC32 and so on, in lower case. Floating point and Advanced SIMD are always
	// there. What is never on in images (tme, the, ls64 and others) is named so that decoders can tell it.
	knownFeatures = []string{
		// integer instructions, flags, memory
		"crc32", "lse", "lse2", "lse128", "lor", "lrcpc", "lrcpc2", "lrcpc3", "flagm", "flagm2",
		"pauth", "bti", "mte", "cssc", "mops", "hbc", "rng", "the", "ls64", "ls64_v", "ls64_accdata", "tme",
		// floating point and Advanced SIMD
		"fp16", "rdm", "dotprod", "fcma", "jscvt", "fhm", "frintts", "bf16", "i8mm", "afp", "ebf16",
		"aes", "pmull", "sha1", "sha256", "sha3", "sha512", "sm3", "sm4",
		// system: barriers, hints, caches, PSTATE
		"sb", "ssbs", "dit", "dpb", "dpb2", "wfxt", "xs", "ras", "spe", "trf", "dgh", "specres", "clrbhb",
		"chk", "pan", "uao", "nmi",
		// No file describes these: where they are, reserved words of their spaces are not known.
		"sve", "sme",
	}
)

// complete adds the names that are missing in a vocabulary, and the features of which a CPU has some.
func (n *names) complete(v constraints.Vocabulary, features []string) constraints.Vocabulary {
	v.Classes = appendMissing(v.Classes, n.classes)
	v.States = appendMissing(v.States, n.states)
	v.Signals = slices.Sorted(maps.Keys(knownSignals))
	v.Sizes = nil
	for _, c := range v.Classes {
		v.Sizes = append(v.Sizes, n.sizes[c])
	}
	v.Features = map[string]bool{}
	for _, f := range n.features {
		v.Features[f] = slices.Contains(features, f)
	}
	return v
}

func appendMissing(have, all []string) []string {
	for _, name := range all {
		if !slices.Contains(have, name) {
			have = append(have, name)
		}
	}
	return have
}
