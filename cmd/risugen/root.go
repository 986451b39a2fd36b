package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"github.com/fatih/color"
	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/arch/arm"
	"github.com/risugen/risugen/arch/mips"
)

// arches are the architectures: a new one is a line here.
var arches = []arch.Arch{mips.New(), arm.New()}

// Exit codes.
const (
	exitAgree    = 0
	exitMismatch = 1
	exitError    = 2
)

// errMismatch ends a command with exitMismatch; what there is to say has been said.
var errMismatch = errors.New("the targets differ")

// said ends a command with an exit code; what there is to say has been said.
type said int

func (s said) Error() string { return fmt.Sprintf("exit code %d", int(s)) }

// app is what the commands share.
type app struct {
	args           []string // the command line
	stdin          io.Reader
	stdout, stderr io.Writer
}

// run executes a command line and returns its exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{args, stdin, stdout, stderr}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	var code said
	switch err := root.Execute(); {
	case err == nil:
		return exitAgree
	case errors.As(err, &code):
		return int(code)
	case errors.Is(err, errMismatch):
		return exitMismatch
	default:
		fmt.Fprintf(stderr, "risugen: %s%s\n", strings.TrimRight(err.Error(), "\n"), emulatorHint(err))
		return exitError
	}
}

func init() { cobra.EnableCommandSorting = false } // groups list their commands in the order of their use

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "risugen",
		Short: "Find wrong instructions in emulators and CPUs",
		Long: `risugen writes images: static executables of random instructions that carry their own harness. It runs an
image on two targets (emulators, or an emulator and a CPU) and compares every register after every block.

Exit codes: 0 the targets agree, 1 they differ, 2 something went wrong.`,
		Example: `  risugen check --cpu P5600 -n 20000          # one emulator against itself, one instruction at a time
  risugen gen --cpu P5600 -n 1000 -o msa.img  # make an image
  risugen run msa.img --master 'qemu-mipsel -cpu P5600' --apprentice '/new/qemu-mipsel -cpu P5600'
  risugen record msa.img -o p5600.trace       # keep what a target writes, for risugen replay
  risugen reduce msa.img --master 'qemu-mipsel -cpu P5600' --apprentice '/new/qemu-mipsel -cpu P5600'
  risugen probe 'ADDS_S df=1 wd=1 ws=2 wt=3' --set w2=h:0x7fff --set w3=h:1
  risugen regress --candidate build           # the gate for a change of a translator
  risugen campaign nightly.yaml -j 8          # many images, with results that outlive the process
  risugen list --cpus`,
		Version:           version(),
		PersistentPreRunE: checkOutputs,
		SilenceErrors:     true,
		SilenceUsage:      true,
	}
	addGroup(root, "Make images, and run them on two targets:",
		a.checkCommand(), a.genCommand(), a.runCommand(), a.recordCommand(), a.replayCommand(), a.masterCommand())
	addGroup(root, "Follow a difference up:", a.reduceCommand(), a.probeCommand(), a.reportCommand())
	addGroup(root, "Run many images:", a.regressCommand(), a.campaignCommand(), a.mergeCommand(), a.coverCommand())
	addGroup(root, "Look at what there is:", a.listCommand(), a.traceCommand(), a.measureCommand())
	addGroup(root, "Work on descriptions:", a.lintCommand(), a.decodeCommand(), a.convertCommand())
	root.AddCommand(a.manCommand())
	strictFlags(root)
	return root
}

// addGroup adds commands that the list of commands shows together, in this order.
func addGroup(root *cobra.Command, title string, commands ...*cobra.Command) {
	g := &cobra.Group{ID: title, Title: title}
	root.AddGroup(g)
	for _, c := range commands {
		c.GroupID = g.ID
	}
	root.AddCommand(commands...)
}

// toolName is what made an image or a trace.
func toolName() string { return "risugen " + version() }

// version is the module's version as Go recorded it when the program was built.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return versionOf(info)
}

// versionOf is a module's version, with the first digits of the commit unless the version names it already, as that of a commit
// between two releases does.
func versionOf(info *debug.BuildInfo) string {
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 && !strings.Contains(info.Main.Version, s.Value[:12]) {
			return info.Main.Version + " " + s.Value[:12]
		}
	}
	return info.Main.Version
}

// isTerminal reports whether a stream is a terminal.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

// useColor reports whether output to w is to be coloured: on terminals, unless NO_COLOR is set.
func useColor(w io.Writer) bool {
	_, no := os.LookupEnv("NO_COLOR")
	on := isTerminal(w) && !no && os.Getenv("TERM") != "dumb"
	color.NoColor = !on
	return on
}

// machineOf finds the machine that a configuration describes; an empty Arch is found by the CPU's name.
func machineOf(c arch.Config) (arch.Machine, error) {
	if a := archOf(c); a != nil {
		return a.Machine(c)
	}
	return nil, unknownCPU(c.CPU)
}

// archOf finds the architecture of a configuration's CPU, or nil.
func archOf(c arch.Config) arch.Arch {
	for _, a := range arches {
		for _, cpu := range a.CPUs() {
			if strings.EqualFold(cpu.Name, c.CPU) && (c.Arch == "" || c.Arch == a.Name()) {
				return a
			}
		}
	}
	return nil
}

// cpuOf returns the description of a machine's CPU.
func cpuOf(c arch.Config) arch.CPU {
	for _, a := range arches {
		for _, cpu := range a.CPUs() {
			if a.Name() == c.Arch && cpu.Name == c.CPU {
				return cpu
			}
		}
	}
	return arch.CPU{}
}
