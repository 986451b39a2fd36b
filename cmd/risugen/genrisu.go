package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/risu/image"
	"github.com/risugen/risugen/runtime"
)

// Formats of images.
const (
	ownFormat  = "risugen"
	risuFormat = "risu"
)

// formatFlag chooses what kind of image gen writes.
type formatFlag struct {
	name    string
	changed func(flag string) bool
}

func (f *formatFlag) add(cmd *cobra.Command) {
	f.changed = cmd.Flags().Changed
	cmd.Flags().StringVar(&f.name, "format", ownFormat, "kind of image: risugen, or risu, which upstream RISU's program runs")
	complete(cmd, "format", func() []string { return []string{ownFormat, risuFormat} })
}

// check refuses unknown formats, and flags that say what RISU's images do not have.
func (f *formatFlag) check() error {
	if f.name != ownFormat && f.name != risuFormat {
		return fmt.Errorf("unknown format %q of images; known are %s, %s", f.name, ownFormat, risuFormat)
	}
	if f.name == ownFormat {
		return nil
	}
	for _, flag := range []struct{ name, why string }{
		{"block", "registers are compared after each instruction"},
		{"rounds", "each instruction runs once"},
		{"misaligned", "RISU's program handles no other signal than SIGILL"},
		{"fp-traps", "RISU's program handles no other signal than SIGILL"},
	} {
		if f.changed(flag.name) {
			return fmt.Errorf("--%s is of no use in an image of RISU's: %s", flag.name, flag.why)
		}
	}
	return nil
}

// risuInfo is what gen prints of an image in RISU's format.
type risuInfo struct {
	Tool         string                   `json:"tool"` // that made the image, with its version
	File         string                   `json:"file"`
	Format       string                   `json:"format"`
	Config       arch.Config              `json:"config"`
	Seed         uint64                   `json:"seed"`
	Patterns     int                      `json:"patterns"`
	Instructions int                      `json:"instructions"`
	Bytes        int                      `json:"bytes"`
	LeftOut      map[arch.RefusalKind]int `json:"left_out,omitempty"`
}

// writeRISU generates an image in RISU's format and writes it.
func (f *genFlags) writeRISU(a *app, out string, asJSON bool) error {
	config, err := f.config()
	if err != nil {
		return err
	}
	m, err := machineOf(config)
	if err != nil {
		return err
	}
	machine, err := image.Machine(m)
	if err != nil {
		return err
	}
	f.block, f.rounds, f.misaligned = image.BlockLen, 1, 0
	type written struct {
		p       *arch.Program
		refused arch.Refusals
		data    []byte
	}
	made, err := untilSignal("no image was written", func() (w written, err error) {
		if w.p, w.refused, err = f.program(machine); err == nil {
			w.data, err = image.Write(w.p)
		}
		return w, err
	})
	if err != nil {
		return err
	}
	p, refused, data := made.p, made.refused, made.data
	if !asJSON && !f.code.given("code") {
		fmt.Fprint(a.stderr, notDrawn(machine))
	}
	if out == "-" {
		_, err := a.stdout.Write(data)
		return err
	}
	if err := runtime.WriteFile(out, data); err != nil {
		return err
	}
	return describeRISU(a.stdout, risuInfo{
		Tool: toolName(), File: out, Format: risuFormat, Config: m.Config(), Seed: p.Seed, Patterns: p.Patterns(), Instructions: p.Instructions(),
		Bytes: len(data), LeftOut: refused.Counts,
	}, asJSON)
}

func describeRISU(w io.Writer, info risuInfo, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(info)
	}
	c := info.Config
	_, err := fmt.Fprintf(w, "%s: RISU image for %s %s (%s), %d instructions of %d patterns, seed %d, %d bytes\n",
		info.File, c.Arch, c.CPU, strings.Join(append(append([]string{}, c.ISAs...), c.Given()...), "+"), info.Instructions, info.Patterns, info.Seed, info.Bytes)
	return err
}
