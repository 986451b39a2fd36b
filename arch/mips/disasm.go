package mips

import (
	"fmt"

	"github.com/risugen/risugen/constraints"
)

// Disassemble implements arch.Machine. It knows the words of all decode files of the CPU, since glue is
// made of instructions that need not be among those under test.
func (m *machine) Disassemble(word, pc uint64) string {
	set, err := m.everything()
	if err == nil {
		if in := set.Decode(word); in != nil {
			return in.Disassemble(word, pc)
		}
	}
	return fmt.Sprintf(".word 0x%08x", word)
}

// loadEverything interprets all decode files of the CPU.
func (m *machine) loadEverything() (*constraints.Set, error) {
	specs, err := library.Specs(m.cpu.isaFiles(m.cpu.isas())...)
	if err != nil {
		return nil, err
	}
	return constraints.Load(specs, m.vocabulary())
}
