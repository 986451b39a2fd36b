package arm

import "github.com/risugen/risugen/arch"

// loadRegisters sets every register from the pool and jumps to the block, whose base register is then the one that is left
// with the block's address.
func (h *a64Harness) loadRegisters(i int) {
	b := int64(h.l.Bases[i])
	temp := otherThan(b)
	h.label(a64LoadLabel(i))
	h.li(b, a64StateAddr)
	h.load(temp, varFPCR, b)
	h.do(h.write("fpcr", temp))
	h.do(h.write("fpsr", zr))
	h.load(b, varPool, b)
	for v := int64(0); v < 32; v += 4 {
		h.loadVectors(v, b)
	}
	gpr := int64(h.l.Classes[h.l.gpr].Pool - a64Vectors) // from where the base register now points
	for s := range h.l.States {
		h.loadState(s, temp, b)
	}
	h.load64(temp, gpr+8*a64SP, b)
	h.put(&h.addImm, w64, 0, 0, temp, a64SP)
	for r := int64(0); r < 30; r += 2 {
		switch b {
		case r:
			h.load64(r+1, gpr+8*r+8, b)
		case r + 1:
			h.load64(r, gpr+8*r, b)
		default:
			h.loadPair(r, r+1, gpr+8*r, b)
		}
	}
	if b != 30 {
		h.load64(30, gpr+8*30, b)
	}
	h.li(b, a64StateAddr)
	h.load(b, varCode, b)
	h.put(&h.br, b)
}

// otherThan is a register that serves as temporary where b is the base.
func otherThan(b int64) int64 {
	if b == 0 {
		return 1
	}
	return 0
}

// checkpoint stores every register into a record. It is entered with the base register holding the address of the
// variables.
func (h *a64Harness) checkpoint(i int) {
	b := int64(h.l.Bases[i])
	temp := otherThan(b)
	h.label(a64CheckLabel(i))
	h.load(b, varBuf, b)
	h.addConst(b, b, arch.RecordHeaderSize)
	for v := int64(0); v < 32; v += 4 {
		h.storeVectors(v, b)
	}
	gpr := int64(h.l.Classes[h.l.gpr].Record - a64Vectors) // from where the base register now points
	of := func(r int64) int64 {
		if r == b {
			return zr // not the program's: a constant
		}
		return r
	}
	for r := int64(0); r < 30; r += 2 {
		h.storePair(of(r), of(r+1), gpr+8*r, b)
	}
	h.put(&h.addImm, w64, 0, 0, a64SP, temp)
	h.storePair(of(30), temp, gpr+8*30, b)
	for s := range h.l.States {
		h.do(h.read(h.l.States[s].Name, temp))
		h.storeState(s, temp, b)
	}
	h.storePad(b)
	h.jump(&h.b, "checked")
}
