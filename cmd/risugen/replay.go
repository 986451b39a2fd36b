package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/risugen/risugen/runtime"
)

func (a *app) replayCommand() *cobra.Command {
	var f runFlags
	var target string
	cmd := &cobra.Command{
		Use:   "replay TRACE",
		Short: "Compare a target with a recording",
		Long: `Run the image that a trace holds on a target and compare it with what was recorded, as if the recorded target still ran:
it is the master, the report and the exit codes are those of risugen run.

Of a trace that ends early everything there is is compared; then the exit code is 1 if something differs, else 2.`,
		Example: `  risugen replay p5600.trace                                   # with the CPU model's usual emulator
  risugen replay p5600.trace --target './build/qemu-mipsel -cpu P5600' --json
  ssh board cat p5600.trace | risugen replay -`,
		Args: f.link.args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			master, img, err := a.openRecording(args[0])
			if err != nil {
				return err
			}
			apprentice, err := a.parseTargets(f.token, orElse(target, emulator(img)))
			if err != nil {
				return err
			}
			return a.compareTargets(img, master, apprentice[0], f, "")
		},
	}
	cmd.Flags().StringVar(&target, "target", "", "target to compare (default the CPU model's usual emulator): "+runtime.TargetForms)
	f.addReport(cmd)
	return cmd
}

// openRecording opens a trace; - is standard input.
func (a *app) openRecording(path string) (*runtime.Recording, *runtime.Image, error) {
	if path == "-" {
		t, img, err := runtime.ReadRecording(a.stdin, machineOf)
		if err != nil {
			return nil, nil, fmt.Errorf("standard input: %w", err)
		}
		return t, img, nil
	}
	return runtime.OpenRecording(path, machineOf)
}
