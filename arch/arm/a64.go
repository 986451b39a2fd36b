package arm

import (
	"sync"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// a64Parts are A64's instruction sets.
var a64Parts = []isaPart{
	{"base", "a64.decode"},
	{"base", "a64ldst.decode"},
	{"fp", "a64fp.decode"},
	{"simd", "a64scalar.decode"},
	{"simd", "a64simd.decode"},
	{"crypto", "a64crypto.decode"},
}

// a64Machine implements arch.Machine for AArch64.
type a64Machine struct {
	cpu    *model
	config arch.Config
	layout a64Layout
	set    *constraints.Set
	ops    *a64Ops
	// everything is the instructions of all decode files, loaded when first asked for.
	everything func() (*constraints.Set, error)
}

// newA64 makes a machine. The configuration is complete.
func newA64(cpu *model, config arch.Config, order arch.ByteOrder) (arch.Machine, error) {
	m := &a64Machine{cpu: cpu, config: config, layout: newA64Layout(cpu, order)}
	m.everything = sync.OnceValues(m.loadEverything)
	return m, m.load()
}

// a64Files lists our own descriptions, which the harness is encoded by.
func a64Files() []string {
	var out []string
	for _, p := range a64Parts {
		out = append(out, p.file)
	}
	return out
}

// load reads the descriptions: the machine's for the set, and our own that the harness needs.
func (m *a64Machine) load() (err error) {
	if m.set, err = library.LoadSpecs(m.config.Sources, m.vocabulary(), &m.layout.Layout); err != nil {
		return err
	}
	all, err := library.Specs(a64Files()...)
	if err != nil {
		return err
	}
	m.ops = newA64Ops(all)
	return nil
}

// vocabulary is what blocks may name: first the layout's classes and states, by its numbers, then those
// that this machine lacks.
func (m *a64Machine) vocabulary() constraints.Vocabulary {
	var v constraints.Vocabulary
	for _, c := range m.layout.Classes {
		v.Classes, v.Widths = append(v.Classes, c.Name), append(v.Widths, 8*c.Bytes)
	}
	for _, s := range m.layout.States {
		v.States = append(v.States, s.Name)
	}
	return a64Names.complete(v, m.cpu.features)
}

// Config implements arch.Machine.
func (m *a64Machine) Config() arch.Config { return m.config }

// Set implements arch.Machine.
func (m *a64Machine) Set() *constraints.Set { return m.set }

// Layout implements arch.Machine.
func (m *a64Machine) Layout() *arch.Layout { return &m.layout.Layout }

// Glue implements arch.Machine.
func (m *a64Machine) Glue() arch.Glue { return &a64Glue{m.ops, &m.layout} }
