package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/dustin/go-humanize"
	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/risugen/risugen/internal/screen"
	"github.com/risugen/risugen/probe"
	"github.com/risugen/risugen/runtime"
)

// caseFailure is a case that a target did not do as expected.
type caseFailure struct {
	Position string          `json:"position"` // file and line
	Name     string          `json:"name,omitempty"`
	Insn     string          `json:"insn"`
	Target   string          `json:"target"`
	Failures []probe.Failure `json:"failures"`
}

// casesReport is what probe --cases --json prints.
type casesReport struct {
	Tool     string        `json:"tool"` // that ran them, with its version
	Cases    int           `json:"cases"`
	Targets  []casesTarget `json:"targets"`
	Failures []caseFailure `json:"failures"`
}

type casesTarget struct {
	Target string `json:"target"`
	Passed int    `json:"passed"`
	Failed int    `json:"failed"`
}

// readCases reads the file of cases.
func (a *app) readCases(f *probeFlags, p *probe.Prober) ([]*probe.Case, error) {
	if f.cases == "-" {
		return p.ReadCases("standard input", a.stdin, f.record)
	}
	file, err := os.Open(f.cases)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return p.ReadCases(f.cases, file, f.record)
}

// probeCases checks or records the cases of a file. All images are built before one runs: bad cases are told first.
func (a *app) probeCases(ctx context.Context, f *probeFlags, p *probe.Prober, targets []runtime.Target) error {
	cases, err := a.readCases(f, p)
	if err != nil {
		return err
	}
	var batches []*probe.Batch
	var errs []error
	for chunk := range slices.Chunk(cases, probe.MaxBatch) {
		b, err := p.Build(chunk, toolName())
		batches, errs = append(batches, b), append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if f.record {
		return a.recordCases(ctx, f, batches, targets[0])
	}
	return a.checkCases(ctx, f, batches, targets)
}

// recordCases prints cases with what a target made of them.
func (a *app) recordCases(ctx context.Context, f *probeFlags, batches []*probe.Batch, target runtime.Target) error {
	w := bufio.NewWriter(a.stdout)
	for _, b := range batches {
		outs, err := b.Run(ctx, target, f.stall)
		if err != nil {
			return errors.Join(err, w.Flush())
		}
		for i := range outs {
			w.Write(b.Recorded(i, &outs[i])) // an error stays in the writer until Flush
		}
	}
	return w.Flush()
}

// checkCases runs cases on all targets and prints those that fail.
func (a *app) checkCases(ctx context.Context, f *probeFlags, batches []*probe.Batch, targets []runtime.Target) error {
	r := casesReport{Tool: toolName(), Failures: []caseFailure{}}
	for _, t := range targets {
		sum := casesTarget{Target: t.Name()}
		r.Cases = 0
		for _, b := range batches {
			outs, err := b.Run(ctx, t, f.stall)
			if err != nil {
				return err
			}
			for i := range outs {
				r.Cases++
				sum.Passed++
				if failures := b.Check(i, &outs[i]); len(failures) > 0 {
					c := b.Cases[i]
					r.Failures = append(r.Failures, caseFailure{c.Pos, c.Name, c.Insn, t.Name(), failures})
					sum.Passed--
					sum.Failed++
				}
			}
		}
		r.Targets = append(r.Targets, sum)
	}
	if err := r.write(a.stdout, f.json); err != nil {
		return err
	}
	if len(r.Failures) > 0 {
		return errMismatch
	}
	return nil
}

// write prints the report.
func (r *casesReport) write(w io.Writer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(r)
	}
	out := bufio.NewWriter(w) // keeps the first error for Flush
	for _, f := range r.Failures {
		name := f.Name
		if name != "" {
			name += ": "
		}
		fmt.Fprintf(out, "%s: %s%s\n  on %s\n", f.Position, name, f.Insn, f.Target)
		for _, v := range f.Failures {
			fmt.Fprintf(out, "  %-8s expected  %s\n           got       %s\n", v.Place, v.Expected, v.Got)
			if m := caretsBelow(v.Expected, v.Got); m != "" {
				fmt.Fprintf(out, "                     %s\n", m)
			}
		}
		fmt.Fprintln(out)
	}
	t := screen.NewTable(screen.Wrapped{Number: 1, Least: 20})
	t.AppendHeader(table.Row{"target", "cases", "passed", "failed"})
	for _, s := range r.Targets {
		t.AppendRow(table.Row{s.Target, humanize.Comma(int64(r.Cases)), humanize.Comma(int64(s.Passed)), humanize.Comma(int64(s.Failed))})
	}
	fmt.Fprintln(out, t.In(screen.Width(w)))
	return out.Flush()
}

// caretsBelow marks the digits that are not as expected, where both texts are values of one place.
func caretsBelow(expected, got string) string {
	if len(expected) != len(got) {
		return ""
	}
	marks := make([]byte, len(got))
	last := 0
	for i := range marks {
		marks[i] = ' '
		if expected[i] != got[i] && expected[i] != '.' {
			marks[i], last = '^', i+1
		}
	}
	return string(marks[:last])
}
