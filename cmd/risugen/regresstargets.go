package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/regress"
)

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
	j.Pair = regress.Pair
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
	if len(r.candidate) > 0 && len(r.baseline) == 0 && r.traces == "" && r.record == "" && r.found.same(j.Master, j.Apprentice) {
		return false, fmt.Errorf("--candidate: %s is the installed emulator, and would be compared with itself: name another one, or --baseline self", j.Apprentice)
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

// lacksUsualEmulator reports whether what is missing is a CPU model's usual emulator, which would be found by its name alone.
func lacksUsualEmulator(missing string) bool {
	_, program, ok := strings.Cut(missing, ": there is no program ")
	return ok && isUsualEmulator(program)
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
		if slices.ContainsFunc(r.missing, lacksUsualEmulator) {
			more += "\n" + emulatorPackage
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

// hashPrograms adds the programs of a job's targets, and its recording: results of others are not to be gone on with.
func (r *regression) hashPrograms(h io.Writer, done map[string]bool, j *campaign.Job) error {
	var files []string
	for _, command := range []string{j.Master, j.Apprentice} {
		files = append(files, r.found.programs(command)...)
	}
	if path, ok := strings.CutPrefix(j.Master, "trace:"); ok && r.keep != "" { // only what is kept can be gone on with
		files = append(files, path)
	}
	for _, path := range files {
		if done[path] {
			continue
		}
		done[path] = true
		if err := hashFile(h, path); err != nil {
			return err
		}
	}
	return nil
}

func hashFile(h io.Writer, path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return nil // a recording that is not there, which is told elsewhere, or a program that can be run and not read
	}
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(h, f)
	return err
}
