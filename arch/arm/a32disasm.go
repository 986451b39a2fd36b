package arm

import (
	"fmt"

	"github.com/risugen/risugen/constraints"
)

// Disassemble implements arch.Machine. It knows the words of all decode files, since glue is made of instructions
// that need not be among those under test.
func (m *a32Machine) Disassemble(word, pc uint64) string {
	set, err := m.everything()
	if err == nil {
		if in := set.Decode(word); in != nil {
			return in.Disassemble(word, pc)
		}
	}
	return fmt.Sprintf(".inst 0x%08x", word)
}

// loadEverything interprets all decode files.
func (m *a32Machine) loadEverything() (*constraints.Set, error) {
	specs, err := library.Specs(partFiles(m.parts)...)
	if err != nil {
		return nil, err
	}
	return constraints.Load(specs, m.vocabulary())
}
