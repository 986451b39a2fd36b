package html

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/risugen/risugen/runtime"
)

// details is what a run counted of a pattern. It is read out of the pattern's JSON, so that nothing of it need be there.
type details struct {
	Executions int64            `json:"executions"`
	Faults     map[string]int64 `json:"faults"`
	Fields     []fieldState     `json:"fields"`
	Alignments []fieldState     `json:"alignments"`
	Branches   []fieldState     `json:"branches"`
}

// fieldState is which values of a small field were seen.
type fieldState struct {
	Name  string  `json:"name"`
	Legal []int64 `json:"legal"`
	Seen  []int64 `json:"seen"`
}

// box is a value of a field.
type box struct {
	Value int64
	Seen  bool
}

// Boxes are the values that are legal or were seen, in their order.
func (f fieldState) Boxes() []box {
	values := slices.Concat(f.Legal, f.Seen)
	slices.Sort(values)
	var out []box
	for _, v := range slices.Compact(values) {
		out = append(out, box{v, slices.Contains(f.Seen, v)})
	}
	return out
}

// Missing is how many legal values were not seen.
func (f fieldState) Missing() int {
	n := 0
	for _, b := range f.Boxes() {
		if !b.Seen {
			n++
		}
	}
	return n
}

// signalCount is how often a signal was raised.
type signalCount struct {
	Signal string
	Count  int64
}

// Values are all that are shown value by value.
func (d details) Values() []fieldState { return slices.Concat(d.Fields, d.Alignments, d.Branches) }

// Signals are the faults, by the name of their signal.
func (d details) Signals() []signalCount {
	var out []signalCount
	for _, s := range slices.Sorted(maps.Keys(d.Faults)) {
		out = append(out, signalCount{s, d.Faults[s]})
	}
	return out
}

// Missing reports whether there is a value that should have been seen, and was not.
func (d details) Missing() bool {
	return slices.ContainsFunc(d.Values(), func(f fieldState) bool { return f.Missing() > 0 })
}

// detailsOf reads them out of the pattern's JSON.
func detailsOf(ps *runtime.PatternState) (d details) {
	if text, err := json.Marshal(ps); err == nil {
		_ = json.Unmarshal(text, &d)
	}
	return d
}
