package arm

import "github.com/risugen/risugen/arch"

// tail writes the header of a check record, adds the memory block where the block touches it, and goes on to the next round
// or block. The fault handler joins it at "recorded".
func (h *a32Harness) tail() {
	h.label("checked")
	h.li(hVars, a32StateAddr)
	h.get(hRec, varBuf)
	h.li(h1, 0)
	for off := int64(16); off < arch.RecordHeaderSize; off += 4 {
		h.put(h.store(h1, off, hRec))
	}
	h.li(h1, arch.RecordMagic|uint32(arch.RecordCheck))
	h.label("recorded") // hVars, hRec, and in h1 magic and kind
	h.put(h.store(h1, 0, hRec))
	h.li(h1, 0)
	h.set(h1, varFault)
	h.get(h1, varBlock)
	h.put(h.store(h1, 4, hRec))
	h.get(h1, varRound)
	h.put(h.store(h1, 8, hRec))
	h.li(h2, uint32(h.l.Payload))
	h.put(h.store(h2, 12, hRec))
	h.addConst(h3, hRec, uint32(arch.RecordHeaderSize+h.l.Payload))
	h.get(h1, varMemory)
	h.compareNumber(h1, 0)
	h.branch(condEQ, "counted")
	h.li(h2, uint32(h.l.Payload+h.l.Memory.Bytes()))
	h.put(h.store(h2, 12, hRec))
	h.li(h4, a32MemAddr)
	h.copyMemory("dump", h4, h3)
	h.label("counted")
	h.put(h.move(hRec, h3)) // behind the record
	if h.digests() {
		h.branch(condAL, "digest")
	}
	h.set(hRec, varBuf)
	h.flushIfFull(hRec, "flush")
	h.label("room")
	h.countRound()
}

// flushIfFull calls a routine if what a register points to is beyond the block's limit.
func (h *a32Harness) flushIfFull(reg int64, routine string) {
	h.get(h2, varLimit)
	h.compareRegister(reg, h2)
	h.branch(condMI, "room")
	h.call(routine)
}

// countRound goes on to the next round or, after the last, to the next block.
func (h *a32Harness) countRound() {
	h.get(h1, varRound)
	h.addConst(h1, h1, 1)
	h.set(h1, varRound)
	h.li(h2, uint32(h.p.Rounds))
	h.compareRegister(h1, h2)
	h.branch(condNE, "new round")
	h.get(h1, varBlock)
	h.addConst(h1, h1, 1)
	h.set(h1, varBlock)
	h.branch(condAL, "next block")
}

// flush writes the buffer to standard output. Where the buffer is shared it hands a slot over.
func (h *a32Harness) flush() {
	h.label("flush")
	h.put(h.move(hBack, a32LR))
	h.get(hEnd, h.varEnd())
	h.get(h1, varShared)
	h.compareNumber(h1, 0)
	h.branch(condNE, "hand over")
	h.li(hAt, a32BufAddr)
	h.call("write all")
	h.li(h1, h.bufStart())
	h.set(h1, h.varEnd())
	h.back(hBack)
	h.writeAll()
}

// writeAll writes what is between hAt and hEnd, all of it: writes may be partial, interrupted, or refused because a
// non-blocking pipe is full. It uses h1.
func (h *a32Harness) writeAll() {
	h.label("write all")
	h.put(h.move(hLink, a32LR))
	h.label("write")
	h.minus(2, hEnd, hAt)
	h.compareNumber(2, 0)
	h.branch(condEQ, "written")
	h.li(0, 1)
	h.put(h.move(1, hAt))
	h.kernel(eabiWrite)
	h.put(do(&h.addImm, h1, 0, errINTR, condAL, 1))
	h.branch(condEQ, "write")
	h.put(do(&h.addImm, h1, 0, errAGAIN, condAL, 1))
	h.branch(condEQ, "wait")
	h.compareNumber(0, 0)
	h.branch(condMI, "die")
	h.plus(hAt, hAt, 0)
	h.branch(condAL, "write")
	h.label("wait")
	h.li(h1, 1) // poll standard output
	h.set(h1, varPoll)
	h.li(h1, h.pollEvents())
	h.set(h1, varPoll+4)
	h.addConst(0, hVars, varPoll)
	h.li(1, 1)
	h.put(do(&h.mvnImm, 2, 0, condAL, 0, 0)) // for however long it takes
	h.kernel(eabiPoll)
	h.branch(condAL, "write")
	h.label("written")
	h.back(hLink)
}

// pollEvents is the word of the two halfwords events and revents, whose places depend on the byte order.
func (h *a32Harness) pollEvents() uint32 {
	return h.l.Order.Uint32(h.l.Order.AppendUint16(h.l.Order.AppendUint16(nil, pollOut), 0))
}

// finishUp writes the end record and exits.
func (h *a32Harness) finishUp() {
	h.label("finish")
	if h.digests() {
		h.call("send")
		h.li(hRec, a32BufAddr)
	} else {
		h.get(hRec, varBuf)
	}
	h.copyRecord(h.at.End, arch.RecordHeaderSize)
	h.set(hRec, h.varEnd())
	h.set(hRec, varLast)
	h.call("flush")
	h.li(0, 0)
	h.kernel(eabiExitGroup)
}
