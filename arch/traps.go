package arch

import (
	"errors"
	"fmt"

	"github.com/risugen/risugen/constraints"
)

// Exceptions says how a state takes part in exceptions of arithmetic: some of its bits enable them, some tell
// which ones the last instruction signalled, some gather what was signalled without being enabled. The zero
// value is that of a state without any.
//
// Enable bits are clear in ordinary blocks. In a block with traps (Block.Traps) they come from the pool, each set or clear,
// and an instruction that writes the state may raise Signal. It closes its block, as all do that may fault.
type Exceptions struct {
	Signal  string // raised for what is enabled, as Layout.Signals names it; empty: none
	Enables uint64
	// Causes are the cause bits, in the order of Enables: the lowest one belongs to the lowest enable bit. A kernel may
	// clear them before it runs a handler: those that are enabled, or all.
	Causes uint64
	Shift  uint // from an enable bit to its cause bit
}

// Enabled returns the cause bits whose enable bits are set.
func (e *Exceptions) Enabled(state uint64) uint64 { return state & e.Enables << e.Shift }

// Raised returns the cause bits that are set and enabled: with one of them the instruction has to trap.
func (e *Exceptions) Raised(state uint64) uint64 { return state & e.Enabled(state) & e.Causes }

// Harmless clears the cause bits that are enabled, since writing both raises the exception at once.
func (e *Exceptions) Harmless(state uint64) uint64 { return state &^ e.Enabled(state) }

// ClearedFrom reports whether a value of the state is what a kernel leaves of another one: all cause bits
// cleared, or those that are enabled.
func (e *Exceptions) ClearedFrom(cleared, full uint64) bool {
	return cleared == full&^e.Causes || cleared == full&^e.Raised(full)
}

// noTrap is the group of instructions that are kept out of blocks with traps.
const noTrap = "notrap"

// TrapState is the first state with exceptions that an instruction writes: what makes it raise the state's
// signal in a block with traps. -1: there is none.
func (l *Layout) TrapState(in *constraints.Insn) int {
	for i := range in.Operands {
		op := &in.Operands[i]
		if op.Kind == constraints.StateOperand && op.Role.Writes() && op.State < len(l.States) && l.States[op.State].Exceptions.Signal != "" {
			return op.State
		}
	}
	return -1
}

// trapping lists the instructions that blocks with traps are drawn from.
func trapping(choice []*constraints.Insn, l *Layout) ([]*constraints.Insn, error) {
	var out, kept []*constraints.Insn
	for _, in := range choice {
		switch {
		case l.TrapState(in) < 0 || grouped(in):
		case in.InGroup(noTrap):
			kept = append(kept, in)
		default:
			out = append(out, in)
		}
	}
	const none = "a share of blocks is to have traps, but nothing that is drawn can raise an exception that is enabled"
	switch {
	case len(out) > 0:
		return out, nil
	case len(kept) > 0:
		return nil, fmt.Errorf("%s: %d patterns that could are in the group %s, %s among them", none, len(kept), noTrap, kept[0].Name())
	}
	return nil, errors.New(none)
}

// owesTrap reports whether the next block must have traps to keep up their share. It draws no random numbers: a
// program without traps is what it was before there were any.
func (s *scheduler) owesTrap() bool {
	return !s.traps && len(s.trappers) > 0 && s.tests == 0 && float64(s.trapped) < s.trapShare*float64(len(s.prog.Blocks)+1)
}

// putTrap draws an instruction into a block with traps, which it closes.
func (s *scheduler) putTrap() error {
	s.traps = true
	err := s.put(s.trappers[s.rng.IntN(len(s.trappers))])
	s.traps = false
	return err
}

// next closes the open block, for an instruction that is to stand in another, and puts in blocks with traps
// where they are due.
func (s *scheduler) next() error {
	s.close()
	for s.left > 1 && s.owesTrap() {
		s.left--
		if err := s.putTrap(); err != nil {
			return err
		}
	}
	return nil
}
