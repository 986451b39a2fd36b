package arch

import (
	"encoding/binary"
	"math/bits"
)

// Digests of records. An image can write digests instead of records ([Output]): then its harness computes what
// RecordHash does. The hash has two lanes of 32 bits, so that every machine has the registers for it, and needs no
// multiplication, which some are slow at and others spell in their own way. Each word of a record, as the machine
// loads it, goes through two rounds of addition, rotation and exclusive or. These are the rounds of the block cipher
// Speck64 with the words in place of its round keys. It is to notice accidents, not to withstand people who look for
// collisions.

// DigestBytes is the size of a digest in a stream: two words of 32 bits, the lanes.
const DigestBytes = 8

// What the lanes start with, and how many words of zero follow the records.
const (
	HashStartX = 0x243f_6a88
	HashStartY = 0x85a3_08d3
	HashFinal  = 4
)

// Rotations of the lanes in a round, to the right and to the left.
const (
	HashRotateX = 8
	HashRotateY = 3
)

// RecordHash computes the digest of records.
type RecordHash struct{ x, y uint32 }

// NewRecordHash returns the hash of no record.
func NewRecordHash() RecordHash { return RecordHash{HashStartX, HashStartY} }

// word takes in a word.
func (h *RecordHash) word(w uint32) {
	x, y := (bits.RotateLeft32(h.x, -HashRotateX)+h.y)^w, bits.RotateLeft32(h.y, HashRotateY)
	y ^= x
	x = bits.RotateLeft32(x, -HashRotateX) + y
	h.x, h.y = x, bits.RotateLeft32(y, HashRotateY)^x
}

// Add takes in a record, header and payload, but for its signal code: kernels and emulators fill that in differently.
// The size must be a multiple of 4.
func (h *RecordHash) Add(record []byte, order ByteOrder) {
	const code = 20
	h.bytes(record[:code], order)
	h.word(0)
	h.bytes(record[code+4:], order)
}

func (h *RecordHash) bytes(b []byte, order ByteOrder) {
	if OrderName(order) == "big" {
		for ; len(b) >= 4; b = b[4:] {
			h.word(binary.BigEndian.Uint32(b))
		}
		return
	}
	for ; len(b) >= 4; b = b[4:] {
		h.word(binary.LittleEndian.Uint32(b))
	}
}

// Sum is the digest: the first lane in the upper half, the second in the lower. Its lowest bit, which is none of the hash's,
// says that the last record is a fault.
func (h RecordHash) Sum(fault bool) Digest {
	for range HashFinal {
		h.word(0)
	}
	d := Digest(h.x)<<32 | Digest(h.y&^1)
	if fault {
		d |= 1
	}
	return d
}

// Digest is what a RecordHash sums up to.
type Digest uint64

// Fault reports whether the last record that the digest is of is a fault.
func (d Digest) Fault() bool { return d&1 != 0 }

// ParseDigest reads a digest from DigestBytes bytes of a stream.
func ParseDigest(b []byte, order ByteOrder) Digest {
	return Digest(order.Uint32(b))<<32 | Digest(order.Uint32(b[4:]))
}

// Append appends the digest as it stands in a stream.
func (d Digest) Append(b []byte, order ByteOrder) []byte {
	return order.AppendUint32(order.AppendUint32(b, uint32(d>>32)), uint32(d))
}

// DigestOf is the digest of one record.
func DigestOf(record []byte, order ByteOrder) Digest {
	h := NewRecordHash()
	h.Add(record, order)
	return h.Sum(IsFault(record, order))
}

// IsFault reports whether a record is one of a fault.
func IsFault(record []byte, order ByteOrder) bool {
	return RecordKind(order.Uint32(record)) == RecordFault
}
