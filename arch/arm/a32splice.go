package arm

import "github.com/risugen/risugen/arch"

// splice gives the pages of the slot whose records end at hEnd to standard output: see arch.ShareSpliced. It uses h1 and h2.
func (h *a32Harness) splice() {
	h.label("splice")
	h.get(h1, varSlot)
	h.addConst(hAt, h1, a32BufAddr)
	h.minus(h1, hEnd, hAt)
	h.li(h2, arch.SpliceLeast)
	h.compareRegister(h1, h2)
	h.branch(condMI, "too short to splice")
	h.label("splice the rest")
	h.minus(h1, hEnd, hAt)
	h.compareNumber(h1, 0)
	h.branch(condEQ, "spliced")
	h.set(hAt, varVector)
	h.set(h1, varVector+4)
	h.li(0, 1)
	h.addConst(1, hVars, varVector)
	h.li(2, 1)
	h.li(3, 0)
	h.kernel(eabiVmsplice)
	h.put(do(&h.addImm, h1, 0, errINTR, condAL, 1))
	h.branch(condEQ, "splice the rest")
	h.compareNumber(0, 0)
	h.branch(condMI, "not spliced")
	h.plus(hAt, hAt, 0)
	h.branch(condAL, "splice the rest")
	h.label("not spliced")
	h.call("write all")
	h.label("spliced")
	h.get(h1, varLast)
	h.compareNumber(h1, 0)
	h.branch(condEQ, "next slot")
	h.back(hBack)
	h.label("too short to splice")
	h.set(hAt, h.varEnd())
	h.call("write all")
	h.back(hBack)
	if !h.digests() {
		h.shrinkPipe()
	}
}

// shrinkPipe makes the pipe as small as splicing wants it, a part of the routine that shares the buffer.
func (h *a32Harness) shrinkPipe() {
	h.label("shrink the pipe")
	h.li(0, 1)
	h.li(1, arch.SetPipeSize)
	h.li(2, arch.SplicePipe)
	h.kernel(eabiFcntl)
	h.li(h1, arch.SplicePipe)
	h.compareRegister(0, h1)
	h.branch(condNE, "not shared")
	h.li(h1, arch.ShareSpliced)
	h.branch(condAL, "shared")
}
