package cover

import (
	"fmt"
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/runtime"
)

// Goal is something that a machine's images might hit and that was not hit, and what to generate for it.
type Goal struct {
	Source, Pattern, What string
	// Aims are the instructions of the pattern that may do: elsewhere, and behind a prefix.
	Aims []arch.Aim
	// Chance says that it takes more than an instruction with certain bits: values of registers that come from inputs, or what is
	// drawn around the instruction.
	Chance bool
}

// Key tells goals apart.
func (g *Goal) Key() string { return g.Source + " " + g.Pattern + " " + g.What }

// Goals lists what images for a machine might hit and did not, of patterns that f holds for.
func (s *Set) Goals(m arch.Machine, f func(*constraints.Insn) bool) []Goal {
	var out []Goal
	for _, in := range m.Set().Patterns() {
		if in.InGroup("reserved") || !f(in) {
			continue
		}
		variants := slices.DeleteFunc(slices.Clone(m.Set().Variants(in.Pattern)), func(v *constraints.Insn) bool { return !arch.Schedulable(v, m.Layout()) })
		if len(variants) == 0 {
			continue
		}
		at, found := slices.BinarySearchFunc(s.Patterns, &Pattern{Source: runtime.Source(in), Name: in.Name()}, byPlace)
		if !found {
			continue
		}
		out = append(out, s.Patterns[at].goals(variants, m.Layout())...)
	}
	return out
}

// goals lists those of a pattern, given its instructions.
func (p *Pattern) goals(variants []*constraints.Insn, l *arch.Layout) []Goal {
	any := func(misaligned bool) []arch.Aim {
		var out []arch.Aim
		for _, in := range variants {
			if !misaligned || in.Behind == "" {
				out = append(out, arch.Aim{Insn: in, Arg: -1, Misaligned: misaligned})
			}
		}
		return out
	}
	var out []Goal
	add := func(what string, aims []arch.Aim, chance bool) {
		out = append(out, Goal{p.Source, p.Name, what, aims, chance})
	}
	may := runtime.May(variants, l)
	if p.State != runtime.StateCovered {
		add("covered", any(false), true)
	}
	for _, f := range may.Faults {
		if p.Faults[f] == 0 {
			add(f, any(false), true)
		}
	}
	for _, g := range lacks(may.Fields, p.Fields) {
		for _, v := range g.Values {
			add(fmt.Sprintf("%s %d", g.Name, v), aimsAt(variants, l, g.Name, v), false)
		}
	}
	for _, g := range slices.Concat(lacks(may.Alignments, p.Alignments), lacks(may.Branches, p.Branches)) {
		for _, v := range g.Values {
			add(fmt.Sprintf("%s %d", g.Name, v), any(g.Name == runtime.MisalignedField), true)
		}
	}
	return out
}

// lacks lists the values that fields may have and that were not seen.
func lacks(may []runtime.FieldState, fs []Field) []Gap {
	var out []Gap
	for _, m := range fields(may) {
		var seen Values
		if i := slices.IndexFunc(fs, func(f Field) bool { return f.Name == m.Name }); i >= 0 {
			seen = fs[i].Seen
		}
		if v := m.Legal.Without(seen); len(v) > 0 {
			out = append(out, Gap{m.Name, v, len(m.Legal)})
		}
	}
	return out
}

// aimsAt are the aims at a field's value, of the instructions in which it is legal.
func aimsAt(variants []*constraints.Insn, l *arch.Layout, name string, value int64) []arch.Aim {
	var out []arch.Aim
	for _, in := range variants {
		may := runtime.May([]*constraints.Insn{in}, l)
		for _, f := range may.Fields {
			if f.Name == name && slices.Contains(f.Legal, value) {
				out = append(out, arch.Aim{Insn: in, Arg: in.Pattern.ArgIndex(name), Value: value})
			}
		}
	}
	return out
}
