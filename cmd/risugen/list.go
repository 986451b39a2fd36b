package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/internal/screen"
	"github.com/risugen/risugen/runtime"
)

func (a *app) listCommand() *cobra.Command {
	var c arch.Config
	var sources sourceFlags
	var cpus, asJSON bool
	cmd := &cobra.Command{
		Use:   "list [IMAGE]",
		Short: "List patterns, CPU models, or what an image holds",
		Long: `List the patterns that a CPU model has, or with --cpus the CPU models, or the words of an image (a trace has one): block, item,
address, word, what it is for, pattern and assembler text. Words that are not under test are glue: they prepare a register
for the next instruction, save or reset what it would overwrite, or mark which way a branch went.`,
		Example: `  risugen list --cpu P5600 --isa msa
  risugen list --cpu P5600 --decode qemu/target/mips/tcg/msa.decode --overlay msa.overlay
  risugen list --cpus
  risugen list msa.img | less`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) == 1 && (cpus || c.CPU != "" || c.ISAs != nil || c.ABI != "" || sources.given()):
				return errors.New("an image is listed without --cpus, --cpu, --isa, --abi, --decode and --overlay: it has its own descriptions")
			case cpus && sources.given():
				return errors.New("CPU models are listed without --decode and --overlay")
			case cpus:
				return a.listCPUs(asJSON)
			case len(args) == 1:
				return a.listImage(args[0], asJSON)
			}
			c.CPU = orElse(c.CPU, "P5600")
			var err error
			if c.Sources, err = sources.read(c.ISAs); err != nil {
				return err
			}
			return a.listPatterns(c, asJSON)
		},
	}
	cmd.Flags().StringVar(&c.CPU, "cpu", "", "CPU model (default P5600)")
	cmd.Flags().StringSliceVar(&c.ISAs, "isa", nil, "instruction sets (default all that the model has)")
	cmd.Flags().StringVar(&c.ABI, "abi", "", "ABI (default the model's first)")
	sources.add(cmd)
	cmd.Flags().BoolVar(&cpus, "cpus", false, "list CPU models")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	completeMachine(cmd)
	return cmd
}

// newTable returns a table as all lists are shown: a plain one, which a pipe can take apart. On a screen it is as wide as that,
// if some columns can be narrower.
func newTable(narrower []screen.Wrapped, head ...any) *screen.Table {
	t := screen.NewList(narrower...)
	t.AppendHeader(head)
	return t
}

// render writes a table.
func (a *app) render(t *screen.Table) error {
	_, err := fmt.Fprintln(a.stdout, t.In(screen.ListWidth(a.stdout)))
	return err
}

// cpuInfo is a line of list --cpus --json.
type cpuInfo struct {
	Arch        string        `json:"arch"`
	Name        string        `json:"name"`
	ISAs        []string      `json:"isas"`     // of the usual ABI
	Variants    []variantInfo `json:"variants"` // the usual one first
	Description string        `json:"description"`
}

type variantInfo struct {
	ABI      string   `json:"abi"`
	Order    string   `json:"order"`
	Emulator string   `json:"emulator"`
	ISAs     []string `json:"isas"` // of the ABI
}

// isasOf lists the instruction sets of a model, for each ABI by itself where they are not the same.
func isasOf(c arch.CPU) string {
	var parts []string
	same := true
	for _, abi := range c.ABIs() {
		v, _ := c.Variant(abi, "")
		parts = append(parts, abi+":"+strings.Join(v.ISAs, ","))
		same = same && slices.Equal(v.ISAs, c.ISAs)
	}
	if same {
		return strings.Join(c.ISAs, ",")
	}
	return strings.Join(parts, ";")
}

func (a *app) listCPUs(asJSON bool) error {
	var infos []cpuInfo
	t := newTable([]screen.Wrapped{{Number: 3, Least: 12}, {Number: 4, Least: 8}, {Number: 6, Least: 16}}, "cpu", "arch", "isas", "abis", "orders", "description")
	for _, ar := range arches {
		for _, c := range ar.CPUs() {
			info := cpuInfo{Arch: ar.Name(), Name: c.Name, ISAs: c.ISAs, Description: c.Description}
			for _, v := range c.Variants {
				info.Variants = append(info.Variants, variantInfo(v))
			}
			infos = append(infos, info)
			t.AppendRow(table.Row{
				c.Name, ar.Name(), isasOf(c), strings.Join(c.ABIs(), ","), strings.Join(c.Orders(), ","), c.Description,
			})
		}
	}
	if asJSON {
		return json.NewEncoder(a.stdout).Encode(infos)
	}
	return a.render(t)
}

// patternInfo is an element of list --json.
type patternInfo struct {
	Name   string   `json:"name"`
	At     string   `json:"at"`
	Bits   string   `json:"bits"`
	Args   []string `json:"args"`
	Groups []string `json:"groups"`
	Faults []string `json:"faults,omitempty"`
	Random bool     `json:"random"` // drawn at random
	// Described is whether there is an operands block; without one a pattern is not drawn.
	Described bool     `json:"described"`
	Operands  []string `json:"operands"`
}

func describePattern(in *constraints.Insn, l *arch.Layout) patternInfo {
	p := in.Pattern
	info := patternInfo{
		Name: p.Name, At: p.Pos.String(), Bits: bitString(p.FixedBits, p.FixedMask, p.UndefMask, p.Width),
		Groups: in.Groups, Faults: in.Faults, Random: arch.Schedulable(in, l),
		Described: in.Described,
	}
	for i := range p.Args {
		if p.Args[i].Field != nil {
			info.Args = append(info.Args, p.Args[i].Name)
		} else {
			info.Args = append(info.Args, fmt.Sprintf("%s=%d", p.Args[i].Name, p.Args[i].Const))
		}
	}
	for i := range in.Operands {
		op := &in.Operands[i]
		info.Operands = append(info.Operands, op.Name+":"+op.Role.String())
	}
	return info
}

// bitString shows fixed bits as 0 and 1, ignored ones as - and the others as dots.
func bitString(bits, mask, undef uint64, width int) string {
	var b strings.Builder
	for i := width - 1; i >= 0; i-- {
		switch {
		case mask>>i&1 == 1:
			b.WriteByte('0' + byte(bits>>i&1))
		case undef>>i&1 == 1:
			b.WriteByte('-')
		default:
			b.WriteByte('.')
		}
	}
	return b.String()
}

func yesNo(v bool) string {
	if v {
		return "yes"
	}
	return "no"
}

func (a *app) listPatterns(c arch.Config, asJSON bool) error {
	m, err := machineOf(c)
	if err != nil {
		return err
	}
	var infos []patternInfo
	t := newTable([]screen.Wrapped{{Number: 1, Least: 12}, {Number: 3, Least: 12}, {Number: 4, Least: 8}, {Number: 6, Least: 20}}, "pattern", "bits", "operands", "groups", "drawn", "at")
	for _, in := range m.Set().Patterns() {
		i := describePattern(in, m.Layout())
		i.Random = slices.ContainsFunc(m.Set().Variants(in.Pattern), func(v *constraints.Insn) bool { return arch.Schedulable(v, m.Layout()) })
		infos = append(infos, i)
		t.AppendRow(table.Row{i.Name, i.Bits, strings.Join(i.Operands, " "), strings.Join(i.Groups, ","), yesNo(i.Random), i.At})
	}
	if asJSON {
		return json.NewEncoder(a.stdout).Encode(infos)
	}
	if err := a.render(t); err != nil {
		return err
	}
	_, err = fmt.Fprint(a.stderr, notDrawn(m))
	return err
}

// itemInfo is a line of list IMAGE --json.
type itemInfo struct {
	Block   int    `json:"block"`
	Item    int    `json:"item"`
	Address string `json:"address"`
	Word    string `json:"word"`
	Kind    string `json:"kind"`
	Pattern string `json:"pattern,omitempty"`
	Text    string `json:"text"`
}

func (a *app) listImage(file string, asJSON bool) error {
	img, err := runtime.Open(file, machineOf)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(a.stdout)
	if !asJSON {
		fmt.Fprintln(w, "block  item   address  word        kind     pattern     text")
	}
	enc := json.NewEncoder(w)
	for i := range img.Program.Blocks {
		addr := img.Program.Blocks[i].Addr
		for j := range img.Program.Blocks[i].Items {
			info := describeItem(img.Program, i, j, addr)
			addr += uint64(img.Program.Blocks[i].Items[j].Size)
			if asJSON {
				if err := enc.Encode(info); err != nil {
					return err
				}
				continue
			}
			fmt.Fprintf(w, "%5d  %4d  %s  %-10s  %-7s  %-10s  %s\n", info.Block, info.Item, info.Address, info.Word, info.Kind, info.Pattern, info.Text)
		}
	}
	return w.Flush()
}

func describeItem(p *arch.Program, block, item int, addr uint64) itemInfo {
	it := &p.Blocks[block].Items[item]
	info := itemInfo{
		Block: block, Item: item, Address: fmt.Sprintf("%#x", addr), Word: fmt.Sprintf("0x%0*x", 2*int(it.Size), it.Word), Kind: it.Kind.String(),
	}
	if it.Kind.UnderTest() {
		in := p.Machine.Set().Insns[it.Insn]
		info.Pattern, info.Text = in.Name(), in.Disassemble(it.Word, addr)
	} else {
		info.Text = p.Machine.Disassemble(it.Word, addr)
	}
	return info
}
