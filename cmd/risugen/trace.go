package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/internal/screen"
	"github.com/risugen/risugen/runtime"
	"github.com/risugen/risugen/runtime/trace"
)

func (a *app) traceCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "trace",
		Short: "Show what a recording holds",
		Long:  "Show what a trace holds, which risugen record wrote, or take the image out of it.",
		Example: `  risugen trace info p5600.trace
  risugen trace image p5600.trace -o msa.img`,
		Args: noArguments, // or a command that does not exist would print help and succeed
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.traceInfoCommand(), a.traceImageCommand())
	return cmd
}

func (a *app) traceImageCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:     "image TRACE",
		Short:   "Write the image that a trace holds to a file",
		Example: "  risugen trace image p5600.trace -o msa.img",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			t, img, err := a.openRecording(args[0])
			if err != nil {
				return err
			}
			defer t.Close()
			if out == "-" {
				_, err := a.stdout.Write(img.Data)
				return err
			}
			if err := img.WriteFile(out); err != nil {
				return err
			}
			return describeImage(a.stdout, img, out, arch.Refusals{}, false)
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "risugen.img", "file to write; - is standard output")
	return cmd
}

func (a *app) traceInfoCommand() *cobra.Command {
	var quick, asJSON bool
	cmd := &cobra.Command{
		Use:   "info TRACE",
		Short: "Show what was recorded, and how far it goes",
		Long: `Show what was recorded, where, and how far it goes. All of the trace is read and checked, unless --quick is given: then
the figures are taken from its end, and only the headers of its frames are looked at.

The exit code is 2 if the trace is damaged or ends early.`,
		Example: `  risugen trace info p5600.trace
  risugen trace info --quick --json p5600.trace`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if quick && args[0] == "-" {
				return errors.New("--quick begins with the end: it takes files alone")
			}
			t, img, err := a.openRecording(args[0])
			if err != nil {
				return err
			}
			defer t.Close()
			survey, err := t.Survey(img, quick)
			if show := a.showTrace(args[0], t.Description(), img, survey, err, asJSON); show != nil {
				return show
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&quick, "quick", false, "trust the index at the end of the trace")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// traceFigures are the sizes of a trace.
type traceFigures struct {
	trace.Totals
	Bytes    int64   `json:"bytes"`               // of the whole trace
	RawEach  float64 `json:"raw_per_execution"`   // bytes that the target wrote
	Each     float64 `json:"bytes_per_execution"` // bytes in frames of records
	Smaller  float64 `json:"ratio"`
	Complete bool    `json:"complete"`
}

func figuresOf(t trace.Totals, size int64) traceFigures {
	f := traceFigures{Totals: t, Bytes: size, Complete: true}
	if t.Executions > 0 {
		f.RawEach, f.Each = float64(t.Raw)/float64(t.Executions), float64(t.Stored)/float64(t.Executions)
	}
	if t.Stored > 0 {
		f.Smaller = float64(t.Raw) / float64(t.Stored)
	}
	return f
}

// sentence says what matters of the figures.
func (f traceFigures) sentence() string {
	return fmt.Sprintf("%s records, %s executions, %s in %s: %.2f bytes an execution, %.1f uncompressed",
		humanize.Comma(f.Records), humanize.Comma(f.Executions), humanize.Bytes(uint64(f.Raw)), humanize.Bytes(uint64(f.Bytes)), f.Each, f.RawEach)
}

// traceInfo is what trace info --json prints.
type traceInfo struct {
	File string `json:"file"`
	traceFigures
	Version     int               `json:"version"`
	Problem     string            `json:"problem,omitempty"`
	Expected    int64             `json:"records_expected"`
	Last        *place            `json:"last,omitempty"` // the last record
	Seconds     float64           `json:"seconds"`        // of the recording; 0 if it has no end
	Config      arch.Config       `json:"config"`
	Seed        uint64            `json:"seed"`
	Description trace.Description `json:"description"`
}

// place is a record in the order of an image.
type place struct {
	Block int64 `json:"block"`
	Round int64 `json:"round"`
}

func (a *app) showTrace(file string, d trace.Description, img *runtime.Image, s runtime.Survey, problem error, asJSON bool) error {
	p := img.Program
	info := traceInfo{
		File: file, traceFigures: figuresOf(s.Totals, s.Size), Version: trace.Version, Seconds: s.Elapsed.Seconds(),
		Expected: int64(len(p.Blocks)) * int64(p.Rounds), Config: p.Machine.Config(), Seed: p.Seed, Description: d,
	}
	info.Complete = problem == nil
	if problem != nil {
		info.Problem = problem.Error()
	}
	if n := s.Records - 1; n >= 0 {
		info.Last = &place{n / int64(p.Rounds), n % int64(p.Rounds)}
	}
	if asJSON {
		return json.NewEncoder(a.stdout).Encode(info)
	}
	_, err := fmt.Fprintln(a.stdout, info.table(p, screen.Width(a.stdout)))
	return err
}

// table is the description for reading, in so many columns of a screen.
func (i *traceInfo) table(p *arch.Program, width int) string {
	t := screen.NewTable(screen.Wrapped{Number: 2, Least: 40})
	row := func(name, text string) {
		if text != "" {
			t.AppendRow(table.Row{name, text})
		}
	}
	d, c := &i.Description, i.Config
	row("target", d.Target)
	row("by way of", d.Via)
	row("emulator", d.Emulator)
	host := [...]string{"kernel", "CPU"}
	if d.Emulator != "" && !strings.HasPrefix(d.Target, "system:") { // which were asked inside of the guest
		host = [...]string{"host kernel", "host CPU"}
	}
	row(host[0], d.Machine["kernel"])
	row(host[1], cpuName(d.Machine["cpuinfo"]))
	row("started", d.Started.Format(time.RFC3339))
	row("recorded by", d.Tool)
	row("image", fmt.Sprintf("%s, %s, %s-endian, seed %d, %s bytes", c.CPU, strings.Join(append(c.ISAs, c.ABI), ", "), c.Order, i.Seed, humanize.Comma(d.Bytes)))
	row("instructions", fmt.Sprintf("%s in %s blocks of %d rounds each", humanize.Comma(int64(p.Instructions())), humanize.Comma(int64(len(p.Blocks))), p.Rounds))
	row("records", i.extent())
	row("executions", humanize.Comma(i.Executions))
	row("size", fmt.Sprintf("%s bytes; records %s of %s, %.1f times smaller", humanize.Comma(i.Bytes), humanize.Comma(i.Stored), humanize.Comma(i.Raw), i.Smaller))
	if i.Executions > 0 {
		row("an execution", fmt.Sprintf("%.2f bytes, %.1f uncompressed", i.Each, i.RawEach))
	}
	if i.Seconds > 0 {
		row("time", screen.Seconds(i.Seconds))
	}
	return t.In(width)
}

// extent says how far the trace goes.
func (i *traceInfo) extent() string {
	switch {
	case i.Complete:
		return humanize.Comma(i.Records) + ", complete"
	case i.Last == nil:
		return "none of " + humanize.Comma(i.Expected) + ": NOT COMPLETE"
	}
	return fmt.Sprintf("%s of %s, to block %d round %d: NOT COMPLETE", humanize.Comma(i.Records), humanize.Comma(i.Expected), i.Last.Block, i.Last.Round)
}

// cpuName is the line of /proc/cpuinfo that names the processor.
func cpuName(info string) string {
	for line := range strings.Lines(info) {
		key, value, _ := strings.Cut(line, ":")
		switch strings.TrimSpace(key) {
		case "model name", "cpu model", "Processor", "cpu", "uarch":
			return strings.TrimSpace(value)
		}
	}
	return ""
}
