package mips

import "github.com/risugen/risugen/arch"

// Arguments of mmap: the kernel's headers for MIPS.
const (
	protReadWrite = 1 | 2
	mapSharedHere = 0x01 | 0x10 // MAP_SHARED | MAP_FIXED
)

// share is a routine that shares the buffer as arch.ShareFD says, if that is what the image was started with. It stands behind the
// checkpoints, whose addresses are the same in images of digests.
func (h *harness) share() {
	h.label("share")
	if h.digests() {
		h.do(h.jumpTo(31))
		h.nop()
		return
	}
	h.kernelStack()
	h.put(&h.addiu, 4, 0, arch.ShareFD)
	h.li(5, bufAddr)
	h.put(&h.addiu, 6, 0, arch.ShareHead)
	h.move(7, 0) // o32's other half of the offset stands on the stack, where everything is zero
	h.system(h.sys().pread)
	h.branch(&h.bne, 7, 0, "not shared")
	h.put(&h.addiu, 9, 0, arch.ShareHead)
	h.branch(&h.bne, 2, 9, "not shared")
	h.li(9, bufAddr)
	h.li(10, h.at.Start)
	for off := int64(0); off < arch.DigestSize; off += 4 {
		h.sameWord(off, arch.RecordHeaderSize+off)
	}
	h.askOutput()
	h.li(9, bufAddr)
	h.li(10, bufAddr+arch.ShareStatx)
	for _, w := range arch.ShareOutput {
		h.sameWord(w.Head, w.Statx)
	}
	h.load(9, arch.ShareHow, 9)
	h.li(8, stateAddr)
	h.put(&h.addiu, 10, 0, arch.ShareSpliced)
	h.branch(&h.beq, 9, 10, "shrink the pipe")
	h.nop()
	h.mapShared()
	h.label("shared")
	h.store(9, varShared, 8)
	h.label("not shared")
	h.li(8, stateAddr)
	h.do(h.jumpTo(31))
	h.nop()
}

// sameWord gives up sharing unless words at offsets from $9 and from $10 are equal.
func (h *harness) sameWord(at9, at10 int64) {
	h.load(11, at9, 9)
	h.load(12, at10, 10)
	h.nop()
	h.branch(&h.bne, 11, 12, "not shared")
	h.nop()
}

// askOutput asks the kernel what standard output is.
func (h *harness) askOutput() {
	h.fifth(bufAddr + arch.ShareStatx)
	h.put(&h.addiu, 4, 0, 1)
	h.li(5, bufAddr+arch.ShareEmpty)
	h.li(6, arch.StatxEmptyPath)
	h.put(&h.addiu, 7, 0, arch.StatxInode)
	h.system(h.sys().statx)
	h.branch(&h.bne, 7, 0, "not shared")
	h.nop()
}

// fifth makes the fifth argument of a system call, which is in a register or, for o32, on the stack.
func (h *harness) fifth(v uint32) {
	if h.m.abi.regs == 8 {
		h.li(8, v)
		return
	}
	h.li(8, stateAddr+varStack)
	h.li(9, v)
	h.store(9, 16, 8)
}

// mapShared maps the memory in the place of the buffer. The last argument, the offset, is zero, as is o32's stack.
func (h *harness) mapShared() {
	h.fifth(arch.ShareFD)
	h.move(9, 0)
	h.li(4, bufAddr)
	h.li(5, arch.ShareBytes)
	h.put(&h.addiu, 6, 0, protReadWrite)
	h.put(&h.addiu, 7, 0, mapSharedHere)
	h.system(h.sys().mmap)
	h.branch(&h.bne, 7, 0, "not shared")
	h.put(&h.addiu, 9, 0, arch.ShareMapped)
	h.li(8, stateAddr)
}

// moveLimit moves the end of the buffer in a block, which is in $10, to the slot that is being filled.
func (h *harness) moveLimit() {
	h.load(10, varLimit, 8)
	h.load(11, varSlot, 8)
	h.nop()
	h.put(&h.addu, 10, 10, 11)
	h.store(10, varLimit, 8)
}

// handOver hands the slot over whose records end at $18, where $9 says how memory is shared, and goes on to the next one as soon as that is free.
func (h *harness) handOver() {
	h.label("hand over")
	h.put(&h.addiu, 10, 0, arch.ShareSpliced)
	h.branch(&h.beq, 9, 10, "splice")
	h.li(9, arch.RecordMagic|uint32(arch.RecordHanded))
	h.store(9, varHanded, 8)
	h.load(9, varSlot, 8)
	h.li(10, bufAddr)
	h.put(&h.addu, 9, 9, 10)
	h.put(&h.subu, 9, 18, 9)
	h.store(9, varHanded+4, 8)
	h.put(&h.addiu, 16, 8, varHanded)
	h.jump(&h.jal, "write all")
	h.put(&h.addiu, 18, 16, arch.HandoverSize)
	h.li(8, stateAddr)
	h.load(9, varLast, 8)
	h.nop()
	h.branch(&h.bne, 9, 0, "handed over")
	h.nop()
	h.label("credit")
	h.put(&h.addiu, 4, 0, arch.CreditFD)
	h.li(5, stateAddr+varCredit)
	h.put(&h.addiu, 6, 0, 1)
	h.system(h.sys().read)
	h.branch(&h.beq, 7, 0, "credited")
	h.put(&h.addiu, 8, 0, errINTR)
	h.branch(&h.beq, 2, 8, "credit")
	h.nop()
	h.label("credited")
	h.branch(&h.bne, 7, 0, "die")
	h.put(&h.addiu, 8, 0, 1)
	h.branch(&h.bne, 2, 8, "die") // nobody is left to read
	h.nop()
	h.label("next slot")
	h.nextSlot()
	h.label("handed over")
	h.do(h.jumpTo(19))
	h.nop()
}

// nextSlot moves the end of the buffer in this block, and the buffer, to the next slot.
func (h *harness) nextSlot() {
	h.li(8, stateAddr)
	h.load(9, varSlot, 8)
	h.load(10, varLimit, 8)
	h.li(11, arch.ShareSlot)
	h.put(&h.subu, 10, 10, 9)
	h.put(&h.addu, 9, 9, 11)
	h.li(11, arch.ShareBytes-1)
	h.put(&h.and, 9, 9, 11)
	h.store(9, varSlot, 8)
	h.put(&h.addu, 10, 10, 9)
	h.store(10, varLimit, 8)
	h.li(11, bufAddr)
	h.put(&h.addu, 9, 9, 11)
	h.store(9, h.varEnd(), 8)
}
