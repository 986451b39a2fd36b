package arm

import "github.com/risugen/risugen/arch"

// splice gives the pages of the slot whose records end at rEnd to standard output: see arch.ShareSpliced.
func (h *a64Harness) splice() {
	h.label("splice")
	h.load(rAt, varSlot, rVars)
	h.li(tmp2, a64BufAddr)
	h.plus(rAt, rAt, tmp2)
	h.put(&h.sub, w64, lsl, rAt, 0, rEnd, tmp1)
	h.li(tmp2, arch.SpliceLeast)
	h.put(&h.sub, w64, lsl, tmp2, 0, tmp1, tmp1)
	h.put(&h.ubfm, w64, 1, 63, 63, tmp1, tmp1) // the sign
	h.branch(&h.cbnz, tmp1, "too short to splice")
	h.label("splice the rest")
	h.put(&h.sub, w64, lsl, rAt, 0, rEnd, tmp1)
	h.branch(&h.cbz, tmp1, "spliced")
	h.store64(rAt, varVector, rVars)
	h.store64(tmp1, varVector+8, rVars)
	h.li(0, 1)
	h.addConst(1, rVars, varVector)
	h.li(2, 1)
	h.move(3, zr)
	h.system(sysVmsplice)
	h.addConst(tmp1, 0, errINTR)
	h.branch(&h.cbz, tmp1, "splice the rest")
	h.put(&h.ubfm, w64, 1, 63, 63, 0, tmp1) // the sign
	h.branch(&h.cbnz, tmp1, "not spliced")
	h.plus(rAt, rAt, 0)
	h.jump(&h.b, "splice the rest")
	h.label("not spliced")
	h.jump(&h.bl, "write all")
	h.label("spliced")
	h.load(tmp1, varLast, rVars)
	h.branch(&h.cbz, tmp1, "next slot")
	h.put(&h.br, rBack)
	h.label("too short to splice")
	h.store(rAt, h.varEnd(), rVars)
	h.jump(&h.bl, "write all")
	h.put(&h.br, rBack)
	if !h.digests() {
		h.shrinkPipe()
	}
}

// shrinkPipe makes the pipe as small as splicing wants it, a part of the routine that shares the buffer.
func (h *a64Harness) shrinkPipe() {
	h.label("shrink the pipe")
	h.li(0, 1)
	h.li(1, arch.SetPipeSize)
	h.li(2, arch.SplicePipe)
	h.system(sysFcntl)
	h.li(tmp1, arch.SplicePipe)
	h.put(&h.sub, w64, lsl, tmp1, 0, 0, tmp1)
	h.branch(&h.cbnz, tmp1, "not shared")
	h.li(tmp4, arch.ShareSpliced)
	h.jump(&h.b, "shared")
}
