package html

import (
	"maps"
	"slices"
	"strings"

	"github.com/risugen/risugen/cover"
	"github.com/risugen/risugen/runtime"
)

// details is what a run counted of a pattern, as far as the report has it.
type details struct{ *runtime.PatternState }

// fieldState is which values of a small field were seen.
type fieldState struct{ runtime.FieldState }

// all are the values that are legal or were seen, ascending.
func (f fieldState) all() cover.Values {
	values := slices.Concat(f.Legal, f.Seen)
	slices.Sort(values)
	return slices.Compact(values)
}

// Total is how many values there are.
func (f fieldState) Total() int { return len(f.all()) }

// Hit is how many of them were seen.
func (f fieldState) Hit() int { return f.Total() - len(f.unseen()) }

func (f fieldState) unseen() cover.Values {
	return slices.DeleteFunc(f.all(), func(v int64) bool { return slices.Contains(f.Seen, v) })
}

// Ranges are the values as the script takes them: "0..31 40".
func (f fieldState) Ranges() string { return f.all().String() }

// Unseen are the values that were not seen, written likewise.
func (f fieldState) Unseen() string { return f.unseen().String() }

// Bits say of each value whether it was seen, 1, or not, 0. The page draws its boxes when they are asked for: a hundred
// for each of a thousand patterns would be most of it.
func (f fieldState) Bits() string {
	var b strings.Builder
	for _, v := range f.all() {
		if slices.Contains(f.Seen, v) {
			b.WriteByte('1')
		} else {
			b.WriteByte('0')
		}
	}
	return b.String()
}

// signalCount is how often a signal was raised.
type signalCount struct {
	Signal string
	Count  int64
}

// Values are all that are shown value by value.
func (d details) Values() []fieldState {
	var out []fieldState
	for _, f := range slices.Concat(d.Fields, d.Alignments, d.Branches) {
		out = append(out, fieldState{f})
	}
	return out
}

// Signals are the faults, by the name of their signal.
func (d details) Signals() []signalCount {
	var out []signalCount
	for _, s := range slices.Sorted(maps.Keys(d.Faults)) {
		out = append(out, signalCount{s, d.Faults[s]})
	}
	return out
}

// Share is how many quarters of all values were seen, 4 if all were or there are none.
func (d details) Share() int {
	hit, total := 0, 0
	for _, f := range d.Values() {
		hit, total = hit+f.Hit(), total+f.Total()
	}
	if hit == total {
		return 4
	}
	return 4 * hit / total
}
