package runtime

import (
	"maps"
	"slices"
)

// explain marks what a list covers. Something with several candidates is covered if each of them is; lost
// control, and an undeclared change of a place that an entry names, if one of them is.
func (r *Report) explain(list []*Known) {
	if len(list) == 0 {
		return
	}
	for _, m := range r.MismatchList {
		if m.Known = r.explainMismatch(list, m); m.Known != "" {
			r.KnownMismatches += m.Count
		}
	}
	for _, f := range r.Findings {
		f.Known = r.explainFinding(list, f)
	}
	r.KnownSeen = slices.DeleteFunc(r.KnownSeen, func(s *KnownSeen) bool { return s.Count == 0 })
	for _, k := range list {
		seen := slices.ContainsFunc(r.KnownSeen, func(s *KnownSeen) bool { return s.ID == k.ID })
		if !seen && k.exercised(r) {
			r.KnownUnseen = append(r.KnownUnseen, k.ID)
		}
	}
}

// exercised reports whether the entry is about the run: its CPU, its targets, and a pattern of which an instruction ran, by a misaligned access if it is about such. One
// that does nothing but to keep words out never is.
func (k *Known) exercised(r *Report) bool {
	if len(k.Kinds) == 0 || !matchesAny(k.cpus, r.CPU) || !k.meets(r.Targets) && !k.meets(r.Recorded) || !r.Versions.find(k.versions) {
		return false
	}
	if k.Misaligned && !slices.ContainsFunc(r.misaligned, func(p string) bool { return matchesAny(k.patterns, p) }) {
		return false
	}
	ofTraps := !slices.ContainsFunc(k.Kinds, func(kind string) bool { return kind != FindingTrapped && kind != FindingNoTrap })
	if ofTraps && r.TrapBlocks == 0 {
		return false
	}
	return slices.ContainsFunc(slices.Concat(r.PatternList, r.ReservedList), func(p PatternState) bool {
		return p.State != StateNever && matchesAny(k.patterns, p.Pattern)
	})
}

// explainMismatch returns the entry that covers a group of differences.
func (r *Report) explainMismatch(list []*Known, m *Mismatch) string {
	a := about{kind: m.Kind, bits: m.bits, detail: m.detail}
	switch m.Kind {
	case KindResult, KindFault:
		a.elsewhere = !m.reserved
		if m.opcode != "" {
			a.places = []string{m.opcode}
		}
	case KindUndeclared:
		a.elsewhere = m.suspected.unclear
		a.places = slices.Sorted(maps.Values(m.suspected.strange))
	}
	switch {
	case m.Item >= 0:
		return r.explanation(list, a, []string{m.Pattern}, m.Count)
	case len(m.suspected.ran) > 0:
		return r.explainAll(list, a, m.suspected.lists(), m.Count)
	}
	return r.explanation(list, a, m.Candidates, m.Count)
}

// explainFinding returns the entry that covers a finding. An undeclared change, and lost control, are covered where every
// block in which they were seen ran a pattern that the entry names.
func (r *Report) explainFinding(list []*Known, f *Finding) string {
	a := about{kind: f.Kind, side: f.Target, detail: f.detail}
	if f.Place != "" {
		a.places = []string{f.Place}
	}
	if len(f.blocks) == 0 {
		return r.explanation(list, a, f.Candidates, 1)
	}
	var lists [][]string
	for _, b := range slices.Sorted(maps.Keys(f.blocks)) {
		lists = append(lists, f.blocks[b])
	}
	return r.explainAll(list, a, lists, 1)
}

// explainAll is explanation for something that was seen several times, of which each must be covered, by one entry or by several:
// all of these are seen then. It returns the last one.
func (r *Report) explainAll(list []*Known, a about, patterns [][]string, count int64) string {
	id := ""
	var all []string
	for _, names := range patterns {
		if id = r.explanation(list, a, names, 0); id == "" {
			return ""
		}
		all = append(all, id)
	}
	for _, s := range r.KnownSeen {
		if slices.Contains(all, s.ID) {
			s.Count += count
		}
	}
	return id
}

// about is what an entry may explain: the kind of a mismatch or finding, and where it was seen, of a finding, of what no
// instruction declares, or of a reserved word.
type about struct {
	kind, side string
	places     []string
	elsewhere  bool   // it is at none that an entry could name
	bits       *Known // Mismatch.bits
	detail     detail
}

// names reports whether an entry names all of some places.
func (k *Known) names(places []string) bool {
	return !slices.ContainsFunc(places, func(p string) bool { return !matchesAny(k.places, p) })
}

// explanation returns the first entry that covers what some of the patterns named did, or "".
func (r *Report) explanation(list []*Known, a about, patterns []string, count int64) string {
	for _, k := range list {
		if len(k.bits) > 0 && k != a.bits || !k.within(a.detail) {
			continue
		}
		covered := 0
		for _, p := range patterns {
			if k.covers(r, a.kind, p, a.side) {
				covered++
			}
		}
		named := a.kind == FindingChange && len(a.places) > 0 && k.names(a.places) || a.kind == FindingStray || a.kind == KindStray || a.kind == KindUndeclared
		elsewhere := len(k.places) > 0 && (a.elsewhere || !k.names(a.places))
		if covered == 0 || elsewhere || covered < len(patterns) && !named {
			continue
		}
		i := slices.IndexFunc(r.KnownSeen, func(s *KnownSeen) bool { return s.ID == k.ID })
		if i < 0 {
			i = len(r.KnownSeen)
			r.KnownSeen = append(r.KnownSeen, &KnownSeen{ID: k.ID, Text: k.Text, See: k.See})
		}
		r.KnownSeen[i].Count += count
		return k.ID
	}
	return ""
}

// maxGroups bounds the differences that are told apart before lists of known ones are looked at.
const maxGroups = 2000

// trim shortens the report's lists to a number of entries that no list of known differences covers.
func (r *Report) trim(n int) {
	kept := r.MismatchList[:0]
	unknown := 0
	for _, m := range r.MismatchList {
		if m.Known == "" {
			if unknown++; unknown > n {
				r.MismatchesLeft += m.Count
				continue
			}
		}
		kept = append(kept, m)
	}
	r.MismatchList = kept
	r.CodeList = r.CodeList[:min(len(r.CodeList), n)]
}
