package campaign

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/risugen/risugen/runtime"
)

// Difference is a kind of difference or finding, of all jobs together: what one bug does in 4,000 jobs is one.
type Difference struct {
	Kind    string   `json:"kind"`              // as in runtime.Mismatch and runtime.Finding
	Pattern string   `json:"pattern,omitempty"` // empty where nothing says which it was
	Place   string   `json:"place,omitempty"`   // register, state or operand that it is about
	Target  string   `json:"target,omitempty"`  // of a finding: "master", "apprentice" or "both"
	Count   int64    `json:"count"`             // pairs of records, or times that a finding was made
	Jobs    int      `json:"jobs"`              // in which it was seen
	CPUs    []string `json:"cpus"`              // models on which it was seen
	Pairs   []string `json:"targets"`           // names of the pairs of targets
	Text    string   `json:"text"`              // of the first: a finding's sentence, or the instruction
	// Example is the first difference in full; nil: it is a finding.
	Example *runtime.Mismatch `json:"example,omitempty"`
	First
	last string // the job that was counted last
}

// differenceKey tells differences apart.
type differenceKey struct{ kind, pattern, place, target string }

// differences adds what no list of known differences covers, and counts what one does.
func (s *Summary) differences(r *Result) {
	for _, m := range r.Mismatches {
		if m.Known == "" {
			s.difference(r, mismatchKey(m), m.Count, m.Disassembly, m)
		}
	}
	for _, f := range r.Findings {
		if f.Known == "" {
			s.difference(r, findingKey(f), f.Count, f.Text, nil)
		}
	}
	s.DifferencesLeft += r.MismatchesLeft + r.FindingsLeft
	for _, k := range r.KnownSeen {
		s.known(r, k)
	}
}

// mismatchKey is kind and pattern. What is nobody's result goes by the first place that differs.
func mismatchKey(m *runtime.Mismatch) differenceKey {
	k := differenceKey{kind: m.Kind, pattern: m.Pattern}
	if m.Pattern == "" && len(m.Outputs) > 0 {
		k.place = m.Outputs[0].Place
	}
	return k
}

// findingKey is kind, target, place and, where it is one, the pattern.
func findingKey(f *runtime.Finding) differenceKey {
	k := differenceKey{kind: f.Kind, place: f.Place, target: f.Target}
	if len(f.Candidates) == 1 && f.Kind != runtime.FindingChange {
		k.pattern = f.Candidates[0]
	}
	return k
}

func (s *Summary) difference(r *Result, k differenceKey, count int64, text string, example *runtime.Mismatch) {
	i, ok := s.index[k]
	if !ok {
		if len(s.Differences) >= maxKinds {
			s.DifferencesLeft += count
			return
		}
		i = len(s.Differences)
		s.index[k] = i
		s.Differences = append(s.Differences, &Difference{Kind: k.kind, Pattern: k.pattern, Place: k.place, Target: k.target})
	}
	d := s.Differences[i]
	d.Count += count
	if d.last != r.ID {
		d.last = r.ID
		d.Jobs++
	}
	insert(&d.CPUs, r.CPU)
	insert(&d.Pairs, r.Pair)
	if d.earlier(r, s.again) {
		d.Text, d.Example = text, example
	}
}

// KnownSeen is an entry of a list of known differences that covered something.
type KnownSeen struct {
	runtime.KnownSeen
	Jobs     int      `json:"jobs"`               // in which it did
	CPUs     []string `json:"cpus"`               // models on which it did
	Patterns []string `json:"patterns,omitempty"` // of which results say so
}

type knownKey string

func (s *Summary) known(r *Result, k *runtime.KnownSeen) {
	i, ok := s.index[knownKey(k.ID)]
	if !ok {
		i = len(s.KnownSeen)
		s.index[knownKey(k.ID)] = i
		s.KnownSeen = append(s.KnownSeen, &KnownSeen{KnownSeen: runtime.KnownSeen{ID: k.ID, Text: k.Text, See: k.See}})
	}
	e := s.KnownSeen[i]
	e.Count += k.Count
	e.Jobs++
	insert(&e.CPUs, r.CPU)
	for _, m := range r.Mismatches {
		if m.Known == k.ID && m.Pattern != "" {
			insert(&e.Patterns, m.Pattern)
		}
	}
	for _, f := range r.Findings {
		if f.Known == k.ID && len(f.Candidates) == 1 {
			insert(&e.Patterns, f.Candidates[0])
		}
	}
}

// Failure is jobs that failed with errors that are alike but for numbers.
type Failure struct {
	Error string   `json:"error"` // the first
	Jobs  int      `json:"jobs"`  // that failed so
	CPUs  []string `json:"cpus"`  // models on which they did
	First
}

type failureKey string

var numbers = regexp.MustCompile(`\b(0x[0-9a-f]+|[0-9][0-9a-f]*)\b`)

func (s *Summary) failure(r *Result) {
	// The CPU model's name and its emulator's stand in the names of targets.
	alike := strings.NewReplacer(r.Master, "{master}", r.Apprentice, "{apprentice}").Replace(r.Error)
	k := failureKey(numbers.ReplaceAllString(alike, "N"))
	i, ok := s.index[k]
	if !ok {
		if len(s.Failures) >= maxKinds {
			s.FailuresLeft++
			return
		}
		i = len(s.Failures)
		s.index[k] = i
		s.Failures = append(s.Failures, &Failure{})
	}
	f := s.Failures[i]
	f.Jobs++
	insert(&f.CPUs, r.CPU)
	if f.earlier(r, s.again) {
		f.Error = r.Error
	}
}

// insert adds a text to a sorted list that does not have it.
func insert(list *[]string, text string) {
	if i, ok := slices.BinarySearch(*list, text); !ok {
		*list = slices.Insert(*list, i, text)
	}
}

// Sort puts the lists in an order that does not depend on which results came first: that of the plan.
func (s *Summary) Sort() {
	slices.SortStableFunc(s.Differences, func(a, b *Difference) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Pattern, b.Pattern), cmp.Compare(a.Place, b.Place), cmp.Compare(a.Target, b.Target))
	})
	slices.SortFunc(s.Failures, func(a, b *Failure) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.Error, b.Error)) })
	slices.SortFunc(s.KnownSeen, func(a, b *KnownSeen) int { return cmp.Compare(a.ID, b.ID) })
	clear(s.index)
}
