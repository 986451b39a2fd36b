package main

import (
	"context"
	"errors"
	"fmt"
	"os/signal"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/probe"
	"github.com/risugen/risugen/runtime"
)

// probeFlags say what to probe, and where.
type probeFlags struct {
	cpu, abi, order string
	isas            []string
	sources         sourceFlags
	set, targets    []string
	cases           string // a file
	record, force   bool
	json            bool
	token           string // a file
	stall           time.Duration
}

func (a *app) probeCommand() *cobra.Command {
	var f probeFlags
	cmd := &cobra.Command{
		Use:   "probe [INSTRUCTION]",
		Short: "Run one instruction with chosen inputs on any targets",
		Long: `Run an instruction with chosen inputs, and show what it changes on each target, side by side.

INSTRUCTION is a pattern's name and its arguments (risugen list shows them), of which those left out are zero, or a word in
hexadecimal; several with semicolons between run one behind the other. On A32 a condition left out is "always". --set says what registers, states and memory hold; the rest is
zero, but that a base register gets an address in the memory block. A VALUE is

  0x7fff_8000       hexadecimal, as many digits as fit, or decimal: 12, -1
  h:1,2,-3          lanes of 8, 16, 32 or 64 bits (b, h, w, d), lane 0 first
  f32:1.5,nan,-inf  lanes that are floating-point numbers, or f64:
  mem+16            an address in the memory block
  00112233          of memory (--set mem=…, mem+16=…): its bytes in their order

Without --target the CPU model's usual emulator runs it. Everything that images record is looked at, declared or not.

--cases checks the cases of a file, a JSON object a line with name, insn, in, out and fault; --record prints them with what the
target made of them as the expectation. docs/probe.md has more.

Exit codes: 0 the targets agree, or do what the cases expect; 1 they do not; 2 something went wrong.`,
		Example: `  risugen probe --cpu P5600 'ADDS_S df=1 wd=1 ws=2 wt=3' --set w2=h:0x7fff,1 --set w3=h:1,-2
  risugen probe --cpu P5600 0x78231050 --set w2=0x7fff --set w3=1 --target 'qemu-mipsel -cpu P5600' --target ssh:board
  risugen probe --cpu 24Kf 'LW rt=2 base=4 imm=8' --set '$4=mem+8' --set mem+16=78563412
  risugen probe --cpu P5600 --cases testdata/vectors/msa.jsonl --target ssh:board
  risugen probe --cpu P5600 --cases in.jsonl --record > vectors.jsonl`,
		RunE: func(_ *cobra.Command, args []string) error { return a.probe(&f, args) },
	}
	f.add(cmd)
	cmd.ValidArgsFunction = completeInstruction
	return cmd
}

func (f *probeFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.cpu, "cpu", "P5600", "CPU model to make the image for (see risugen list --cpus)")
	fl.StringVar(&f.abi, "abi", "", "ABI, as list --cpus names them (default the model's first)")
	fl.StringVar(&f.order, "order", "", "byte order: little or big (default the model's)")
	fl.StringSliceVar(&f.isas, "isa", nil, "instruction sets to take patterns from (default all that the model has)")
	f.sources.add(cmd)
	fl.StringArrayVar(&f.set, "set", nil, "NAME=VALUE: what a register, a state or memory holds before; may be repeated")
	fl.StringArrayVar(&f.targets, "target", nil, "target to run on, may be repeated (default the CPU model's usual emulator): "+runtime.TargetForms)
	fl.StringVar(&f.cases, "cases", "", "check the cases of this file; - is standard input")
	fl.BoolVar(&f.record, "record", false, "print the cases with what the target made of them as the expectation")
	fl.BoolVar(&f.force, "force", false, "run words that are unpredictable or reserved, too, and stores outside of the memory block")
	fl.BoolVar(&f.json, "json", false, "print the result as a JSON object")
	addToken(cmd, &f.token)
	fl.DurationVar(&f.stall, "stall", 20*time.Second, "give a target up when it is silent for so long")
	completeMachine(cmd)
	completeInputs(cmd, "set")
}

// check refuses flags that do not go together.
func (f *probeFlags) check(args []string) error {
	switch {
	case f.cases == "" && len(args) == 0:
		return errors.New("there is no instruction: give one, or a file of them with --cases")
	case f.cases != "" && (len(args) > 0 || len(f.set) > 0):
		return errors.New("--cases has instructions and inputs of its own: leave these out")
	case f.record && f.cases == "":
		return errors.New("--record is of no use without --cases")
	case f.record && len(f.targets) > 1:
		return errors.New("--record takes what one target does: give one --target")
	case f.record && f.json:
		return errors.New("--record prints JSON already: leave --json out")
	}
	return checkStall(f.stall)
}

// prober makes what the flags ask for, and finds the targets.
func (a *app) prober(f *probeFlags) (*probe.Prober, []runtime.Target, error) {
	sources, err := f.sources.read(f.isas)
	if err != nil {
		return nil, nil, err
	}
	m, err := machineOf(arch.Config{
		CPU: f.cpu, ISAs: f.isas, ABI: f.abi, Order: f.order, Sources: sources,
		Reserved: f.force && len(f.isas) == 0 && !arch.Replaced(sources), // what is no instruction only all descriptions tell
	})
	if err != nil {
		return nil, nil, err
	}
	commands := f.targets
	if len(commands) == 0 {
		c := m.Config()
		variant, _ := cpuOf(c).Variant(c.ABI, c.Order)
		commands = []string{variant.Emulator}
	}
	targets, err := a.parseTargets(f.token, commands...)
	if err == nil {
		err = noMasters(targets)
	}
	return probe.New(m, f.force), targets, err
}

// noMasters refuses targets that others run: no code goes to a master, which has the one image that it was started with.
func noMasters(targets []runtime.Target) error {
	for _, t := range targets {
		if _, ok := t.(*runtime.Remote); ok {
			return fmt.Errorf("target %q: a master runs the one image that it was started with, and probe makes a new one for each question: use ssh:HOST, or probe on the master's machine", t.Name())
		}
	}
	return nil
}

func (a *app) probe(f *probeFlags, args []string) error {
	if err := f.check(args); err != nil {
		return err
	}
	p, targets, err := a.prober(f)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), ending...)
	defer stop()
	if f.cases != "" {
		return a.probeCases(ctx, f, p, targets)
	}
	return a.probeOne(ctx, f, p, targets, strings.Join(args, " "))
}

// probeOne runs one instruction, or a sequence.
func (a *app) probeOne(ctx context.Context, f *probeFlags, p *probe.Prober, targets []runtime.Target, insn string) error {
	c, err := p.NewCase(insn)
	if err != nil {
		return fmt.Errorf("instruction: %w", err)
	}
	for _, s := range f.set {
		if err := p.SetText(c, s); err != nil {
			return fmt.Errorf("--set %s: %w", s, err)
		}
	}
	b, err := p.Build([]*probe.Case{c}, toolName())
	if err != nil {
		return err
	}
	var outs []probe.Outcome
	for _, t := range targets {
		o, err := b.Run(ctx, t, f.stall)
		if err != nil {
			return err
		}
		outs = append(outs, o...)
	}
	v := probeView{b: b, targets: targets, outs: outs}
	if f.json {
		err = v.json(a.stdout)
	} else {
		err = v.text(a.stdout, useColor(a.stdout))
	}
	if err == nil && !b.Agree(0, outs) {
		err = errMismatch
	}
	return err
}
