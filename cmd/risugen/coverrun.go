package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/cover"
	"github.com/risugen/risugen/runtime"
)

// coverFlag is --cover: a file to which is added what a run has hit.
type coverFlag struct {
	file  string
	keeps func(*cover.Set, *runtime.Report) error // what else is done with it; nil: nothing
}

func (f *coverFlag) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.file, "cover", "", "add what the run has hit to this file (see risugen cover)")
}

// asked reports whether anybody wants to know what a run has hit.
func (f *coverFlag) asked() bool { return f.file != "" || f.keeps != nil }

// check finds out, before there is anything to lose, whether what is hit on a machine can be added to the file.
func (f *coverFlag) check(m arch.Machine) error {
	if f.file == "" {
		return nil
	}
	_, err := f.begin(m)
	return err
}

// begin is what was hit before, of the file if there is one, with all that there is to hit on a machine.
func (f *coverFlag) begin(m arch.Machine) (*cover.Set, error) {
	s := cover.Of(m)
	if f.file == "" {
		return s, nil
	}
	old, err := cover.ReadFile(f.file)
	if errors.Is(err, fs.ErrNotExist) {
		_, err = os.Stat(filepath.Dir(f.file)) // to write it to
		return s, err
	}
	if err != nil {
		return nil, err
	}
	if err := old.Merge(s); err != nil {
		return nil, fmt.Errorf("%s: %w", f.file, err)
	}
	return old, nil
}

// note takes account of a run; its report may be nil.
func (f *coverFlag) note(m arch.Machine, r *runtime.Report) error {
	if r == nil || !f.asked() {
		return nil
	}
	s, err := cover.Ran(m, r)
	if err == nil && f.keeps != nil {
		err = f.keeps(s, r)
	}
	if err == nil && f.file != "" {
		err = s.Update(f.file)
	}
	return err
}

// checkJobs is check for the jobs of a campaign, before there is a machine for any.
func (f *coverFlag) checkJobs(jobs []campaign.Job) error {
	if f.file == "" {
		return nil
	}
	of := ""
	if s, err := cover.ReadFile(f.file); err == nil {
		of = s.Arch
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, j := range jobs {
		a := archOf(arch.Config{CPU: j.CPU})
		if a != nil && of != "" && a.Name() != of {
			return fmt.Errorf("--cover %s: coverage of %s and of %s does not go into one file", f.file, of, a.Name())
		}
		if a != nil {
			of = a.Name()
		}
	}
	return nil
}
