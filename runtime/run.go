package runtime

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/risugen/risugen/arch"
)

// Options say how to run and what to keep.
type Options struct {
	// Stall is how long a target may be silent, 20 seconds by default.
	Stall time.Duration
	// MaxMismatches bounds the entries of the report's lists of differences, 100 by default; less than 0: there are none.
	MaxMismatches int
	// Known is what is understood already, and does not fail a run.
	Known []*Known
	// Progress is called after each block, if not nil, with how many pairs of records were compared.
	Progress func(done, total int64)
	// Digest makes a side send digests instead of records: see [DigestOptions]. The zero value: both send records.
	Digest DigestOptions
	// KeepGoing is how often a target may die or hang without ending the run, which then goes on behind the block where
	// it happened. Each time is a finding.
	KeepGoing int
	// Hits has it counted what each pattern was seen doing: executions, faults, values of small fields, alignments.
	Hits bool
	// Observe is called for every pair of records that differ, if not nil, with what is blamed.
	Observe func(Blame)
	// Inspect is called then, too, with what is known of the round. The Moment is valid until it returns.
	Inspect func(Blame, Moment)
	// ObserveFinding is called each time that a finding is made, if not nil. Block and Round are those of this time, which
	// are not set where a finding is made of all rounds.
	ObserveFinding func(Finding)
}

// Blame says to what a pair of records that differ is attributed.
type Blame struct {
	Kind        string // as Mismatch.Kind
	Block, Item int
	Round       uint32
	// Place is the first that differs of those that nothing may change (KindUndeclared), as Layout.PlaceName names it; of a
	// reserved word, which word of its table it is.
	Place string
	Known string // KindResult, KindFault: the entry of Options.Known that covers it; "": none does
}

func (o Options) withDefaults() Options {
	if o.Stall <= 0 {
		o.Stall = 20 * time.Second
	}
	if o.MaxMismatches == 0 {
		o.MaxMismatches = 100
	}
	o.MaxMismatches = max(0, o.MaxMismatches)
	if o.Digest.Again <= 0 {
		o.Digest.Again = DefaultAgain
	}
	return o
}

// Run runs an image on both targets at the same time and compares what they write. The error says that a
// target failed, and how; the report then holds what was compared before, and says so (Failure). For a trace that ended early see [CutOff].
// A report of a run without error
// is complete: every record of both sides was compared, but for those that Report.RecordsLeft counts.
func Run(ctx context.Context, img *Image, master, apprentice Target, opt Options) (*Report, error) {
	opt = opt.withDefaults()
	if err := checkProgram(img.Program); err != nil {
		return nil, err
	}
	if err := checkRecords(img.Program); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	started := time.Now()
	s, err := newSession(ctx, img, [2]Target{master, apprentice}, opt)
	if err != nil {
		return nil, err
	}
	defer s.close()
	r := s.report
	r.Versions = TargetPair{versionOf(ctx, master), versionOf(ctx, apprentice)}
	r.Guests = TargetPair{guestOf(master), guestOf(apprentice)}
	r.Recorded = TargetPair{recordedTarget(master), recordedTarget(apprentice)}
	err = s.run()
	s.finish()
	r.complete(s.comparer, time.Since(started))
	r.explain(opt.Known)
	r.trim(opt.MaxMismatches)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	left := int64(len(img.Program.Blocks))*int64(img.Program.Rounds) - r.Records
	switch {
	case err != nil && CutOff(err):
		r.CutOff, r.RecordsLeft = err.Error(), left
	case err != nil:
		r.Failure, r.RecordsLeft = err.Error(), left
	default:
		r.RecordsLeft = left
	}
	return r, err
}

// checkRecords refuses images that write digests.
func checkRecords(p *arch.Program) error {
	if p.Output == arch.FullRecords {
		return nil
	}
	return errors.New("this is an image of digests, which are of no use alone: give the image that it was made from")
}

func start(ctx context.Context, role string, t Target, img *Image, stall time.Duration) (*stream, error) {
	p, err := t.Start(ctx, img)
	if err != nil {
		return nil, fmt.Errorf("start the %s (%s): %w", role, t.Name(), err)
	}
	return newStream(role, t, p, img, stall), nil
}

func newReport(img *Image, master, apprentice Target) *Report {
	p, config := img.Program, img.Program.Machine.Config()
	r := &Report{
		CPU: config.CPU, ISAs: append([]string{}, config.ISAs...), ABI: config.ABI, Order: config.Order, Seed: p.Seed, Digest: fmt.Sprintf("%x", img.Digest),
		Known: len(p.Machine.Set().Patterns()), Descriptions: config.Given(),
		Targets:      TargetPair{master.Name(), apprentice.Name()},
		Instructions: p.Instructions(), Rounds: p.Rounds, FaultsBySignal: map[string]int64{}, Reserved: reservedWords(p), Emulated: map[string]int64{}, Inconclusive: map[string]int64{},
		MismatchList: []*Mismatch{}, Findings: []*Finding{},
	}
	for i := range p.Blocks {
		if p.Blocks[i].Traps {
			r.TrapBlocks++
		}
	}
	for _, in := range arch.Undescribed(p.Machine) {
		r.Undescribed = append(r.Undescribed, in.Name())
	}
	for _, in := range arch.Unrecorded(p.Machine) {
		r.Unrecorded = append(r.Unrecorded, in.Name())
	}
	return r
}

// complete fills in what is known at the end.
func (r *Report) complete(c *comparer, took time.Duration) {
	r.PatternList, r.ReservedList, r.UndrawnList = append([]PatternState{}, c.cover.states()...), c.cover.refusals(), c.cover.undrawn()
	r.misaligned = c.cover.misaligned()
	r.Patterns = len(r.PatternList)
	for _, p := range r.PatternList {
		if p.State != StateCovered {
			r.Uncovered = append(r.Uncovered, p.Pattern)
		}
	}
	r.Covered = r.Patterns - len(r.Uncovered)
	r.BehindFaults = max(0, c.due-r.Executions-2*total(r.Inconclusive)) // a store and its load each
	r.Seconds = took.Seconds()
	if r.Seconds > 0 {
		r.ExecutionRate = float64(r.Executions) / r.Seconds
	}
}
