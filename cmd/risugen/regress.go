package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/risugen/risugen/internal/screen"
	"github.com/risugen/risugen/regress"
)

// regressFlags say what is held against what, and how it is told.
type regressFlags struct {
	candidate, baseline []string
	traces, record      string // directories of recordings: to replay, to make
	archs, cpus         []string
	patterns            []string
	seeds               []string
	known               []string
	noKnown             bool
	allowStale          bool
	staleBuiltIn        bool
	skipMissing         bool
	deaths              int
	workers             int
	stall               time.Duration

	keep           string // a directory
	html, junit    string // files
	resume         bool
	json, quiet    bool
	every          time.Duration
	listSets, show bool
	list           bool
	given          func(flag string) bool
}

func (f *regressFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	f.given = fl.Changed
	fl.StringArrayVar(&f.candidate, "candidate", nil, "what is to be judged: a directory of emulators (a build directory of QEMU), an emulator (repeatable), or\na command with {emulator} or {cpu}, {abi}, {order}, {program} in it (default the installed emulators)")
	fl.StringArrayVar(&f.baseline, "baseline", nil, "what it is held against, written likewise, or self: the candidate, one instruction at a time\n(default the installed emulators, or self where no candidate is given)")
	fl.StringVar(&f.traces, "baseline-trace", "", "hold the candidate against the recordings in this directory, which --record made")
	fl.StringVar(&f.record, "record", "", "record the baseline into this directory, a trace for each job, and compare nothing")
	fl.StringSliceVar(&f.archs, "arch", nil, "architectures of the set to run: "+strings.Join(archNames(), ", "))
	fl.StringSliceVar(&f.cpus, "cpus", nil, "CPU models of the set to run")
	fl.StringArrayVar(&f.patterns, "patterns", nil, "draw these patterns and @groups alone, with commas between them")
	fl.StringSliceVar(&f.seeds, "seeds", nil, "seeds in the place of the set's: numbers, ranges, or random, or random:N for N of them, which are shown")
	fl.StringSliceVar(&f.known, "known", nil, "files of known differences (YAML), beside the list that is built in")
	fl.BoolVar(&f.noKnown, "no-known", false, "leave out the list of known differences that is built in")
	fl.BoolVar(&f.allowStale, "allow-stale", false, "let entries of --known pass of which nothing was seen although they ran")
	fl.BoolVar(&f.staleBuiltIn, "stale-built-in", false, "hold the built-in list to the same: entries that ran, and of which nothing was seen, fail")
	fl.BoolVar(&f.skipMissing, "skip-missing", false, "skip and count jobs whose emulator, CPU model or recording a side lacks, which is an error else")
	fl.IntVar(&f.deaths, "keep-going", 3, "how often a target may die or hang in a job, which is a difference, before the job fails")
	fl.IntVarP(&f.workers, "jobs", "j", max(1, runtime.NumCPU()/2), "jobs to run at the same time")
	fl.DurationVar(&f.stall, "stall", 0, "give a target up when it is silent for so long (default what the set says, or 20s)")
	fl.StringVar(&f.keep, "keep", "", "keep results in this directory: results.jsonl, as risugen campaign writes it")
	fl.BoolVar(&f.resume, "resume", false, "go on with the results in the directory of --keep, if they are of the same set, programs and lists")
	addHTML(cmd, &f.html)
	addJUnit(cmd, &f.junit)
	fl.BoolVar(&f.json, "json", false, "print the summary as a JSON object")
	fl.BoolVar(&f.quiet, "quiet", false, "show no progress")
	fl.DurationVar(&f.every, "every", 30*time.Second, "how often to print progress where there is no terminal")
	fl.BoolVar(&f.listSets, "list-sets", false, "list the sets that are built in")
	fl.BoolVar(&f.show, "show", false, "print the set's file instead of running it")
	fl.BoolVar(&f.list, "list", false, "list the jobs instead of running them")
	complete(cmd, "cpus", cpuNames)
	complete(cmd, "arch", archNames)
}

func (a *app) regressCommand() *cobra.Command {
	var f regressFlags
	cmd := &cobra.Command{
		Use:   "regress [SET]",
		Short: "The gate for a change: a candidate against a baseline, on a set of CPU models",
		Long: `Run a set of images on a baseline and on a candidate, and say what differs that is not known: the gate for a change of a
translator.

SET is quick, which is the default and takes less than a minute on two cores, nightly, or a file like theirs (--show prints
them). The candidate is compared with the installed emulators, with another build, with recordings, or with itself one
instruction at a time. A target that dies is a difference, too.

Entries of lists of known differences (--known) are counted, and fail the run if their patterns ran on their CPUs and targets
and nothing of them was seen: they are stale. docs/regress.md has more, and examples for CI.

Exit codes: 0 they agree, 1 they differ or an entry is stale, 2 something went wrong: there is no verdict.`,
		Example: `  risugen regress                                        # the installed emulators against themselves, one instruction at a time
  risugen regress --candidate build                      # build/qemu-mipsel and its like against the installed ones
  risugen regress --candidate build/qemu-mipsel          # the models of this emulator alone
  risugen regress --candidate build --baseline /opt/qemu-9.2/bin --known ours.yaml --junit risugen.xml --html risugen.html
  risugen regress --candidate build --baseline self --arch arm
  risugen regress --record traces                        # once; then, where there is no baseline:
  risugen regress --candidate build --baseline-trace traces
  risugen regress nightly --candidate build --seeds random --keep nightly -j 8`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if f.listSets {
				return a.listSets()
			}
			name, text, err := readSet(args)
			if err != nil {
				return err
			}
			if f.show {
				_, err := a.stdout.Write(text)
				return err
			}
			return a.regress(name, text, f)
		},
	}
	f.add(cmd)
	return cmd
}

// readSet finds the set that the arguments name: one that is built in, or a file.
func readSet(args []string) (name string, text []byte, err error) {
	name = regress.Default
	if len(args) == 1 {
		name = args[0]
	}
	if set, ok := regress.FindSet(name); ok {
		return name, set.Text, nil
	}
	text, err = readText(name)
	if err != nil && !strings.ContainsAny(name, `./\`) {
		var names []string
		for _, s := range regress.Sets() {
			names = append(names, s.Name)
		}
		err = fmt.Errorf("%w; sets that are built in are %s", err, strings.Join(names, ", "))
	}
	return name, text, err
}

// listSets prints the sets that are built in.
func (a *app) listSets() error {
	t := newTable([]screen.Wrapped{{Number: 2, Least: 20}}, "set", "about")
	for _, s := range regress.Sets() {
		t.AppendRow(table.Row{s.Name, s.About})
	}
	return a.render(t)
}

// check refuses flags that mean nothing, or not together.
func (f *regressFlags) check() error {
	switch {
	case f.workers < 1:
		return fmt.Errorf("--jobs %d: it is a number of jobs, and at least 1", f.workers)
	case f.every <= 0:
		return fmt.Errorf("--every %s: it must be longer than nothing", f.every)
	case f.deaths < 0:
		return fmt.Errorf("--keep-going %d: it is a number of times", f.deaths)
	case f.resume && f.keep == "":
		return fmt.Errorf("--resume goes on with what --keep kept: name its directory")
	case f.traces != "" && len(f.baseline) > 0:
		return fmt.Errorf("--baseline-trace and --baseline are two baselines: give one")
	case f.traces != "" && len(f.candidate) == 0 && f.record != "":
		return fmt.Errorf("--record records a baseline: --baseline-trace is one that is recorded already")
	case f.record != "" && (f.keep != "" || f.html != "" || f.junit != "" || f.traces != ""):
		return fmt.Errorf("--record compares nothing: --keep, --html, --junit and --baseline-trace are of no use beside it")
	case f.given("stall"):
		return checkStall(f.stall)
	}
	return nil
}

// regress runs, records or lists the jobs of a set.
func (a *app) regress(name string, text []byte, f regressFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	r, err := a.planRegress(name, text, f)
	if err != nil {
		return err
	}
	fmt.Fprint(a.stderr, planNote(r.plan))
	switch {
	case f.list:
		return a.listJobs(&campaignOf{plan: r.plan, jobs: r.plan.Jobs}, f.json)
	case f.record != "":
		return a.recordJobs(r)
	}
	return a.runRegress(r)
}

// printRegress prints a finished summary.
func (a *app) printRegress(w io.Writer, s *regress.Summary, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(s)
	}
	var reduce func(string) string
	for _, c := range a.root().Commands() {
		if c.Name() == "reduce" {
			reduce = func(again string) string { return strings.Replace(again, "risugen check ", "risugen reduce ", 1) }
		}
	}
	return s.Text(w, reduce)
}
