// Package mips holds the MIPS architecture: its decode files, CPU models, register file and the harness
// code of an image.
//
// An image is a static o32 executable. Its code, emitted through the decode files' own encodings, is in
// harness.go: entry, register load and checkpoint (one of each per base register), the block loop, the
// fault handler and the output buffer. Fixed addresses are in layout.go, Linux's numbers in linux.go.
//
// Registers k0 and k1 ($26, $27) belong to the kernel and are neither operands nor used by the harness.
package mips

import (
	"embed"
	"fmt"
	"strings"
	"sync"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
)

//go:embed *.decode
var files embed.FS

// isaFile maps the names of instruction sets to their decode files.
var isaFile = map[string]string{
	"base": "mips32r5.decode",
	"msa":  "msa.decode",
}

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

// parseISA parses an embedded decode file once.
var parseISA = func() func(string) (*decodetree.Spec, []byte, error) {
	var mu sync.Mutex
	type parsed struct {
		spec *decodetree.Spec
		src  []byte
	}
	cache := map[string]parsed{}
	return func(isa string) (*decodetree.Spec, []byte, error) {
		mu.Lock()
		defer mu.Unlock()
		if p, ok := cache[isa]; ok {
			return p.spec, p.src, nil
		}
		src, err := files.ReadFile(isaFile[isa])
		if err != nil {
			return nil, nil, err
		}
		spec, err := decodetree.Parse(isaFile[isa], src, decodetree.Options{})
		if err != nil {
			return nil, nil, err
		}
		cache[isa] = parsed{spec, src}
		return spec, src, nil
	}
}()

// Machine implements arch.Arch. Empty fields of the configuration take the model's defaults.
func (Arch) Machine(c arch.Config) (arch.Machine, error) {
	cpu := findModel(c.CPU)
	if cpu == nil {
		return nil, fmt.Errorf("unknown CPU %q; known are %s", c.CPU, strings.Join(modelNames(), ", "))
	}
	isas, err := cpu.selectISAs(c.ISAs)
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
	m := &machine{cpu: cpu, config: arch.Config{Arch: "mips", CPU: cpu.name, ISAs: isas, Order: c.Order}}
	m.layout = newLayout(cpu, order)
	m.everything = sync.OnceValues(m.loadEverything)
	return m, m.load()
}

// machine implements arch.Machine.
type machine struct {
	cpu    *model
	config arch.Config
	layout layout
	set    *constraints.Set
	digest string
	ops    *ops
	// everything is the instructions of all decode files, loaded when first asked for.
	everything func() (*constraints.Set, error)
}

// load reads the decode files: the selected ones for the set, and all that the harness needs.
func (m *machine) load() error {
	var specs []*decodetree.Spec
	var sources [][]byte
	for _, isa := range m.config.ISAs {
		spec, src, err := parseISA(isa)
		if err != nil {
			return err
		}
		specs, sources = append(specs, spec), append(sources, src)
	}
	set, err := constraints.Load(specs, m.vocabulary())
	if err != nil {
		return err
	}
	m.set, m.digest = set, arch.SpecDigest(sources...)
	m.ops, err = loadOps()
	return err
}

func (m *machine) Config() arch.Config   { return m.config }
func (m *machine) Set() *constraints.Set { return m.set }
func (m *machine) Layout() *arch.Layout  { return &m.layout.Layout }
func (m *machine) Glue() arch.Glue       { return &glue{m.ops, &m.layout} }
func (m *machine) SpecDigest() string    { return m.digest }

// InitialState implements arch.Machine. HI and LO come from the pool. The rounding mode (bits 1 and 0)
// and flush-to-zero (bit 24) of FCSR and MSACSR go through all combinations in eight rounds.
func (m *machine) InitialState(state int, round uint32, window []byte) uint64 {
	switch state {
	case m.layout.hi:
		return uint64(m.layout.Order.Uint32(window[m.layout.poolHI:]))
	case m.layout.lo:
		return uint64(m.layout.Order.Uint32(window[m.layout.poolHI+4:]))
	case m.layout.fcsr:
		return uint64(mode(round) | m.cpu.fcsrFixed)
	}
	return uint64(mode(round))
}

// mode is the value that the harness loads into FCSR and MSACSR.
func mode(round uint32) uint32 { return round&3 | round>>2&1<<24 }
