package cover

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/runtime"
)

// Set is what runs on models of an architecture have hit.
type Set struct {
	Arch         string            `json:"arch"`         // architecture
	Descriptions map[string]string `json:"descriptions"` // by name: the begin of a hexadecimal SHA-256 of the text
	Models       map[string]Model  `json:"models"`       // that ran, by name
	Patterns     []*Pattern        `json:"patterns"`     // that these have, by source and name
}

// Model is a CPU model with an ABI.
type Model struct {
	Images     int64 `json:"images"`     // runs, one for each image
	Executions int64 `json:"executions"` // instructions under test that ran and were compared
}

// Pattern is what was hit of a pattern.
type Pattern struct {
	Source string `json:"source"`  // file:line
	Name   string `json:"pattern"` // its name
	// Models has the models that may run it, with the executions on each.
	Models map[string]int64 `json:"models,omitempty"`
	// Never says of other models that have it why no image for these holds it.
	Never map[string]string `json:"never,omitempty"`
	// State is the best of runtime.PatternState.State; "": it was in no image.
	State      string           `json:"state,omitempty"`
	Declared   []string         `json:"declared,omitempty"`   // faults
	Faults     map[string]int64 `json:"faults,omitempty"`     // by signal
	Fields     []Field          `json:"fields,omitempty"`     // arguments of at most 64 values
	Alignments []Field          `json:"alignments,omitempty"` // where it accesses memory
	Branches   []Field          `json:"branches,omitempty"`   // of a branch: directions and ways
}

// Field is what was seen of something that has few values, as runtime.FieldState has it.
type Field struct {
	Name  string `json:"name"`  // of the argument, or of what is told apart
	Legal Values `json:"legal"` // that images for a model may hold, such as "0..25 28"
	Seen  Values `json:"seen"`  // those of them that ran
}

// digestBytes is how much of a digest is kept: it tells versions of a file apart, and guards nothing.
const digestBytes = 8

// ModelName is the name of a machine's model in sets.
func ModelName(c arch.Config) string { return strings.TrimSpace(c.CPU + " " + c.ABI) }

// Of is the set of a machine of which nothing was hit.
func Of(m arch.Machine) *Set {
	c, set, layout := m.Config(), m.Set(), m.Layout()
	model := ModelName(c)
	s := &Set{Arch: c.Arch, Descriptions: map[string]string{}, Models: map[string]Model{model: {}}}
	for _, src := range c.Sources {
		sum := sha256.Sum256(src.Text)
		s.Descriptions[src.Name] = hex.EncodeToString(sum[:digestBytes])
	}
	for _, in := range set.Patterns() {
		if in.InGroup("reserved") {
			continue
		}
		p := &Pattern{Source: runtime.Source(in), Name: in.Name()}
		variants := set.Variants(in.Pattern)
		why := ""
		for _, v := range variants {
			if why = arch.WhyNotDrawn(v, layout); why == "" {
				break
			}
		}
		if why != "" {
			p.Never = map[string]string{model: why}
		} else {
			p.Models = map[string]int64{model: 0}
			may := runtime.May(variants, layout)
			p.Declared = may.Faults
			p.Fields, p.Alignments, p.Branches = fields(may.Fields), fields(may.Alignments), fields(may.Branches)
		}
		s.Patterns = append(s.Patterns, p)
	}
	slices.SortFunc(s.Patterns, byPlace)
	return s
}

// byPlace is the order of patterns.
func byPlace(a, b *Pattern) int {
	fa, la := splitSource(a.Source)
	fb, lb := splitSource(b.Source)
	return cmp.Or(cmp.Compare(fa, fb), cmp.Compare(la, lb), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Name, b.Name))
}

// fields copies states.
func fields(states []runtime.FieldState) []Field {
	var out []Field
	for _, f := range states {
		out = append(out, Field{f.Name, sorted(slices.Clone(f.Legal)), sorted(slices.Clone(f.Seen))})
	}
	slices.SortFunc(out, func(a, b Field) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// Ran is the set of one run on a machine: see runtime.Options.Hits. Of a run that failed, the report has what was compared before.
func Ran(m arch.Machine, r *runtime.Report) (*Set, error) {
	s := Of(m)
	model := ModelName(m.Config())
	s.Models[model] = Model{Images: 1, Executions: r.Executions}
	for i := range r.PatternList {
		st := &r.PatternList[i]
		at, found := slices.BinarySearchFunc(s.Patterns, &Pattern{Source: st.Source, Name: st.Pattern}, byPlace)
		if !found {
			return nil, fmt.Errorf("%s (%s) ran, which the descriptions have not", st.Pattern, st.Source)
		}
		p := s.Patterns[at]
		if p.Models == nil { // given words may be what is not drawn
			p.Models, p.Never = map[string]int64{}, nil
		}
		p.Models[model] = st.Executions
		p.State = st.State
		p.Faults = st.Faults
		p.Fields = unite(p.Fields, fields(st.Fields))
		p.Alignments = unite(p.Alignments, fields(st.Alignments))
		p.Branches = unite(p.Branches, fields(st.Branches))
	}
	return s, nil
}
