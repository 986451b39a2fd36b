package mips

import (
	"maps"
	"slices"

	"github.com/risugen/risugen/constraints"
)

// What the decode files may name, whatever model a machine is of. A model's layout has some of it; patterns
// that name the rest require features that the model lacks.
var (
	knownClasses = []string{"gpr", "fpr", "vec"}
	// hi and lo are accumulator 0 of the DSP module, which adds three; mpl and p are Octeon's multiplier
	// and product registers, of which OCTEON III has six each.
	knownStates = []string{
		"hi", "lo", "fcsr", "msacsr",
		"hi1", "lo1", "hi2", "lo2", "hi3", "lo3", "dspcontrol",
		"mpl0", "mpl1", "mpl2", "mpl3", "mpl4", "mpl5", "p0", "p1", "p2", "p3", "p4", "p5",
	}
	knownSignals = map[string]uint32{"SIGILL": 4, "SIGTRAP": 5, "SIGFPE": 8, "SIGBUS": 10, "SIGSEGV": 11}
	// Each level has those before it: a MIPS64 CPU has mips1 to mips5, mips32 and mips64. The feature r6
	// comes on top of mips32r5, and takes away what release 6 removed. fr1 is the mode in which each
	// floating-point register has 64 bits; with r6 it is always on. Options of release 6 are crc, ginv (global
	// invalidation) and llx (LLWP and the like, which it has if Config5.XNP is 0). An OCTEON has
	// the levels before its own, too; octeonmul is the wide multiplier, with the states of its registers.
	// loongson2e, loongson2f and loongson3a are the instructions that each of these CPUs added, but for what
	// emulators of them lack: Loongson-2's own floating-point instructions (lfp), bounds (lbound), trailing
	// zeros (lext2) and associative memory (lcam).
	knownFeatures = []string{
		"mips1", "mips2", "mips3", "mips4", "mips5",
		"mips32", "mips32r2", "mips32r3", "mips32r5", "mips64", "mips64r2",
		"r6", "crc", "ginv", "llx",
		"fpu", "fr1", "ps", "mips3d", "nan2008", "msa", "dsp", "dspr2", "dspr3",
		"loongson2e", "loongson2f", "lfp", "lmmi", "loongson3a", "lbound", "lext2", "lcam",
		"octeon", "octeonplus", "octeon2", "octeon3", "octeonmul", "vr5400",
	}
)

// Vocabulary implements arch.Arch.
func (Arch) Vocabulary() constraints.Vocabulary {
	v := complete(constraints.Vocabulary{Free: knownFeatures}, nil)
	v.Features = nil
	return v
}

// vocabulary is what blocks may name: first the layout's classes and states, by its numbers, then those
// that this machine lacks.
func (m *machine) vocabulary() constraints.Vocabulary {
	var v constraints.Vocabulary
	for _, c := range m.layout.Classes {
		v.Classes, v.Widths = append(v.Classes, c.Name), append(v.Widths, 8*c.Bytes)
	}
	for _, s := range m.layout.States {
		v.States = append(v.States, s.Name)
	}
	return complete(v, m.features())
}

// features lists what the CPU has in the machine's ABI.
func (m *machine) features() []string {
	out := append(slices.Clone(m.cpu.level.features), m.cpu.features...)
	if m.abi.fr1 {
		out = append(out, "fr1")
	}
	if m.cpu.nan2008 {
		out = append(out, "nan2008")
	}
	return out
}

// complete adds the names that are missing in a vocabulary, and a CPU's features.
func complete(v constraints.Vocabulary, features []string) constraints.Vocabulary {
	v.Classes = appendMissing(v.Classes, knownClasses)
	v.States = appendMissing(v.States, knownStates)
	v.Signals = slices.Sorted(maps.Keys(knownSignals))
	v.Sizes = slices.Repeat([]int{32}, len(v.Classes))
	v.Features = map[string]bool{}
	for _, f := range knownFeatures {
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
