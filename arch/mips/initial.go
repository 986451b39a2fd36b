package mips

// control is how the initial value of a control register comes about: some bits go through all combinations
// in eight rounds, some come from the pool, some are fixed in the register.
type control struct {
	mode  bool   // rounding mode (bits 1 and 0) and flush-to-zero (bit 24)
	pool  uint32 // bits that come from the pool
	fixed uint32
}

// control describes a control register of the machine. Flags whose setting is to be seen are clear.
func (m *machine) control(state string) control {
	switch {
	case state == "msacsr":
		return control{mode: true, pool: causes}
	case state == "fcsr":
		return control{mode: true, pool: m.conditionCodes() | causes, fixed: m.fcsrFixed()}
	case m.abi.regs == 8: // DSPControl: pos, scount, c, EFI and ccond
		return control{pool: 0xff00_7fff}
	}
	return control{pool: 0x0f00_7fbf}
}

// causes are the cause bits of FCSR and MSACSR, which every arithmetic instruction replaces; without enable bits they
// do nothing. Bit 17, E in the manual, raises its exception whatever is enabled.
const causes = 0x1_f000

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
func mode(round uint32) uint32 { return round&3 | round>>2&1<<24 }

// InitialState implements arch.Machine. HI, LO and accumulators come from the pool as they are.
func (m *machine) InitialState(state int, round uint32, window []byte) uint64 {
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
		c := m.control(m.layout.States[state].Name)
		v = v&c.pool | c.fixed
		if c.mode {
			v |= mode(round)
		}
	}
	return uint64(v)
}

// initialControls computes the round's initial values of the control registers. The pool window is where $11
// points, the round's number is in $10; $9 and $12 are used.
func (h *harness) initialControls() {
	h.put(&h.andi, 12, 10, 3)
	h.put(&h.srl, 10, 10, 2)
	h.put(&h.andi, 10, 10, 1)
	h.put(&h.sll, 10, 10, 24)
	h.put(&h.or, 12, 12, 10)
	for i, state := range h.l.KeepStates {
		c := h.m.control(h.l.States[state].Name)
		h.load(9, int64(h.l.poolState[state]), 11)
		h.li(10, c.pool)
		h.put(&h.and, 9, 9, 10)
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
