package campaign

import (
	"cmp"
	"slices"
	"strings"
)

// Summary adds results up.
type Summary struct {
	Name string `json:"name"`
	Plan string `json:"plan"`
	Tool string `json:"tool"`
	Jobs int    `json:"jobs"` // that there are to be
	Done int    `json:"done"`
	Left int    `json:"left"` // jobs without a result

	Clean   int `json:"clean"`
	Known   int `json:"known"`
	Differs int `json:"differs"`
	Failed  int `json:"failed"`

	Instructions    int64   `json:"instructions"`
	Records         int64   `json:"records"`
	Executions      int64   `json:"executions"`
	Mismatches      int64   `json:"mismatches"`
	KnownMismatches int64   `json:"known_mismatches"`
	Seconds         float64 `json:"seconds"` // of all jobs together, as if one had run after the other

	CPUs        []*CPUSummary `json:"cpus"`
	Differences []*Difference `json:"differences"`
	// DifferencesLeft counts differences that no entry of Differences does: there are too many kinds.
	DifferencesLeft int64        `json:"differences_left_out,omitempty"`
	KnownSeen       []*KnownSeen `json:"known_differences,omitempty"`
	Failures        []*Failure   `json:"failures"`
	FailuresLeft    int          `json:"failures_left_out,omitempty"`
	Shards          []ShardState `json:"incomplete_shards,omitempty"` // of a merge

	again func(*Params) string
	index map[any]int // of Differences, KnownSeen and Failures by what tells them apart
	cpus  map[string]*CPUSummary
}

// CPUSummary is the jobs of a CPU model.
type CPUSummary struct {
	CPU        string `json:"cpu"`
	Jobs       int    `json:"jobs"`
	Clean      int    `json:"clean"`
	Known      int    `json:"known"`
	Differs    int    `json:"differs"`
	Failed     int    `json:"failed"`
	Executions int64  `json:"executions"`
	Mismatches int64  `json:"mismatches"` // that no list of known differences covers
}

// ShardState is a shard that lacks results.
type ShardState struct {
	Shard string `json:"shard"`
	Done  int    `json:"done"`
	Jobs  int    `json:"jobs"`
}

// First is the first job, in the order of the plan, in which something was seen.
type First struct {
	Job   string `json:"first_job"`
	Again string `json:"again"` // the command that runs it again
	at    int
}

// earlier takes a job in if it comes before the one that is there.
func (f *First) earlier(r *Result, again func(*Params) string) bool {
	if f.Job != "" && f.at <= r.Index {
		return false
	}
	*f = First{r.ID, again(&r.Params), r.Index}
	return true
}

// maxKinds bounds the entries of a summary's lists.
const maxKinds = 2000

// NewSummary begins a summary of results of a header's campaign. again makes the command that runs a job once more.
func NewSummary(h *Header, again func(*Params) string) *Summary {
	return &Summary{
		Name: h.Name, Plan: h.Plan, Tool: h.Tool, Jobs: h.Expected(), Left: h.Expected(), again: again,
		CPUs: []*CPUSummary{}, Differences: []*Difference{}, Failures: []*Failure{},
		index: map[any]int{}, cpus: map[string]*CPUSummary{},
	}
}

// Add adds a result.
func (s *Summary) Add(r *Result) {
	s.Done++
	s.Left--
	s.Instructions += int64(r.Counts.Instructions)
	s.Records += r.Counts.Records
	s.Executions += r.Counts.Executions
	s.Mismatches += r.Counts.Mismatches
	s.KnownMismatches += r.Counts.KnownMismatches
	s.Seconds += r.Seconds
	c := s.cpus[r.CPU]
	if c == nil {
		c = &CPUSummary{CPU: r.CPU}
		s.cpus[r.CPU] = c
		i, _ := slices.BinarySearchFunc(s.CPUs, c, func(a, b *CPUSummary) int { return cmp.Compare(strings.ToLower(a.CPU), strings.ToLower(b.CPU)) })
		s.CPUs = slices.Insert(s.CPUs, i, c)
	}
	c.Jobs++
	c.Executions += r.Counts.Executions
	c.Mismatches += r.Counts.Mismatches - r.Counts.KnownMismatches
	switch r.Status {
	case Clean:
		s.Clean++
		c.Clean++
	case Known:
		s.Known++
		c.Known++
	case Differs:
		s.Differs++
		c.Differs++
	default:
		s.Failed++
		c.Failed++
		s.failure(r)
	}
	s.differences(r)
}

func (s *Summary) unknownMismatches() int64 { return s.Mismatches - s.KnownMismatches }

// Verdict is what a summary comes to.
type Verdict int

// Verdicts, as exit codes.
const (
	Agree   Verdict = 0
	Differ  Verdict = 1
	Trouble Verdict = 2 // jobs failed or have no result
)

// Verdict says what the results come to. Where there is to be more it is Trouble, whatever differs so far: a batch system
// takes the others for the end.
func (s *Summary) Verdict() Verdict {
	switch {
	case s.Failed > 0 || s.Left > 0:
		return Trouble
	case s.Differs > 0:
		return Differ
	}
	return Agree
}
