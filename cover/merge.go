package cover

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/risugen/risugen/runtime"
)

// Merge adds another set, which it does not change. Nothing is changed where it returns an error.
func (s *Set) Merge(o *Set) error {
	if s.Arch != o.Arch {
		return fmt.Errorf("coverage of %s and of %s is of different patterns", s.Arch, o.Arch)
	}
	for _, name := range slices.Sorted(maps.Keys(o.Descriptions)) {
		if was, ok := s.Descriptions[name]; ok && was != o.Descriptions[name] {
			return fmt.Errorf("it was made by another text of %s, whose patterns need not be the same", name)
		}
	}
	maps.Copy(s.Descriptions, o.Descriptions)
	for name, m := range o.Models {
		was := s.Models[name]
		s.Models[name] = Model{plus(was.Images, m.Images), plus(was.Executions, m.Executions)}
	}
	s.Patterns = join(s.Patterns, o.Patterns, byPlace, (*Pattern).merge, (*Pattern).clone)
	return nil
}

// join merges two sorted lists: what stands in both is merged, what stands in the second alone is copied.
func join[T any](a, b []T, order func(T, T) int, merge func(T, T), clone func(T) T) []T {
	out := make([]T, 0, max(len(a), len(b)))
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && order(a[0], b[0]) < 0:
			out, a = append(out, a[0]), a[1:]
		case len(a) == 0 || order(a[0], b[0]) > 0:
			out, b = append(out, clone(b[0])), b[1:]
		default:
			merge(a[0], b[0])
			out, a, b = append(out, a[0]), a[1:], b[1:]
		}
	}
	return out
}

// clone copies a pattern.
func (p *Pattern) clone() *Pattern {
	c := &Pattern{Source: p.Source, Name: p.Name}
	c.merge(p)
	return c
}

// merge adds what was hit of the same pattern elsewhere.
func (p *Pattern) merge(o *Pattern) {
	p.Models, p.Faults = sums(p.Models, o.Models), sums(p.Faults, o.Faults)
	for model, why := range o.Never {
		if p.Never == nil {
			p.Never = map[string]string{}
		}
		if was, ok := p.Never[model]; !ok || why < was {
			p.Never[model] = why
		}
	}
	for model := range p.Models { // given words may be what is not drawn
		delete(p.Never, model)
	}
	if len(p.Never) == 0 {
		p.Never = nil
	}
	if worth(o.State) < worth(p.State) {
		p.State = o.State
	}
	p.Declared = sorted(append(slices.Clone(p.Declared), o.Declared...))
	p.Fields, p.Alignments, p.Branches = unite(p.Fields, o.Fields), unite(p.Alignments, o.Alignments), unite(p.Branches, o.Branches)
}

// worth is the place of a state among all: one that says more comes earlier.
func worth(state string) int {
	i := slices.Index(states, state)
	if i < 0 {
		return len(states)
	}
	return i
}

// states are those of a pattern that was in an image.
var states = []string{runtime.StateCovered, runtime.StateCompleted, runtime.StateFaulted, runtime.StateNever}

// sums adds numbers up by their keys; nil where there are none.
func sums(a, b map[string]int64) map[string]int64 {
	if len(a)+len(b) == 0 {
		return nil
	}
	out := maps.Clone(a)
	if out == nil {
		out = map[string]int64{}
	}
	for k, n := range b {
		out[k] = plus(out[k], n)
	}
	return out
}

// plus adds two numbers that are not negative; what is more than there are numbers for is the largest one. So what Write writes of
// any sets can be read again.
func plus(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// unite joins two lists of fields.
func unite(a, b []Field) []Field {
	if len(a)+len(b) == 0 {
		return nil
	}
	clone := func(f *Field) *Field {
		return &Field{f.Name, slices.Clone(f.Legal), slices.Clone(f.Seen)}
	}
	joined := join(pointers(slices.Clone(a)), pointers(b), func(x, y *Field) int { return cmp.Compare(x.Name, y.Name) }, func(x, y *Field) {
		x.Legal, x.Seen = sorted(slices.Concat(x.Legal, y.Legal)), sorted(slices.Concat(x.Seen, y.Seen))
	}, clone)
	out := make([]Field, len(joined))
	for i, f := range joined {
		out[i] = *f
	}
	return out
}

func pointers(fs []Field) []*Field {
	out := make([]*Field, len(fs))
	for i := range fs {
		out[i] = &fs[i]
	}
	return out
}

// sorted sorts a list, with each element once; nil where there is none.
func sorted[T cmp.Ordered](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// splitSource parts `file:line`.
func splitSource(source string) (file string, line int) {
	i := strings.LastIndexByte(source, ':')
	if i < 0 {
		return source, 0
	}
	line, _ = strconv.Atoi(source[i+1:])
	return source[:i], line
}

// Keep leaves out the patterns that f does not hold for.
func (s *Set) Keep(f func(*Pattern) bool) {
	s.Patterns = slices.DeleteFunc(s.Patterns, func(p *Pattern) bool { return !f(p) })
}
