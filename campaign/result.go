package campaign

import (
	"slices"

	"github.com/risugen/risugen/cover"
	"github.com/risugen/risugen/runtime"
)

// Status says how a job ended.
type Status string

// What a job's end may be.
const (
	Clean   Status = "clean"   // the targets agree
	Known   Status = "known"   // all that differs is on a list of known differences
	Differs Status = "differs" // they differ, or both did what the descriptions do not allow
	Failed  Status = "failed"  // there is no verdict: a target died, or the image could not be made
)

// Result is a line of a results file: a job that is done. Lists are as risugen check --json prints them.
type Result struct {
	Job
	Status   Status             `json:"status"`
	Error    string             `json:"error,omitempty"`  // why it failed
	Digest   string             `json:"digest,omitempty"` // of the image, hexadecimal
	Seconds  float64            `json:"seconds"`          // all of the job
	Versions runtime.TargetPair `json:"versions"`         // what QEMU's programs say of themselves; else empty
	Counts   Counts             `json:"counts"`

	Uncovered      []string             `json:"uncovered,omitempty"` // patterns that were drawn and not seen at work
	Mismatches     []*runtime.Mismatch  `json:"mismatch_list,omitempty"`
	MismatchesLeft int64                `json:"mismatches_left_out,omitempty"` // pairs of records that no entry of the list counts
	Findings       []*runtime.Finding   `json:"findings,omitempty"`
	FindingsLeft   int64                `json:"findings_left_out,omitempty"`
	KnownSeen      []*runtime.KnownSeen `json:"known,omitempty"`

	// Where [Plan.KeepPatterns] is set, entries that covered nothing, and the patterns of the image, reserved ones too.
	KnownUnseen []string               `json:"known_unseen,omitempty"` // as runtime.Report has them
	Patterns    []runtime.PatternState `json:"pattern_list,omitempty"`

	// Cover is what the job has hit, where anybody asked for it: two to fifty kilobytes.
	Cover *cover.Packed `json:"cover,omitempty"`
}

// Counts are a result's numbers, as runtime.Report has them.
type Counts struct {
	Instructions    int   `json:"instructions"`
	Blocks          int   `json:"blocks"`
	Records         int64 `json:"records"`
	Executions      int64 `json:"executions"`
	Patterns        int   `json:"patterns"`
	Covered         int   `json:"covered"`
	Undefined       int64 `json:"undefined"`
	Faults          int64 `json:"faults"`
	DeclaredFaults  int64 `json:"declared_faults"`
	Mismatches      int64 `json:"mismatches"`
	KnownMismatches int64 `json:"known_mismatches"`
	CodeDifferences int64 `json:"code_differences"`
	CauseDifference int64 `json:"cause_differences"`
}

// maxErrorBytes bounds Result.Error.
const maxErrorBytes = 8 << 10

// NewResult makes the result of a job from what running its image gave: a report, or nil, and an error.
func NewResult(j Job, r *runtime.Report, err error) Result {
	out := Result{Job: j, Status: Clean}
	if r != nil {
		out.take(r)
	}
	// A trace that ends early is no verdict, unless what there was of it differs.
	if err != nil {
		out.Error = err.Error()
		out.Error = out.Error[:min(len(out.Error), maxErrorBytes)]
		if r == nil || !runtime.CutOff(err) || !r.Failed() {
			out.Status = Failed
		}
	}
	return out
}

// KeepPatterns copies what a report tells of each pattern, and of entries that covered nothing.
func (out *Result) KeepPatterns(r *runtime.Report) {
	out.KnownUnseen = r.KnownUnseen
	for _, p := range slices.Concat(r.PatternList, r.ReservedList) {
		out.Patterns = append(out.Patterns, runtime.PatternState{Pattern: p.Pattern, Source: p.Source, State: p.State})
	}
}

// take copies a report.
func (out *Result) take(r *runtime.Report) {
	out.Digest, out.Versions, out.Uncovered = r.Digest, r.Versions, r.Uncovered
	out.Counts = Counts{
		Instructions: r.Instructions, Blocks: r.Blocks, Records: r.Records, Executions: r.Executions,
		Patterns: r.Patterns, Covered: r.Covered, Undefined: r.Undefined, Faults: r.Faults, DeclaredFaults: r.DeclaredFaults,
		Mismatches: r.Mismatches, KnownMismatches: r.KnownMismatches,
		CodeDifferences: r.CodeDiffers, CauseDifference: r.CauseDiffers,
	}
	out.Mismatches, out.MismatchesLeft = r.MismatchList, r.MismatchesLeft
	out.Findings, out.FindingsLeft = r.Findings, r.FindingsLeft
	out.KnownSeen = r.KnownSeen
	switch {
	case r.Failed():
		out.Status = Differs
	case len(r.KnownSeen) > 0:
		out.Status = Known
	}
}
