package mips

import "github.com/risugen/risugen/arch"

// tail writes the header of a check record, adds the memory block where the block touches it, and goes on
// to the next round or block. The fault handler joins it at "recorded".
func (h *harness) tail() {
	h.label("checked")
	h.li(8, stateAddr)
	h.load(9, varBuf, 8)
	for off := int64(16); off < arch.RecordHeaderSize; off += 4 {
		h.store(0, off, 9)
	}
	h.li(10, arch.RecordMagic|uint32(arch.RecordCheck))
	h.label("recorded") // $8: variables, $9: record, $10: magic and kind
	h.store(10, 0, 9)
	h.store(0, varFault, 8)
	h.load(10, varBlock, 8)
	h.load(11, varRound, 8)
	h.store(10, 4, 9)
	h.store(11, 8, 9)
	h.load(10, varMemory, 8)
	h.put(&h.addiu, 12, 0, int64(h.l.Payload))
	h.branch(&h.beq, 10, 0, "sized")
	h.store(12, 12, 9)
	h.put(&h.addiu, 12, 0, int64(h.l.Payload+h.l.Memory.Bytes()))
	h.store(12, 12, 9)
	h.put(&h.addiu, 9, 9, int64(arch.RecordHeaderSize+h.l.Payload))
	h.li(10, memAddr)
	h.copyMemory("dump", 10, 9)
	h.jump(&h.j, "counted")
	h.nop()
	h.label("sized")
	h.put(&h.addiu, 9, 9, int64(arch.RecordHeaderSize+h.l.Payload))
	h.label("counted")
	h.store(9, varBuf, 8)
	h.load(10, varLimit, 8)
	h.put(&h.sltu, 10, 9, 10)
	h.branch(&h.bne, 10, 0, "room")
	h.nop()
	h.jump(&h.jal, "flush")
	h.nop()
	h.label("room")
	h.countRound()
}

// countRound goes on to the next round or, after the last, to the next block.
func (h *harness) countRound() {
	h.li(8, stateAddr)
	h.load(9, varRound, 8)
	h.li(10, uint32(h.p.Rounds))
	h.put(&h.addiu, 9, 9, 1)
	h.branch(&h.bne, 9, 10, "new round")
	h.store(9, varRound, 8)
	h.load(9, varBlock, 8)
	h.nop()
	h.put(&h.addiu, 9, 9, 1)
	h.jump(&h.j, "next block")
	h.store(9, varBlock, 8)
}

// flush writes the buffer to standard output, all of it: writes may be partial, interrupted, or refused
// because a non-blocking pipe is full.
func (h *harness) flush() {
	h.label("flush")
	h.kernelStack()
	h.move(17, 31)
	h.li(16, bufAddr)
	h.label("write")
	h.li(8, stateAddr)
	h.load(6, varBuf, 8)
	h.put(&h.addiu, 4, 0, 1)
	h.put(&h.subu, 6, 6, 16)
	h.branch(&h.beq, 6, 0, "written")
	h.move(5, 16)
	h.system(sysWrite)
	h.branch(&h.beq, 7, 0, "wrote")
	h.put(&h.addiu, 8, 0, errINTR)
	h.branch(&h.beq, 2, 8, "write")
	h.put(&h.addiu, 8, 0, errAGAIN)
	h.branch(&h.bne, 2, 8, "die")
	h.li(8, stateAddr)
	h.put(&h.addiu, 9, 0, 1) // poll standard output
	h.store(9, varPoll, 8)
	h.pollEvents()
	h.put(&h.addiu, 4, 8, varPoll)
	h.put(&h.addiu, 5, 0, 1)
	h.put(&h.addiu, 6, 0, -1)
	h.system(sysPoll)
	h.jump(&h.j, "write")
	h.nop()
	h.label("wrote")
	h.jump(&h.j, "write")
	h.put(&h.addu, 16, 16, 2)
	h.label("written")
	h.li(8, stateAddr)
	h.li(9, bufAddr)
	h.store(9, varBuf, 8)
	h.put(&h.jr, 17)
	h.nop()
}

// pollEvents stores the two halfwords events and revents, whose place in a word depends on byte order.
func (h *harness) pollEvents() {
	events := h.l.Order.Uint32(h.l.Order.AppendUint16(h.l.Order.AppendUint16(nil, pollOut), 0))
	h.li(9, events)
	h.store(9, varPoll+4, 8)
}

// finishUp writes the end record and exits.
func (h *harness) finishUp() {
	h.label("finish")
	h.li(8, stateAddr)
	h.load(9, varBuf, 8)
	h.copyRecord(h.endRecord, arch.RecordHeaderSize)
	h.store(9, varBuf, 8)
	h.jump(&h.jal, "flush")
	h.nop()
	h.move(4, 0)
	h.system(sysExitGroup)
}

// handler makes a record of a fault. Vector and control registers are stored first, live; general
// registers, HI, LO and pc come from the frame. It never returns: the next round loads every register.
func (h *harness) handler() {
	h.label("handler")
	h.li(8, stateAddr)
	h.load(10, varFault, 8)
	h.load(9, varBuf, 8)
	h.branch(&h.bne, 10, 0, "broken")
	h.put(&h.addiu, 11, 0, 1)
	h.store(11, varFault, 8)
	h.storeVectors(9)
	h.storeControl(10, 9)
	low, high := h.halves()
	for i, off := range []int64{frameHI, frameLO} {
		h.load(10, off+low, 29)
		h.storeState(10, []int{h.l.hi, h.l.lo}[i], 9)
	}
	h.store(4, 16, 9)
	h.load(10, frameCode, 29)
	h.store(10, 20, 9)
	h.load(10, framePC+low, 29)
	h.store(10, 24+low, 9)
	h.store(0, 24+high, 9)
	gpr := int64(arch.RecordHeaderSize + h.l.Classes[h.l.gpr].Record)
	for r := int64(0); r < 32; r++ {
		if !h.loaded(r) && r != 0 {
			h.store(0, gpr+4*r, 9)
			continue
		}
		h.load(10, frameRegs+8*r+low, 29)
		h.store(10, gpr+4*r, 9)
	}
	h.li(10, arch.RecordMagic|uint32(arch.RecordFault))
	h.jump(&h.j, "recorded")
	h.nop()
}

// message is what an image says on standard error when its own handler faults.
const message = "risugen: the fault handler faulted: does this CPU lack a unit (FPU, MSA) that the image was made for?\n"

// broken says so and gives up: without it the handler would be entered for ever.
func (h *harness) broken() {
	h.label("broken")
	h.put(&h.addiu, 4, 0, 2)
	h.li(5, h.message)
	h.put(&h.addiu, 6, 0, int64(len(message)))
	h.system(sysWrite)
	h.jump(&h.j, "die")
	h.nop()
}

// halves returns the offsets of the low and the high word in a 64-bit slot.
func (h *harness) halves() (low, high int64) {
	if arch.OrderName(h.l.Order) == "big" {
		return 4, 0
	}
	return 0, 4
}
