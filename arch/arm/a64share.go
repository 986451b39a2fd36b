package arm

import "github.com/risugen/risugen/arch"

// share is a routine that shares the buffer as arch.ShareFD says, if that is what the image was started with. It stands behind the
// checkpoints, whose addresses are the same in images of digests.
func (h *a64Harness) share() {
	h.label("share")
	if h.digests() {
		h.put(&h.br, rRet)
		return
	}
	h.li(0, arch.ShareFD)
	h.li(1, a64BufAddr)
	h.li(2, arch.ShareHead)
	h.move(3, zr)
	h.system(sysPread)
	h.put(&h.subImm, w64, 0, arch.ShareHead, 0, tmp1)
	h.branch(&h.cbnz, tmp1, "not shared")
	h.li(tmp1, a64BufAddr)
	h.li(tmp2, h.at.Start)
	for off := int64(0); off < arch.DigestSize; off += 4 {
		h.sameWord(off, arch.RecordHeaderSize+off)
	}
	h.li(0, 1)
	h.li(1, a64BufAddr+arch.ShareEmpty)
	h.li(2, arch.StatxEmptyPath)
	h.li(3, arch.StatxInode)
	h.li(4, a64BufAddr+arch.ShareStatx)
	h.system(sysStatx)
	h.branch(&h.cbnz, 0, "not shared")
	h.li(tmp1, a64BufAddr)
	h.li(tmp2, a64BufAddr+arch.ShareStatx)
	for _, w := range arch.ShareOutput {
		h.sameWord(w.Head, w.Statx)
	}
	h.load(tmp4, arch.ShareHow, tmp1)
	h.put(&h.subImm, w64, 0, arch.ShareSpliced, tmp4, tmp3)
	h.branch(&h.cbz, tmp3, "shrink the pipe")
	h.li(0, a64BufAddr)
	h.li(1, arch.ShareBytes)
	h.li(2, protReadWrite)
	h.li(3, mapSharedFixed)
	h.li(4, arch.ShareFD)
	h.move(5, zr)
	h.system(sysMmap)
	h.li(tmp1, a64BufAddr)
	h.put(&h.sub, w64, lsl, tmp1, 0, 0, tmp1)
	h.branch(&h.cbnz, tmp1, "not shared")
	h.li(tmp4, arch.ShareMapped)
	h.label("shared")
	h.store(tmp4, varShared, rVars)
	h.label("not shared")
	h.put(&h.br, rRet)
}

// sameWord gives up sharing unless words at offsets from tmp1 and from tmp2 are equal.
func (h *a64Harness) sameWord(at1, at2 int64) {
	h.load(tmp3, at1, tmp1)
	h.load(tmp4, at2, tmp2)
	h.put(&h.sub, w64, lsl, tmp4, 0, tmp3, tmp3)
	h.branch(&h.cbnz, tmp3, "not shared")
}

// moveLimit moves the end of the buffer in a block, which is in tmp2, to the slot that is being filled.
func (h *a64Harness) moveLimit() {
	h.load(tmp1, varSlot, rVars)
	h.plus(tmp2, tmp2, tmp1)
	h.store(tmp2, varLimit, rVars)
}

// handOver hands the slot over whose records end at rEnd, where tmp1 says how memory is shared, and goes on to the next one as soon as that is free.
func (h *a64Harness) handOver() {
	h.label("hand over")
	h.put(&h.subImm, w64, 0, arch.ShareSpliced, tmp1, tmp2)
	h.branch(&h.cbz, tmp2, "splice")
	h.li(tmp1, arch.RecordMagic|uint32(arch.RecordHanded))
	h.store(tmp1, varHanded, rVars)
	h.load(tmp1, varSlot, rVars)
	h.li(tmp2, a64BufAddr)
	h.plus(tmp1, tmp1, tmp2)
	h.put(&h.sub, w64, lsl, tmp1, 0, rEnd, tmp1)
	h.store(tmp1, varHanded+4, rVars)
	h.addConst(rAt, rVars, varHanded)
	h.addConst(rEnd, rAt, arch.HandoverSize)
	h.jump(&h.bl, "write all")
	h.load(tmp1, varLast, rVars)
	h.branch(&h.cbnz, tmp1, "handed over")
	h.label("credit")
	h.li(0, arch.CreditFD)
	h.addConst(1, rVars, varCredit)
	h.li(2, 1)
	h.system(sysRead)
	h.addConst(tmp1, 0, errINTR)
	h.branch(&h.cbz, tmp1, "credit")
	h.put(&h.subImm, w64, 0, 1, 0, tmp1)
	h.branch(&h.cbnz, tmp1, "die") // nobody is left to read
	h.label("next slot")
	h.load(tmp1, varSlot, rVars)
	h.load(tmp2, varLimit, rVars)
	h.put(&h.sub, w64, lsl, tmp1, 0, tmp2, tmp2)
	h.li(tmp3, arch.ShareSlot)
	h.plus(tmp1, tmp1, tmp3)
	h.lowBits(tmp1, tmp1, arch.ShareBytes)
	h.store(tmp1, varSlot, rVars)
	h.plus(tmp2, tmp2, tmp1)
	h.store(tmp2, varLimit, rVars)
	h.li(tmp2, a64BufAddr)
	h.plus(tmp1, tmp1, tmp2)
	h.store(tmp1, h.varEnd(), rVars)
	h.label("handed over")
	h.put(&h.br, rBack)
}
