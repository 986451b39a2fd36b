package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/internal/screen"
)

// campaignFlags say what a campaign is and how it runs.
type campaignFlags struct {
	matrix             map[string]*[]string // by key of the file's matrix
	lists              map[string]*[]string // those whose values are lists
	master, apprentice string
	known              []string
	noKnown            bool
	stall              time.Duration

	out                         string
	resume, retryFailed, noLock bool
	shard                       string
	workers, maxFailures        int
	list, json, quiet           bool
	html                        string // a file
	junit                       string // a file
	every                       time.Duration
	cover                       coverFlag
	keepCover                   bool
	until                       untilFlags
	given                       func(flag string) bool
}

func (f *campaignFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	f.given = fl.Changed
	f.matrix, f.lists = map[string]*[]string{}, map[string]*[]string{}
	values := func(key, short, about string) {
		f.matrix[key] = fl.StringSliceP(key, short, nil, about)
	}
	lists := func(key, about string) {
		f.lists[key] = fl.StringArray(key, nil, about+" (repeatable: each is a set of its own)")
	}
	values("cpus", "", "CPU models, or all")
	values("abis", "", "ABIs, or all (default each model's first)")
	values("orders", "", "byte orders, little and big, or all (default each model's first)")
	values("seeds", "", "seeds: numbers and ranges such as 1-1000 (default 1)")
	values("numinsns", "n", "numbers of instructions (default 10000)")
	values("rounds", "", "executions of each block (default 64)")
	values("block", "", "instructions in a block (default 24)")
	values("edges", "", "shares of instructions with unusual operands (default 0.125)")
	values("misaligned", "", "shares of misaligned accesses (default 0.03125)")
	values("reserved", "", "numbers of reserved words (default 0)")
	values("fp-traps", "", "shares of blocks with floating-point exceptions enabled (default 0)")
	lists("patterns", "patterns and @groups to draw, with commas between them")
	lists("not-patterns", "patterns and @groups to leave out")
	lists("isas", "instruction sets to draw from")
	fl.StringVar(&f.master, "master", "", "the only master: a target, in which {cpu}, {abi}, {order} and {emulator} are filled in")
	fl.StringVar(&f.apprentice, "apprentice", "", "the only apprentice, likewise")
	fl.StringSliceVar(&f.known, "known", nil, "further files of known differences")
	fl.BoolVar(&f.noKnown, "no-known", false, "leave out the list of known differences that is built in")
	fl.DurationVar(&f.stall, "stall", 0, "give a target up when it is silent for so long (default what the file says, or 20s)")
	fl.StringVarP(&f.out, "output", "o", "", "results file (default the campaign's name, with the shard if there is one, and .jsonl)")
	fl.BoolVar(&f.resume, "resume", false, "go on with the results file, if it is there")
	fl.BoolVar(&f.retryFailed, "retry-failed", false, "go on, and run jobs that failed again")
	fl.BoolVar(&f.noLock, "no-lock", false, "do not lock the results file, on file systems that cannot: see to it that one process writes it")
	fl.StringVar(&f.shard, "shard", "", "run only the part i/n of the jobs, from 1/n to n/n")
	fl.IntVarP(&f.workers, "jobs", "j", max(1, runtime.NumCPU()/2), "jobs to run at the same time")
	fl.IntVar(&f.maxFailures, "max-failures", 0, "stop after so many failed jobs; 0: never")
	f.cover.add(cmd)
	fl.BoolVar(&f.keepCover, "keep-cover", false, "keep with each result what the job has hit, so that merge --html can show it;\n--cover, --html and --until-covered do that, too")
	f.until.add(cmd, "images of each model")
	fl.BoolVar(&f.list, "list", false, "list the jobs instead of running them")
	fl.BoolVar(&f.json, "json", false, "print the summary, or the list, as JSON")
	addHTML(cmd, &f.html)
	addSummaryJUnit(cmd, &f.junit)
	fl.BoolVar(&f.quiet, "quiet", false, "show no progress")
	fl.DurationVar(&f.every, "every", 30*time.Second, "how often to print progress where there is no terminal")
	complete(cmd, "cpus", cpuNames)
}

func (a *app) campaignCommand() *cobra.Command {
	var f campaignFlags
	cmd := &cobra.Command{
		Use:   "campaign [FILE]",
		Short: "Run many images on many targets, durably",
		Long: `Run every combination of what a file lists (CPU models, byte orders, patterns, seeds and so on) on every pair of targets,
several at a time. Options stand in the place of the file's keys, and there need be no file.

Each result is on the disk before it counts. A campaign that was stopped, by Ctrl-C, kill -9 or the power, goes on with
--resume, which neither repeats nor loses a finished job. --shard i/n runs a part, and risugen merge joins the results.

With --until-covered a campaign goes on when all its jobs are done: with images, for each of its models, of what none of them
has hit, in rounds, until everything is hit or was tried in vain.

Exit codes: 0 the targets agree, 1 they differ, 2 jobs failed or are missing, or more images might have hit what is left.`,
		Example: `  risugen campaign nightly.yaml -j 8
  risugen campaign nightly.yaml -j 8 --resume            # go on, or begin
  risugen campaign nightly.yaml --shard 3/8              # into nightly.3-of-8.jsonl
  risugen campaign --cpus P5600,24Kf --seeds 1-100 --apprentice '/new/{emulator}'
  risugen campaign nightly.yaml -j 8 --resume --until-covered --html nightly.html
  risugen campaign nightly.yaml --list | head`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := f.check(); err != nil {
				return err
			}
			c, err := f.campaign(args)
			if err != nil {
				return err
			}
			if f.list {
				return a.listJobs(c, f.json)
			}
			return a.runCampaign(c, f)
		},
	}
	f.add(cmd)
	return cmd
}

// campaignOf is what is to be run.
type campaignOf struct {
	plan   *campaign.Plan
	shard  campaign.Shard
	jobs   []campaign.Job // of the shard
	header campaign.Header
	out    string
}

// check refuses numbers that mean nothing.
func (f *campaignFlags) check() error {
	switch {
	case f.workers < 1:
		return fmt.Errorf("--jobs %d: it is a number of jobs, and at least 1", f.workers)
	case f.maxFailures < 0:
		return fmt.Errorf("--max-failures %d: it is a number of jobs, or 0", f.maxFailures)
	case f.every <= 0:
		return fmt.Errorf("--every %s: it must be longer than nothing", f.every)
	case f.until.on && f.shard != "":
		return fmt.Errorf("--until-covered looks at what all jobs have hit: run the shards, merge them with -o, and go on with that file (--resume -o FILE)")
	case f.given("stall"):
		return checkStall(f.stall)
	}
	return f.until.check()
}

// keepsCover reports whether results are to tell what their jobs have hit.
func (f *campaignFlags) keepsCover() bool {
	return f.keepCover || f.html != "" || f.until.on || f.cover.asked()
}

// checkStall refuses a --stall that no target can keep.
func checkStall(d time.Duration) error {
	if d <= 0 {
		return fmt.Errorf("--stall %s: it must be longer than nothing", d)
	}
	return nil
}

// campaign makes the plan.
func (f *campaignFlags) campaign(args []string) (*campaignOf, error) {
	in := campaign.Input{
		Options: f.options(), Master: f.master, Apprentice: f.apprentice, Known: f.known, NoKnown: f.noKnown,
		ReadFile: readText, Catalog: &catalog{}, Tool: toolName(),
	}
	c := &campaignOf{out: f.out}
	var err error
	if f.shard != "" {
		if c.shard, err = campaign.ParseShard(f.shard); err != nil {
			return nil, err
		}
	}
	base := "risugen-campaign"
	if len(args) == 1 {
		in.Name = args[0]
		base = strings.TrimSuffix(filepath.Base(in.Name), filepath.Ext(in.Name))
		if in.Text, err = readText(in.Name); err != nil {
			return nil, err
		}
	}
	if c.plan, err = campaign.Load(in); err != nil {
		return nil, err
	}
	if f.given("stall") {
		c.plan.Stall = f.stall
	}
	if c.out == "" {
		if !c.shard.Whole() {
			base += fmt.Sprintf(".%d-of-%d", c.shard.Index, c.shard.Count)
		}
		c.out = base + ".jsonl"
	}
	c.jobs = c.shard.Of(c.plan.Jobs)
	c.header = c.plan.Header(in.Name, toolName(), c.shard)
	return c, nil
}

// options are the flags that stand for keys of the file's matrix, in the order of their names.
func (f *campaignFlags) options() []campaign.Option {
	var out []campaign.Option
	for key, values := range f.matrix {
		if f.given(key) {
			o := campaign.Option{Key: key}
			for _, v := range *values {
				o.Values = append(o.Values, []string{v})
			}
			out = append(out, o)
		}
	}
	for key, values := range f.lists {
		if f.given(key) {
			o := campaign.Option{Key: key}
			for _, v := range *values {
				o.Values = append(o.Values, strings.Split(v, ","))
			}
			out = append(out, o)
		}
	}
	return out
}

// listJobs prints the jobs.
func (a *app) listJobs(c *campaignOf, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(a.stdout)
		for i := range c.jobs {
			if err := enc.Encode(&c.jobs[i]); err != nil {
				return err
			}
		}
		return nil
	}
	t := newTable([]screen.Wrapped{{Number: 2, Least: 10}, {Number: 6, Least: 12}, {Number: 7, Least: 12}}, "job", "cpu", "abi", "order", "seed", "patterns", "target")
	for i := range c.jobs {
		j := &c.jobs[i]
		t.AppendRow(table.Row{j.ID, j.CPU, j.ABI, j.Order, j.Seed, strings.Join(append(append([]string{}, j.ISAs...), j.Patterns...), ","), j.Pair})
	}
	if err := a.render(t); err != nil {
		return err
	}
	_, err := fmt.Fprint(a.stderr, planNote(c.plan))
	return err
}

// planNote says which combinations are no jobs, and which lists of known differences have nothing.
func planNote(p *campaign.Plan) string {
	const shown = 10
	var b strings.Builder
	for _, k := range p.Known {
		if saysNothing(k.Name, k.Text) {
			b.WriteString(noEntries(k.Name))
		}
	}
	for i, l := range p.LeftOut {
		if i == shown {
			fmt.Fprintf(&b, "note: and %d more are left out\n", len(p.LeftOut)-shown)
			break
		}
		fmt.Fprintf(&b, "note: %s is left out: %s\n", l.What, l.Why)
	}
	return b.String()
}
