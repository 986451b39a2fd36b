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
	known, err := f.knownList(img.Program.Machine.Config().Arch)
	if err != nil {
		return err
	}
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
		Stall: f.stall, MaxMismatches: f.details, Known: known, Progress: bar.set,
		Digest: digest, KeepGoing: f.link.deaths, Hits: f.json || f.html != "" || f.cover.asked(),
	})
	bar.done()
	if werr := f.writeJUnit(img, report, err, again); werr != nil {
		return errors.Join(err, werr)
	}
	coverErr := f.cover.note(img.Program.Machine, report)
	cutOff := report != nil && err != nil && runtime.CutOff(err) // no report: nothing of it could be read
	if report != nil && (err == nil || report.Failed() || cutOff) {
		report.Again = orElse(again, a.sameAgain())
		if !f.quiet || report.Failed() {
			if err := a.show(report, f.json); err != nil {
				return err
			}
		}
		if err := writePage(f.html, report); err != nil {
			return err
		}
	}
	if cutOff && report.Failed() { // what was there differs, whatever followed
		fmt.Fprintf(a.stderr, "risugen: %s\n", err)
		return errMismatch
	}
	if err = errors.Join(err, coverErr); err != nil {
		return err
	}
	if report.Failed() {
		if again != "" && !f.json {
			fmt.Fprintf(a.stdout, "\nagain: %s\n", again)
		}
		return errMismatch
	}
	return nil
}
