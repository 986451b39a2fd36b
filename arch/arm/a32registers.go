package arm

import "github.com/risugen/risugen/arch"

// loadRegisters sets every register from the pool and jumps to the block, whose base register then points at the
// variables: glue finds initial values there, and changes it for a while where it needs a register.
func (h *a32Harness) loadRegisters(i int) {
	b := int64(h.l.Bases[i])
	temp := otherThan(b)
	h.label(a32LoadLabel(i))
	h.li(b, a32StateAddr)
	h.put(h.load(temp, varFPCR, b), h.system(&h.vmsr, temp), h.load(b, varPool, b))
	for d := 0; d < h.l.doubles/8; d += 16 {
		h.loadDoubles(int64(d), 16, b)
	}
	h.loadStates(temp, b)
	for r := range int64(a32PC) {
		if r != b {
			h.put(h.load(r, 4*r, b))
		}
	}
	h.li(b, a32StateAddr)
	h.put(do(&h.ldrPC, b, varCode, condAL))
}

// checkpoint stores every register into a record. It is entered with the base register holding the address of the
// variables.
func (h *a32Harness) checkpoint(i int) {
	b := int64(h.l.Bases[i])
	temp := otherThan(b)
	h.label(a32CheckLabel(i))
	h.put(h.load(b, varBuf, b))
	h.addConst(b, b, arch.RecordHeaderSize)
	for d := 0; d < h.l.doubles/8; d += 16 {
		h.storeDoubles(int64(d), 16, b)
	}
	for r := range int64(a32PC) {
		if r != b {
			h.put(h.store(r, 4*r, b))
		}
	}
	h.li(temp, 0)
	h.put(h.store(temp, 4*b, b), h.store(temp, 4*a32PC, b)) // not the program's: a constant
	h.storeStates(temp, b, func() { h.put(h.readCPSR(temp)) })
	h.branch(condAL, "checked")
}

// storeStates stores the states by way of a register, CPSR's by what puts CPSR there. base points behind the D registers
// of a record.
func (h *a32Harness) storeStates(temp, base int64, cpsr func()) {
	for i := range h.l.States {
		s := &h.l.States[i]
		bits, part := cpsrBits[s.Name]
		switch {
		case part:
			cpsr()
			h.put(h.immediate(&h.andImm, temp, temp, bits))
		case i == h.l.fpscr:
			h.put(h.system(&h.vmrs, temp))
		default:
			h.put(h.system(&h.mrcThread, temp))
		}
		h.put(h.store(temp, int64(s.Record-h.l.doubles), base))
	}
	if h.l.pad >= 0 {
		h.li(temp, 0)
		h.put(h.store(temp, int64(h.l.pad-h.l.doubles), base))
	}
}
