// Package mips holds the MIPS architecture: its decode files, CPU models, register file and the harness
// code of an image.
//
// An image is a static executable of one of Linux's ABIs (abi.go). Its code, emitted through the decode
// files' own encodings, is in harness.go: entry, register load and checkpoint (one of each per base register
// and view), the block loop, the fault handler and the output buffer. Fixed addresses are in layout.go.
//
// Registers k0 and k1 ($26, $27) belong to the kernel and are neither operands nor used by the harness.
package mips

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

//go:embed *.decode
var files embed.FS

//go:embed known.yaml
var known []byte

// Arch is the MIPS architecture.
type Arch struct{}

// New returns the architecture.
func New() Arch { return Arch{} }

// Name implements arch.Arch.
func (Arch) Name() string { return "mips" }

// CPUs implements arch.Arch.
func (Arch) CPUs() []arch.CPU {
	out := make([]arch.CPU, len(models))
	for i := range models {
		out[i] = models[i].describe()
	}
	return out
}

// Known implements arch.Arch.
func (Arch) Known() (string, []byte) { return "known.yaml", known }

var library = arch.NewLibrary(files)

// Machine implements arch.Arch. Empty fields of the configuration take the model's defaults.
func (Arch) Machine(c arch.Config) (arch.Machine, error) {
	cpu := findModel(c.CPU)
	if cpu == nil {
		return nil, fmt.Errorf("unknown CPU %q; known are %s", c.CPU, strings.Join(modelNames(), ", "))
	}
	isas := append([]string{}, c.ISAs...)
	if !arch.Replaced(c.Sources) {
		var err error
		if isas, err = cpu.selectISAs(c.ISAs); err != nil {
			return nil, err
		}
	}
	names, err := cpu.sourceFiles(isas, c)
	if err != nil {
		return nil, err
	}
	sources, err := library.Sources(c.Sources, names...)
	if err != nil {
		return nil, err
	}
	if c.Order == "" {
		c.Order = "little"
	}
	order, ok := arch.OrderByName(c.Order)
	if !ok {
		return nil, fmt.Errorf("unknown byte order %q; known are little, big", c.Order)
	}
	if c.ABI == "" {
		c.ABI = cpu.abis()[0]
	}
	if !slices.Contains(cpu.abis(), c.ABI) {
		return nil, fmt.Errorf("no ABI %q for the %s; it has %s", c.ABI, cpu.name, strings.Join(cpu.abis(), ", "))
	}
	m := &machine{cpu: cpu, abi: findABI(c.ABI)}
	m.config = arch.Config{Arch: "mips", CPU: cpu.name, ISAs: isas, ABI: c.ABI, Order: c.Order, Reserved: c.Reserved, Sources: sources}
	m.layout = newLayout(cpu, m.abi, order)
	m.controls = m.newControls()
	m.everything = sync.OnceValues(m.loadEverything)
	return m, m.load()
}

// machine implements arch.Machine.
type machine struct {
	cpu    *model
	abi    *abi
	config arch.Config
	layout layout
	set    *constraints.Set
	ops    *ops
	// controls says by state how initial values come about. They are asked for in every round.
	controls []control
	// everything is the instructions of all of the CPU's decode files, loaded when first asked for.
	everything func() (*constraints.Set, error)
}

// load reads the descriptions: the machine's for the set, and our own that the harness needs.
func (m *machine) load() (err error) {
	if m.set, err = library.LoadSpecs(m.config.Sources, m.vocabulary(), &m.layout.Layout); err != nil {
		return err
	}
	all, err := library.Specs(m.cpu.isaFiles(m.cpu.isas())...)
	if err != nil {
		return err
	}
	m.ops = newOps(all, m.cpu, m.abi)
	return nil
}

func (m *machine) Config() arch.Config   { return m.config }
func (m *machine) Set() *constraints.Set { return m.set }
func (m *machine) Layout() *arch.Layout  { return &m.layout.Layout }
func (m *machine) Glue() arch.Glue       { return &glue{m.ops, &m.layout} }
