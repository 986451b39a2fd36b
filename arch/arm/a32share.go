package arm

import "github.com/risugen/risugen/arch"

// share is a routine that shares the buffer as arch.ShareFD says, if that is what the image was started with. It stands behind the
// checkpoints, whose addresses are the same in images of digests.
func (h *a32Harness) share() {
	h.label("share")
	if h.digests() {
		h.back(a32LR)
		return
	}
	h.li(0, arch.ShareFD)
	h.li(1, a32BufAddr)
	h.li(2, arch.ShareHead)
	h.li(4, 0) // the offset is in registers 4 and 5
	h.li(5, 0)
	h.kernel(eabiPread)
	h.compareNumber(0, arch.ShareHead)
	h.branch(condNE, "not shared")
	h.li(h1, a32BufAddr)
	h.li(h2, h.at.Start)
	for off := int64(0); off < arch.DigestSize; off += 4 {
		h.sameWord(off, arch.RecordHeaderSize+off)
	}
	h.li(0, 1)
	h.li(1, a32BufAddr+arch.ShareEmpty)
	h.li(2, arch.StatxEmptyPath)
	h.li(3, arch.StatxInode)
	h.li(4, a32BufAddr+arch.ShareStatx)
	h.kernel(eabiStatx)
	h.compareNumber(0, 0)
	h.branch(condNE, "not shared")
	h.li(h1, a32BufAddr)
	h.li(h2, a32BufAddr+arch.ShareStatx)
	for _, w := range arch.ShareOutput {
		h.sameWord(w.Head, w.Statx)
	}
	h.put(h.load(h1, arch.ShareHow, h1))
	h.compareNumber(h1, arch.ShareSpliced)
	h.branch(condEQ, "shrink the pipe")
	h.li(0, a32BufAddr)
	h.li(1, arch.ShareBytes)
	h.li(2, protReadWrite)
	h.li(3, mapSharedFixed)
	h.li(4, arch.ShareFD)
	h.li(5, 0)
	h.kernel(eabiMmap2)
	h.li(h1, a32BufAddr)
	h.compareRegister(0, h1)
	h.branch(condNE, "not shared")
	h.li(h1, arch.ShareMapped)
	h.label("shared")
	h.li(hVars, a32StateAddr)
	h.set(h1, varShared)
	h.label("not shared")
	h.li(hVars, a32StateAddr)
	h.back(a32LR)
}

// sameWord gives up sharing unless words at offsets from h1 and from h2 are equal.
func (h *a32Harness) sameWord(at1, at2 int64) {
	h.put(h.load(h3, at1, h1), h.load(h4, at2, h2))
	h.compareRegister(h3, h4)
	h.branch(condNE, "not shared")
}

// moveLimit moves the end of the buffer in a block, which is in h2, to the slot that is being filled.
func (h *a32Harness) moveLimit() {
	h.get(h1, varSlot)
	h.plus(h2, h2, h1)
	h.set(h2, varLimit)
}

// handOver hands the slot over whose records end at hEnd, where h1 says how memory is shared, and goes on to the next one as soon as that is free.
func (h *a32Harness) handOver() {
	h.label("hand over")
	h.compareNumber(h1, arch.ShareSpliced)
	h.branch(condEQ, "splice")
	h.li(h1, arch.RecordMagic|uint32(arch.RecordHanded))
	h.set(h1, varHanded)
	h.get(h1, varSlot)
	h.li(h2, a32BufAddr)
	h.plus(h1, h1, h2)
	h.minus(h1, hEnd, h1)
	h.set(h1, varHanded+4)
	h.addConst(hAt, hVars, varHanded)
	h.addConst(hEnd, hAt, arch.HandoverSize)
	h.call("write all")
	h.get(h1, varLast)
	h.compareNumber(h1, 0)
	h.branch(condNE, "handed over")
	h.label("credit")
	h.li(0, arch.CreditFD)
	h.addConst(1, hVars, varCredit)
	h.li(2, 1)
	h.kernel(eabiRead)
	h.put(do(&h.addImm, h1, 0, errINTR, condAL, 1))
	h.branch(condEQ, "credit")
	h.compareNumber(0, 1)
	h.branch(condNE, "die") // nobody is left to read
	h.label("next slot")
	h.get(h1, varSlot)
	h.get(h2, varLimit)
	h.minus(h2, h2, h1)
	h.addConst(h1, h1, arch.ShareSlot)
	h.put(h.immediate(&h.bicImm, h1, h1, arch.ShareBytes))
	h.set(h1, varSlot)
	h.plus(h2, h2, h1)
	h.set(h2, varLimit)
	h.addConst(h1, h1, a32BufAddr)
	h.set(h1, h.varEnd())
	h.label("handed over")
	h.back(hBack)
}
