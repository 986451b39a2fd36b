package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/regress"
	"github.com/risugen/risugen/report/junit"
)

// resultsName is the file of results in the directory of --keep.
const resultsName = "results.jsonl"

// runRegress runs what is left to do and prints the verdict.
func (a *app) runRegress(r *regression) error {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) // as runCampaign
	header := r.plan.Header(r.name, toolName(), campaign.Shard{})
	s := regress.NewSummary(&header, r.again(&header), r.lists, r.allowStale)
	s.Set, s.Baseline, s.Candidate, s.Skipped = r.name, r.baselineAs, r.candAs, append(s.Skipped, r.skipped...)
	temp, err := imageDir() // before there is a file of results, which --resume would be needed for
	if err != nil {
		return err
	}
	defer temp.Close()
	store, done, err := a.openKept(r, header, s)
	if err != nil {
		return err
	}
	if store != nil {
		defer store.Close()
	}
	todo := slices.DeleteFunc(slices.Clone(r.plan.Jobs), func(j campaign.Job) bool { return done[j.ID] })
	keep := func(res *campaign.Result) error {
		if store != nil {
			if err := store.Append(res); err != nil {
				return err
			}
		}
		s.Add(res)
		return nil
	}
	runner := &jobRunner{plan: r.plan, await: awaitEnd, deaths: r.deaths, recorded: r.traces != "", keeps: r.html != "", dir: temp.Path}
	stopped := a.runPool(r, s.Summary, todo, runner.run, keep)
	s.Finish()
	err = errors.Join(a.printRegress(a.stdout, s, r.json), writeRegressPage(r.html, s))
	if r.junit != "" {
		err = errors.Join(err, junit.WriteFile(r.junit, s.JUnit(r.plan.Jobs, r.again(&header))))
	}
	if err != nil {
		return err
	}
	return a.regressEnd(r, s, stopped)
}

// openKept opens the results of --keep, if they are to be kept, and adds those that are there.
func (a *app) openKept(r *regression, header campaign.Header, s *regress.Summary) (*campaign.Store, map[string]bool, error) {
	done := map[string]bool{}
	if r.keep == "" {
		return nil, done, nil
	}
	if err := os.MkdirAll(r.keep, 0o777); err != nil {
		return nil, nil, err
	}
	path := filepath.Join(r.keep, resultsName)
	store, found, err := campaign.OpenStore(path, header, campaign.StoreOptions{Resume: r.resume, RetryFailed: r.resume}, func(res *campaign.Result) {
		done[res.ID] = true
		s.Add(res)
	})
	if errors.Is(err, os.ErrExist) {
		err = fmt.Errorf("%w (--resume goes on with it)", err)
	}
	if err == nil {
		a.resumed(&campaignOf{out: path}, found, len(r.plan.Jobs)-len(done))
	}
	return store, done, err
}

// imageDir makes the directory where images may stand.
func imageDir() (*campaign.TempDir, error) {
	dir, err := campaign.NewTempDir(os.TempDir())
	if err != nil {
		return nil, fmt.Errorf("make a directory for images: %w", err)
	}
	return dir, nil
}

// runPool runs jobs until they are done or a signal ends that.
func (a *app) runPool(r *regression, before *campaign.Summary, todo []campaign.Job, run campaign.Runner, keep func(*campaign.Result) error) error {
	ctx, give, stop := interruptible()
	defer stop()
	return a.runJobs(ctx, give, r.plan, before, todo, campaignFlags{quiet: r.quiet, every: r.every}, campaign.Pool{Workers: r.workers, Run: run, Keep: keep})
}

// regressEnd is what the command ends with. stopped is why jobs are left, or nil.
func (a *app) regressEnd(r *regression, s *regress.Summary, stopped error) error {
	if s.Left > 0 {
		why, how := "stopped", "with --keep DIR, a run that is stopped can go on"
		if stopped != nil && !errors.Is(stopped, context.Canceled) {
			why = stopped.Error()
		}
		if r.keep != "" {
			how = "with --resume the same command goes on"
		}
		fmt.Fprintf(a.stderr, "risugen: %s: %d jobs are left; %s\n", why, s.Left, how)
	}
	return regressVerdict(s)
}

// regressVerdict is the exit code of a gate.
func regressVerdict(s *regress.Summary) error {
	if s.ExitCode != 0 {
		return said(s.ExitCode)
	}
	return nil
}

// again returns what makes the command that runs a job once more.
func (r *regression) again(h *campaign.Header) func(*campaign.Params) string {
	check := againOf(h)
	return func(p *campaign.Params) string {
		text := check(p)
		if r.traces != "" {
			text = replayOf(h, p)
		}
		if r.deaths > 0 {
			text += fmt.Sprintf(" --keep-going=%d", r.deaths)
		}
		return text
	}
}
