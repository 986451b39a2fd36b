package arm

import (
	"regexp"
	"slices"

	"github.com/risugen/risugen/constraints"
)

// What the decode files of AArch32 may name, whose sets of names are their own.
var (
	// Number 13 of gpr is the stack pointer, 14 the link register. Number 15 is no register that is drawn. dreg are
	// the doublewords D0 to D31, of which S registers are halves and Q registers pairs.
	knownClasses32 = []string{"gpr", "dreg"}
	knownSizes32   = map[string]int{"gpr": 16, "dreg": 32}
	// nzcv are APSR's bits 31 to 28, q its bit 27, ge its bits 19 to 16. The rest are registers.
	knownStates32 = []string{"nzcv", "q", "ge", "fpscr", "tpidrurw"}
	// The first are versions of the architecture, each of which has what stands before it. it is no feature of a CPU:
	// it says that a Thumb instruction stands in an IT block.
	knownFeatures32 = []string{
		"v5te", "v6", "v6k", "v6t2", "v7", "v7ve", "v8", "thumb", "thumb2", "it", "mp", "idiv", "idivt",
		"vfp2", "vfp3", "vfp4", "d32", "neon", "fp16cvt", "v8fp", "fp16",
		"aes", "sha1", "sha2", "crc32", "rdm", "dotprod", "fcma", "jscvt", "fhm", "bf16", "i8mm", "sb",
		"ras", "dgh", "clrbhb", "pan", "ssbs", "dit",
	}
)

// names are what decode files may name.
type names struct {
	classes, states, features []string
	sizes                     map[string]int
}

var (
	a64Names = names{knownClasses, knownStates, knownFeatures, knownSizes}
	a32Names = names{knownClasses32, knownStates32, knownFeatures32, knownSizes32}
)

var (
	a64File   = regexp.MustCompile(`^a64`)
	thumbFile = regexp.MustCompile(`^t(16|32)`)
)

// namesOf are the names of a file's instruction set, which the file's name begins with.
func namesOf(file string) *names {
	if a64File.MatchString(file) {
		return &a64Names
	}
	return &a32Names
}

// a32File is the name of a file that is taken for AArch32's.
var a32File = regexp.MustCompile(`^(a32|t16|t32)`)

// free is the vocabulary of any CPU.
func (n *names) free() constraints.Vocabulary {
	v := n.complete(constraints.Vocabulary{Free: n.features}, nil)
	v.Features = nil
	return v
}

// all is the vocabulary of a CPU that has every feature, for instructions outside of IT blocks.
func (n *names) all() constraints.Vocabulary {
	return n.complete(constraints.Vocabulary{}, slices.DeleteFunc(slices.Clone(n.features), func(f string) bool { return f == "it" }))
}
