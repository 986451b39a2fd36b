package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
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
		Name: name, Text: text, Options: options, Known: f.known, NoKnown: f.noKnown, ReadFile: readText,
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
			return nil, fmt.Errorf("--cpus: %w", unknownCPU(name))
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
