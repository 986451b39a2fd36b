package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"

	"github.com/spf13/cobra"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/runtime"
)

// What an image has unless told otherwise: instructions in a block, and executions of each block.
const (
	defaultBlock  = 24
	defaultRounds = 64
)

// genFlags choose what an image holds.
type genFlags struct {
	cpu, abi, order   string
	isas              []string
	sources           sourceFlags
	patterns, without []string
	count             int
	block, rounds     int
	seed              uint64
	edges, conds      float64
	reserved          int
	misaligned        float64
	traps             float64
	code              codeFlags
}

func (f *genFlags) add(cmd *cobra.Command, a *app) {
	fl := cmd.Flags()
	fl.StringVar(&f.cpu, "cpu", "P5600", "CPU model to make the image for (see risugen list --cpus)")
	fl.StringVar(&f.abi, "abi", "", "ABI, as list --cpus names them (default the model's first)")
	fl.StringVar(&f.order, "order", "", "byte order: little or big (default the model's)")
	fl.StringSliceVar(&f.isas, "isa", nil, "instruction sets to draw from (default all that the model has)")
	f.sources.add(cmd)
	fl.IntVarP(&f.count, "numinsns", "n", 10000, "number of instructions")
	fl.StringSliceVar(&f.patterns, "pattern", nil, "draw only these: regular expressions that match a whole name, without commas, or @group")
	fl.StringSliceVar(&f.without, "not-pattern", nil, "leave these out")
	fl.IntVar(&f.block, "block", defaultBlock, "instructions in a block")
	fl.IntVar(&f.rounds, "rounds", defaultRounds, "executions of each block, each with other inputs")
	fl.Float64Var(&f.edges, "edges", arch.DefaultEdgeShare, "share of instructions drawn with unusual operands: the same register twice,\nregister 0, extreme immediates; 0 makes all legal words equally likely")
	fl.Float64Var(&f.conds, "condprob", arch.DefaultCondShare, "share of conditional instructions, where an instruction may be conditional or not;\nwhere the descriptions have no conditional block this changes nothing")
	fl.Float64Var(&f.misaligned, "misaligned", arch.DefaultMisalignedShare, "share of loads and stores with an address that is misaligned and must fault,\nunless the operating system does the access")
	fl.IntVar(&f.reserved, "reserved", 0, "reserved words beside the instructions: each must raise the fault for reserved instructions")
	fl.Float64Var(&f.traps, "fp-traps", 0, "share of blocks, 0 to 1, with floating-point exceptions enabled, of one instruction each:\nsignal, code and address are compared, and that a trapped instruction changes nothing")
	f.code.add(cmd, a)
	fl.Uint64Var(&f.seed, "seed", 0, "seed; 0 takes a random one, which is shown")
	completeMachine(cmd)
}

func cpuNames() []string {
	var out []string
	for _, a := range arches {
		for _, c := range a.CPUs() {
			out = append(out, c.Name)
		}
	}
	return out
}

// image generates and builds an image.
func (f *genFlags) image() (*runtime.Image, arch.Refusals, error) {
	config, err := f.config()
	if err != nil {
		return nil, arch.Refusals{}, err
	}
	return f.imageOf(config)
}

// config is the machine that the flags ask for.
func (f *genFlags) config() (arch.Config, error) {
	if err := f.code.check(); err != nil {
		return arch.Config{}, err
	}
	sources, err := f.sources.read(f.isas)
	return arch.Config{CPU: f.cpu, ISAs: f.isas, ABI: f.abi, Order: f.order, Reserved: f.reserved > 0, Sources: sources}, err
}

// imageOf generates and builds an image for a machine. It tells which words of given code it lacks.
func (f *genFlags) imageOf(config arch.Config) (*runtime.Image, arch.Refusals, error) {
	m, err := machineOf(config)
	if err != nil {
		return nil, arch.Refusals{}, err
	}
	return f.imageOn(m)
}

// imageOn is imageOf on a machine that is there.
func (f *genFlags) imageOn(m arch.Machine) (*runtime.Image, arch.Refusals, error) {
	arch.PackAhead(m)
	p, refused, err := f.program(m)
	if err != nil {
		return nil, refused, err
	}
	img, err := runtime.Build(p, toolName())
	return img, refused, err
}

// program makes the program that the flags ask for.
func (f *genFlags) program(m arch.Machine) (*arch.Program, arch.Refusals, error) {
	seed := f.seed
	for seed == 0 {
		seed = rand.Uint64()
	}
	o := f.options(seed)
	if f.code.given("code") {
		return f.code.program(m, o)
	}
	p, err := arch.Generate(m, o)
	return p, arch.Refusals{}, err
}

// options say what a program of a seed is to hold.
func (f *genFlags) options(seed uint64) arch.Options {
	return arch.Options{
		Seed: seed, Count: f.count, BlockLen: f.block, Rounds: f.rounds,
		Select:    arch.Selection{Patterns: f.patterns, NotPatterns: f.without},
		EdgeShare: f.edges, CondShare: f.conds, MisalignedShare: f.misaligned, Reserved: f.reserved, TrapShare: f.traps,
	}
}

func (a *app) genCommand() *cobra.Command {
	var f genFlags
	var format formatFlag
	var out string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "gen",
		Short: "Write an image of random instructions, or of given ones",
		Long:  "Write an image: a static executable for Linux that needs nothing else on the target.",
		Example: `  risugen gen --cpu P5600 -n 20000 --seed 7 -o msa.img
  risugen gen --cpu 24Kc --order big --pattern 'ADD.*,@mem' -o base.img
  risugen gen --cpu P5600 --decode qemu/target/mips/tcg/msa.decode --overlay msa.overlay -o msa.img
  risugen gen --cpu 24Kf --code test.o -o test.img
  risugen gen --cpu cortex-a72 --format risu -o a72.risu.bin`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			if err := format.check(); err != nil {
				return err
			}
			if format.name == risuFormat {
				return f.writeRISU(a, out, asJSON)
			}
			made, err := untilSignal("no image was written", func() (madeImage, error) {
				img, refused, err := f.image()
				return madeImage{img, refused}, err
			})
			if err != nil {
				return err
			}
			img, refused := made.img, made.refused
			if !asJSON && !f.code.given("code") {
				fmt.Fprint(a.stderr, notDrawn(img.Program.Machine))
			}
			if out == "-" {
				_, err := a.stdout.Write(img.Data)
				return err
			}
			if err := img.WriteFile(out); err != nil {
				return err
			}
			return describeImage(a.stdout, img, out, refused, asJSON)
		},
	}
	f.add(cmd, a)
	format.add(cmd)
	cmd.Flags().StringVarP(&out, "output", "o", "risugen.img", "file to write; - is standard output")
	cmd.Flags().BoolVar(&asJSON, "json", false, "describe the image in JSON")
	return cmd
}

// madeImage is an image, and which words of given code it lacks.
type madeImage struct {
	img     *runtime.Image
	refused arch.Refusals
}

// imageInfo is what gen prints of an image.
type imageInfo struct {
	Tool         string      `json:"tool"` // that made the image, with its version
	File         string      `json:"file"`
	Digest       string      `json:"digest"`
	Config       arch.Config `json:"config"`
	Seed         uint64      `json:"seed"`
	Patterns     int         `json:"patterns"`
	Instructions int         `json:"instructions"`
	Blocks       int         `json:"blocks"`
	Rounds       int         `json:"rounds"`
	Bytes        int         `json:"bytes"`
	Descriptions []string    `json:"descriptions"` // all files, which the image holds, too
	Undescribed  []string    `json:"undescribed"`  // patterns that are not drawn for want of an operands block
	Unrecorded   []string    `json:"unrecorded"`   // patterns that are not drawn for want of a record of what they touch
	// LeftOut counts the words of given code that the image lacks, by why that is.
	LeftOut map[arch.RefusalKind]int `json:"left_out,omitempty"`
}

func describeImage(w io.Writer, img *runtime.Image, file string, refused arch.Refusals, asJSON bool) error {
	p := img.Program
	info := imageInfo{
		Tool: img.Tool, File: file, Digest: fmt.Sprintf("%x", img.Digest), Config: p.Machine.Config(), Seed: p.Seed,
		Patterns: p.Patterns(), Instructions: p.Instructions(), Blocks: len(p.Blocks), Rounds: p.Rounds, Bytes: len(img.Data),
		LeftOut:     refused.Counts,
		Undescribed: insnNames(arch.Undescribed(p.Machine)), Unrecorded: insnNames(arch.Unrecorded(p.Machine)),
	}
	for _, s := range info.Config.Sources {
		info.Descriptions = append(info.Descriptions, s.Name)
	}
	if asJSON {
		return json.NewEncoder(w).Encode(info)
	}
	c := info.Config
	var used []string
	if len(c.ISAs) > 0 {
		used = append(used, strings.Join(c.ISAs, "+"))
	}
	used = append(used, c.Given()...)
	_, err := fmt.Fprintf(w, "%s: %s %s (%s, %s, %s-endian), %d instructions of %d patterns in %d blocks, %d rounds, seed %d, %d bytes\n",
		file, c.Arch, c.CPU, strings.Join(used, ", "), c.ABI, c.Order, info.Instructions, info.Patterns, info.Blocks, info.Rounds, info.Seed, info.Bytes)
	return err
}
