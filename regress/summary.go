package regress

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/runtime"
)

// Summary is what a run comes to: the sum of its results, and what a gate wants to know beside it.
type Summary struct {
	*campaign.Summary
	Set       string `json:"set"`
	Baseline  string `json:"baseline"`
	Candidate string `json:"candidate"`
	// Versions are what QEMU's programs say of themselves, of the baseline and of the candidate.
	Versions [2][]string `json:"versions"`
	Models   []*Model    `json:"models"`
	// Patterns are those that were drawn, on any model, and Covered those of them that were seen at work on one.
	Patterns  int      `json:"patterns"`
	Covered   int      `json:"covered"`
	Uncovered []string `json:"uncovered"` // the others, with their sources
	// Reserved are the patterns that reserved words were drawn from, on any model, each with the better of its states.
	Reserved []*runtime.PatternState `json:"reserved_list,omitempty"`
	// Entries are those of lists of known differences that were given, and built-in ones that covered something.
	Entries []*Entry  `json:"known_entries"`
	Skipped []Skipped `json:"skipped"`
	// SkippedJobs are all of Skipped; Jobs does not count them.
	SkippedJobs int    `json:"skipped_jobs"`
	Result      string `json:"result"`    // a sentence
	ExitCode    int    `json:"exit_code"` // of the command

	allowStale bool
	results    []*campaign.Result
	models     map[string]*Model
	entries    map[string]*Entry
	patterns   map[string]bool // by name and source: whether it is covered
	reserved   map[string]*runtime.PatternState
}

// Model is the jobs of a CPU model.
type Model struct {
	CPU        string  `json:"cpu"`
	Jobs       int     `json:"jobs"` // with a result
	Executions int64   `json:"executions"`
	Patterns   int     `json:"patterns"` // drawn
	Covered    int     `json:"covered"`
	New        int     `json:"new"`   // kinds of differences that no list covers
	Known      int     `json:"known"` // entries that covered something
	Stale      int     `json:"stale"`
	Failed     int     `json:"failed"`
	Seconds    float64 `json:"seconds"` // of its jobs, as if one had run after the other

	patterns map[string]bool
	known    map[string]bool
	unseen   map[string]bool // entries that were exercised
}

// EntryState says what became of an entry of a list of known differences.
type EntryState string

// What may become of an entry.
const (
	Seen         EntryState = "seen"
	Stale        EntryState = "stale"         // exercised by jobs that all have a result, and nothing was seen
	Unseen       EntryState = "unseen"        // the same, but jobs failed or are missing, or nobody asked for staleness
	NotExercised EntryState = "not exercised" // no pattern of it ran on a CPU and targets of it
	LeavesOut    EntryState = "leaves out"    // it does nothing but to keep words out of images
)

// Entry is an entry of a list of known differences.
type Entry struct {
	ID      string     `json:"id"`
	Text    string     `json:"text"`
	See     string     `json:"see,omitempty"`
	At      string     `json:"at"` // file:line
	BuiltIn bool       `json:"built_in,omitempty"`
	State   EntryState `json:"state"`
	Count   int64      `json:"count"` // records that differ, and findings
	Jobs    int        `json:"jobs"`  // that saw it
	CPUs    []string   `json:"cpus"`  // of jobs that saw it, or exercised it if none did

	mayBeStale bool
	exercised  []string
}

// Skipped is jobs that were left out although the set has them.
type Skipped struct {
	What string `json:"what"`
	Why  string `json:"why"`
	Jobs int    `json:"jobs"`
}

// List is entries of a list of known differences.
type List struct {
	Entries []*runtime.Known
	BuiltIn bool
	Stale   bool // entries of which nothing is seen fail the run
}

// NewSummary begins a summary.
func NewSummary(h *campaign.Header, again func(*campaign.Params) string, lists []List, allowStale bool) *Summary {
	s := &Summary{
		Summary: campaign.NewSummary(h, again), allowStale: allowStale,
		Models: []*Model{}, Uncovered: []string{}, Entries: []*Entry{}, Skipped: []Skipped{},
		models: map[string]*Model{}, entries: map[string]*Entry{}, patterns: map[string]bool{},
		reserved: map[string]*runtime.PatternState{}, Versions: [2][]string{{}, {}},
	}
	for _, l := range lists {
		for _, k := range l.Entries {
			e := &Entry{ID: k.ID, Text: k.Text, See: k.See, At: k.At, BuiltIn: l.BuiltIn, State: NotExercised, CPUs: []string{}, mayBeStale: l.Stale}
			if len(k.Kinds) == 0 {
				e.State = LeavesOut
			}
			s.entries[k.ID] = e
			s.Entries = append(s.Entries, e)
		}
	}
	return s
}

// Add adds a result, which has its patterns ([campaign.Plan.KeepPatterns]).
func (s *Summary) Add(r *campaign.Result) {
	s.Summary.Add(r)
	kept := *r
	kept.Cover = nil // which is in the sum
	s.results = append(s.results, &kept)
	for i, v := range []string{r.Versions.Master, r.Versions.Apprentice} {
		if v != "" {
			insert(&s.Versions[i], v)
		}
	}
	m := s.model(r.CPU)
	m.Jobs++
	m.Executions += r.Counts.Executions
	m.Seconds += r.Seconds
	if r.Status == campaign.Failed {
		m.Failed++
	}
	for _, p := range r.Patterns {
		key := p.Pattern + " (" + p.Source + ")"
		if p.State == runtime.StateRefused || p.State == runtime.StateRan {
			if s.reserved[key] == nil || p.State == runtime.StateRefused {
				s.reserved[key] = &p
			}
			continue
		}
		covered := p.State == runtime.StateCovered
		m.patterns[key] = m.patterns[key] || covered
		s.patterns[key] = s.patterns[key] || covered
	}
	for _, k := range r.KnownSeen {
		m.known[k.ID] = true
		if e := s.entries[k.ID]; e != nil {
			e.Count += k.Count
			e.Jobs++
			insert(&e.CPUs, r.CPU)
		}
	}
	for _, id := range r.KnownUnseen {
		m.unseen[id] = true
		if e := s.entries[id]; e != nil {
			insert(&e.exercised, r.CPU)
		}
	}
}

func (s *Summary) model(cpu string) *Model {
	m := s.models[cpu]
	if m == nil {
		m = &Model{CPU: cpu, patterns: map[string]bool{}, known: map[string]bool{}, unseen: map[string]bool{}}
		s.models[cpu] = m
		s.Models = append(s.Models, m)
	}
	return m
}

// Finish is called when all results there are were added.
func (s *Summary) Finish() {
	s.Summary.Sort()
	slices.SortFunc(s.results, func(a, b *campaign.Result) int { return cmp.Compare(a.Index, b.Index) })
	slices.SortFunc(s.Models, func(a, b *Model) int { return cmp.Compare(strings.ToLower(a.CPU), strings.ToLower(b.CPU)) })
	for _, e := range s.Entries {
		s.judge(e)
	}
	s.Entries = slices.DeleteFunc(s.Entries, func(e *Entry) bool { return e.BuiltIn && e.State != Seen && e.State != Stale })
	for _, m := range s.Models {
		m.Patterns, m.Covered = len(m.patterns), covered(m.patterns)
		m.Known = len(m.known)
		for _, d := range s.Differences {
			m.New += btoi(slices.Contains(d.CPUs, m.CPU))
		}
		for id := range m.unseen {
			m.Stale += btoi(s.entries[id] != nil && s.entries[id].State == Stale)
		}
	}
	s.Patterns, s.Covered = len(s.patterns), covered(s.patterns)
	for key, ok := range s.patterns {
		if !ok {
			insert(&s.Uncovered, key)
		}
	}
	s.Reserved = slices.SortedFunc(maps.Values(s.reserved), func(a, b *runtime.PatternState) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Pattern, b.Pattern))
	})
	s.SkippedJobs = 0
	for _, k := range s.Skipped {
		s.SkippedJobs += k.Jobs
	}
	s.ExitCode, s.Result = int(s.Verdict()), s.sentence()
}

// judge says what became of an entry.
func (s *Summary) judge(e *Entry) {
	switch {
	case e.State == LeavesOut:
	case e.Jobs > 0:
		e.State = Seen
	case len(e.exercised) == 0:
	case e.mayBeStale && s.Left == 0 && s.Failed == 0:
		e.State, e.CPUs = Stale, e.exercised
	default:
		e.State, e.CPUs = Unseen, e.exercised
	}
}

// In lists the entries in a state.
func (s *Summary) In(state EntryState) (out []*Entry) {
	for _, e := range s.Entries {
		if e.State == state {
			out = append(out, e)
		}
	}
	return out
}

// Verdict says what the run comes to. Without a result of each job there is none, whatever differs so far.
func (s *Summary) Verdict() campaign.Verdict {
	if v := s.Summary.Verdict(); v != campaign.Agree {
		return v
	}
	if len(s.In(Stale)) > 0 && !s.allowStale {
		return campaign.Differ
	}
	return campaign.Agree
}

func covered(patterns map[string]bool) int {
	n := 0
	for _, ok := range patterns {
		n += btoi(ok)
	}
	return n
}

// insert adds a text to a sorted list that does not have it.
func insert(list *[]string, text string) {
	if i, ok := slices.BinarySearch(*list, text); !ok {
		*list = slices.Insert(*list, i, text)
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
