package arm

import "github.com/risugen/risugen/arch"

// Bits of the control registers.
const (
	a64ModeShift = 22 // FPCR: RMode (two bits), FZ, DN, AHP
	a64ModeBits  = 5
	a64FZ16      = 19 // FPCR.FZ16
)

// phaseShift makes arch.Layout.Phase of an address in the pool, which begins at a multiple of its size.
const phaseShift = 4

// mode is FPCR in a round of a phase (see arch.Layout.Phase): 32 rounds go through all combinations of rounding mode,
// flushing to zero, default NaNs and the alternative half-precision format; the next 32 flush half-precision numbers,
// too, where the CPU can.
func (l *a64Layout) mode(phase uint32) uint32 {
	v := phase & (1<<a64ModeBits - 1) << a64ModeShift
	if l.fp16 {
		v |= phase >> a64ModeBits & 1 << a64FZ16
	}
	return v
}

// InitialState implements arch.Machine. TPIDR_EL0 and the fields of PSTATE come from the pool; FPSR, whose flags stay set,
// is zero.
func (m *a64Machine) InitialState(b *arch.Block, state int, round uint32, window []byte) uint64 {
	switch state {
	case m.layout.fpcr:
		return uint64(m.layout.mode(m.layout.Phase(b, round)))
	case m.layout.tpidr:
		return m.layout.Order.Uint64(window[m.layout.poolTPIDR:])
	}
	return uint64(m.layout.Order.Uint32(window[m.layout.poolPstate:]) & m.layout.fields[state])
}

// initialControls computes the round's FPCR. The pool window's address is in tmp6; it uses tmp2 and tmp3.
func (h *a64Harness) initialControls() {
	const lsb, width = a64ModeShift, a64ModeBits
	h.put(&h.ubfm, w32, 0, phaseShift, phaseShift+width-1, tmp6, tmp2) // UBFX
	h.put(&h.ubfm, w32, 0, 32-lsb, width-1, tmp2, tmp2)                // UBFIZ
	if h.l.fp16 {
		h.put(&h.ubfm, w32, 0, phaseShift+a64ModeBits, phaseShift+a64ModeBits, tmp6, tmp3)
		h.put(&h.orr, w32, lsl, tmp3, a64FZ16, tmp2, tmp2)
	}
	h.store(tmp2, varFPCR, rVars)
}

// loadState gives a state its initial value by way of a register. base points behind the vectors of the pool window, which the
// state's value comes from if it is not FPCR or FPSR.
func (h *a64Harness) loadState(state int, temp, base int64) {
	name := h.l.States[state].Name
	bits, field := pstateBits[name]
	switch {
	case field:
		h.load(temp, int64(h.l.poolPstate-a64Vectors), base)
		h.keepBits(temp, temp, bits)
	case state == h.l.tpidr:
		h.load64(temp, int64(h.l.poolTPIDR-a64Vectors), base)
	default:
		return // is done already
	}
	h.do(h.write(name, temp))
}
