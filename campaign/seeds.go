package campaign

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// seedRange is the seeds from lo to hi.
type seedRange struct {
	lo, hi uint64
	at     place
}

// seeds reads seeds: numbers and ranges such as 1-1000, one or a list.
func (r *reader) seeds(n node) []seedRange {
	var out []seedRange
	for _, e := range n.elements() {
		first, last, isRange := strings.Cut(e.Value, "-")
		if !isRange {
			last = first
		}
		lo, err := strconv.ParseUint(strings.TrimSpace(first), 10, 64)
		hi, err2 := strconv.ParseUint(strings.TrimSpace(last), 10, 64)
		switch {
		case e.Kind != yaml.ScalarNode || err != nil || err2 != nil:
			r.errorf(e.at, "a seed is a number or a range of numbers, such as 1-1000%s", instead(e))
		case lo == 0:
			r.errorf(e.at, "seeds begin at 1: 0 stands for a random one")
		case hi < lo:
			r.errorf(e.at, "the range of seeds %s ends before it begins", e.Value)
		default:
			out = append(out, seedRange{lo, hi, e.at})
		}
	}
	r.overlaps(out)
	return out
}

// overlaps reports seeds that stand there twice.
func (r *reader) overlaps(ranges []seedRange) {
	sorted := slices.Clone(ranges)
	slices.SortStableFunc(sorted, func(a, b seedRange) int { return cmp.Compare(a.lo, b.lo) })
	for i := 1; i < len(sorted); i++ {
		if sorted[i].lo <= sorted[i-1].hi {
			r.errorf(sorted[i].at, "seed %d is there twice", sorted[i].lo)
			return
		}
	}
}

// seedCount is the number of seeds, or the largest number if it is larger.
func seedCount(ranges []seedRange) uint64 {
	n := uint64(0)
	for _, s := range ranges {
		more := s.hi - s.lo
		if n > math.MaxUint64-more-1 || more == math.MaxUint64 {
			return math.MaxUint64
		}
		n += more + 1
	}
	return n
}
