package mips

import (
	"fmt"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
)

// Disassemble implements arch.Machine. It knows the words of every decode file, since glue is made of
// instructions that need not be among those under test.
func (m *machine) Disassemble(word, pc uint64) string {
	set, err := m.everything()
	if err == nil {
		if in := set.Decode(word); in != nil {
			return in.Disassemble(word, pc)
		}
	}
	return fmt.Sprintf(".word 0x%08x", word)
}

// loadEverything interprets all decode files with every feature of the 32-bit architecture.
func (m *machine) loadEverything() (*constraints.Set, error) {
	var specs []*decodetree.Spec
	for _, isa := range []string{"base", "msa"} {
		spec, _, err := parseISA(isa)
		if err != nil {
			return nil, err
		}
		specs = append(specs, spec)
	}
	p5600 := &machine{cpu: findModel("P5600"), layout: newLayout(findModel("P5600"), m.layout.Order)}
	return constraints.Load(specs, p5600.vocabulary())
}
