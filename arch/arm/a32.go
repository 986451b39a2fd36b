package arm

import (
	"sync"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// a32Parts are A32's instruction sets.
var a32Parts = []isaPart{
	{"a32", "a32.decode"},
	{"a32", "a32uncond.decode"},
	{"vfp", "a32vfp.decode"},
	{"neon", "a32neon.decode"},
}

// harnessFiles are what the harness is encoded by.
var harnessFiles = []string{"a32.decode", "a32vfp.decode"}

// a32Machine implements arch.Machine for AArch32, whose harness is A32 code. Blocks are A32 code, too, or Thumb code.
type a32Machine struct {
	cpu    *model
	parts  []isaPart
	thumb  *thumbOps // of machines whose blocks are Thumb code
	entry  uint32    // bits of a block's address that say what its code is
	config arch.Config
	layout a32Layout
	set    *constraints.Set
	ops    *a32Ops
	// everything is the instructions of all decode files, and a32 those of A32's, each loaded when first asked for.
	everything, a32 func() (*constraints.Set, error)
}

// newA32 makes a machine. The configuration is complete.
func newA32(cpu *model, config arch.Config, order arch.ByteOrder) (arch.Machine, error) {
	m := &a32Machine{cpu: cpu, parts: a32Parts, config: config, layout: newA32Layout(cpu, order)}
	m.layout.Usual = map[string]int64{"cond": condAL}
	return m, m.load()
}

// inThumb reports whether blocks are Thumb code.
func (m *a32Machine) inThumb() bool { return m.entry != 0 }

// partFiles lists the decode files of parts.
func partFiles(parts []isaPart) []string {
	var out []string
	for _, p := range parts {
		out = append(out, p.file)
	}
	return out
}

// load reads the descriptions: the machine's for the set, and our own that the harness needs.
func (m *a32Machine) load() (err error) {
	m.everything = sync.OnceValues(func() (*constraints.Set, error) { return m.loadParts(m.parts) })
	m.a32 = sync.OnceValues(func() (*constraints.Set, error) { return m.loadParts(a32Parts) })
	if m.set, err = library.LoadSpecs(m.config.Sources, m.vocabulary(), &m.layout.Layout); err != nil {
		return err
	}
	e, err := library.Encoder(harnessFiles...)
	if err != nil {
		return err
	}
	m.ops = newA32Ops(e)
	return nil
}

// vocabulary is what blocks may name: first the layout's classes and states, by its numbers, then those
// that this machine lacks.
func (m *a32Machine) vocabulary() constraints.Vocabulary {
	var v constraints.Vocabulary
	for _, c := range m.layout.Classes {
		v.Classes, v.Widths = append(v.Classes, c.Name), append(v.Widths, 8*c.Bytes)
	}
	for _, s := range m.layout.States {
		v.States = append(v.States, s.Name)
	}
	return a32Names.complete(v, m.cpu.features32)
}

// Config implements arch.Machine.
func (m *a32Machine) Config() arch.Config { return m.config }

// Set implements arch.Machine.
func (m *a32Machine) Set() *constraints.Set { return m.set }

// Layout implements arch.Machine.
func (m *a32Machine) Layout() *arch.Layout { return &m.layout.Layout }

// Glue implements arch.Machine.
func (m *a32Machine) Glue() arch.Glue {
	g := &a32Glue{m.ops, &m.layout}
	if m.inThumb() {
		return newThumbGlue(g, m.thumb, 0)
	}
	return g
}
