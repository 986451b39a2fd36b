package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/runtime"
)

// runFlags say where an image runs and how results are shown.
type runFlags struct {
	master, apprentice string
	token              string // a file
	stall              time.Duration
	details            int
	known              []string
	noKnown            bool
	json               bool
	junit              string // a file
	html               string // a file
	link               linkFlags
	cover              coverFlag
	quiet              bool // a run is shown only if it fails
	lists              *knownLists
	readKnown          func(file string) ([]byte, error) // reads a list of known differences; nil: readText
}

func (f *runFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.master, "master", "", "target taken as right: "+runtime.TargetForms)
	fl.StringVar(&f.apprentice, "apprentice", "", "target under test, written like --master")
	f.addReport(cmd)
}

// addReport adds what does not choose the targets.
func (f *runFlags) addReport(cmd *cobra.Command) {
	f.lists = new(knownLists)
	fl := cmd.Flags()
	fl.DurationVar(&f.stall, "stall", 20*time.Second, "give a target up when it is silent for so long")
	addToken(cmd, &f.token)
	fl.IntVar(&f.details, "details", 20, "differences to show in full; 0 shows none")
	fl.StringSliceVar(&f.known, "known", nil, "files of known differences (YAML), beside the list that is built in: these do not fail a run")
	fl.BoolVar(&f.noKnown, "no-known", false, "leave out the list of known differences that is built in")
	fl.BoolVar(&f.json, "json", false, "print the result as a JSON object")
	addJUnit(cmd, &f.junit)
	addHTML(cmd, &f.html)
	f.cover.add(cmd)
	f.link.add(cmd)
}

func (a *app) runCommand() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run IMAGE",
		Short: "Run an image on two targets and compare",
		Long: `Run an image on two targets at the same time and compare every register after every block.

A target is a command line; {} in it stands for the image's path, which is appended where there is no {}. trace:FILE is what
risugen record kept of a target; IMAGE may be a trace, too. tcp:HOST:PORT is a risugen master, which runs its own target.

ssh:[USER@]HOST[,OPTION…] is another machine, which the system's ssh reaches (RISUGEN_SSH names another, with its options): the
image is copied there, run, and removed. Options:

  run=COMMAND    run the image with a command there, as in run=qemu-mips {}
  dir=DIR        copy to this directory instead of /tmp
  keep           leave the image there, for the next run
  port=N         port to connect to
  key=FILE       file with the private key
  o=NAME=VALUE   one of ssh's own options; may be repeated
  timeout=N      seconds to connect, 30 by default

A value with a comma in it is quoted: 'ssh:board,run="taskset -c 0,1 {}"'. docs/hardware.md has more.`,
		Example: `  risugen run msa.img --master 'qemu-mipsel -cpu P5600' --apprentice 'one-insn:qemu-mipsel -cpu P5600'
  risugen run msa.img --master 'qemu-mipsel -cpu P5600' --apprentice './build/qemu-mipsel -cpu P5600 {}' --json
  risugen run msa.img --master ssh:board --apprentice 'qemu-mipsel -cpu P5600'
  risugen run msa.img --master tcp:localhost:9191 --apprentice 'qemu-mipsel -cpu P5600'   # risugen master at the other end`,
		Args: f.link.args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			img, err := runtime.Open(args[0], machineOf)
			if err != nil {
				return err
			}
			return a.compare(img, f, "")
		},
	}
	f.add(cmd)
	return cmd
}

func (a *app) checkCommand() *cobra.Command {
	var g genFlags
	var f runFlags
	var until untilFlags
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Generate an image, run it on two targets and compare",
		Long: `Generate an image, run it on two targets and compare: gen and run in one.

Without --master and --apprentice the CPU model's usual emulator is compared with itself translating one
instruction at a time.`,
		Example: `  risugen check --cpu P5600 -n 20000
  risugen check --cpu 24Kc -n 5000 --apprentice 'qemu-mipsel -cpu 4Kc'   # differs: a 4Kc has no release 2
  risugen check --cpu 24Kf --code test.o                                 # the instructions of a file
  risugen check --cpu P5600 -n 20000 --html p5600.html                   # and a page to look at
  risugen check --cpu P5600 --decode qemu/target/mips/tcg/msa.decode --overlay msa.overlay`,
		Args: f.link.args(noArguments),
		RunE: func(*cobra.Command, []string) error {
			config, err := g.config()
			if err != nil {
				return err
			}
			f.beginKnown(config)
			m, err := f.machine(config, g.traps > 0)
			if err != nil {
				return err
			}
			if until.on {
				return a.untilCovered(m, &g, &f, until)
			}
			img, _, err := g.imageOn(m)
			if err != nil {
				return err
			}
			return a.compare(img, f, a.again(img.Program.Seed))
		},
	}
	g.add(cmd, a)
	f.add(cmd)
	until.add(cmd, "images")
	return cmd
}

// targets are the commands of both sides: those given, or the CPU model's usual emulator.
func (f *runFlags) targets(config arch.Config) runtime.TargetPair {
	variant, _ := cpuOf(config).Variant(config.ABI, config.Order)
	return runtime.TargetPair{
		Master: orElse(f.master, variant.Emulator), Apprentice: orElse(f.apprentice, "one-insn:"+variant.Emulator),
	}
}

// machine is the machine of a configuration with the overlays of known differences that the targets would not survive.
// traps says whether the image is to have blocks with traps.
func (f *runFlags) machine(config arch.Config, traps bool) (arch.Machine, error) {
	m, err := machineOf(config)
	if err != nil {
		return nil, err
	}
	known, err := f.knownList(m.Config().Arch)
	if err != nil {
		return nil, err
	}
	overlays := f.overlays(m, known, traps)
	if len(overlays) == 0 {
		return m, nil
	}
	config.Sources = append(config.Sources, overlays...)
	return machineOf(config)
}

// overlays are those of known differences, for patterns that the machine has.
func (f *runFlags) overlays(m arch.Machine, known []*runtime.Known, traps bool) []arch.Source {
	targets := f.targets(m.Config())
	targets.Master, targets.Apprentice = runtime.RecordedCommand(targets.Master), runtime.RecordedCommand(targets.Apprentice)
	return runtime.Overlays(m, known, targets, traps)
}

// again is the command line with the seed that was used.
func (a *app) again(seed uint64) string {
	line := a.sameAgain()
	if !slices.ContainsFunc(a.args, func(w string) bool { return w == "--seed" || strings.HasPrefix(w, "--seed=") }) {
		line += fmt.Sprintf(" --seed %d", seed)
	}
	return line
}

// sameAgain is the command line, for a command that makes no image.
func (a *app) sameAgain() string {
	return shellLine(append([]string{"risugen"}, withoutOutputs(a.args)...))
}

// withoutOutputs leaves out of a command line what only says how results are shown.
func withoutOutputs(args []string) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		switch name, _, valued := strings.Cut(args[i], "="); {
		case name == "--json":
		case name == "--html" && !valued:
			i++
		case name == "--html":
		default:
			out = append(out, args[i])
		}
	}
	return out
}

// shellLine is a command line, for a shell.
func shellLine(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = shellQuote(w)
	}
	return strings.Join(quoted, " ")
}

// shellQuote quotes a word where a shell would take it apart.
func shellQuote(w string) string {
	if w != "" && strings.Trim(w, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+,./:@%") == "" {
		return w
	}
	return "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func (a *app) show(r *runtime.Report, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(a.stdout).Encode(r)
	}
	return r.Text(a.stdout, useColor(a.stdout))
}
