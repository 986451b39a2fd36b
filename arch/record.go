package arch

import "encoding/binary"

// The record stream that an image writes to its standard output. All numbers are in the target's byte
// order.
//
//	offset  bytes
//	     0      4  magic and kind: RecordMagic | kind
//	     4      4  block          start: RecordVersion     end: number of blocks
//	     8      4  round          start: 0                 end: rounds of each block
//	    12      4  bytes of payload that follow the header
//	    16      4  signal number  0 unless a fault
//	    20      4  signal code    0 unless a fault
//	    24      8  program counter at the fault, zero-extended
//
// The first record is a start, whose payload is the image's digest. Then comes one check or fault for
// each round of each block, in order: rounds are the inner loop. Its payload is Layout.Payload bytes and,
// for blocks with memory, the memory block. The last record is an end, without payload; nothing follows.
//
// An image of digests ([Output]) writes these instead, many in a record: its payload is digests of DigestBytes each, in
// the order of the rounds. Block and round are those of the last round that it covers.
const (
	RecordMagic      = 0x52495300 // "RIS", and the kind in the low byte
	RecordVersion    = 1
	RecordHeaderSize = 32
	DigestSize       = 32
)

// RecordKind says what a record is.
type RecordKind uint8

const (
	RecordStart RecordKind = 1 + iota
	RecordCheck
	RecordFault
	RecordEnd
	RecordDigests
	RecordHanded // no record: see ShareFD
)

// RecordHeader is the fixed part of a record.
type RecordHeader struct {
	Kind         RecordKind
	Block, Round uint32
	Length       uint32 // bytes of payload
	Signal, Code uint32
	PC           uint64
}

// ParseRecordHeader reads a header from RecordHeaderSize bytes. It reports false where these do not begin
// with the magic of a known kind.
func ParseRecordHeader(b []byte, order binary.ByteOrder) (h RecordHeader, ok bool) {
	m := order.Uint32(b)
	h.Kind = RecordKind(m)
	if m&^0xff != RecordMagic || h.Kind < RecordStart || h.Kind > RecordDigests {
		return h, false
	}
	h.Block, h.Round, h.Length = order.Uint32(b[4:]), order.Uint32(b[8:]), order.Uint32(b[12:])
	h.Signal, h.Code, h.PC = order.Uint32(b[16:]), order.Uint32(b[20:]), order.Uint64(b[24:])
	return h, true
}

// Put writes a header to RecordHeaderSize bytes.
func (h RecordHeader) Put(b []byte, order binary.ByteOrder) {
	order.PutUint32(b, RecordMagic|uint32(h.Kind))
	order.PutUint32(b[4:], h.Block)
	order.PutUint32(b[8:], h.Round)
	order.PutUint32(b[12:], h.Length)
	order.PutUint32(b[16:], h.Signal)
	order.PutUint32(b[20:], h.Code)
	order.PutUint64(b[24:], h.PC)
}

// PayloadSize is the number of payload bytes in the records of a block.
func (l *Layout) PayloadSize(b *Block) int {
	if b.Memory {
		return l.Payload + l.Memory.Bytes()
	}
	return l.Payload
}
