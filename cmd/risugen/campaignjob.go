package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/cover"
	"github.com/risugen/risugen/runtime"
)

// jobRunner runs jobs of a campaign.
type jobRunner struct {
	plan     *campaign.Plan
	dir      string // for images
	deaths   int    // how often a target may die, see runtime.Options.KeepGoing
	recorded bool   // masters are recordings, each of which holds its job's image
	// await waits for the end of the campaign, but not for long: awaitEnd.
	await func(context.Context)
	cover coverFlag
	keeps bool                      // what a job has hit goes with its result
	aimed map[string]*runtime.Image // images that are made already, by job

	mu       sync.Mutex
	machines map[string]func() (arch.Machine, error) // by what they are made of

	known knownLists
}

// run is a campaign.Runner.
func (r *jobRunner) run(ctx context.Context, j *campaign.Job, progress func(done, total int64)) campaign.Result {
	started := time.Now()
	hit := r.cover
	var set *cover.Packed
	if r.keeps {
		hit.keeps = func(s *cover.Set, _ *runtime.Report) error {
			set = &cover.Packed{Set: s}
			return nil
		}
	}
	report, err := r.compare(ctx, j, hit, progress)
	if stoppedFromOutside(report, err) {
		r.await(ctx)
	}
	res := campaign.NewResult(*j, report, err)
	res.Cover = set
	if report != nil && r.plan.KeepPatterns {
		res.KeepPatterns(report)
	}
	res.Seconds = time.Since(started).Seconds()
	// Names of temporary files would make errors differ that are alike.
	res.Error = strings.ReplaceAll(res.Error, r.imagePath(j), "{}")
	return res
}

// compare makes the image and runs it on both targets.
func (r *jobRunner) compare(ctx context.Context, j *campaign.Job, hit coverFlag, progress func(done, total int64)) (*runtime.Report, error) {
	master, img, err := r.master(j)
	if err != nil {
		return nil, err
	}
	defer os.Remove(r.imagePath(j))
	apprentice, err := runtime.ParseTarget(j.Apprentice)
	if err != nil {
		return nil, err
	}
	f := r.runFlags(j)
	known, err := f.knownList(img.Program.Machine.Config().Arch)
	if err != nil {
		return nil, err
	}
	report, err := runtime.Run(ctx, img, master, apprentice, runtime.Options{
		Stall: f.stall, MaxMismatches: f.details, Known: known, Progress: progress, KeepGoing: r.deaths, Hits: hit.asked(),
	})
	return report, errors.Join(err, hit.note(img.Program.Machine, report)) // before the result counts
}

// master is a job's master, and the image.
func (r *jobRunner) master(j *campaign.Job) (runtime.Target, *runtime.Image, error) {
	if r.recorded {
		return r.recording(j)
	}
	img, err := r.image(j)
	if err != nil {
		return nil, nil, err
	}
	master, err := runtime.ParseTarget(j.Master)
	return master, img, err
}

// image makes a job's image, in a file that the caller removes.
func (r *jobRunner) image(j *campaign.Job) (*runtime.Image, error) {
	img, err := r.aimed[j.ID], error(nil)
	if img == nil {
		img, err = r.build(j)
	}
	if err != nil {
		return nil, err
	}
	if err := img.WriteFile(r.imagePath(j)); err != nil {
		return nil, err
	}
	img.Path = r.imagePath(j)
	return img, nil
}

func (r *jobRunner) build(j *campaign.Job) (*runtime.Image, error) {
	m, err := r.machine(j, r.runFlags(j))
	if err != nil {
		return nil, err
	}
	p, _, err := jobGenFlags(&j.Params).program(m)
	if err != nil {
		return nil, err
	}
	return runtime.Build(p, toolName())
}

func (r *jobRunner) imagePath(j *campaign.Job) string { return filepath.Join(r.dir, j.ID+".img") }

// runFlags are the flags of risugen check that run a job's image.
func (r *jobRunner) runFlags(j *campaign.Job) *runFlags {
	f := &runFlags{lists: &r.known, master: j.Master, apprentice: j.Apprentice, stall: r.plan.Stall, details: r.plan.Details, noKnown: r.plan.NoKnown}
	texts := map[string][]byte{}
	for _, k := range r.plan.Known {
		f.known = append(f.known, k.Name)
		texts[k.Name] = k.Text
	}
	// As they were when the plan was made, whatever became of the files.
	f.readKnown = func(file string) ([]byte, error) { return texts[file], nil }
	return f
}

// machine makes the machine of a job's image, or takes one that was made before: reading descriptions takes longer than
// making a small image of them.
func (r *jobRunner) machine(j *campaign.Job, f *runFlags) (arch.Machine, error) {
	key, err := json.Marshal([]any{j.CPU, j.ABI, j.Order, j.ISAs, j.Reserved > 0, j.Traps > 0, j.Master, j.Apprentice})
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	if r.machines == nil {
		r.machines = map[string]func() (arch.Machine, error){}
	}
	make := r.machines[string(key)]
	if make == nil {
		make = sync.OnceValues(func() (arch.Machine, error) {
			config, err := jobGenFlags(&j.Params).config()
			if err != nil {
				return nil, err
			}
			return f.machine(config, j.Traps > 0)
		})
		r.machines[string(key)] = make
	}
	r.mu.Unlock()
	return make()
}

// A batch system that ends a job often sends its signal to all processes at once: a target may die of it before this
// process gets it, and that is no failure of the target.
const endingDelay = time.Second

// endingNames are the signals that batch systems end jobs with, as a target's end names them.
var endingNames = []string{"SIGTERM", "SIGINT", "SIGHUP", "SIGKILL"}

// stoppedFromOutside reports whether a target died of a signal that may have been meant for the whole campaign, be it that the run
// ended with it or went on.
func stoppedFromOutside(r *runtime.Report, err error) bool {
	var ends []string
	if e := (*runtime.ExitError)(nil); errors.As(err, &e) {
		ends = append(ends, e.How)
	}
	if r != nil {
		for _, f := range r.Findings {
			if f.Kind == runtime.FindingDied {
				ends = append(ends, f.Text)
			}
		}
	}
	return slices.ContainsFunc(ends, func(end string) bool {
		return slices.ContainsFunc(endingNames, func(name string) bool { return strings.Contains(end, name) })
	})
}

// awaitEnd waits for a moment for the end of a context.
func awaitEnd(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(endingDelay):
	}
}
