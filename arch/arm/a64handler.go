package arm

import "github.com/risugen/risugen/arch"

// handler makes a record of a fault. Vectors, FPCR, FPSR and TPIDR_EL0 are stored live, as a signal leaves them; general
// registers, fields of PSTATE and pc come from the frame. It never returns: the next round loads every register.
func (h *a64Harness) handler() {
	h.label("handler")
	h.li(rVars, a64StateAddr)
	h.load(rRec, varBuf, rVars)
	h.load(tmp1, varFault, rVars)
	h.branch(&h.cbnz, tmp1, "broken")
	h.li(tmp1, 1)
	h.store(tmp1, varFault, rVars)
	h.store(0, 16, rRec)
	h.load(tmp1, infoCode, 1)
	h.store(tmp1, 20, rRec)
	h.load64(tmp1, contextPC, 2)
	h.store64(tmp1, 24, rRec)
	h.addConst(tmp3, rRec, arch.RecordHeaderSize)
	for v := int64(0); v < 32; v += 4 {
		h.storeVectors(v, tmp3)
	}
	gpr := int64(h.l.Classes[h.l.gpr].Record - a64Vectors) // from where tmp3 now points
	for r := int64(0); r < 32; r += 2 {
		h.loadPair(tmp1, tmp2, contextRegs+8*r, 2)
		h.storePair(tmp1, tmp2, gpr+8*r, tmp3)
	}
	h.load64(tmp4, contextPstate, 2)
	for i := range h.l.States {
		if bits, field := pstateBits[h.l.States[i].Name]; field {
			h.keepBits(tmp1, tmp4, bits)
		} else {
			h.do(h.read(h.l.States[i].Name, tmp1))
		}
		h.storeState(i, tmp1, tmp3)
	}
	h.storePad(tmp3)
	h.li(tmp1, arch.RecordMagic|uint32(arch.RecordFault))
	h.jump(&h.b, "recorded")
}

// storeState stores a state's value where a register points behind the vectors of a record.
func (h *a64Harness) storeState(state int, from, reg int64) {
	s := &h.l.States[state]
	if s.Bytes == 8 {
		h.store64(from, int64(s.Record-a64Vectors), reg)
		return
	}
	h.store(from, int64(s.Record-a64Vectors), reg)
}

// storePad stores the zero at the end of a payload whose size would be no multiple of 8.
func (h *a64Harness) storePad(reg int64) {
	if h.l.pad >= 0 {
		h.store(zr, int64(h.l.pad-a64Vectors), reg)
	}
}

// a64Message is what an image says on standard error when its own handler faults.
const a64Message = "risugen: the fault handler faulted\n"

// broken says so and gives up: without it the handler would be entered for ever.
func (h *a64Harness) broken() {
	h.label("broken")
	h.li(0, 2)
	h.li(1, h.at.Message)
	h.li(2, uint32(len(a64Message)))
	h.system(sysWrite)
	h.jump(&h.b, "die")
}
