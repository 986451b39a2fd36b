package runtime

import (
	"cmp"
	"maps"
	"slices"

	"github.com/risugen/risugen/arch"
)

// suspicion is what a list of known differences is held against of a difference that no instruction is known to have made. Many pairs
// of records are one entry of a report: what explains its example need not explain the others.
type suspicion struct {
	ran     map[ranBefore][]string // the patterns that may have made it
	strange map[arch.Place]string  // names of places that differ and that no instruction declares
	unclear bool                   // a side ran further than the other: not all that differs is strange
}

// ranBefore is where a difference was seen: a block, and which item had not run.
type ranBefore struct{ block, item int }

// suspect notes who may have made a difference, of items before one, or of branches alone.
func (m *Mismatch) suspect(c *comparer, r *pairing, before int, branches bool) {
	at := ranBefore{r.index, before}
	if m.suspected.ran[at] != nil {
		return
	}
	names := c.names(r.plan, before, branches)
	if m.suspected.ran == nil {
		m.suspected.ran, m.Candidates = map[ranBefore][]string{}, names
	}
	m.suspected.ran[at] = names
}

// noteStrangers notes which places differ though no instruction that ran declares them.
func (m *Mismatch) noteStrangers(c *comparer, r *pairing) {
	s := &m.suspected
	if s.strange == nil {
		s.strange = map[arch.Place]string{}
	}
	s.unclear = s.unclear || !r.same()
	owned := c.ownedPlaces(r)
	eachPlace(c.layout, r.block, func(p arch.Place) {
		if _, ok := s.strange[p]; !ok && !owned.has(p) && c.differs(r, p) {
			s.strange[p] = c.layout.PlaceName(p)
		}
	})
}

// ownedPlaces are those that hold results of instructions that ran.
func (c *comparer) ownedPlaces(r *pairing) (owned placeSet) {
	for i, res := range r.results {
		if r.since[i] <= r.limit {
			owned.add(res.Place)
		}
	}
	return owned
}

// lists are the patterns that may have made it, of each time.
func (s *suspicion) lists() [][]string {
	var out [][]string
	for _, at := range slices.SortedFunc(maps.Keys(s.ran), func(a, b ranBefore) int {
		return cmp.Or(cmp.Compare(a.block, b.block), cmp.Compare(a.item, b.item))
	}) {
		out = append(out, s.ran[at])
	}
	return out
}
