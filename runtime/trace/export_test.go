package trace

import "github.com/risugen/risugen/arch"

// SetFrameSize makes frames small, so that small traces have many. It is called before the first Append.
func (t *Writer) SetFrameSize(n int) { t.size = n }

// Sizes that tests need.
const (
	PreambleSize    = preambleSize
	FrameHeaderSize = frameHeaderSize
)

// Repair gives every frame of a trace the checksums that its bytes have, as far as frames follow each other.
func Repair(b []byte) {
	if len(b) >= preambleSize {
		le.PutUint32(b[12:], sum(b[:12]))
	}
	for at := preambleSize; len(b)-at >= frameHeaderSize; {
		head := b[at : at+frameHeaderSize]
		stored := min(int(le.Uint32(head[36:])), len(b)-at-frameHeaderSize)
		le.PutUint32(head[40:], sum(b[at+frameHeaderSize:][:stored]))
		if frameType(head[4]) != recordsFrame && head[5] == storedPlain {
			copy(head[44:48], head[40:44])
		}
		le.PutUint32(head[60:], sum(head[:60]))
		at += frameHeaderSize + stored
	}
}

// FrameBytes makes a frame out of a type, flags, a number and contents that are stored as they are.
func FrameBytes(kind uint8, flags uint16, number uint64, contents []byte) []byte {
	n := uint32(len(contents))
	f := frame{
		kind: frameType(kind), flags: flags, number: number, count: n, raw: n, packed: n, stored: n,
		storedSum: sum(contents), rawSum: sum(contents),
	}
	b := make([]byte, frameHeaderSize)
	f.put(b)
	return append(b, contents...)
}

// RepackGroup packs n records of size bytes, which want foretells, and unpacks them again.
func RepackGroup(group, want []byte, n, size int) (back, rest []byte, ok bool) {
	k := &packer{want: want}
	back = append(back, want...)
	rest, ok = unpackGroup(back, k.packGroup(nil, group, n, size), n, size)
	return back, rest, ok
}

// Unpack unpacks all records of a program from packed ones.
func Unpack(p *arch.Program, packed []byte) ([]byte, error) {
	c := newCursor(p)
	end := c
	size, _ := end.skip(int(c.total()), 1<<30)
	dst := make([]byte, size)
	err := newPacker(p).unpack(dst, packed, c, int(c.total()))
	return dst, err
}

// Pack packs all records of a program.
func Pack(p *arch.Program, records []byte) []byte {
	c := newCursor(p)
	packed, _ := newPacker(p).pack(nil, records, c, int(c.total()))
	return packed
}
