package arm

import "github.com/risugen/risugen/arch"

// a32Flags are the condition flags, in CPSR and in FPSCR.
const a32Flags = 0xf000_0000

// mode is FPSCR in a round of a phase (see arch.Layout.Phase), without its flags: rounds go through all combinations of
// rounding mode, flushing to zero, default NaNs and, where the CPU converts half precision, its alternative format; then
// with half-precision numbers flushed, too, where the CPU computes with them.
func (l *a32Layout) mode(phase uint32) uint32 {
	v := phase & (1<<l.modeBits - 1) << a64ModeShift
	if l.fp16 {
		v |= phase >> l.modeBits & 1 << a64FZ16
	}
	return v
}

// InitialState implements arch.Machine. Flags, GE and TPIDRURW come from the pool; what stays set is zero.
func (m *a32Machine) InitialState(b *arch.Block, state int, round uint32, window []byte) uint64 {
	l := &m.layout
	word := func(at int) uint32 { return l.Order.Uint32(window[at:]) }
	switch state {
	case l.fpscr:
		return uint64(l.mode(l.Phase(b, round)) | word(l.poolFPSCR)&a32Flags)
	case l.q:
		return 0
	case l.ge:
		if !l.parallel {
			return 0
		}
	case l.thread:
		return uint64(word(l.poolThread))
	}
	return uint64(word(l.poolCPSR) & l.parts[state])
}

// initialControls computes the round's FPSCR. The pool window's address is in h6; it uses h1 to h3.
func (h *a32Harness) initialControls() {
	h.put(h.shifted(h1, h6, a32LSR, phaseShift))
	h.put(h.immediate(&h.andImm, h2, h1, 1<<h.l.modeBits-1))
	h.put(h.shifted(h2, h2, a32LSL, a64ModeShift))
	if h.l.fp16 {
		h.put(h.immediate(&h.andImm, h3, h1, 1<<h.l.modeBits))
		h.put(h.shifted(h3, h3, a32LSL, a64FZ16-int64(h.l.modeBits)))
		h.put(h.compute(&h.orr, h2, h2, h3))
	}
	h.put(h.load(h3, int64(h.l.poolFPSCR), h6))
	h.put(h.immediate(&h.andImm, h3, h3, a32Flags))
	h.put(h.compute(&h.orr, h2, h2, h3))
	h.put(h.store(h2, varFPCR, hVars))
}

// loadStates gives CPSR and TPIDRURW their initial values by way of a register. base points behind the D registers of
// the pool window.
func (h *a32Harness) loadStates(temp, base int64) {
	l := h.l
	from := func(at int) int64 { return int64(at - l.doubles) }
	h.put(h.load(temp, from(l.poolCPSR), base))
	h.put(h.immediate(&h.bicImm, temp, temp, 0x0f00_0000))
	h.put(h.immediate(&h.bicImm, temp, temp, 0x00f0_0000))
	mask := int64(psrFlags)
	if l.parallel {
		mask |= psrGE
	}
	h.put(h.writeCPSR(temp, mask))
	if l.thread >= 0 {
		h.put(h.load(temp, from(l.poolThread), base))
		h.put(h.system(&h.mcrThread, temp))
	}
}
