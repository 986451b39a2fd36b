package measure

import (
	"math"
	"slices"

	"github.com/risugen/risugen/arch/semantics"
)

// Result is what was measured of a mistake.
type Result struct {
	Name    string         `json:"name"`
	Kind    semantics.Kind `json:"kind"`
	Pattern string         `json:"pattern"`
	CPU     string         `json:"cpu"`
	ABI     string         `json:"abi"`
	Held    bool           `json:"held"`
	Biased  Distribution   `json:"biased"` // with the pools and operands of images
	Plain   Distribution   `json:"plain"`  // with plain random ones
}

// Found reports whether nearly all seeds found the mistake within a number of executions.
func (d Distribution) Found(within int) bool { return d.P99 <= within && d.P99 <= d.Cap }

// Ratio is how many times as many executions plain values need, by the medians. least says that it is at least that: the plain
// ones did not find the mistake. Where neither did the ratio is 1.
func (r *Result) Ratio() (ratio float64, least bool) {
	plain := min(r.Plain.Median, r.Plain.Cap)
	biased := min(r.Biased.Median, r.Biased.Cap)
	return float64(plain) / float64(biased), r.Plain.Median > r.Plain.Cap
}

// Summary is what was measured of all mistakes.
type Summary struct {
	Mistakes int `json:"mistakes"`
	Within   int `json:"within"` // executions
	// Found within so many in 99 of 100 programs, FoundHalf in half of them.
	Found       int     `json:"found"`
	FoundHalf   int     `json:"found_half"`
	PlainFound  int     `json:"plain_found"`
	Median      float64 `json:"median"` // of the medians
	PlainMedian float64 `json:"plain_median"`
	MedianRatio float64 `json:"median_ratio"`
	MeanRatio   float64 `json:"mean_ratio"` // geometric
	// Rare is how many mistakes plain values did not find within RareFrom executions in half of the programs, RareRatio the median
	// ratio of these: the others show whatever values are.
	Rare      int     `json:"rare"`
	RareRatio float64 `json:"rare_ratio"`
	// LeastRatios is how many ratios are lower bounds, since plain values did not find the mistake in half of the programs.
	LeastRatios int `json:"least_ratios"`
}

// RareFrom is the median number of executions by plain values from which on a mistake is a rare one.
const RareFrom = 100

// Summarize sums up results. within is the number of executions that a mistake should be found in.
func Summarize(results []Result, within int) Summary {
	s := Summary{Mistakes: len(results), Within: within}
	var medians, plain, ratios, rare []float64
	logs := 0.0
	for i := range results {
		r := &results[i]
		s.Found += int(semantics.Bool(r.Biased.Found(within)))
		s.FoundHalf += int(semantics.Bool(r.Biased.Median <= min(within, r.Biased.Cap)))
		s.PlainFound += int(semantics.Bool(r.Plain.Found(within)))
		ratio, least := r.Ratio()
		s.LeastRatios += int(semantics.Bool(least))
		medians, plain, ratios = append(medians, float64(r.Biased.Median)), append(plain, float64(r.Plain.Median)), append(ratios, ratio)
		logs += math.Log(ratio)
		if r.Plain.Median > RareFrom {
			rare = append(rare, ratio)
		}
	}
	if len(results) > 0 {
		s.MeanRatio = math.Exp(logs / float64(len(results)))
	}
	s.Rare, s.RareRatio = len(rare), median(rare)
	s.Median, s.PlainMedian, s.MedianRatio = median(medians), median(plain), median(ratios)
	return s
}

// median is the middle one, or the mean of both.
func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	slices.Sort(v)
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}
