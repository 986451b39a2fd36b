package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/regress"
	"github.com/risugen/risugen/runtime"
)

// regression is what risugen regress is to do.
type regression struct {
	regressFlags
	name                string
	plan                *campaign.Plan
	baselineOf          func(*campaign.Params, arch.Variant) (string, bool) // nil: recordings
	candidateOf         func(*campaign.Params, arch.Variant) (string, bool)
	baselineAs, candAs  string // for the summary
	lists               []regress.List
	skipped             []regress.Skipped
	found               emulators
	ofOneModel, missing []string
}

// selfBaseline is the baseline that is the candidate, one instruction at a time.
const selfBaseline = "self"

// planRegress makes the jobs of a set.
func (a *app) planRegress(name string, text []byte, f regressFlags) (*regression, error) {
	r := &regression{regressFlags: f, name: name}
	if err := r.sides(); err != nil {
		return nil, err
	}
	options, err := a.regressOptions(f)
	if err != nil {
		return nil, err
	}
	only, err := f.only()
	if err != nil {
		return nil, err
	}
	r.plan, err = campaign.Load(campaign.Input{
		Name: name, Text: text, Options: options, Known: f.known, NoKnown: f.noKnown, ReadFile: os.ReadFile,
		Catalog: &catalog{}, Tool: toolName(), Only: only, Master: "{emulator}", Apprentice: "{emulator}",
		NoTargets: "a set has no targets: --baseline and --candidate name them",
	})
	if err != nil {
		return nil, err
	}
	r.plan.KeepPatterns = true
	if f.given("stall") {
		r.plan.Stall = f.stall
	}
	if err := r.target(); err != nil {
		return nil, err
	}
	return r, r.readLists()
}

// regressOptions are the flags that stand for keys of the set's matrices.
func (a *app) regressOptions(f regressFlags) (out []campaign.Option, err error) {
	if len(f.patterns) > 0 {
		o := campaign.Option{Key: "patterns"}
		for _, p := range f.patterns {
			o.Values = append(o.Values, strings.Split(p, ","))
		}
		out = append(out, o)
	}
	if len(f.seeds) == 0 {
		return out, nil
	}
	o := campaign.Option{Key: "seeds"}
	for _, s := range f.seeds {
		if s, err = a.randomSeeds(s); err != nil {
			return nil, err
		}
		o.Values = append(o.Values, []string{s})
	}
	return append(out, o), nil
}

// maxRandomSeeds bounds how many seeds are drawn at once.
const maxRandomSeeds = 100_000

// randomSeeds draws seeds where "random" or "random:N" asks for them: a range, which is shown.
func (a *app) randomSeeds(text string) (string, error) {
	kind, number, counted := strings.Cut(text, ":")
	if kind != "random" {
		return text, nil
	}
	n := 1
	if counted {
		var err error
		if n, err = strconv.Atoi(number); err != nil || n < 1 || n > maxRandomSeeds {
			return "", fmt.Errorf("--seeds %s: it is random:N, N from 1 to %d", text, maxRandomSeeds)
		}
	}
	first := uint64(rand.Uint32()) + 1
	seeds := fmt.Sprint(first)
	if n > 1 {
		seeds += fmt.Sprintf("-%d", first+uint64(n)-1)
	}
	fmt.Fprintf(a.stderr, "random seeds: --seeds %s takes these again\n", seeds)
	return seeds, nil
}

// only says which of a set's CPU models to look at.
func (f *regressFlags) only() (func(arch.CPU, arch.Variant) bool, error) {
	for _, name := range f.archs {
		if !slices.Contains(archNames(), name) {
			return nil, fmt.Errorf("--arch: unknown architecture %q; known are %s", name, strings.Join(archNames(), ", "))
		}
	}
	isCPU := func(name string) func(string) bool { return func(c string) bool { return strings.EqualFold(c, name) } }
	for _, name := range f.cpus {
		if !slices.ContainsFunc(cpuNames(), isCPU(name)) {
			return nil, fmt.Errorf("--cpus: unknown CPU %q; known are %s", name, strings.Join(cpuNames(), ", "))
		}
	}
	return func(cpu arch.CPU, _ arch.Variant) bool {
		if len(f.archs) > 0 && !slices.Contains(f.archs, archOf(arch.Config{CPU: cpu.Name}).Name()) {
			return false
		}
		return len(f.cpus) == 0 || slices.ContainsFunc(f.cpus, func(c string) bool { return isCPU(cpu.Name)(c) })
	}, nil
}

// sides reads what is compared with what.
func (r *regression) sides() error {
	side := func(flag string, given []string) (*regress.Side, error) {
		if len(given) == 0 {
			return regress.Installed(), nil
		}
		s, err := regress.ParseSide(given, isUsualEmulator)
		if err != nil {
			return nil, fmt.Errorf("--%s: %w", flag, err)
		}
		if s.OfOneModel() {
			r.ofOneModel = append(r.ofOneModel, "--"+flag)
		}
		return s, nil
	}
	candidate, err := side("candidate", r.candidate)
	if err != nil {
		return err
	}
	r.candidateOf, r.candAs = candidate.Command, candidate.String()
	self := slices.Equal(r.baseline, []string{selfBaseline}) || len(r.baseline) == 0 && len(r.candidate) == 0 && r.record == ""
	switch {
	case r.traces != "":
		r.baselineAs = filepath.Join(r.traces, "*.trace")
	case self && r.record != "":
		return errors.New("--record records a baseline, which self is not: give --baseline another one")
	case self:
		r.baselineOf, r.baselineAs = r.candidateOf, "the candidate"
		r.candidateOf = func(p *campaign.Params, v arch.Variant) (string, bool) {
			command, ok := candidate.Command(p, v)
			return "one-insn:" + command, ok
		}
		r.candAs += ", and one instruction at a time"
	default:
		baseline, err := side("baseline", r.baseline)
		if err != nil {
			return err
		}
		r.baselineOf, r.baselineAs = baseline.Command, baseline.String()
	}
	return nil
}

// isUsualEmulator reports whether a name is that of a program that a CPU model's images usually run on.
func isUsualEmulator(name string) bool {
	for _, a := range arches {
		for _, cpu := range a.CPUs() {
			for _, v := range cpu.Variants {
				if program, _, _ := strings.Cut(v.Emulator, " "); program == name {
					return true
				}
			}
		}
	}
	return false
}

// target gives each job its targets, and drops those that have none on purpose.
func (r *regression) target() error {
	salt := sha256.New()
	hashed := map[string]bool{}
	err := r.plan.Change(r.name, toolName(), "", func(j *campaign.Job) (bool, error) {
		keep, err := r.targetsOf(j)
		if err == nil && keep {
			err = r.hashPrograms(salt, hashed, j)
		}
		return keep, err
	})
	if err == nil {
		err = r.complaints()
	}
	if err != nil {
		return err
	}
	return r.plan.Change(r.name, toolName(), fmt.Sprintf("%x", salt.Sum(nil)), func(*campaign.Job) (bool, error) { return true, nil })
}

// targetsOf fills in the targets of a job. keep is false where it is left out.
func (r *regression) targetsOf(j *campaign.Job) (keep bool, err error) {
	variant, _ := cpuOf(arch.Config{Arch: archOf(arch.Config{CPU: j.CPU}).Name(), CPU: j.CPU}).Variant(j.ABI, j.Order)
	image := j.Params
	image.Master, image.Apprentice = "", ""
	program, _, _ := strings.Cut(variant.Emulator, " ")
	var ok bool
	if j.Apprentice, ok = r.candidateOf(&image, variant); !ok {
		r.skip(j.CPU, "the candidate has no "+program+", and others were named")
		return false, nil
	}
	j.Pair = "regress"
	if r.baselineOf == nil {
		path := filepath.Join(r.traces, traceName(&image))
		j.Master = "trace:" + path
		if _, err := os.Stat(path); err != nil {
			return r.lacks(j, "there is no recording "+path), nil
		}
	} else if j.Master, ok = r.baselineOf(&image, variant); !ok {
		r.skip(j.CPU, "the baseline has no "+program+", and others were named")
		return false, nil
	}
	for _, command := range []string{j.Master, j.Apprentice} {
		if r.record != "" && command != j.Master {
			continue // nothing of the candidate runs
		}
		why, err := r.found.missing(command)
		if err != nil {
			return false, err
		}
		if why != "" {
			return r.lacks(j, why), nil
		}
	}
	return true, nil
}

// lacks notes a job that something is missing for. It returns whether the job is kept.
func (r *regression) lacks(j *campaign.Job, why string) bool {
	if r.skipMissing {
		r.skip(j.CPU, why)
		return false
	}
	if text := fmt.Sprintf("%s: %s", j.CPU, why); !slices.Contains(r.missing, text) {
		r.missing = append(r.missing, text)
	}
	return true
}

func (r *regression) skip(what, why string) {
	i := slices.IndexFunc(r.skipped, func(s regress.Skipped) bool { return s.What == what && s.Why == why })
	if i < 0 {
		i = len(r.skipped)
		r.skipped = append(r.skipped, regress.Skipped{What: what, Why: why})
	}
	r.skipped[i].Jobs++
}

// complaints says what keeps the plan from being run.
func (r *regression) complaints() error {
	const shown = 10
	if n := len(r.missing); n > 0 {
		list := r.missing[:min(n, shown)]
		more := ""
		if n > shown {
			more = fmt.Sprintf("\n  and %d more", n-shown)
		}
		return fmt.Errorf("what jobs need is not there (narrow the set with --arch or --cpus, or give --skip-missing):\n  %s%s", strings.Join(list, "\n  "), more)
	}
	if len(r.plan.Jobs) == 0 {
		var why []string
		for _, s := range r.skipped {
			why = append(why, "\n  "+s.What+": "+s.Why)
		}
		for _, l := range r.plan.LeftOut {
			why = append(why, "\n  "+l.What+": "+l.Why)
		}
		if len(why) == 0 {
			why = []string{" it has none of these CPU models"}
		}
		return fmt.Errorf("nothing of the set %s is left to run:%s", r.name, strings.Join(why[:min(len(why), shown)], ""))
	}
	var models []string
	for i := range r.plan.Jobs {
		if cpu := r.plan.Jobs[i].CPU; !slices.Contains(models, cpu) {
			models = append(models, cpu)
		}
	}
	if len(models) > 1 && len(r.ofOneModel) > 0 {
		return fmt.Errorf("%s: the command is the same for %d CPU models: write {emulator} or {cpu} into it, or name one model with --cpus", r.ofOneModel[0], len(models))
	}
	return nil
}

// hashPrograms adds the programs of a job's targets: results of another build are not to be gone on with.
func (r *regression) hashPrograms(h io.Writer, done map[string]bool, j *campaign.Job) error {
	for _, command := range []string{j.Master, j.Apprentice} {
		path := r.found.program(command)
		if path == "" || done[path] {
			continue
		}
		done[path] = true
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		_, err = io.Copy(h, f)
		if f.Close(); err != nil {
			return err
		}
	}
	return nil
}

// readLists reads the lists of known differences, which must not have an id twice.
func (r *regression) readLists() error {
	seen := map[string]string{}
	add := func(name string, text []byte, builtIn, stale bool) error {
		list, err := runtime.ParseKnown(name, text)
		if err != nil {
			return err
		}
		for _, k := range list {
			if at := seen[k.ID]; at != "" {
				return fmt.Errorf("%s: a second entry %q: the first is at %s (--no-known leaves the built-in list out)", k.At, k.ID, at)
			}
			seen[k.ID] = k.At
		}
		r.lists = append(r.lists, regress.List{Entries: list, BuiltIn: builtIn, Stale: stale})
		return nil
	}
	for _, a := range arches {
		if !r.plan.NoKnown && r.hasArch(a) {
			name, text := a.Known()
			if err := add(name, text, true, r.staleBuiltIn); err != nil {
				return err
			}
		}
	}
	for _, k := range r.plan.Known {
		if err := add(k.Name, k.Text, false, true); err != nil {
			return err
		}
	}
	return nil
}

// hasArch reports whether a job is of an architecture.
func (r *regression) hasArch(a arch.Arch) bool {
	return slices.ContainsFunc(r.plan.Jobs, func(j campaign.Job) bool { return archOf(arch.Config{CPU: j.CPU}).Name() == a.Name() })
}
