package anycpu

import (
	"errors"

	"github.com/risugen/risugen/arch"
)

// Machine is a machine whose glue can be run: the upper 32 bits of each word of glue tell what it was made for. The rest of a
// program is as that of the machine itself. It is for one goroutine.
type Machine struct {
	arch.Machine
	actions []action // of glue, by the upper bits of its words
}

// Wrap makes a machine whose glue can be run.
func Wrap(m arch.Machine) *Machine { return &Machine{Machine: m} }

// Glue implements arch.Machine.
func (m *Machine) Glue() arch.Glue { return &glue{m, m.Machine.Glue()} }

// Disassemble implements arch.Machine.
func (m *Machine) Disassemble(word, pc uint64) string {
	return m.Machine.Disassemble(word&wordMask, pc)
}

// Emit implements arch.Machine: nothing else runs such a program.
func (m *Machine) Emit(*arch.Program) (*arch.Code, error) {
	return nil, errors.New("the program is not for a target")
}

const (
	noteShift = 32
	wordMask  = 1<<noteShift - 1
)

// action is what glue does.
type action func(r *round)

func nothing(*round) {}

// marked notes what the words from one on are for.
func (m *Machine) marked(words []arch.Word, from int, do action) []arch.Word {
	for i := from; i < len(words); i++ {
		words[i].Bits |= uint64(len(m.actions)) << noteShift
	}
	m.actions = append(m.actions, do)
	return words
}
