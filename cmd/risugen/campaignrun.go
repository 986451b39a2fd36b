package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/report/html"
	"github.com/risugen/risugen/report/junit"
)

// runCampaign runs what is left of a campaign and prints the summary.
func (a *app) runCampaign(c *campaignOf, f campaignFlags) error {
	// Writing to a pipe that nobody reads is an error, as other writing is, and does not kill the process. Targets do not
	// inherit that, as they would if the signal was ignored.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	fmt.Fprint(a.stderr, planNote(c.plan))
	if err := errors.Join(f.cover.checkJobs(c.jobs), c.checkUntil(f.until)); err != nil {
		return err
	}
	// Before there is a results file: what fails here leaves none that --resume would be needed for.
	dir, err := imageDir()
	if err != nil {
		return err
	}
	defer dir.Close()
	run := &campaignRun{
		app: a, campaignOf: c, flags: f, summary: campaign.NewSummary(&c.header, againOf(&c.header)), held: map[string]*campaign.Result{},
		runner: &jobRunner{plan: c.plan, dir: dir.Path, await: awaitEnd, cover: f.cover, keeps: f.keepsCover()},
	}
	done := map[string]bool{}
	store, found, err := campaign.OpenStore(c.out, c.header, campaign.StoreOptions{
		Resume: f.resume || f.retryFailed, RetryFailed: f.retryFailed, NoLock: f.noLock,
	}, func(r *campaign.Result) {
		done[r.ID] = true
		if f.until.on && r.Aimed > 0 { // until its round
			run.held[r.ID] = r
		} else {
			run.summary.Add(r)
		}
	})
	if err != nil {
		return err
	}
	defer store.Close()
	run.store, run.chase = store, found.Chase
	todo := slices.DeleteFunc(slices.Clone(c.jobs), func(j campaign.Job) bool { return done[j.ID] })
	a.resumed(c, found, len(todo))
	err = run.all(todo)
	run.summary.Sort()
	if err := a.showSummary(run.summary, summaryForms{f.json, f.html, f.junit}); err != nil {
		return err
	}
	return a.campaignEnd(run.summary, err)
}

// campaignRun is a campaign that runs.
type campaignRun struct {
	app *app
	*campaignOf
	flags   campaignFlags
	runner  *jobRunner
	store   *campaign.Store
	summary *campaign.Summary
	chase   campaign.Chase              // as the results file has it
	held    map[string]*campaign.Result // results of aimed images, by job, that are not in the summary yet
}

// all runs jobs, and then images of what none has hit, if that is asked for. The error says why jobs are left.
func (r *campaignRun) all(todo []campaign.Job) error {
	ctx, give, stop := interruptible()
	defer stop()
	if err := r.jobs(ctx, give, todo); err != nil || !r.flags.until.on || r.summary.Left > 0 {
		r.release()
		return err
	}
	return r.untilCovered(ctx, give)
}

// release adds the results that were held back to the summary.
func (r *campaignRun) release() {
	for _, id := range slices.Sorted(maps.Keys(r.held)) {
		r.add(r.held[id])
	}
	clear(r.held)
}

// resumed says what was found in the results file.
func (a *app) resumed(c *campaignOf, found campaign.Resumed, todo int) {
	if found.Torn > 0 {
		fmt.Fprintf(a.stderr, "%s: the last %d bytes are of a result that was not written to its end: they were removed\n", c.out, found.Torn)
	}
	if found.Retried > 0 {
		fmt.Fprintf(a.stderr, "%s: %d jobs that failed are run again\n", c.out, found.Retried)
	}
	if found.Results > 0 {
		fmt.Fprintf(a.stderr, "%s: %d of %d jobs are done\n", c.out, found.Results, found.Results+todo)
	}
}

// jobs runs jobs and keeps their results. give ends ctx.
func (r *campaignRun) jobs(ctx context.Context, give context.CancelCauseFunc, todo []campaign.Job) error {
	if len(todo) == 0 {
		return nil
	}
	keep := func(res *campaign.Result) error {
		if err := r.keepImage(res); err != nil {
			return err
		}
		if err := r.store.Append(res); err != nil {
			return err
		}
		r.add(res)
		return nil
	}
	return r.app.runJobs(ctx, give, r.plan, r.summary, todo, r.flags, campaign.Pool{
		Workers: r.flags.workers, MaxFailures: r.flags.maxFailures, Run: r.runner.run, Keep: keep,
	})
}

// interruptible is a context that the first signal that ends a command ends, and give for another reason; a second signal ends the
// process at once.
func interruptible() (ctx context.Context, give context.CancelCauseFunc, stop func()) {
	ctx, give = context.WithCancelCause(context.Background())
	ctx, unhook := signal.NotifyContext(ctx, endingNotIgnored()...)
	context.AfterFunc(ctx, unhook)
	return ctx, give, func() { unhook(); give(nil) }
}

// runJobs runs jobs, and shows how far they are, as flags say.
func (a *app) runJobs(ctx context.Context, give context.CancelCauseFunc, plan *campaign.Plan, before *campaign.Summary, todo []campaign.Job, f campaignFlags, pool campaign.Pool) error {
	tracker := campaign.NewTracker(todo, before, time.Now)
	done := a.showProgress(tracker, f, give)
	defer done()
	pool.Watch = tracker
	return pool.Do(ctx, plan, todo)
}

// campaignEnd is what the command ends with. stopped is why jobs are left, or nil.
func (a *app) campaignEnd(s *campaign.Summary, stopped error) error {
	if s.Left > 0 {
		why := "stopped"
		if stopped != nil && !errors.Is(stopped, context.Canceled) {
			why = stopped.Error()
		}
		fmt.Fprintf(a.stderr, "risugen: %s: %d jobs are left; with --resume the same command goes on\n", why, s.Left)
	} else if stopped != nil && s.Until == nil {
		return stopped
	} else if stopped != nil {
		fmt.Fprintf(a.stderr, "risugen: %s: not everything is tried that is left to hit; with --resume the same command goes on\n", strings.Replace(stopped.Error(), "context canceled", "stopped", 1))
	}
	return verdictError(s)
}

// verdictError is the exit code of a summary.
func verdictError(s *campaign.Summary) error {
	if v := s.Verdict(); v != campaign.Agree {
		return said(v)
	}
	return nil
}

// summaryForms say how a summary is shown.
type summaryForms struct {
	json        bool
	html, junit string // files to write, too; empty: none
}

// showSummary prints a summary, and then writes it to the files that are named.
func (a *app) showSummary(s *campaign.Summary, f summaryForms) error {
	show := func() error { return s.Text(a.stdout) }
	if f.json {
		show = func() error { return json.NewEncoder(a.stdout).Encode(s) }
	}
	err := show()
	if err == nil && f.html != "" {
		err = html.WriteCampaignFile(f.html, s, html.Options{Tool: toolName()})
	}
	if err == nil && f.junit != "" {
		err = junit.WriteFile(f.junit, summaryJUnit(s))
	}
	return err
}

// againOf returns what makes the command that runs a job of a campaign once more.
func againOf(h *campaign.Header) func(*campaign.Params) string {
	return func(p *campaign.Params) string {
		words := append([]string{"risugen", "check"}, jobArguments(p)...)
		if p.Aimed > 0 {
			words = []string{"risugen", "run", aimedFile(p), "--master", p.Master, "--apprentice", p.Apprentice}
		}
		return jobLine(h, words)
	}
}

// jobLine is the line of a command for a job, with a campaign's lists of known differences.
func jobLine(h *campaign.Header, words []string) string {
	for _, k := range h.Known {
		words = append(words, "--known", k)
	}
	if h.NoKnown {
		words = append(words, "--no-known")
	}
	return shellLine(words)
}

// jobArguments are the arguments of risugen check for a job.
func jobArguments(p *campaign.Params) []string {
	d := campaign.Defaults()
	args := []string{"--cpu", p.CPU, "--abi", p.ABI, "--order", p.Order}
	list := func(flag string, values []string) {
		if len(values) > 0 {
			args = append(args, flag, strings.Join(values, ","))
		}
	}
	number := func(flag string, v, usual float64) {
		if v != usual {
			args = append(args, flag, strconv.FormatFloat(v, 'f', -1, 64))
		}
	}
	list("--isa", p.ISAs)
	list("--pattern", p.Patterns)
	list("--not-pattern", p.NotPatterns)
	number("-n", float64(p.Count), float64(d.Count))
	number("--block", float64(p.Block), float64(d.Block))
	number("--rounds", float64(p.Rounds), float64(d.Rounds))
	number("--edges", p.Edges, d.Edges)
	number("--misaligned", p.Misaligned, d.Misaligned)
	number("--fp-traps", p.Traps, d.Traps)
	number("--reserved", float64(p.Reserved), float64(d.Reserved))
	args = append(args, "--seed", strconv.FormatUint(p.Seed, 10))
	return append(args, "--master", p.Master, "--apprentice", p.Apprentice)
}
