package regress

import (
	"errors"
	"slices"

	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/runtime"
)

// ParseSummary reads a summary that was written as JSON, as [campaign.ParseSummary] does. It is finished.
func ParseSummary(text []byte) (*Summary, error) {
	s := &Summary{Summary: &campaign.Summary{}}
	if err := runtime.ParseJSON(text, s); err != nil {
		return nil, err
	}
	if slices.Contains(s.Models, nil) || slices.Contains(s.Entries, nil) || slices.Contains(s.Reserved, nil) {
		return nil, errors.New("models, known_entries or reserved_list has a null in it")
	}
	return s, s.Summary.Check()
}
