package anycpu

import (
	"math/rand/v2"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// faults reports whether an instruction faults by a choice.
func (r *round) faults(s *step, choice uint64) bool {
	switch Must(s.in, s.item.Kind) {
	case constraints.AlwaysFaults:
		return true
	case constraints.UnlessEmulated:
		return choice&1 == 0
	}
	return s.in.MayFault() && choice%faultShare == 0
}

// Must says whether an item under test must fault.
func Must(in *constraints.Insn, kind arch.Kind) constraints.Must {
	switch {
	case kind == arch.Reserved:
		return max(in.Must, constraints.AlwaysFaults)
	case kind == arch.Misaligned && (in.Linked != nil || in.Links): // no system can make a load and a store one
		return constraints.AlwaysFaults
	case kind == arch.Misaligned:
		return constraints.UnlessEmulated
	}
	return in.Must
}

// signalOf says which signal an instruction raises that faults.
func (r *round) signalOf(s *step, choice uint64) string {
	switch {
	case s.item.Kind == arch.Misaligned:
		return r.layout.AlignFault
	case s.item.Kind == arch.Reserved && s.in.Must == constraints.MayRun:
		return r.layout.ReservedFault
	case len(s.in.Faults) > 0:
		return s.in.Faults[choice>>16%uint64(len(s.in.Faults))]
	}
	return r.layout.States[r.layout.TrapState(s.in)].Exceptions.Signal
}

// trapping reports whether an instruction may take an exception that is enabled.
func (r *round) trapping(s *step) bool {
	return r.block.Traps && s.item.Kind == arch.Test && r.layout.TrapState(s.in) >= 0
}

// traps reports whether an instruction takes an exception that is enabled. Then cause bits are all that it writes, unless it
// writes the state that enables them by itself.
func (r *round) traps(s *step, rng *rand.Rand) bool {
	if !r.trapping(s) {
		return false
	}
	state := r.layout.TrapState(s.in)
	e, now := &r.layout.States[state].Exceptions, r.number(r.state(state))
	next := rng.Uint64() + uint64(r.round)*golden
	if !s.in.WritesTraps() {
		next = now&e.Enables | next&^e.Enables
	}
	raised := e.Raised(next) != 0
	if r.quiet = next; raised == r.flipped(Fault) {
		return false
	}
	if !s.in.WritesTraps() {
		next = now&^e.Causes | next&e.Causes
	}
	r.setNumber(r.state(state), next)
	r.fault(r.pc, e.Signal)
	return true
}
