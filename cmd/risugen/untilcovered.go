package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"

	"github.com/spf13/cobra"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/cover"
	"github.com/risugen/risugen/runtime"
)

// untilFlags are --until-covered and its bound.
type untilFlags struct {
	on     bool
	images int
}

func (f *untilFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.BoolVar(&f.on, "until-covered", false, "go on with images of what was not hit, with the next seeds, until everything is:\npatterns, values of small fields, faults, alignments (see risugen cover)")
	fl.IntVar(&f.images, "max-images", 40, "with --until-covered: give up after so many images")
}

// A goal that was not hit is aimed at with more instructions in the next image, twice as many each time, up to mostAims. Where all
// these did not do there is something that keeps images from hitting it. A goal of chance begins with firstByChance and ends
// with mostByChance: a fault may depend on a field of ten bits.
const (
	mostAims      = 64
	firstByChance = 8
	mostByChance  = 2048
)

// untilCovered runs images until everything is hit that they can hit.
type untilCovered struct {
	app     *app
	gen     *genFlags
	run     *runFlags
	machine arch.Machine
	master  runtime.Target
	appr    runtime.Target
	set     *cover.Set
	wanted  func(*constraints.Insn) bool // patterns that are selected
	tried   map[string]int               // aims of the last image, by goal
	done    untilResult
}

// untilCovered is risugen check --until-covered.
func (a *app) untilCovered(m arch.Machine, g *genFlags, f *runFlags, until untilFlags) error {
	if g.code.given("code") {
		return errors.New("--until-covered chooses the instructions: it does not go with --code")
	}
	if until.images < 1 {
		return fmt.Errorf("--max-images %d: there must be one at least", until.images)
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
	u := &untilCovered{app: a, gen: g, run: f, machine: m, master: targets[0], appr: targets[1], set: set, wanted: wanted, tried: map[string]int{}}
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
	aims, goals := u.aims()
	if len(aims) == 0 {
		return nil, nil
	}
	seed := u.gen.seed + uint64(u.done.Images)
	u.say("image %d: %d instructions, seed %d; left to hit: %d", u.done.Images+1, len(aims), seed, goals)
	p, missed, err := arch.GenerateAimed(u.machine, u.gen.options(seed), aims)
	if len(missed) == len(aims) {
		return nil, nil
	}
	if err != nil {
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

// more is how many instructions of the next image are aimed at a goal; 0: enough were.
func (u *untilCovered) more(g *cover.Goal) int {
	n, most := u.tried[g.Key()], mostAims
	if g.Chance {
		most = mostByChance
	}
	switch {
	case len(g.Aims) == 0 || n >= most:
		return 0
	case n > 0:
		return 2 * n
	case g.Chance:
		return firstByChance
	}
	return 1
}

// goals are what was not hit.
func (u *untilCovered) goals() []cover.Goal { return u.set.Goals(u.machine, u.wanted) }

// aims are those of the next image, for so many goals. What an image has no room for is left for another.
func (u *untilCovered) aims() (aims []arch.Aim, goals int) {
	for _, g := range u.goals() {
		n := u.more(&g)
		if n == 0 || len(aims) > 0 && len(aims)+n > max(u.gen.count, mostByChance) {
			continue
		}
		u.tried[g.Key()] = n
		for i := range n {
			aims = append(aims, g.Aims[i%len(g.Aims)])
		}
		goals++
	}
	return aims, goals
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
	again := []string{"risugen", "run", file, "--master", u.master.Name(), "--apprentice", u.appr.Name()}
	for i, w := range again {
		again[i] = shellQuote(w)
	}
	if !u.run.json {
		fmt.Fprintf(u.app.stdout, "\nagain: %s\n\n", strings.Join(again, " "))
	}
	return nil
}
