package arm

import (
	_ "embed" // for the known differences
	"fmt"
	"path/filepath"
	"strings"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

//go:embed known.yaml
var known []byte

var library = arch.NewLibrary(files)

// Arch is the ARM architecture.
type Arch struct{}

// New returns the architecture.
func New() Arch { return Arch{} }

// Name implements arch.Arch.
func (Arch) Name() string { return "arm" }

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

// Vocabulary implements arch.Arch: A64's.
func (Arch) Vocabulary() constraints.Vocabulary { return a64Names.free() }

// FileVocabulary implements arch.Dialects: a file of another name than those of A64 and AArch32 is taken for A64's.
func (Arch) FileVocabulary(file string) constraints.Vocabulary {
	if a32File.MatchString(filepath.Base(file)) {
		return a32Names.free()
	}
	return a64Names.free()
}

// Machine implements arch.Arch. Empty fields of the configuration take the model's defaults.
func (Arch) Machine(c arch.Config) (arch.Machine, error) {
	cpu := findModel(c.CPU)
	if cpu == nil {
		return nil, fmt.Errorf("unknown CPU %q; known are %s", c.CPU, strings.Join(modelNames(), ", "))
	}
	state := cpu.execution(c.ABI)
	if state == nil {
		return nil, fmt.Errorf("no ABI %q for the %s; it has %s", c.ABI, cpu.name, strings.Join(cpu.abis(), ", "))
	}
	isas := append([]string{}, c.ISAs...)
	if !arch.Replaced(c.Sources) {
		var err error
		if isas, err = state.selectISAs(cpu, c.ISAs); err != nil {
			return nil, err
		}
	}
	if c.Reserved && len(isas) != len(state.isas()) {
		return nil, fmt.Errorf("reserved words are those that no description has: they need the %s's own, and all of its instruction sets (%s)",
			cpu.name, strings.Join(state.isas(), ", "))
	}
	if c.Order == "" {
		c.Order = "little"
	}
	if c.Order == "big" && !state.big(cpu) {
		return nil, fmt.Errorf("no big-endian images for the %s", cpu.name)
	}
	order, ok := arch.OrderByName(c.Order)
	if !ok {
		return nil, fmt.Errorf("unknown byte order %q; known are little, big", c.Order)
	}
	own := state.files(isas)
	if c.Reserved {
		own = append(own, state.reserved...)
	}
	sources, err := library.Sources(c.Sources, own...)
	if err != nil {
		return nil, err
	}
	config := arch.Config{
		Arch: "arm", CPU: cpu.name, ISAs: isas, ABI: state.abi, Order: c.Order, Reserved: c.Reserved, Sources: sources,
	}
	return state.machine(cpu, config, order)
}
