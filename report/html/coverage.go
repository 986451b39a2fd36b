package html

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/risugen/risugen/cover"
	"github.com/risugen/risugen/runtime"
)

// modelCount is how many instructions of a pattern ran on a model.
type modelCount struct {
	Name  string
	Count int64
}

// reason says of models why no image for them holds a pattern.
type reason struct{ Models, Why string }

// coverage makes the grid of what many jobs have hit, by architecture, and of the patterns of reserved words. known are entries
// that mark patterns, and are no cards.
func (p *page) coverage(sets cover.Sets, reserved []*runtime.PatternState, known []*entry) {
	g := p.newGrid(append(slices.Clone(p.Entries), known...))
	for _, s := range sets {
		kind := ""
		if len(sets) > 1 { // files of two architectures may have one name
			kind = s.Arch + ": "
		}
		for _, c := range s.Patterns {
			cell := &pattern{Models: modelsOf(c), Never: reasonsOf(c)}
			g.add(cell, stateOfSet(c), kind, cmp.Or(classes[c.State], "undrawn"))
		}
	}
	for _, ps := range reserved {
		g.add(&pattern{}, ps, "reserved words: ", classes[ps.State])
	}
	g.done()
}

// stateOfSet is a pattern of a set as a report has it. Of one that was in no image nothing is missing but all of it.
func stateOfSet(c *cover.Pattern) *runtime.PatternState {
	ps := &runtime.PatternState{Pattern: c.Name, Source: c.Source, State: c.State, Faults: c.Faults}
	for _, n := range c.Models {
		ps.Executions += n
	}
	if c.State != "" {
		ps.Fields, ps.Alignments, ps.Branches = fieldsOfSet(c.Fields), fieldsOfSet(c.Alignments), fieldsOfSet(c.Branches)
	}
	return ps
}

func fieldsOfSet(fields []cover.Field) []runtime.FieldState {
	out := make([]runtime.FieldState, len(fields))
	for i, f := range fields {
		out[i] = runtime.FieldState{Name: f.Name, Legal: f.Legal, Seen: f.Seen}
	}
	return out
}

// modelsOf lists the models that may run a pattern: those with most executions first.
func modelsOf(c *cover.Pattern) []modelCount {
	var out []modelCount
	for _, name := range slices.Sorted(maps.Keys(c.Models)) {
		out = append(out, modelCount{name, c.Models[name]})
	}
	slices.SortStableFunc(out, func(a, b modelCount) int { return cmp.Compare(b.Count, a.Count) })
	return out
}

// reasonsOf says why models never run a pattern, those together that have a reason in common.
func reasonsOf(c *cover.Pattern) []reason {
	var out []reason
	for _, name := range slices.Sorted(maps.Keys(c.Never)) {
		i := slices.IndexFunc(out, func(r reason) bool { return r.Why == c.Never[name] })
		if i < 0 {
			out = append(out, reason{name, c.Never[name]})
		} else {
			out[i].Models += ", " + name
		}
	}
	return out
}

// isOn reports whether an entry is of a CPU model that has the pattern. Where either does not tell it may be.
func (c *pattern) isOn(cpus []string) bool {
	return len(cpus) == 0 || len(c.Models) == 0 || slices.ContainsFunc(c.Models, func(m modelCount) bool {
		cpu, _, _ := strings.Cut(m.Name, " ")
		return slices.Contains(cpus, cpu)
	})
}
