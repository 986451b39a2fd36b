package cover

import (
	"slices"

	"github.com/risugen/risugen/runtime"
)

// Missing is what was not hit of a pattern, but might be.
type Missing struct {
	Source  string `json:"source"`
	Pattern string `json:"pattern"`
	// State is how far it came, if it is not covered; "": it is. StateUnseen: it was in no image.
	State      string   `json:"state,omitempty"`
	Faults     []string `json:"faults,omitempty"`
	Fields     []Gap    `json:"fields,omitempty"`
	Alignments []Gap    `json:"alignments,omitempty"`
	Branches   []Gap    `json:"branches,omitempty"`
}

// StateUnseen is Missing.State of a pattern that was in no image.
const StateUnseen = "in no image"

// Gap is the values of a field that were not seen.
type Gap struct {
	Name   string `json:"name"`
	Values Values `json:"values"`
	Of     int    `json:"of"` // legal ones
}

// Missing lists what was not hit, in the order of the patterns.
func (s *Set) Missing() []Missing {
	var out []Missing
	for _, p := range s.Patterns {
		if m := p.missing(); len(p.Models) > 0 && !m.empty() {
			out = append(out, m)
		}
	}
	return out
}

func (p *Pattern) missing() Missing {
	m := Missing{Source: p.Source, Pattern: p.Name}
	if m.State = p.State; p.State == "" {
		m.State = StateUnseen
	} else if p.State == runtime.StateCovered {
		m.State = ""
	}
	for _, f := range p.Declared {
		if p.Faults[f] == 0 {
			m.Faults = append(m.Faults, f)
		}
	}
	m.Fields, m.Alignments, m.Branches = gaps(p.Fields), gaps(p.Alignments), gaps(p.Branches)
	return m
}

func (m *Missing) empty() bool {
	return m.State == "" && len(m.Faults)+len(m.Fields)+len(m.Alignments)+len(m.Branches) == 0
}

// gaps lists the values of fields that were not seen.
func gaps(fs []Field) []Gap {
	var out []Gap
	for _, f := range fs {
		if v := f.Legal.Without(f.Seen); len(v) > 0 {
			out = append(out, Gap{f.Name, v, len(f.Legal)})
		}
	}
	return out
}

// Tally is how many of all were hit.
type Tally struct {
	Hit int `json:"hit"`
	All int `json:"all"`
}

func (t *Tally) add(hit, all int) {
	t.Hit += hit
	t.All += all
}

// Summary adds up what a set has.
type Summary struct {
	Arch       string           `json:"arch"`
	Models     map[string]Model `json:"models"`
	Patterns   Tally            `json:"patterns"` // that ran and were compared
	Covered    int              `json:"covered"`  // of these, runtime.StateCovered
	Fields     int              `json:"fields"`   // small fields of all patterns
	Values     Tally            `json:"values"`   // of these
	Faults     Tally            `json:"faults"`   // declared ones, by pattern
	Addresses  Tally            `json:"addresses"`
	Misaligned Tally            `json:"misaligned"` // patterns
	Branches   Tally            `json:"branches"`   // ways and directions
	Never      int              `json:"never"`      // patterns that no image for the models can hold
}

// Summary adds up what the set has.
func (s *Set) Summary() Summary {
	out := Summary{Arch: s.Arch, Models: s.Models}
	for _, p := range s.Patterns {
		if len(p.Models) == 0 {
			out.Never++
			continue
		}
		out.add(p)
	}
	return out
}

func (s *Summary) add(p *Pattern) {
	ran := slices.Contains([]string{runtime.StateCovered, runtime.StateCompleted, runtime.StateFaulted}, p.State)
	s.Patterns.add(count(ran), 1)
	s.Covered += count(p.State == runtime.StateCovered)
	for _, f := range p.Declared {
		s.Faults.add(count(p.Faults[f] > 0), 1)
	}
	s.Fields += len(p.Fields)
	for _, f := range p.Fields {
		s.Values.add(len(f.Seen), len(f.Legal))
	}
	for _, f := range p.Alignments {
		if f.Name == runtime.MisalignedField {
			s.Misaligned.add(len(f.Seen), len(f.Legal))
		} else {
			s.Addresses.add(len(f.Seen), len(f.Legal))
		}
	}
	for _, f := range p.Branches {
		s.Branches.add(len(f.Seen), len(f.Legal))
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
