package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"

	"github.com/spf13/cobra"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/cover"
	"github.com/risugen/risugen/runtime"
)

// untilFlags are --until-covered and its bound.
type untilFlags struct {
	on     bool
	images int
}

// add adds the flags; images says what is counted.
func (f *untilFlags) add(cmd *cobra.Command, images string) {
	fl := cmd.Flags()
	fl.BoolVar(&f.on, "until-covered", false, "go on with images of what was not hit, with the next seeds, until everything is:\npatterns, values of small fields, faults, alignments (see risugen cover)")
	fl.IntVar(&f.images, "max-images", 40, "with --until-covered: give up after so many "+images)
}

// check refuses a bound that leaves nothing to do.
func (f *untilFlags) check() error {
	if f.images < 1 {
		return fmt.Errorf("--max-images %d: there must be one at least", f.images)
	}
	return nil
}

// untilCovered runs images until everything is hit that they can hit.
type untilCovered struct {
	app     *app
	gen     *genFlags
	run     *runFlags
	machine arch.Machine
	master  runtime.Target
	appr    runtime.Target
	set     *cover.Set
	chase   *cover.Chase
	done    untilResult
}

// untilCovered is risugen check --until-covered.
func (a *app) untilCovered(m arch.Machine, g *genFlags, f *runFlags, until untilFlags) error {
	if g.code.given("code") {
		return errors.New("--until-covered chooses the instructions: it does not go with --code")
	}
	if err := until.check(); err != nil {
		return err
	}
	commands := f.targets(m.Config())
	targets, err := a.parseTargets(f.token, commands.Master, commands.Apprentice)
	if err != nil {
		return err
	}
	set, err := f.cover.begin(m)
	if err != nil {
		return err
	}
	wanted, err := arch.Selection{Patterns: g.patterns, NotPatterns: g.without}.Selects(m)
	if err != nil {
		return err
	}
	for g.seed == 0 {
		g.seed = rand.Uint64() >> 1 // room to count
	}
	u := &untilCovered{app: a, gen: g, run: f, machine: m, master: targets[0], appr: targets[1], set: set, chase: cover.NewChase(m, wanted)}
	if err := u.all(until.images); err != nil {
		return err
	}
	return u.end()
}

// all runs the images.
func (u *untilCovered) all(most int) error {
	out, asJSON := u.app.stdout, u.run.json
	u.run.quiet = !asJSON
	if asJSON { // what is printed is one object
		u.app.stdout = io.Discard
		defer func() { u.app.stdout = out }()
	}
	for u.done.Images < most {
		img, err := u.next()
		if img == nil || err != nil {
			return err
		}
		if err := u.compare(img); err != nil {
			return err
		}
	}
	return nil
}

// next makes the next image: at first a usual one; nil if there is nothing left to aim at.
func (u *untilCovered) next() (*runtime.Image, error) {
	if u.done.Images == 0 {
		u.say("image 1: %d instructions, seed %d", u.gen.count, u.gen.seed)
		img, _, err := u.gen.imageOn(u.machine)
		return img, err
	}
	seed := u.gen.seed + uint64(u.done.Images)
	for {
		aims, goals := u.chase.Aims(u.set, u.gen.count)
		if len(aims) == 0 {
			return nil, nil
		}
		if img, err := aimedImage(u.machine, u.gen.options(seed), aims); img != nil || err != nil {
			u.say("image %d: %d instructions, seed %d; left to hit: %d", u.done.Images+1, len(aims), seed, goals)
			return img, err
		}
	}
}

// aimedImage makes an image of an instruction for each aim that one can be placed for; nil: for none.
func aimedImage(m arch.Machine, o arch.Options, aims []arch.Aim) (*runtime.Image, error) {
	p, missed, err := arch.GenerateAimed(m, o, aims)
	switch {
	case len(missed) == len(aims):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return runtime.Build(p, toolName())
}

// say tells on standard error what comes next.
func (u *untilCovered) say(format string, args ...any) {
	if !u.run.json {
		fmt.Fprintf(u.app.stderr, format+"\n", args...)
	}
}

// compare runs an image and takes account of it. An image that differs is kept.
func (u *untilCovered) compare(img *runtime.Image) error {
	f := *u.run
	var report *runtime.Report
	f.cover.keeps = func(s *cover.Set, r *runtime.Report) error {
		report = r
		u.done.Executions += r.Executions
		return u.set.Merge(s)
	}
	err := u.app.compareTargets(img, u.master, u.appr, f, "")
	u.done.Images++
	if !errors.Is(err, errMismatch) {
		return err
	}
	file := fmt.Sprintf("until-covered-%d.img", img.Program.Seed)
	if err := img.WriteFile(file); err != nil {
		return err
	}
	u.done.Failed = append(u.done.Failed, failedImage{file, report})
	if !u.run.json {
		fmt.Fprintf(u.app.stdout, "\nagain: %s\n\n", shellLine([]string{"risugen", "run", file, "--master", u.master.Name(), "--apprentice", u.appr.Name()}))
	}
	return nil
}
