package arm

import "github.com/risugen/risugen/arch"

// Bits of the control registers.
const (
	a64Flags     = 0xf000_0000 // NZCV
	a64ModeShift = 22          // FPCR: RMode (two bits), FZ, DN, AHP
	a64ModeBits  = 5
	a64FZ16      = 19 // FPCR.FZ16
)

// mode is FPCR in a round: 32 rounds go through all combinations of rounding mode, flushing to zero, default NaNs and the
// alternative half-precision format; the next 32 flush half-precision numbers, too, where the CPU can.
func (l *a64Layout) mode(round uint32) uint32 {
	v := round & (1<<a64ModeBits - 1) << a64ModeShift
	if l.fp16 {
		v |= round >> a64ModeBits & 1 << a64FZ16
	}
	return v
}

// InitialState implements arch.Machine. The flags come from the pool; FPSR, whose flags stay set, is zero.
func (m *a64Machine) InitialState(_ *arch.Block, state int, round uint32, window []byte) uint64 {
	switch state {
	case m.layout.nzcv:
		return uint64(m.layout.Order.Uint32(window[m.layout.poolNZCV:]) & a64Flags)
	case m.layout.fpcr:
		return uint64(m.layout.mode(round))
	}
	return 0
}

// initialControls computes the round's FPCR. The round's number is in tmp1; it uses tmp2 and tmp3.
func (h *a64Harness) initialControls() {
	const lsb, width = a64ModeShift, a64ModeBits
	h.put(&h.ubfm, w32, 0, 32-lsb, width-1, tmp1, tmp2) // UBFIZ
	if h.l.fp16 {
		h.put(&h.ubfm, w32, 0, a64ModeBits, a64ModeBits, tmp1, tmp3)
		h.put(&h.orr, w32, lsl, tmp3, a64FZ16, tmp2, tmp2)
	}
	h.store(tmp2, varFPCR, rVars)
}
