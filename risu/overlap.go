package risu

import "math/bits"

// bin is patterns that a decoder must try one after the other, because it finds no bits that all of
// them fix and that tell them apart. A bin of one pattern stands alone.
type bin []*Pattern

// bins sorts the patterns as decodetree and QEMU's script do: by all bits that all of them fix, and then
// inside each heap by the bits that are left. A bin that cannot be split becomes a group. Bins are in the
// order of their first patterns, and patterns in a bin are in the file's.
func bins(patterns []*Pattern, width int) []bin {
	s := &binSorter{width: width, of: map[*Pattern]int{}}
	s.split(patterns, 0)
	out := make([]bin, s.count)
	order := make([]int, 0, s.count)
	for _, p := range patterns {
		i := s.of[p]
		if len(out[i]) == 0 {
			order = append(order, i)
		}
		out[i] = append(out[i], p)
	}
	sorted := make([]bin, len(order))
	for i, n := range order {
		sorted[i] = out[n]
	}
	return sorted
}

type binSorter struct {
	width int // bits of a word; shorter patterns stand at its top
	of    map[*Pattern]int
	count int
}

// aligned gives the fixed bits as they are in a word of the file.
func (s *binSorter) aligned(p *Pattern) (fixed, mask uint64) {
	up := s.width - p.Width
	return p.FixedBits << up, p.FixedMask << up
}

func (s *binSorter) split(patterns []*Pattern, outer uint64) {
	mask := lowBits(s.width) &^ outer
	for _, p := range patterns {
		_, m := s.aligned(p)
		mask &= m
	}
	if len(patterns) < 2 || mask == 0 {
		for _, p := range patterns {
			s.of[p] = s.count
		}
		s.count++
		return
	}
	heaps := map[uint64][]*Pattern{}
	var order []uint64
	for _, p := range patterns {
		fixed, _ := s.aligned(p)
		key := fixed & mask
		if heaps[key] == nil {
			order = append(order, key)
		}
		heaps[key] = append(heaps[key], p)
	}
	for _, key := range order {
		s.split(heaps[key], outer|mask)
	}
}

// runs calls f for each run of set bits, the most significant first.
func runs(mask uint64, f func(low, n int)) {
	for mask != 0 {
		high := bits.Len64(mask)
		low := bits.Len64(^mask & lowBits(high))
		f(low, high-low)
		mask &= lowBits(low)
	}
}
