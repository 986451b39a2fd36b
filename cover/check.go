package cover

import (
	"errors"
	"fmt"
	"slices"
)

// Check makes sure that a set that was read is as sets are.
func (s *Set) Check() error {
	if s.Arch == "" || s.Descriptions == nil || s.Models == nil {
		return errors.New("a part of its head is missing")
	}
	for name, m := range s.Models {
		if m.Images < 0 || m.Executions < 0 {
			return fmt.Errorf("negative numbers of %q", name)
		}
	}
	for i, p := range s.Patterns {
		if p == nil {
			return errors.New("an empty pattern")
		}
		if i > 0 && byPlace(s.Patterns[i-1], p) >= 0 {
			return fmt.Errorf("%s (%s) stands in the wrong place", p.Name, p.Source)
		}
		if err := s.checkPattern(p); err != nil {
			return fmt.Errorf("%s (%s): %w", p.Name, p.Source, err)
		}
	}
	return nil
}

func (s *Set) checkPattern(p *Pattern) error {
	for model, n := range p.Models {
		if _, ok := s.Models[model]; !ok || n < 0 {
			return fmt.Errorf("its executions on %q", model)
		}
	}
	for model := range p.Never {
		if _, ok := s.Models[model]; !ok {
			return fmt.Errorf("it speaks of %q, which never ran", model)
		}
	}
	for signal, n := range p.Faults {
		if n < 0 {
			return fmt.Errorf("its number of %q", signal)
		}
	}
	if p.State != "" && !slices.Contains(states, p.State) {
		return fmt.Errorf("the state %.40q", p.State)
	}
	if !ascends(p.Declared) {
		return errors.New("its declared faults are in disorder")
	}
	for _, list := range [][]Field{p.Fields, p.Alignments, p.Branches} {
		for i, f := range list {
			if i > 0 && list[i-1].Name >= f.Name || !ascends(f.Legal) || !ascends(f.Seen) || len(f.Seen.Without(f.Legal)) > 0 {
				return fmt.Errorf("its values of %.40q", f.Name)
			}
		}
	}
	return nil
}

// ascends reports whether each element of a list is greater than the one before it.
func ascends[T int64 | string](list []T) bool {
	return slices.IsSorted(list) && len(slices.Compact(slices.Clone(list))) == len(list)
}
