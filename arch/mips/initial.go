package mips

import "github.com/risugen/risugen/arch"

// control is how the initial value of a control register comes about: some bits go through all combinations
// in eight rounds (see arch.Layout.Phase), some come from the pool, some are fixed in the register.
type control struct {
	mode    bool   // rounding mode (bits 1 and 0) and flush-to-zero (bit 24)
	pool    uint32 // bits that come from the pool
	enables uint32 // bits that come from the pool in blocks with traps, and are clear in others
	fixed   uint32
}

// newControls describes the control registers of the machine, by state; other states have the zero value.
func (m *machine) newControls() []control {
	out := make([]control, len(m.layout.States))
	for _, state := range m.layout.KeepStates {
		out[state] = m.control(m.layout.States[state].Name)
	}
	return out
}

// control describes a control register of the machine. Flags whose setting is to be seen are clear.
func (m *machine) control(state string) control {
	switch {
	case state == "msacsr":
		return control{mode: true, pool: causes, enables: enables}
	case state == "fcsr":
		return control{mode: true, pool: m.conditionCodes() | causes, enables: enables, fixed: m.fcsrFixed()}
	case m.abi.regs == 8: // DSPControl: pos, scount, c, EFI and ccond
		return control{pool: 0xff00_7fff}
	}
	return control{pool: 0x0f00_7fbf}
}

// phaseShift makes arch.Layout.Phase of an address in the pool, which begins at a multiple of its size.
const phaseShift = 4

// causes are the cause bits of FCSR and MSACSR, which every arithmetic instruction replaces; without enable bits they
// do nothing. Bit 17, E in the manual, raises its exception whatever is enabled: it is never set.
const (
	causes      = 0x1_f000
	unsupported = 0x2_0000 // E
	enables     = causes >> causeShift
	causeShift  = 5
)

// exceptions are those of FCSR and MSACSR: Invalid Operation, Division by Zero, Overflow, Underflow, Inexact.
var exceptions = arch.Exceptions{Signal: "SIGFPE", Enables: enables, Causes: causes | unsupported, Shift: causeShift}

// isControl reports whether a state is a control register.
func (l *layout) isControl(state int) bool { return l.States[state].Keep >= 0 }

// isNarrow reports whether a state of 64 bits takes numbers of 32 bits, sign-extended: the accumulators of the
// DSP module beside HI and LO themselves.
func (l *layout) isNarrow(state int) bool {
	s := &l.States[state]
	return s.Bytes == 8 && s.Name != "hi" && s.Name != "lo"
}

// conditionCodes are the bits of FCSR that branches and conditional moves read: eight from MIPS IV to
// release 5, one before, none after.
func (m *machine) conditionCodes() uint32 {
	switch {
	case m.cpu.has("r6"):
		return 0
	case m.cpu.has("mips4") || m.cpu.has("mips32"):
		return 0xfe80_0000
	}
	return 1 << 23
}

// fcsrFixed is what FCSR always has set: NAN2008 and ABS2008.
func (m *machine) fcsrFixed() uint32 {
	if m.cpu.nan2008 {
		return 1<<18 | 1<<19
	}
	return 0
}

// mode is the rounding mode and flush-to-zero of a round.
func mode(phase uint32) uint32 { return phase&3 | phase>>2&1<<24 }

// InitialState implements arch.Machine. HI, LO and accumulators come from the pool as they are.
func (m *machine) InitialState(b *arch.Block, state int, round uint32, window []byte) uint64 {
	order, at := m.layout.Order, m.layout.poolState[state]
	if m.layout.States[state].Bytes == 8 {
		v := order.Uint64(window[at:])
		if m.layout.isNarrow(state) {
			v = uint64(int64(int32(v)))
		}
		return v
	}
	v := order.Uint32(window[at:])
	if m.layout.isControl(state) {
		c := &m.controls[state]
		pool := v
		v = v&c.pool | c.fixed
		if b.Traps && c.enables != 0 {
			v = uint32(exceptions.Harmless(uint64(v | pool&c.enables)))
		}
		if c.mode {
			v |= mode(m.layout.Phase(b, round))
		}
	}
	return uint64(v)
}

// initialControls computes the round's initial values of the control registers. The pool window is where $11
// points; $9, $10 and $12 to $14 are used.
func (h *harness) initialControls() {
	h.put(&h.srl, 10, 11, phaseShift)
	h.put(&h.andi, 12, 10, 3)
	h.put(&h.srl, 10, 10, 2)
	h.put(&h.andi, 10, 10, 1)
	h.put(&h.sll, 10, 10, 24)
	h.put(&h.or, 12, 12, 10)
	for i, state := range h.l.KeepStates {
		c := &h.m.controls[state]
		h.load(9, int64(h.l.poolState[state]), 11)
		h.li(10, c.pool)
		if c.enables != 0 && h.traps {
			h.enables()
		} else {
			h.put(&h.and, 9, 9, 10)
		}
		if c.mode {
			h.put(&h.or, 9, 9, 12)
		}
		if c.fixed != 0 {
			h.li(10, c.fixed)
			h.put(&h.or, 9, 9, 10)
		}
		h.store(9, varControl+4*int64(i), 8)
	}
}

// enables masks the pool's word in $9 with what $10 has, lets the block's enable bits through, and clears the
// cause bits that these enable.
func (h *harness) enables() {
	h.load(13, varEnables, 8)
	h.nop() // a load's result is there one instruction later on MIPS I
	h.put(&h.and, 13, 13, 9)
	h.put(&h.and, 9, 9, 10)
	h.put(&h.sll, 14, 13, causeShift)
	h.put(&h.and, 14, 14, 9)
	h.put(&h.subu, 9, 9, 14)
	h.put(&h.or, 9, 9, 13)
}
