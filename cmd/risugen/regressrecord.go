package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/runtime"
)

// traceName is the name of a job's recording: of everything that says what its image is, and nothing of its targets.
func traceName(image *campaign.Params) string {
	p := *image
	p.Master, p.Apprentice = "", ""
	return fmt.Sprintf("%s-%s-%s-%d-%.8s.trace", p.CPU, p.ABI, p.Order, p.Seed, p.ID())
}

// replayOf is the command that compares a job's recording again.
func replayOf(h *campaign.Header, p *campaign.Params) string {
	return jobLine(h, []string{"risugen", "replay", strings.TrimPrefix(p.Master, "trace:"), "--target", p.Apprentice})
}

// recording opens the recording that a job is held against, with its image, which must be the one that the job asks for as
// far as that can be told: another version of the program may draw other instructions.
func (r *jobRunner) recording(j *campaign.Job) (runtime.Target, *runtime.Image, error) {
	path := strings.TrimPrefix(j.Master, "trace:")
	t, img, err := runtime.OpenRecording(path, machineOf)
	if err != nil {
		return nil, nil, err
	}
	p, c := img.Program, img.Program.Machine.Config()
	if c.CPU != j.CPU || c.ABI != j.ABI || c.Order != j.Order || p.Seed != j.Seed || p.Rounds != j.Rounds {
		return nil, nil, fmt.Errorf("%s: it is a recording of %s, %s, %s-endian, seed %d, %d rounds, and not of %s, %s, %s-endian, seed %d, %d rounds",
			path, c.CPU, c.ABI, c.Order, p.Seed, p.Rounds, j.CPU, j.ABI, j.Order, j.Seed, j.Rounds)
	}
	return t, img, nil
}

// recordJobs records the baseline, a trace for each job.
func (a *app) recordJobs(r *regression) error {
	temp, err := imageDir()
	if err != nil {
		return err
	}
	defer temp.Close()
	if err := os.MkdirAll(r.record, 0o777); err != nil {
		return err
	}
	header := r.plan.Header(r.name, toolName(), campaign.Shard{})
	s := campaign.NewSummary(&header, func(*campaign.Params) string { return "" })
	runner := &jobRunner{plan: r.plan, await: awaitEnd, dir: temp.Path}
	var size int64
	run := func(ctx context.Context, j *campaign.Job, progress func(done, total int64)) campaign.Result {
		err := runner.record(ctx, j, filepath.Join(r.record, traceName(&j.Params)), progress)
		return campaign.NewResult(*j, nil, err)
	}
	keep := func(res *campaign.Result) error {
		s.Add(res)
		if res.Status == campaign.Failed {
			fmt.Fprintf(a.stderr, "risugen: %s %s %s: %s\n", res.CPU, res.ABI, res.Order, res.Error)
		} else if info, err := os.Stat(filepath.Join(r.record, traceName(&res.Params))); err == nil {
			size += info.Size()
		}
		return nil
	}
	stopped := a.runPool(r, s, r.plan.Jobs, run, keep)
	_, err = fmt.Fprintf(a.stdout, "%s: %d of %d jobs recorded, %s\n", r.record, s.Done-s.Failed, s.Jobs, humanize.IBytes(uint64(size)))
	for _, k := range r.skipped {
		fmt.Fprintf(a.stdout, "skipped: %s (%d jobs): %s\n", k.What, k.Jobs, k.Why)
	}
	switch {
	case err != nil:
		return err
	case stopped != nil && !errors.Is(stopped, context.Canceled):
		return stopped
	case s.Left > 0:
		return fmt.Errorf("stopped: %d jobs are left; the same command goes on", s.Left)
	case s.Failed > 0:
		return said(exitError)
	}
	return nil
}

// record records a job's image on its master. A recording that is there already is left alone if it is of the same image and
// target.
func (r *jobRunner) record(ctx context.Context, j *campaign.Job, path string, progress func(done, total int64)) error {
	img, err := r.image(j)
	if err != nil {
		return err
	}
	defer os.Remove(img.Path)
	target, err := runtime.ParseTarget(j.Master)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); err == nil {
		return sameRecording(path, img, target)
	}
	file, err := runtime.CreateTrace(path)
	if err != nil {
		return err
	}
	if _, err := runtime.Record(ctx, img, target, file, runtime.RecordOptions{Stall: r.plan.Stall, Tool: toolName(), Progress: progress}); err != nil {
		name, cerr := file.Stop(true)
		if name != "" { // a part of it is of no use here
			cerr = errors.Join(cerr, os.Remove(name))
		}
		return errors.Join(err, cerr)
	}
	return file.Finish()
}

// sameRecording makes sure that what is there is what would be recorded.
func sameRecording(path string, img *runtime.Image, target runtime.Target) error {
	t, there, err := runtime.OpenRecording(path, func(c arch.Config) (arch.Machine, error) { return machineOf(c) })
	switch {
	case err != nil:
		return err
	case there.Digest != img.Digest:
		return fmt.Errorf("%s is there already, of another image: remove it, or record into another directory", path)
	case t.Description().Target != target.Name():
		return fmt.Errorf("%s is there already, of %s: remove it, or record into another directory", path, t.Description().Target)
	}
	return nil
}
