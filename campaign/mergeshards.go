package campaign

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// complete says which shards lack results, and puts lines in the order of ids.
func (m *Merged) complete(shards []mergedShard) {
	m.Summary.Sort()
	slices.SortFunc(m.lines, func(a, b mergedLine) int { return cmp.Compare(a.id, b.id) })
	if m.Summary.Left == 0 {
		return
	}
	byShard := map[Shard]map[string]bool{}
	counts := map[int]bool{}
	for _, s := range shards {
		if byShard[s.Shard] == nil {
			byShard[s.Shard] = map[string]bool{}
		}
		for id, planned := range s.ids {
			if planned {
				byShard[s.Shard][id] = true
			}
		}
		counts[max(1, s.Count)] = true
	}
	for _, n := range slices.Sorted(maps.Keys(counts)) {
		for i := range n {
			s := Shard{i + 1, n}
			if n == 1 {
				s = Shard{}
			}
			if done, size := len(byShard[s]), s.size(m.Header.Jobs); done < size {
				m.Summary.Shards = append(m.Summary.Shards, ShardState{s.String(), done, size})
			}
		}
	}
	const shown = 20
	if n := len(m.Summary.Shards) - shown; n > 1 {
		m.Notes = append(m.Notes, fmt.Sprintf("%d more shards are incomplete", n))
		m.Summary.Shards = m.Summary.Shards[:shown]
	}
}
