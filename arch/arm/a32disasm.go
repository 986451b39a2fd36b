package arm

import (
	"fmt"
	"math/bits"

	"github.com/risugen/risugen/constraints"
)

// Disassemble implements arch.Machine. It knows the words of all decode files, since glue is made of instructions
// that need not be among those under test. Of Thumb images it is A32's, too, in words that cannot be Thumb code.
func (m *a32Machine) Disassemble(word, pc uint64) string {
	set, err := m.everything()
	if err == nil {
		if in := set.Decode(word); in != nil {
			return in.Disassemble(word, pc)
		}
	}
	if m.inThumb() && word>>16 != 0 {
		return m.disassembleA32(uint64(bits.RotateLeft32(uint32(word), 16)), pc)
	}
	return fmt.Sprintf(".inst 0x%08x", word)
}

// disassembleA32 writes a word of a Thumb image that is A32 code, or a datum.
func (m *a32Machine) disassembleA32(word, pc uint64) string {
	set, err := m.a32()
	if err == nil {
		if in := set.Decode(word); in != nil && word>>28 == condAL {
			return in.Disassemble(word, pc) + " (A32)"
		}
	}
	return fmt.Sprintf(".inst 0x%08x", word)
}

// loadParts interprets all decode files of parts.
func (m *a32Machine) loadParts(parts []isaPart) (*constraints.Set, error) {
	specs, err := library.Specs(partFiles(parts)...)
	if err != nil {
		return nil, err
	}
	return constraints.Load(specs, m.vocabulary())
}
