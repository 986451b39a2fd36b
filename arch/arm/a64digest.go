package arm

import "github.com/risugen/risugen/arch"

// Images of digests. A record is made in a place of its own, where the same code as in other images makes it; then
// it is hashed, and a digest goes into the buffer. All code for that stands behind the rest of the harness: blocks branch
// to the checkpoints, and instructions may read blocks, so that these must be the same in both kinds of image.

// a64RecordAddr is where an image of digests makes its records, behind the digests in the buffer.
const a64RecordAddr = a64BufAddr + a64BufSize/2

// digests reports whether the image writes digests.
func (h *a64Harness) digests() bool { return h.p.Output != arch.FullRecords }

// begin is the label where the harness goes on when all is set up.
func (h *a64Harness) begin() string {
	if h.digests() {
		return "begin digests"
	}
	return "next block"
}

// varEnd is the variable that says how far the buffer is full.
func (h *a64Harness) varEnd() int64 {
	if h.digests() {
		return varDigests
	}
	return varBuf
}

// bufStart is where the first record goes in an empty buffer, or the first digest: behind their record's header.
func (h *a64Harness) bufStart() uint32 {
	if h.digests() {
		return a64BufAddr + arch.RecordHeaderSize
	}
	return a64BufAddr
}

// digestCode emits what other images do not have.
func (h *a64Harness) digestCode() {
	h.beginDigests()
	h.digest()
	h.putDigest()
	h.send()
}

// beginDigests writes the start record, which stands in the buffer, and prepares the header of the records to come. All
// of it that is not set here or by send is zero in the start record, too.
func (h *a64Harness) beginDigests() {
	h.label("begin digests")
	h.store(rRec, varDigests, rVars)
	h.li(tmp1, a64RecordAddr)
	h.store(tmp1, varBuf, rVars)
	h.resetHash()
	h.jump(&h.bl, "flush")
	h.li(tmp1, a64BufAddr)
	h.li(tmp2, arch.RecordMagic|uint32(arch.RecordDigests))
	h.store(tmp2, 0, tmp1)
	h.jump(&h.b, "next block")
}

// resetHash starts a hash.
func (h *a64Harness) resetHash() {
	h.li(tmp1, arch.HashStartX)
	h.store(tmp1, varHashX, rVars)
	h.li(tmp1, arch.HashStartY)
	h.store(tmp1, varHashY, rVars)
}

// The lanes of the hash, and two words that go in.
const hashX, hashY, hashWord, hashWord2 = tmp1, tmp2, tmp3, tmp4

// digest hashes the record that ends where rRec points, and puts the digest into the buffer if it is time.
func (h *a64Harness) digest() {
	h.label("digest")
	h.li(tmp5, a64RecordAddr)
	h.store(zr, 20, tmp5) // the signal code
	h.load(hashX, varHashX, rVars)
	h.load(hashY, varHashY, rVars)
	h.label("hash")
	h.load(hashWord, 0, tmp5)
	h.load(hashWord2, 4, tmp5)
	h.addConst(tmp5, tmp5, 8)
	h.mix(hashWord)
	h.mix(hashWord2)
	h.put(&h.sub, w64, lsl, tmp5, 0, rRec, tmp6)
	h.branch(&h.cbnz, tmp6, "hash")
	h.load(tmp5, varLimit, rVars)
	h.lowBits(tmp5, tmp5, 2*arch.EachRoundBit)
	h.branch(&h.cbnz, tmp5, "put digest")
	h.load(tmp5, varRound, rVars)
	h.li(tmp6, uint32(h.p.Rounds-1))
	h.put(&h.sub, w64, lsl, tmp6, 0, tmp5, tmp5)
	h.branch(&h.cbz, tmp5, "put digest")
	h.store(hashX, varHashX, rVars)
	h.store(hashY, varHashY, rVars)
	h.jump(&h.b, "room")
}

// mix takes a word in, as arch.RecordHash does.
func (h *a64Harness) mix(with int64) {
	right := func(reg, n int64) { h.put(&h.extr, w32, 0, reg, n, reg, reg) }
	half := func() {
		right(hashX, arch.HashRotateX)
		h.put(&h.add, w32, lsl, hashY, 0, hashX, hashX)
	}
	other := func() {
		right(hashY, 32-arch.HashRotateY)
		h.put(&h.eor, w32, lsl, hashX, 0, hashY, hashY)
	}
	half()
	h.put(&h.eor, w32, lsl, with, 0, hashX, hashX)
	other()
	half()
	other()
}

// putDigest ends the hash, and puts it into the buffer.
func (h *a64Harness) putDigest() {
	h.label("put digest")
	for range arch.HashFinal {
		h.mix(zr)
	}
	h.li(tmp5, a64RecordAddr)
	h.load(tmp3, 0, tmp5)                        // the lowest bit of the kind tells a fault from a check
	h.put(&h.extr, w32, 0, hashY, 1, tmp3, tmp4) // the lane without its lowest bit, and that bit above
	h.put(&h.extr, w32, 0, tmp4, 31, tmp4, hashY)
	h.load(tmp5, varDigests, rVars)
	h.store(hashX, 0, tmp5)
	h.store(hashY, 4, tmp5)
	h.addConst(tmp5, tmp5, arch.DigestBytes)
	h.store(tmp5, varDigests, rVars)
	h.resetHash()
	h.li(tmp6, a64BufAddr)
	h.load(tmp3, varBlock, rVars)
	h.store(tmp3, 4, tmp6)
	h.load(tmp3, varRound, rVars)
	h.store(tmp3, 8, tmp6)
	h.flushIfFull(tmp5, "send")
	h.jump(&h.b, "room")
}

// send writes a record of the digests in the buffer, if there is one.
func (h *a64Harness) send() {
	h.label("send")
	h.load(tmp1, varDigests, rVars)
	h.li(tmp2, h.bufStart())
	h.put(&h.sub, w64, lsl, tmp2, 0, tmp1, tmp1)
	h.branch(&h.cbnz, tmp1, "sending")
	h.put(&h.br, rRet)
	h.label("sending")
	h.li(tmp2, a64BufAddr)
	h.store(tmp1, 12, tmp2)
	h.jump(&h.b, "flush") // which returns to where this was called from
}
