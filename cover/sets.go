package cover

import (
	"cmp"
	"slices"
)

// Sets are accounts of several architectures, one of each, in the order of their names.
type Sets []*Set

// Add adds a set, which it does not change, to that of its architecture.
func (s *Sets) Add(o *Set) error {
	i, found := slices.BinarySearchFunc(*s, o, func(a, b *Set) int { return cmp.Compare(a.Arch, b.Arch) })
	if !found {
		*s = slices.Insert(*s, i, &Set{Arch: o.Arch, Descriptions: map[string]string{}, Models: map[string]Model{}})
	}
	return (*s)[i].Merge(o)
}
