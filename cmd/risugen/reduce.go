package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/risugen/risugen/reduce"
	"github.com/risugen/risugen/runtime"
)

// reduceFlags say what to reduce and where to put it.
type reduceFlags struct {
	run    runFlags // targets, stall, known differences and json of it
	out    string
	only   string // a regular expression
	groups int
	runs   int
	deaths int
}

func (f *reduceFlags) add(cmd *cobra.Command) {
	f.run.lists = new(knownLists)
	fl := cmd.Flags()
	fl.StringVar(&f.run.master, "master", "", "target taken as right; it has to run many images: "+runtime.TargetForms)
	fl.StringVar(&f.run.apprentice, "apprentice", "", "target under test, written like --master")
	fl.DurationVar(&f.run.stall, "stall", 20*time.Second, "give a target up when it is silent for so long")
	fl.StringSliceVar(&f.run.known, "known", nil, "files of known differences (YAML), beside the list that is built in: these are not reduced")
	fl.BoolVar(&f.run.noKnown, "no-known", false, "leave out the list of known differences that is built in")
	fl.BoolVar(&f.run.json, "json", false, "print the result as a JSON object")
	fl.StringVarP(&f.out, "output", "o", "", "directory to write to (default reduced-CPU-seed-SEED)")
	fl.StringVar(&f.only, "only", "", "reduce only differences of these patterns: a regular expression that matches a whole name")
	fl.IntVar(&f.groups, "max", 50, "most groups of differences to reduce; 0: all")
	fl.IntVar(&f.runs, "max-runs", 2000, "most images to run for an example of a group")
	fl.IntVar(&f.deaths, "keep-going", 10, "most deaths of a target in the first run, each of which is reduced; 0: a death is an error")
}

func (a *app) reduceCommand() *cobra.Command {
	var g genFlags
	var f reduceFlags
	cmd := &cobra.Command{
		Use:   "reduce [IMAGE]",
		Short: "Make of each difference the smallest image that still shows it",
		Long: `Run an image on two targets, or generate one as check does, and reduce what differs: to one instruction where one is
enough, one round, the fewest registers that are not zero, in these the fewest bits, and the simplest operands. Both targets are run again and again, for
they are the judge. Differences of one pattern and kind are one group, whatever their number.

For each group the directory gets NAME.img, an image that stands for itself, NAME.s, the same for GNU's assembler, and NAME.md, a
report with instruction, inputs, both results and the command that shows the difference again. What comes and goes, or cannot be shown
again, is said to be unsteady, with what was tried. Exit codes: 0 nothing differs, 1 something does, 2 something went wrong.

A recording cannot judge new images, and neither can a risugen master. So --master names a target that can be started. IMAGE may be a
trace all the same: then the trace tells what differs, and --master judges what is made of that.`,
		Example: `  risugen reduce msa.img --master 'qemu-mipsel -cpu P5600' --apprentice './build/qemu-mipsel -cpu P5600' -o bugs
  risugen reduce --cpu 24Kc --pattern ADDU,SLTU,XORI,ROTR,SEB -n 200 --seed 1 --apprentice 'qemu-mipsel -cpu 4Kc'
  risugen reduce p5600.trace --master ssh:board --apprentice 'qemu-mipsel -cpu P5600'`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			j, err := a.reduceJob(cmd, args, &g, &f)
			if err != nil {
				return err
			}
			return a.reduce(j, &f)
		},
	}
	g.add(cmd, a)
	f.add(cmd)
	return cmd
}

// reduceJob is an image and what it runs on.
type reduceJob struct {
	img     *runtime.Image
	options reduce.Options
	words   runtime.TargetPair // the targets as they were written
	again   string             // the command that made and ran the original image
}

// reduceJob opens or makes the image.
func (a *app) reduceJob(cmd *cobra.Command, args []string, g *genFlags, f *reduceFlags) (*reduceJob, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	j := &reduceJob{}
	var err error
	if len(args) > 0 {
		if err := onlyWithoutImage(cmd); err != nil {
			return nil, err
		}
		if j.img, err = runtime.Open(args[0], machineOf); err != nil {
			return nil, err
		}
	} else if j.img, err = a.generated(g, f); err != nil {
		return nil, err
	}
	j.again = a.again(j.img.Program.Seed)
	if len(args) > 0 {
		j.again = strings.TrimSuffix(j.again, fmt.Sprintf(" --seed %d", j.img.Program.Seed))
	}
	return j, a.reduceTargets(j, args, f)
}

// check checks what does not need the image.
func (f *reduceFlags) check() error {
	switch {
	case f.groups < 0:
		return fmt.Errorf("--max %d: it is a number of groups", f.groups)
	case f.runs < 1:
		return fmt.Errorf("--max-runs %d: it is a number of images, and at least 1", f.runs)
	case f.deaths < 0:
		return fmt.Errorf("--keep-going %d: it is a number of times", f.deaths)
	}
	return checkStall(f.run.stall)
}

// onlyWithoutImage refuses flags that say what an image is to hold where there is one.
func onlyWithoutImage(cmd *cobra.Command) error {
	own := &cobra.Command{}
	(&genFlags{}).add(own, &app{})
	var err error
	own.Flags().VisitAll(func(fl *pflag.Flag) {
		if cmd.Flags().Changed(fl.Name) && err == nil {
			err = fmt.Errorf("--%s says what an image is to hold, and there is one already", fl.Name)
		}
	})
	return err
}

// generated makes the image as check does.
func (a *app) generated(g *genFlags, f *reduceFlags) (*runtime.Image, error) {
	config, err := g.config()
	if err != nil {
		return nil, err
	}
	f.run.beginKnown(config)
	m, err := f.run.machine(config, g.traps > 0)
	if err != nil {
		return nil, err
	}
	img, _, err := g.imageOn(m)
	return img, err
}

// reduceTargets fills in the options.
func (a *app) reduceTargets(j *reduceJob, args []string, f *reduceFlags) error {
	config := j.img.Program.Machine.Config()
	trace := len(args) > 0 && j.img.Path == ""
	if trace && f.run.master == "" {
		return fmt.Errorf("%s is a recording, which cannot judge new images: name a target that can with --master (recorded was %s)",
			args[0], runtime.RecordedCommand("trace:"+args[0]))
	}
	j.words = f.run.targets(config)
	targets, err := a.parseTargets("", j.words.Master, j.words.Apprentice)
	if err != nil {
		return err
	}
	for i, t := range targets {
		if err := runsAny(t, []string{"--master", "--apprentice"}[i]); err != nil {
			return err
		}
	}
	known, err := f.run.knownList(config.Arch)
	if err != nil {
		return err
	}
	a.tellKnown(f.run.lists)
	o := &j.options
	o.Targets = [2]runtime.Target{targets[0], targets[1]}
	o.Stall, o.Known, o.MaxGroups, o.MaxRuns, o.KeepGoing, o.Tool = f.run.stall, known, f.groups, f.runs, f.deaths, toolName()
	if trace {
		o.Seen[0], o.KeepGoing = &runtime.Recording{Path: args[0]}, 0
	}
	if f.only != "" {
		if o.Pattern, err = regexp.Compile("^(?:" + f.only + ")$"); err != nil {
			return fmt.Errorf("--only %s: %w", f.only, err)
		}
	}
	return nil
}

// runsAny refuses a target that cannot run any image.
func runsAny(t runtime.Target, flag string) error {
	switch t.(type) {
	case *runtime.Recording:
		return fmt.Errorf("%s %s is a recording, which cannot judge new images: give the trace in the place of IMAGE, and name a target that can be started with --master", flag, t.Name())
	case *runtime.Remote:
		return fmt.Errorf("%s %s is a risugen master, which runs one image alone: name a target that can be started", flag, t.Name())
	}
	return nil
}

// reduce reduces, writes what came of it and says so.
func (a *app) reduce(j *reduceJob, f *reduceFlags) error {
	ctx, stop := signal.NotifyContext(context.Background(), ending...)
	defer stop()
	bar := a.progress(j.img, "comparing", f.run.json)
	j.options.Progress = bar.set
	if isTerminal(a.stderr) && !f.run.json {
		j.options.Began = func(name string, number, groups int) {
			bar.done()
			fmt.Fprintf(a.stderr, "reducing %d of %d: %s\n", number, groups, name)
		}
	}
	out, err := reduce.Run(ctx, j.img, j.options)
	bar.done()
	if err != nil && len(out.Cases) == 0 {
		return err
	}
	dir := f.out
	if dir == "" {
		dir = fmt.Sprintf("reduced-%s-seed-%d", j.img.Program.Machine.Config().CPU, j.img.Program.Seed)
	}
	w := reduce.Writer{
		Dir: dir, Original: j.again, Targets: runnableAnywhere(j.words), NoKnown: f.run.noKnown,
		Assembly: assembly(j.words),
	}
	files, werr := w.Write(out)
	if err = errors.Join(err, werr); werr == nil {
		err = errors.Join(err, a.showReduced(out, files, f.run.json))
	}
	switch {
	case err != nil:
		return err
	case out.Ended != nil: // what there was differs, whatever followed
		fmt.Fprintf(a.stderr, "risugen: not all was compared: %s\n", out.Ended)
		return errMismatch
	case out.First.Failed():
		return errMismatch
	}
	return nil
}

// runnableAnywhere makes targets ones that can be started from any directory: the path of a program is made absolute.
func runnableAnywhere(t runtime.TargetPair) runtime.TargetPair {
	return runtime.TargetPair{Master: absolute(t.Master), Apprentice: absolute(t.Apprentice)}
}

func (a *app) showReduced(out *reduce.Outcome, files []reduce.Files, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(a.stdout).Encode(reduce.Summary(out, files))
	}
	return reduce.Text(a.stdout, out, files)
}

// absolute makes the path of a target's program absolute where it is relative to the directory of now.
func absolute(target string) string {
	kind, command := "", target
	if k, rest, ok := strings.Cut(target, ":"); ok && (k == "exec" || k == "one-insn" || k == "shared") {
		kind, command = k+":", rest
	} else if ok && !strings.ContainsAny(k, " /") {
		return target
	}
	program, rest, _ := strings.Cut(command, " ")
	if !strings.Contains(program, "/") || strings.ContainsAny(program, `'"\{`) || filepath.IsAbs(program) {
		return target
	}
	full, err := filepath.Abs(program)
	if err != nil || strings.ContainsAny(full, ` '"\{`) {
		return target
	}
	return kind + strings.TrimSuffix(full+" "+rest, " ")
}
