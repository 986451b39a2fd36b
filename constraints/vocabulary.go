package constraints

import (
	"maps"
	"slices"
	"strings"

	"github.com/risugen/risugen/decodetree"
)

// Vocabulary is what an architecture gives names to.
type Vocabulary struct {
	Classes []string // register classes
	Widths  []int    // bits of a register of each class; nil, or 0 for a class: not known
	Sizes   []int    // registers of each class; nil, or 0 for a class: 64
	States  []string // registers that no field names
	Signals []string // faults
	// Features are those that the CPU has or lacks.
	Features map[string]bool
	// Free lists features that a CPU may have or lack, for a set that stands for many CPUs (feature.go).
	Free []string
	// Open takes every name: of a class of 64 registers, of a state or of a signal, as its place asks for.
	// What requires blocks name is a free feature, and so is a name in another expression that is no
	// argument of any pattern; the latter are listed by Set.Assumed. Where Features is not nil these are
	// features that the CPU lacks.
	Open bool
}

// maxNames bounds the names of an open vocabulary: a Use has a byte for them.
const maxNames = 256

// own makes a copy that can grow.
func (v Vocabulary) own() Vocabulary {
	v.Classes, v.States, v.Free = slices.Clone(v.Classes), slices.Clone(v.States), slices.Clone(v.Free)
	v.Features = maps.Clone(v.Features)
	return v
}

// size is the number of registers of a class.
func (v *Vocabulary) size(class int) int {
	if class < len(v.Sizes) && v.Sizes[class] > 0 {
		return v.Sizes[class]
	}
	return maxRegisters
}

// class returns the index of a register class, or -1.
func (v *Vocabulary) class(name string) int { return v.find(&v.Classes, name) }

// state returns the index of a state, or -1.
func (v *Vocabulary) state(name string) int { return v.find(&v.States, name) }

func (v *Vocabulary) find(names *[]string, name string) int {
	i := slices.Index(*names, name)
	if i < 0 && v.Open && name != "" && len(*names) < maxNames {
		*names = append(*names, name)
		return len(*names) - 1
	}
	return i
}

func (v *Vocabulary) signal(name string) bool { return v.Open || slices.Contains(v.Signals, name) }

// known ends the message about an unknown name.
func (v *Vocabulary) known(names ...string) string {
	if v.Open {
		return ""
	}
	return "; known are " + strings.Join(names, ", ")
}

// isArgument reports whether a pattern or a format of the file has an argument of this name.
func isArgument(spec *decodetree.Spec, name string) bool {
	return slices.ContainsFunc(spec.ArgSets, func(a *decodetree.ArgSet) bool { return a.ArgIndex(name) >= 0 })
}
