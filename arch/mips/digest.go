package mips

import "github.com/risugen/risugen/arch"

// Images of digests. A record is made in a place of its own, where the same code as in other images makes it; then
// it is hashed, and a digest goes into the buffer. All code for that stands behind the rest of the harness: blocks hold
// addresses of the checkpoints, and instructions may read blocks, so that these must be the same in both kinds of
// image.

// recordAddr is where an image of digests makes its records, behind the digests in the buffer.
const recordAddr = bufAddr + bufSize/2

// digests reports whether the image writes digests.
func (h *harness) digests() bool { return h.p.Output != arch.FullRecords }

// begin is the label where the harness goes on when all is set up.
func (h *harness) begin() string {
	if h.digests() {
		return "begin digests"
	}
	return "next block"
}

// varEnd is the variable that says how far the buffer is full.
func (h *harness) varEnd() int64 {
	if h.digests() {
		return varDigests
	}
	return varBuf
}

// bufStart is where the first record goes in an empty buffer, or the first digest: behind their record's header.
func (h *harness) bufStart() uint32 {
	if h.digests() {
		return bufAddr + arch.RecordHeaderSize
	}
	return bufAddr
}

// digestCode emits what other images do not have.
func (h *harness) digestCode() {
	h.beginDigests()
	h.digest()
	h.send()
}

// beginDigests writes the start record, which stands in the buffer, and prepares the header of the records to come. All
// of it that is not set here or by send is zero in the start record, too.
func (h *harness) beginDigests() {
	h.label("begin digests")
	h.store(9, varDigests, 8)
	h.li(10, recordAddr)
	h.store(10, varBuf, 8)
	h.resetHash()
	h.jump(&h.jal, "flush")
	h.nop()
	h.li(9, bufAddr)
	h.li(10, arch.RecordMagic|uint32(arch.RecordDigests))
	h.store(10, 0, 9)
	h.jump(&h.j, "next block")
	h.nop()
}

// resetHash starts a hash. $8 points to the variables.
func (h *harness) resetHash() {
	h.li(9, arch.HashStartX)
	h.store(9, varHashX, 8)
	h.li(9, arch.HashStartY)
	h.store(9, varHashY, 8)
}

// digest hashes the record that ends where $9 points, and puts the digest into the buffer if it is time.
func (h *harness) digest() {
	h.label("digest")
	h.li(10, recordAddr)
	h.store(0, 20, 10) // the signal code
	h.load(11, varHashX, 8)
	h.load(12, varHashY, 8)
	h.put(&h.addiu, 9, 9, -8)
	h.label("hash")
	h.load(13, 0, 10)
	h.load(14, 4, 10)
	h.mix(13)
	h.mix(14)
	h.branch(&h.bne, 10, 9, "hash")
	h.put(&h.addiu, 10, 10, 8)
	h.load(13, varLimit, 8)
	h.load(14, varRound, 8)
	h.put(&h.andi, 13, 13, arch.EachRoundBit)
	h.branch(&h.bne, 13, 0, "put digest")
	h.li(15, uint32(h.p.Rounds-1)) // its first word is harmless in the delay slot
	h.branch(&h.beq, 14, 15, "put digest")
	h.store(11, varHashX, 8)
	h.jump(&h.j, "room")
	h.store(12, varHashY, 8)
	h.putDigest()
}

// mix takes a word in, as arch.RecordHash does: the lanes are $11 and $12.
func (h *harness) mix(word int64) {
	half := func() {
		h.rotate(11, 32-arch.HashRotateX)
		h.put(&h.addu, 11, 11, 12)
	}
	other := func() {
		h.rotate(12, arch.HashRotateY)
		h.put(&h.xor, 12, 12, 11)
	}
	half()
	h.put(&h.xor, 11, 11, word)
	other()
	half()
	other()
}

// rotate rotates the lower 32 bits of a register to the left, by way of $15. The result is sign-extended, as all
// instructions on 32 bits leave theirs. Release 2 has an instruction for it, which is not used: where a CPU without
// it, or with a wrong one, runs the image, that is to be seen in the blocks alone.
func (h *harness) rotate(reg, left int64) {
	h.put(&h.srl, 15, reg, 32-left)
	h.put(&h.sll, reg, reg, left)
	h.put(&h.or, reg, reg, 15)
}

// putDigest ends the hash in $11 and $12, and puts it into the buffer.
func (h *harness) putDigest() {
	h.label("put digest")
	h.put(&h.addiu, 10, 0, arch.HashFinal)
	h.label("final")
	h.put(&h.addiu, 10, 10, -1)
	h.mix(0)
	h.branch(&h.bne, 10, 0, "final")
	h.nop()
	h.li(10, recordAddr)
	h.load(13, 0, 10) // the lowest bit of the kind tells a fault from a check
	h.put(&h.srl, 12, 12, 1)
	h.put(&h.sll, 12, 12, 1)
	h.put(&h.andi, 13, 13, 1)
	h.put(&h.or, 12, 12, 13)
	h.resetHash()
	h.load(9, varDigests, 8)
	h.li(10, bufAddr)
	h.store(11, 0, 9)
	h.store(12, 4, 9)
	h.put(&h.addiu, 9, 9, arch.DigestBytes)
	h.store(9, varDigests, 8)
	h.load(11, varBlock, 8)
	h.load(12, varRound, 8)
	h.store(11, 4, 10)
	h.store(12, 8, 10)
	h.load(10, varLimit, 8)
	h.nop()
	h.put(&h.sltu, 10, 9, 10)
	h.branch(&h.bne, 10, 0, "room")
	h.nop()
	h.jump(&h.jal, "send")
	h.nop()
	h.jump(&h.j, "room")
	h.nop()
}

// send writes a record of the digests in the buffer, if there is one.
func (h *harness) send() {
	h.label("send")
	h.li(8, stateAddr)
	h.load(9, varDigests, 8)
	h.li(10, h.bufStart())
	h.branch(&h.beq, 9, 10, "sent")
	h.put(&h.subu, 9, 9, 10)
	h.li(10, bufAddr)
	h.store(9, 12, 10)
	h.jump(&h.j, "flush") // which returns to where this was called from
	h.nop()
	h.label("sent")
	h.do(h.jumpTo(31))
	h.nop()
}
