package campaign

import (
	"errors"
	"fmt"
	"slices"

	"github.com/risugen/risugen/runtime"
)

// ParseSummary reads a summary that was written as JSON, as [runtime.ParseReport] does a report. Nothing can be added to it.
func ParseSummary(text []byte) (*Summary, error) {
	s := &Summary{}
	if err := runtime.ParseJSON(text, s); err != nil {
		return nil, err
	}
	return s, s.Check()
}

// Check makes sure that a summary that was read is one.
func (s *Summary) Check() error {
	if s.Plan == "" || s.CPUs == nil || s.Differences == nil || s.Failures == nil {
		return errors.New("it is no summary of a campaign: it lacks plan, cpus, differences or failures")
	}
	for _, list := range []struct {
		name string
		null bool
	}{
		{"cpus", slices.Contains(s.CPUs, nil)}, {"differences", slices.Contains(s.Differences, nil)}, {"failures", slices.Contains(s.Failures, nil)},
		{"known_differences", slices.Contains(s.KnownSeen, nil)}, {"coverage", slices.Contains(s.Coverage, nil)},
		{"left", s.Until != nil && slices.Contains(s.Until.Left, nil)},
	} {
		if list.null {
			return fmt.Errorf("%s has a null in it", list.name)
		}
	}
	for _, c := range s.Coverage {
		if err := c.Check(); err != nil {
			return fmt.Errorf("coverage of %s: %w", c.Arch, err)
		}
	}
	return nil
}
