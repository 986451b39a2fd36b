package arm

import "github.com/risugen/risugen/arch"

// tail writes the header of a check record, adds the memory block where the block touches it, and goes on to the next round
// or block. The fault handler joins it at "recorded".
func (h *a64Harness) tail() {
	h.label("checked")
	h.li(rVars, a64StateAddr)
	h.load(rRec, varBuf, rVars)
	h.storePair(zr, zr, 16, rRec)
	h.li(tmp1, arch.RecordMagic|uint32(arch.RecordCheck))
	h.label("recorded") // rVars, rRec, and in tmp1 magic and kind
	h.store(tmp1, 0, rRec)
	h.store(zr, varFault, rVars)
	h.load(tmp1, varBlock, rVars)
	h.store(tmp1, 4, rRec)
	h.load(tmp1, varRound, rVars)
	h.store(tmp1, 8, rRec)
	h.load(tmp1, varMemory, rVars)
	h.li(tmp2, uint32(h.l.Payload))
	h.store(tmp2, 12, rRec)
	h.addConst(tmp3, rRec, int64(arch.RecordHeaderSize+h.l.Payload))
	h.branch(&h.cbz, tmp1, "counted")
	h.li(tmp2, uint32(h.l.Payload+h.l.Memory.Bytes()))
	h.store(tmp2, 12, rRec)
	h.li(tmp4, a64MemAddr)
	h.copyMemory("dump", tmp4, tmp3)
	h.label("counted")
	h.move(rRec, tmp3) // behind the record
	if h.digests() {
		h.jump(&h.b, "digest")
	}
	h.store(rRec, varBuf, rVars)
	h.flushIfFull(rRec, "flush")
	h.label("room")
	h.countRound()
}

// flushIfFull calls a routine if what a register points to is beyond the block's limit.
func (h *a64Harness) flushIfFull(reg int64, routine string) {
	h.load(tmp2, varLimit, rVars)
	h.put(&h.sub, w64, lsl, tmp2, 0, reg, tmp2)
	h.put(&h.ubfm, w64, 1, 63, 63, tmp2, tmp2) // the sign
	h.branch(&h.cbnz, tmp2, "room")
	h.jump(&h.bl, routine)
}

// countRound goes on to the next round or, after the last, to the next block.
func (h *a64Harness) countRound() {
	h.load(tmp1, varRound, rVars)
	h.addConst(tmp1, tmp1, 1)
	h.store(tmp1, varRound, rVars)
	h.li(tmp2, uint32(h.p.Rounds))
	h.put(&h.sub, w64, lsl, tmp2, 0, tmp1, tmp2)
	h.branch(&h.cbnz, tmp2, "new round")
	h.load(tmp1, varBlock, rVars)
	h.addConst(tmp1, tmp1, 1)
	h.store(tmp1, varBlock, rVars)
	h.jump(&h.b, "next block")
}

// flush writes the buffer to standard output. Where the buffer is shared it hands a slot over.
func (h *a64Harness) flush() {
	h.label("flush")
	h.move(rBack, rRet)
	h.load(rEnd, h.varEnd(), rVars)
	h.load(tmp1, varShared, rVars)
	h.branch(&h.cbnz, tmp1, "hand over")
	h.li(rAt, a64BufAddr)
	h.jump(&h.bl, "write all")
	h.li(tmp1, h.bufStart())
	h.store(tmp1, h.varEnd(), rVars)
	h.put(&h.br, rBack)
	h.writeAll()
}

// writeAll writes what is between rAt and rEnd, all of it: writes may be partial, interrupted, or refused because a
// non-blocking pipe is full.
func (h *a64Harness) writeAll() {
	h.label("write all")
	h.move(rLink, rRet)
	h.label("write")
	h.put(&h.sub, w64, lsl, rAt, 0, rEnd, 2)
	h.branch(&h.cbz, 2, "written")
	h.li(0, 1)
	h.move(1, rAt)
	h.system(sysWrite)
	h.addConst(tmp1, 0, errINTR)
	h.branch(&h.cbz, tmp1, "write")
	h.addConst(tmp1, 0, errAGAIN)
	h.branch(&h.cbz, tmp1, "wait")
	h.put(&h.ubfm, w64, 1, 63, 63, 0, tmp1) // the sign
	h.branch(&h.cbnz, tmp1, "die")
	h.plus(rAt, rAt, 0)
	h.jump(&h.b, "write")
	h.label("wait")
	h.li(tmp1, 1) // poll standard output
	h.store(tmp1, varPoll, rVars)
	h.li(tmp1, h.pollEvents())
	h.store(tmp1, varPoll+4, rVars)
	h.addConst(0, rVars, varPoll)
	h.li(1, 1)
	h.move(2, zr)
	h.move(3, zr)
	h.system(sysPpoll)
	h.jump(&h.b, "write")
	h.label("written")
	h.put(&h.br, rLink)
}

// pollEvents is the word of the two halfwords events and revents, whose places depend on the byte order.
func (h *a64Harness) pollEvents() uint32 {
	return h.l.Order.Uint32(h.l.Order.AppendUint16(h.l.Order.AppendUint16(nil, pollOut), 0))
}

// finishUp writes the end record and exits.
func (h *a64Harness) finishUp() {
	h.label("finish")
	if h.digests() {
		h.jump(&h.bl, "send")
		h.li(rRec, a64BufAddr)
	} else {
		h.load(rRec, varBuf, rVars)
	}
	h.copyRecord(h.at.End, arch.RecordHeaderSize)
	h.store(rRec, h.varEnd(), rVars)
	h.store(rRec, varLast, rVars)
	h.jump(&h.bl, "flush")
	h.move(0, zr)
	h.system(sysExitGroup)
}
