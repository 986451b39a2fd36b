package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/risugen/risugen/runtime"
)

// recordFlags say what to record, and where.
type recordFlags struct {
	target, out string
	token       string // a file
	stall       time.Duration
	json        bool
}

func (a *app) recordCommand() *cobra.Command {
	var f recordFlags
	cmd := &cobra.Command{
		Use:   "record IMAGE",
		Short: "Run an image on one target and keep what it writes",
		Long: `Run an image on one target and keep what it writes in a trace, which holds the image, too: risugen replay compares other
targets with it later, as if the recorded one still ran.

While the target runs, the trace is called FILE.part. If it dies, hangs or is interrupted, what came until then stays there,
can be replayed, and the exit code is 2.`,
		Example: `  risugen record msa.img -o msa.trace                          # the CPU model's usual emulator
  risugen record msa.img --target ssh:board -o p5600.trace
  risugen record msa.img -o - | ssh host risugen replay - --target 'qemu-mipsel -cpu P5600'`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			img, err := runtime.Open(args[0], machineOf)
			if err != nil {
				return err
			}
			return a.record(img, f)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.target, "target", "", "target to record (default the CPU model's usual emulator): "+runtime.TargetForms)
	addToken(cmd, &f.token)
	fl.StringVarP(&f.out, "output", "o", "risugen.trace", "file to write; - is standard output")
	fl.DurationVar(&f.stall, "stall", 20*time.Second, "give the target up when it is silent for so long")
	fl.BoolVar(&f.json, "json", false, "describe the trace in JSON")
	return cmd
}

// record records and says what was kept.
func (a *app) record(img *runtime.Image, f recordFlags) error {
	if err := checkStall(f.stall); err != nil {
		return err
	}
	targets, err := a.parseTargets(f.token, orElse(f.target, emulator(img)))
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), ending...)
	defer stop()
	bar := a.progress(img, "recording", f.json)
	opt := runtime.RecordOptions{Stall: f.stall, Tool: toolName(), Progress: bar.set}
	if f.out == "-" {
		done, err := runtime.Record(ctx, img, targets[0], a.stdout, opt)
		bar.done()
		if err == nil {
			err = describeRecorded(a.stderr, "standard output", done, f.json)
		}
		return err
	}
	file, err := runtime.CreateTrace(f.out)
	if err != nil {
		return err
	}
	done, err := runtime.Record(ctx, img, targets[0], file, opt)
	bar.done()
	if err != nil {
		return a.stopped(file, done, err)
	}
	if err := file.Finish(); err != nil {
		return err
	}
	return describeRecorded(a.stdout, f.out, done, f.json)
}

// stopped says what is left of a recording that failed.
func (a *app) stopped(file *runtime.TraceFile, done runtime.Recorded, failed error) error {
	name, err := file.Stop(done.Records > 0)
	if name != "" {
		fmt.Fprintf(a.stderr, "risugen: %s keeps %s records that came before; it can be replayed\n", name, humanize.Comma(done.Records))
	}
	return errors.Join(failed, err)
}

// emulator is the command that usually runs images like this one.
func emulator(img *runtime.Image) string {
	c := img.Program.Machine.Config()
	variant, _ := cpuOf(c).Variant(c.ABI, c.Order)
	return variant.Emulator
}

// recordedInfo is what record --json prints.
type recordedInfo struct {
	Tool string `json:"tool"` // that recorded it, with its version
	File string `json:"file"`
	traceFigures
}

func describeRecorded(w io.Writer, name string, done runtime.Recorded, asJSON bool) error {
	figures := figuresOf(done.Totals, done.Size)
	if asJSON {
		return json.NewEncoder(w).Encode(recordedInfo{toolName(), name, figures})
	}
	_, err := fmt.Fprintf(w, "%s: %s\n", name, figures.sentence())
	return err
}
