package arm

import "github.com/risugen/risugen/arch"

// Images of digests, as a64digest.go makes them.

// a32RecordAddr is where an image of digests makes its records, behind the digests in the buffer.
const a32RecordAddr = a32BufAddr + a32BufSize/2

// digests reports whether the image writes digests.
func (h *a32Harness) digests() bool { return h.p.Output != arch.FullRecords }

// begin is the label where the harness goes on when all is set up.
func (h *a32Harness) begin() string {
	if h.digests() {
		return "begin digests"
	}
	return "next block"
}

// varEnd is the variable that says how far the buffer is full.
func (h *a32Harness) varEnd() int64 {
	if h.digests() {
		return varDigests
	}
	return varBuf
}

// bufStart is where the first record goes in an empty buffer, or the first digest: behind their record's header.
func (h *a32Harness) bufStart() uint32 {
	if h.digests() {
		return a32BufAddr + arch.RecordHeaderSize
	}
	return a32BufAddr
}

// digestCode emits what other images do not have.
func (h *a32Harness) digestCode() {
	h.beginDigests()
	h.digest()
	h.putDigest()
	h.send()
}

// beginDigests writes the start record, which stands in the buffer, and prepares the header of the records to come. All
// of it that is not set here or by send is zero in the start record, too.
func (h *a32Harness) beginDigests() {
	h.label("begin digests")
	h.set(hRec, varDigests)
	h.li(h1, a32RecordAddr)
	h.set(h1, varBuf)
	h.resetHash()
	h.call("flush")
	h.li(h1, a32BufAddr)
	h.li(h2, arch.RecordMagic|uint32(arch.RecordDigests))
	h.put(h.store(h2, 0, h1))
	h.branch(condAL, "next block")
}

// resetHash starts a hash.
func (h *a32Harness) resetHash() {
	h.li(h1, arch.HashStartX)
	h.set(h1, varHashX)
	h.li(h1, arch.HashStartY)
	h.set(h1, varHashY)
}

// The lanes of the hash, and two words that go in.
const h32X, h32Y, h32Word, h32Word2 = h1, h2, h3, h4

// digest hashes the record that ends where hRec points, and puts the digest into the buffer if it is time.
func (h *a32Harness) digest() {
	h.label("digest")
	h.li(h5, a32RecordAddr)
	h.li(h6, 0)
	h.put(h.store(h6, 20, h5)) // the signal code
	h.get(h32X, varHashX)
	h.get(h32Y, varHashY)
	h.label("hash")
	h.put(h.load(h32Word, 0, h5), h.load(h32Word2, 4, h5))
	h.addConst(h5, h5, 8)
	h.mix(h32Word)
	h.mix(h32Word2)
	h.compareRegister(h5, hRec)
	h.branch(condNE, "hash")
	h.get(h5, varLimit)
	h.put(h.compareWith(&h.tstImm, h5, arch.EachRoundBit))
	h.branch(condNE, "put digest")
	h.get(h5, varRound)
	h.li(h6, uint32(h.p.Rounds-1))
	h.compareRegister(h5, h6)
	h.branch(condEQ, "put digest")
	h.set(h32X, varHashX)
	h.set(h32Y, varHashY)
	h.branch(condAL, "room")
}

// mix takes a word in, as arch.RecordHash does; of no register, zero.
func (h *a32Harness) mix(with int64) {
	half := func() {
		h.put(h.shifted(h32X, h32X, a32ROR, arch.HashRotateX))
		h.plus(h32X, h32X, h32Y)
	}
	other := func() {
		h.put(h.shifted(h32Y, h32Y, a32ROR, 32-arch.HashRotateY), h.compute(&h.eor, h32Y, h32Y, h32X))
	}
	half()
	if with >= 0 {
		h.put(h.compute(&h.eor, h32X, h32X, with))
	}
	other()
	half()
	other()
}

// putDigest ends the hash, and puts it into the buffer.
func (h *a32Harness) putDigest() {
	h.label("put digest")
	for range arch.HashFinal {
		h.mix(-1)
	}
	h.li(h5, a32RecordAddr)
	h.put(h.load(h3, 0, h5)) // the lowest bit of the kind tells a fault from a check
	h.put(h.immediate(&h.andImm, h3, h3, 1), h.immediate(&h.bicImm, h32Y, h32Y, 1), h.compute(&h.orr, h32Y, h32Y, h3))
	h.get(h5, varDigests)
	h.put(h.store(h32X, 0, h5), h.store(h32Y, 4, h5))
	h.addConst(h5, h5, arch.DigestBytes)
	h.set(h5, varDigests)
	h.resetHash()
	h.li(h6, a32BufAddr)
	h.get(h3, varBlock)
	h.put(h.store(h3, 4, h6))
	h.get(h3, varRound)
	h.put(h.store(h3, 8, h6))
	h.flushIfFull(h5, "send")
	h.branch(condAL, "room")
}

// send writes a record of the digests in the buffer, if there is one.
func (h *a32Harness) send() {
	h.label("send")
	h.get(h1, varDigests)
	h.li(h2, h.bufStart())
	h.minus(h1, h1, h2)
	h.compareNumber(h1, 0)
	h.branch(condNE, "sending")
	h.back(a32LR)
	h.label("sending")
	h.li(h2, a32BufAddr)
	h.put(h.store(h1, 12, h2))
	h.branch(condAL, "flush") // which returns to where this was called from
}
