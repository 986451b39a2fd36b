package reduce

import "slices"

// judge says of each set of elements, which are ascending, whether what is looked for shows with these alone.
type judge func(sets [][]int) ([]bool, error)

// pairLimit is up to how many elements each one is tried alone at once: most differences need one or none beside what is
// there anyway.
const pairLimit = 64

// minimize takes elements out of a set with which the judge holds until it holds no longer without any single one of those
// that are left. It asks for many sets at a time. The set that it returns was judged.
func minimize(set []int, hold judge) ([]int, error) {
	if len(set) == 0 {
		return set, nil
	}
	if held, err := hold([][]int{{}}); err != nil || held[0] {
		return nil, err
	}
	if len(set) > 1 && len(set) <= pairLimit {
		ones := slices.Collect(slices.Chunk(set, 1))
		held, err := hold(ones)
		if err != nil {
			return set, err
		}
		if i := slices.Index(held, true); i >= 0 {
			return ones[i], nil
		}
	}
	var err error
	for size := (len(set) + 1) / 2; ; {
		before := len(set)
		if set, err = coarsely(set, size, hold); err != nil {
			return set, err
		}
		switch {
		case size == 1 && (len(set) == before || len(set) == 0):
			return set, nil
		case size > 1:
			size = max(1, min(size/2, (len(set)+1)/2))
		}
	}
}

// coarsely takes chunks of a size out of a set.
func coarsely(set []int, size int, hold judge) ([]int, error) {
	chunks := slices.Collect(slices.Chunk(set, size))
	var tried [][]int
	for _, c := range chunks {
		tried = append(tried, without(set, c))
	}
	if len(chunks) > 2 && size > 1 {
		tried = append(tried, chunks...)
	}
	held, err := hold(tried)
	if err != nil {
		return set, err
	}
	if i := slices.Index(held[len(chunks):], true); i >= 0 {
		return slices.Clone(chunks[i]), nil
	}
	var out [][]int
	for i := range chunks {
		if held[i] {
			out = append(out, chunks[i])
		}
	}
	return together(set, out, hold)
}

// together takes as many chunks out of a set as can be missing at once, of some that can be missing alone.
func together(set []int, chunks [][]int, hold judge) ([]int, error) {
	for len(chunks) > 0 {
		var tried [][]int
		rest := set
		for _, c := range chunks {
			rest = without(rest, c)
			tried = append(tried, rest)
		}
		held, err := hold(tried)
		if err != nil {
			return set, err
		}
		n := len(held)
		for n > 0 && !held[n-1] {
			n--
		}
		if n > 0 {
			set = tried[n-1]
		}
		chunks = chunks[min(n+1, len(chunks)):] // the next one cannot go with these
	}
	return set, nil
}

// without is a set less some elements of it. Both are ascending.
func without(set, less []int) []int {
	out := make([]int, 0, len(set))
	for _, e := range set {
		if len(less) > 0 && less[0] == e {
			less = less[1:]
			continue
		}
		out = append(out, e)
	}
	return out
}
