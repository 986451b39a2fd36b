package arm

import "github.com/risugen/risugen/arch"

// handler makes a record of a fault. D registers, FPSCR and TPIDRURW are stored live, as a signal leaves them; general
// registers, CPSR and pc come from the frame. It never returns: the next round loads every register.
func (h *a32Harness) handler() {
	h.label("handler")
	h.li(hVars, a32StateAddr)
	h.get(hRec, varBuf)
	h.get(h1, varFault)
	h.compareNumber(h1, 0)
	h.branch(condNE, "broken")
	h.li(h1, 1)
	h.set(h1, varFault)
	h.put(h.store(0, 16, hRec), h.load(h1, infoCode, 1), h.store(h1, 20, hRec), h.load(h1, eabiContextPC, 2))
	h.li(h2, 0)
	low, high := int64(24), int64(28) // halves of the program counter's place
	if h.l.bigEndian {
		low, high = high, low
	}
	h.put(h.store(h1, low, hRec), h.store(h2, high, hRec))
	h.addConst(h3, hRec, arch.RecordHeaderSize)
	for d := 0; d < h.l.doubles/8; d += 16 {
		h.storeDoubles(int64(d), 16, h3)
	}
	for r := range int64(a32PC) {
		h.put(h.load(h1, eabiContextRegs+4*r, 2), h.store(h1, 4*r, h3))
	}
	h.put(h.store(h2, 4*a32PC, h3), h.load(h4, eabiContextCPSR, 2))
	h.storeStates(h1, h3, func() { h.put(h.move(h1, h4)) })
	h.li(h1, arch.RecordMagic|uint32(arch.RecordFault))
	h.branch(condAL, "recorded")
}

// broken says that the handler itself faulted, and gives up: without it the handler would be entered for ever.
func (h *a32Harness) broken() {
	h.label("broken")
	h.li(0, 2)
	h.li(1, h.at.Message)
	h.li(2, uint32(len(a64Message)))
	h.kernel(eabiWrite)
	h.branch(condAL, "die")
}
