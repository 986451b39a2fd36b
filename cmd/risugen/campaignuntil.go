package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/cover"
	"github.com/risugen/risugen/runtime"
)

// chasedModel is a CPU model of a campaign, with an ABI and a choice of patterns, for which images are made of what none has hit.
type chasedModel struct {
	job   campaign.Job // the first of the plan
	name  string       // of the model in sets
	arch  string
	chase *cover.Chase
}

// untilCovered goes on with a campaign whose jobs are done: in each round with an image for each model, of what none of all jobs before
// has hit that it may hit. So the rounds are the same however often the campaign was stopped, and what is in the file is not run again.
func (r *campaignRun) untilCovered(ctx context.Context, give context.CancelCauseFunc) error {
	if err := r.beginChase(); err != nil {
		return err
	}
	models, err := r.models()
	if err != nil {
		return err
	}
	r.summary.Until = &campaign.Until{}
	stopped := error(nil)
	for round := 1; round <= r.flags.until.images && stopped == nil; round++ {
		todo, more, err := r.round(models, round)
		if stopped = err; err != nil || !more {
			break
		}
		stopped = r.jobs(ctx, give, todo)
	}
	u := r.summary.Until
	r.release()
	for _, m := range models {
		hit, err := r.hit(m)
		if err != nil {
			return err
		}
		for _, l := range m.chase.Left(hit) {
			u.Add(l.Source, l.Pattern, l.What, m.name, l.Why, l.Tried, l.More)
		}
	}
	u.Stopped = stopped != nil
	u.Finish()
	if stopped != nil {
		return stopped
	}
	return r.endChase()
}

// beginChase finds out what was hit before, of --cover FILE, if the results file does not have it: it must stay the same however often
// the campaign is stopped, and the file that is added to does not.
func (r *campaignRun) beginChase() error {
	if r.chase.Begun {
		return nil
	}
	begin := campaign.Chase{Begun: true}
	if file := r.flags.cover.file; file != "" {
		s, err := cover.ReadFile(file)
		if err == nil {
			begin.Hit = []cover.Packed{{Set: s}}
		} else if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	r.chase = begin
	return r.store.AppendChase(begin)
}

// endChase keeps what the images came to, unless the results file has it already.
func (r *campaignRun) endChase() error {
	there, err := json.Marshal(r.chase.End)
	if err != nil {
		return err
	}
	now, err := json.Marshal(r.summary.Until)
	if err != nil || bytes.Equal(there, now) {
		return err
	}
	return r.store.AppendChase(campaign.Chase{End: r.summary.Until})
}

// models lists the models of the plan's jobs.
func (r *campaignRun) models() ([]*chasedModel, error) {
	var out []*chasedModel
	seen := map[string]bool{}
	for _, j := range r.plan.Jobs {
		key, err := json.Marshal([]any{j.CPU, j.ABI, j.ISAs, j.Patterns, j.NotPatterns})
		if err != nil {
			return nil, err
		}
		if seen[string(key)] || ofOneImage(j) {
			continue
		}
		seen[string(key)] = true
		j.Reserved, j.Traps, j.Misaligned = 0, 0, 0 // aims have their own
		m, err := r.runner.machine(&j, r.runner.runFlags(&j))
		if err != nil {
			return nil, err
		}
		options := j.Options()
		wanted, err := options.Select.Selects(m)
		if err != nil {
			return nil, err
		}
		if err := r.summary.Coverage.Add(cover.Of(m)); err != nil { // where no result tells of it
			return nil, err
		}
		out = append(out, &chasedModel{j, cover.ModelName(m.Config()), m.Config().Arch, cover.NewChase(m, wanted)})
	}
	return out, nil
}

// ofOneImage reports whether a job's targets run no image but one.
func ofOneImage(j campaign.Job) bool {
	for _, kind := range []string{"trace:", "tcp:"} {
		if strings.HasPrefix(j.Master, kind) || strings.HasPrefix(j.Apprentice, kind) {
			return true
		}
	}
	return false
}

// checkUntil refuses a campaign that cannot run other images than its jobs', before it begins.
func (c *campaignOf) checkUntil(until untilFlags) error {
	if until.on && !slices.ContainsFunc(c.jobs, func(j campaign.Job) bool { return !ofOneImage(j) }) {
		return errors.New("--until-covered: all targets are recordings, or of one image each, and would run no other")
	}
	return nil
}

// hit is what was hit on all models of an architecture, elsewhere too.
func (r *campaignRun) hit(m *chasedModel) (*cover.Set, error) {
	i := slices.IndexFunc(r.summary.Coverage, func(s *cover.Set) bool { return s.Arch == m.arch })
	all := cover.Sets{}
	for _, p := range r.chase.Hit {
		if p.Arch != m.arch {
			continue
		}
		if err := errors.Join(all.Add(r.summary.Coverage[i]), all.Add(p.Set)); err != nil {
			return nil, fmt.Errorf("what was hit before: %w", err)
		}
	}
	if len(all) == 0 {
		return r.summary.Coverage[i], nil
	}
	return all[0], nil
}

// round makes the jobs of a round, but for those that have a result. more is false where there is nothing left to aim at.
func (r *campaignRun) round(models []*chasedModel, round int) (todo []campaign.Job, more bool, err error) {
	var held []*campaign.Result
	r.runner.aimed = map[string]*runtime.Image{}
	for i, m := range models {
		hit, err := r.hit(m)
		if err != nil {
			return nil, false, err
		}
		aims, _ := m.chase.Aims(hit, m.job.Count)
		if len(aims) == 0 {
			continue
		}
		more = true
		j := m.job
		if j.Seed += uint64(round); j.Seed == 0 {
			j.Seed = 1
		}
		j.Aimed, j.Index = round, len(r.plan.Jobs)+(round-1)*len(models)+i
		j.ID = j.Params.ID()
		if res := r.held[j.ID]; res != nil {
			held = append(held, res)
			continue
		}
		machine, err := r.runner.machine(&j, r.runner.runFlags(&j))
		if err != nil {
			return nil, false, err
		}
		img, err := aimedImage(machine, j.Options(), aims)
		if err != nil {
			return nil, false, err
		}
		if img != nil {
			r.runner.aimed[j.ID] = img
			todo = append(todo, j)
		}
	}
	for _, res := range held { // when all aims of the round are chosen
		r.add(res)
		delete(r.held, res.ID)
	}
	if more {
		r.summary.Until.Rounds = round
	}
	if len(todo) > 0 && !r.flags.quiet {
		fmt.Fprintf(r.app.stderr, "round %d: images of what is left to hit for %d models\n", round, len(todo))
	}
	return todo, more, nil
}

// add adds a result to the summary.
func (r *campaignRun) add(res *campaign.Result) {
	r.summary.Add(res)
	if u := r.summary.Until; u != nil && res.Aimed > 0 {
		u.Images++
		u.Executions += res.Counts.Executions
	}
}

// aimedFile is the file of an image that was aimed at what was missing, where it is kept.
func aimedFile(p *campaign.Params) string { return "until-covered-" + p.ID() + ".img" }

// keepImage keeps the image of a job that differs or failed, where no command could make it again.
func (r *campaignRun) keepImage(res *campaign.Result) error {
	if res.Aimed == 0 || res.Status != campaign.Differs && res.Status != campaign.Failed {
		return nil
	}
	return r.runner.aimed[res.ID].WriteFile(aimedFile(&res.Params))
}
