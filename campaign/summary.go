package campaign

import (
	"cmp"
	"slices"
	"strings"

	"github.com/risugen/risugen/cover"
)

// Summary adds results up.
type Summary struct {
	Name string `json:"name"` // of the campaign: its file
	Plan string `json:"plan"` // digest of what is to be run: results of one plan can be joined
	Tool string `json:"tool"` // the program that ran it, with its version
	Jobs int    `json:"jobs"` // that there are to be
	Done int    `json:"done"` // jobs with a result
	Left int    `json:"left"` // jobs without a result
	// Aimed are jobs beside those of the plan, which Jobs and Done count, too: of images aimed at what was missing.
	Aimed int `json:"aimed,omitempty"`

	Clean   int `json:"clean"`   // jobs in which the targets agree
	Known   int `json:"known"`   // jobs in which all that differs is known
	Differs int `json:"differs"` // jobs in which they differ
	Failed  int `json:"failed"`  // jobs without a verdict

	Instructions    int64   `json:"instructions"`     // under test in all images
	Records         int64   `json:"records"`          // compared pairs
	Executions      int64   `json:"executions"`       // instructions under test that ran and were compared; of one side
	Mismatches      int64   `json:"mismatches"`       // pairs of records that differ
	KnownMismatches int64   `json:"known_mismatches"` // of these, pairs that a list of known differences covers
	Seconds         float64 `json:"seconds"`          // of all jobs together, as if one had run after the other

	CPUs        []*CPUSummary `json:"cpus"`        // the same by CPU model
	Differences []*Difference `json:"differences"` // kinds of differences and violations that no list covers
	// DifferencesLeft counts differences that no entry of Differences does: there are too many kinds.
	DifferencesLeft int64        `json:"differences_left_out,omitempty"`
	KnownSeen       []*KnownSeen `json:"known_differences,omitempty"` // entries of lists of known differences that covered something
	Failures        []*Failure   `json:"failures"`                    // kinds of failures
	FailuresLeft    int          `json:"failures_left_out,omitempty"` // failures that no entry of that list counts
	Shards          []ShardState `json:"incomplete_shards,omitempty"` // shards that lack results; of a merge
	Coverage        cover.Sets   `json:"coverage,omitempty"`          // what jobs have hit whose results tell of it, by architecture
	Until           *Until       `json:"until_covered,omitempty"`     // what --until-covered came to
	CoverageJobs    int          `json:"coverage_jobs,omitempty"`     // these jobs

	again func(*Params) string
	index map[any]int // of Differences, KnownSeen and Failures by what tells them apart
	cpus  map[string]*CPUSummary
}

// CPUSummary is the jobs of a CPU model.
type CPUSummary struct {
	CPU        string `json:"cpu"`        // model
	Jobs       int    `json:"jobs"`       // that there are results of
	Clean      int    `json:"clean"`      // of these, jobs in which the targets agree
	Known      int    `json:"known"`      // in which all that differs is known
	Differs    int    `json:"differs"`    // in which they differ
	Failed     int    `json:"failed"`     // without a verdict
	Executions int64  `json:"executions"` // instructions under test that ran and were compared
	Mismatches int64  `json:"mismatches"` // that no list of known differences covers
}

// ShardState is a shard that lacks results.
type ShardState struct {
	Shard string `json:"shard"` // as --shard names it: 3/8
	Done  int    `json:"done"`  // jobs with a result
	Jobs  int    `json:"jobs"`  // jobs that it has
}

// First is the first job, in the order of the plan, in which something was seen.
type First struct {
	Job   string `json:"first_job"`   // the first job, in the order of the plan, in which it was seen
	Order string `json:"first_order"` // byte order of its image: "little" or "big"
	Again string `json:"again"`       // the command that runs it again
	at    int
}

// earlier takes a job in if it comes before the one that is there.
func (f *First) earlier(r *Result, again func(*Params) string) bool {
	if f.Job != "" && f.at <= r.Index {
		return false
	}
	*f = First{r.ID, r.Order, again(&r.Params), r.Index}
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
	if r.Aimed > 0 {
		s.Aimed++
		s.Jobs++
	} else {
		s.Left--
	}
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
	s.cover(r)
}

// cover adds what a job has hit.
func (s *Summary) cover(r *Result) {
	if r.Cover != nil && s.Coverage.Add(r.Cover.Set) == nil { // one plan has one text of each description
		s.CoverageJobs++
	}
}

func (s *Summary) unknownMismatches() int64 { return s.Mismatches - s.KnownMismatches }

// Verdict is what a summary comes to.
type Verdict int

// Verdicts, as exit codes.
const (
	Agree   Verdict = 0
	Differ  Verdict = 1
	Trouble Verdict = 2 // jobs failed or have no result, or too little was hit
)

// Verdict says what the results come to. Where there is to be more it is Trouble, whatever differs so far: a batch system
// takes the others for the end.
func (s *Summary) Verdict() Verdict {
	switch {
	case s.Failed > 0 || s.Left > 0 || s.Until != nil && s.Until.Stopped:
		return Trouble
	case s.Differs > 0:
		return Differ
	case s.Until != nil && s.Until.Open > 0:
		return Trouble
	}
	return Agree
}
