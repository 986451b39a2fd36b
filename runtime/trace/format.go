package trace

import (
	"encoding/binary"
	"hash/crc32"
)

// Version is the version of the format that this package writes, and the only one that it reads.
const Version = 1

// Magic begins a trace. A transfer that takes it for text spoils the first or the last byte.
const Magic = "\x89RISUTR\n"

// Sizes in bytes of what has a fixed size.
const (
	preambleSize    = 16
	frameHeaderSize = 64
	entrySize       = 32 // of the index
)

// Limits of what a reader takes.
const (
	maxDescription = 1 << 20 // bytes
	maxRaw         = 16 << 20
	maxPacked      = 2 * maxRaw // a packed frame is smaller, but for a few bytes in the worst case
	maxStored      = maxPacked + 64<<10
	maxImage       = 4 << 30
)

// frameSize is how many bytes of records a frame has before it is closed. Smaller frames are larger together, by 1 %
// at a quarter of this; larger ones gain nothing, and more is lost when a machine stops.
const frameSize = 1 << 20

// frameMagic begins a frame.
const frameMagic = 0x52465452 // "RTFR"

// Types of frames.
type frameType uint8

const (
	descriptionFrame frameType = 1 + iota
	imageFrame
	recordsFrame
	indexFrame
	endFrame
)

var frameNames = [...]string{"unknown", "description", "image", "records", "index", "end"}

// String returns the type's name.
func (t frameType) String() string {
	if int(t) < len(frameNames) {
		return frameNames[t]
	}
	return frameNames[0]
}

// aliveFrame is a frame without contents, by which a stream shows that its writer lives. It is optional: readers skip
// it as they skip what later versions may add.
const aliveFrame frameType = 0x40

// Ways in which a frame's contents are stored.
const (
	storedPlain = 0
	storedZstd  = 1
)

// optional is the flag of frames that readers who do not know their type may skip.
const optional = 1

// frame is the header of a frame. All numbers are little-endian:
//
//	offset  bytes
//	     0      4  magic
//	     4      1  type
//	     5      1  how the contents are stored
//	     6      2  flags
//	     8      8  number of the frame, counted from 0
//	    16      8  first: records before this frame; image: bytes before it; index: entries before it
//	    24      4  count: records, bytes or entries in it
//	    28      4  raw: bytes of its contents; of records, as the target wrote them
//	    32      4  packed: bytes before compression; of records, after packing
//	    36      4  stored: bytes that follow this header
//	    40      4  CRC-32C of these
//	    44      4  CRC-32C of the raw contents
//	    48      4  block of the first record
//	    52      4  round of the first record
//	    56      4  executions: instructions under test that ran in the frame's rounds
//	    60      4  CRC-32C of the 60 bytes before
type frame struct {
	kind                    frameType
	method                  uint8
	flags                   uint16
	number                  uint64
	first                   uint64
	count                   uint32
	raw, packed, stored     uint32
	storedSum, rawSum       uint32
	block, round, execution uint32
}

var le = binary.LittleEndian

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sum is the CRC-32C, which processors compute themselves and which finds all errors of up to 32 bits in a row.
func sum(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

// put writes the header to frameHeaderSize bytes.
func (f *frame) put(b []byte) {
	le.PutUint32(b, frameMagic)
	b[4], b[5] = byte(f.kind), f.method
	le.PutUint16(b[6:], f.flags)
	le.PutUint64(b[8:], f.number)
	le.PutUint64(b[16:], f.first)
	for i, v := range f.words() {
		le.PutUint32(b[24+4*i:], *v)
	}
	le.PutUint32(b[60:], sum(b[:60]))
}

// words are the fields from offset 24 on.
func (f *frame) words() [9]*uint32 {
	return [...]*uint32{&f.count, &f.raw, &f.packed, &f.stored, &f.storedSum, &f.rawSum, &f.block, &f.round, &f.execution}
}

// parse reads a header from frameHeaderSize bytes. What is wrong with it is returned in words, "" if nothing is.
func (f *frame) parse(b []byte) (wrong string) {
	if le.Uint32(b[60:]) != sum(b[:60]) {
		return "the checksum of its header is wrong"
	}
	if le.Uint32(b) != frameMagic {
		return "its header does not begin as those of frames do"
	}
	f.kind, f.method, f.flags = frameType(b[4]), b[5], le.Uint16(b[6:])
	f.number, f.first = le.Uint64(b[8:]), le.Uint64(b[16:])
	for i, v := range f.words() {
		*v = le.Uint32(b[24+4*i:])
	}
	switch {
	case f.method > storedZstd:
		return "its contents are stored in an unknown way"
	case f.flags&^optional != 0:
		return "it has unknown flags"
	case f.raw > maxRaw || f.packed > maxPacked || f.stored > maxStored:
		return "it is larger than frames may be"
	case f.method == storedPlain && f.stored != f.packed:
		return "its sizes contradict each other"
	}
	return ""
}

// preamble is the beginning of a trace.
func preamble() []byte {
	b := le.AppendUint32([]byte(Magic), Version)
	return le.AppendUint32(b, sum(b))
}
