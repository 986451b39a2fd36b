package mips

import (
	"fmt"

	"github.com/risugen/risugen/arch"
)

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
	if h.digests() {
		h.jump(&h.j, "digest")
		h.nop()
	}
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
// because a non-blocking pipe is full. Where the buffer is shared it hands a slot over. The routine at "write" writes
// what is between $16 and $18, and returns to $17.
func (h *harness) flush() {
	h.label("flush")
	h.kernelStack()
	h.li(8, stateAddr)
	h.load(9, varShared, 8)
	h.load(18, h.varEnd(), 8)
	h.branch(&h.bne, 9, 0, "hand over")
	h.move(19, 31)
	h.li(16, bufAddr)
	h.jump(&h.jal, "write all")
	h.nop()
	h.li(8, stateAddr)
	h.li(9, h.bufStart())
	h.store(9, h.varEnd(), 8)
	h.do(h.jumpTo(19))
	h.nop()
	h.label("write all")
	h.move(17, 31)
	h.label("write")
	h.put(&h.addiu, 4, 0, 1)
	h.put(&h.subu, 6, 18, 16)
	h.branch(&h.beq, 6, 0, "written")
	h.move(5, 16)
	h.system(h.sys().write)
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
	h.system(h.sys().poll)
	h.jump(&h.j, "write")
	h.nop()
	h.label("wrote")
	h.jump(&h.j, "write")
	h.put(&h.addu, 16, 16, 2)
	h.label("written")
	h.do(h.jumpTo(17))
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
	if h.digests() {
		h.jump(&h.jal, "send")
		h.nop()
		h.li(9, bufAddr)
	} else {
		h.li(8, stateAddr)
		h.load(9, varBuf, 8)
	}
	h.copyRecord(h.at.End, arch.RecordHeaderSize)
	h.store(9, h.varEnd(), 8)
	h.store(9, varLast, 8)
	h.jump(&h.jal, "flush")
	h.nop()
	h.move(4, 0)
	h.system(h.sys().exitGroup)
}

// handler makes a record of a fault. Vector, floating-point and control registers are stored live; general
// registers, HI, LO and pc come from the frame. It never returns: the next round loads every register.
func (h *harness) handler() {
	h.label("handler")
	h.li(8, stateAddr)
	h.load(10, varFault, 8)
	h.load(9, varBuf, 8)
	h.branch(&h.bne, 10, 0, "broken")
	h.put(&h.addiu, 11, 0, 1)
	h.store(11, varFault, 8)
	h.liveFloat()
	h.liveStates()
	h.store(4, 16, 9)
	h.load(10, frameCode, 29)
	h.store(10, 20, 9)
	h.framePC()
	for r := range int64(32) {
		if !h.loaded(r) && r != 0 {
			h.storeGPR(0, r, 9)
			continue
		}
		h.loadSlot(10, h.m.abi.frame.regs+8*r)
		h.storeGPR(10, r, 9)
	}
	h.li(10, arch.RecordMagic|uint32(arch.RecordFault))
	h.jump(&h.j, "recorded")
	h.nop()
}

// liveFloat stores the registers of the block's view, which a signal leaves as they are.
func (h *harness) liveFloat() {
	for view := 1; view <= h.l.views(); view++ {
		next := fmt.Sprintf("not view %d", view)
		if h.l.Views > 0 {
			h.load(10, varView, 8)
			h.put(&h.addiu, 11, 0, int64(view))
			h.branch(&h.bne, 10, 11, next)
			h.nop()
		}
		h.storeFloat(9, view)
		h.label(next)
	}
}

// liveStates stores the states. HI and LO come from the frame, since a kernel may use them; the others are
// read live.
func (h *harness) liveStates() {
	for i := range h.l.States {
		switch name := h.l.States[i].Name; name {
		case "hi":
			h.loadSlot(10, h.m.abi.frame.hi)
		case "lo":
			h.loadSlot(10, h.m.abi.frame.lo)
		default:
			h.readState(i, 10)
		}
		h.storeState(10, i, 9)
		if h.traps && h.l.States[i].Exceptions.Signal != "" {
			h.do(h.write(h.l.States[i].Name, 0)) // no cause bit stands beside its enable bit from now on
		}
	}
	h.storePad(9)
}

// loadSlot loads what a register's slot of 64 bits in the frame holds.
func (h *harness) loadSlot(reg, off int64) {
	if !h.wide {
		low, _ := h.halves()
		off += low
	}
	h.loadReg(reg, off, 29)
}

// framePC stores the faulting pc into the record's header, as 64 bits.
func (h *harness) framePC() {
	const pc = 24 // in the header
	h.loadSlot(10, h.m.abi.frame.pc)
	if h.wide {
		h.storeReg(10, pc, 9)
		return
	}
	low, high := h.halves()
	h.store(10, pc+low, 9)
	h.store(0, pc+high, 9)
}

// message is what an image says on standard error when its own handler faults.
const message = "risugen: the fault handler faulted: does this CPU lack a unit (FPU, MSA) that the image was made for?\n"

// broken says so and gives up: without it the handler would be entered for ever.
func (h *harness) broken() {
	h.label("broken")
	h.put(&h.addiu, 4, 0, 2)
	h.li(5, h.at.Message)
	h.put(&h.addiu, 6, 0, int64(len(message)))
	h.system(h.sys().write)
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
