package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/risugen/risugen/runtime"
)

// compare runs an image on both targets and prints the result. again is the command that makes and runs
// the image again, if any.
func (a *app) compare(img *runtime.Image, f runFlags, again string) error {
	config := img.Program.Machine.Config()
	commands := f.targets(config)
	targets, err := a.parseTargets(f.token, commands.Master, commands.Apprentice)
	if err != nil {
		return err
	}
	return a.compareTargets(img, targets[0], targets[1], f, again)
}

// ending are the signals that end a command.
var ending = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}

// endingNotIgnored are the signals that end a command, without those that it was told to ignore, as nohup does.
func endingNotIgnored() []os.Signal {
	return slices.DeleteFunc(slices.Clone(ending), signal.Ignored)
}

// compareTargets is compare with targets that are there already.
func (a *app) compareTargets(img *runtime.Image, master, apprentice runtime.Target, f runFlags, again string) error {
	if err := checkStall(f.stall); err != nil {
		return err
	}
	if f.details < 0 {
		return fmt.Errorf("--details %d: it is a number of differences, and 0 shows none", f.details)
	}
	known, err := f.knownList(img.Program.Machine.Config().Arch)
	if err != nil {
		return err
	}
	a.tellKnown(f.lists)
	digest, err := f.link.options(master)
	if err != nil {
		return err
	}
	if err := f.cover.check(img.Program.Machine); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), ending...)
	defer stop()
	bar := a.progress(img, "comparing", f.json)
	report, err := runtime.Run(ctx, img, master, apprentice, runtime.Options{
		Stall: f.stall, MaxMismatches: mostShown(f.details), Known: known, Progress: bar.set,
		Digest: digest, KeepGoing: f.link.deaths, Hits: f.json || f.html != "" || f.cover.asked(),
	})
	bar.done()
	return a.verdict(img, report, f, again, err)
}

// mostShown is runtime.Options.MaxMismatches for a number of differences, which may be 0.
func mostShown(details int) int {
	if details == 0 {
		return -1
	}
	return details
}

// verdict shows what a run gave, writes the files that are asked for, and returns the error that ends the command. runErr is the
// run's; report is nil where nothing of it could be read.
func (a *app) verdict(img *runtime.Image, report *runtime.Report, f runFlags, again string, runErr error) error {
	cutOff := report != nil && runErr != nil && runtime.CutOff(runErr)
	shown := report != nil && (runErr == nil || report.Failed() || cutOff || report.Records > 0)
	if shown {
		report.Again, report.Tool = orElse(again, a.sameAgain()), toolName()
	}
	if shown && (!f.quiet || report.Failed()) {
		if err := a.show(report, f.json); err != nil {
			return err
		}
	}
	err := errors.Join(f.writeJUnit(img, report, runErr, again), f.cover.note(img.Program.Machine, report))
	if shown {
		err = errors.Join(err, writePage(f.html, report))
	}
	switch {
	case err != nil:
		return errors.Join(runErr, err)
	case cutOff && report.Failed(): // what was there differs, whatever followed
		fmt.Fprintf(a.stderr, "risugen: %s\n", runErr)
		return errMismatch
	case runErr != nil:
		return runErr
	case !report.Failed():
		return nil
	}
	if again != "" && !f.json {
		fmt.Fprintf(a.stdout, "\nagain: %s\n", again)
	}
	return errMismatch
}
