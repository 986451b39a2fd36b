package arch

import "fmt"

// Parts of an image that are made in the same way for every instruction set: its blocks, its ready-made records, and what
// tells the harness when to write.

// CodeOf writes instruction words of 32 bits.
func CodeOf(order ByteOrder, words []uint32) []byte {
	out := make([]byte, 0, 4*len(words))
	for _, w := range words {
		out = order.AppendUint32(out, w)
	}
	return out
}

// PageUp rounds an address up to a page.
func PageUp(addr, page uint64) uint64 { return (addr + page - 1) &^ (page - 1) }

// PlaceBlocks makes the segments of the blocks, of which the first stands at an address and each other one behind the one before.
// end is their BlocksEnd. A function appends the code of a block. A whole program is one segment, a part of one may be several.
func (p *Program) PlaceBlocks(first, end, page uint64, code func(dst []byte, b *Block) ([]byte, error)) ([]Segment, error) {
	var out []byte
	var pieces []Piece // of a part
	next := first
	if p.Part == nil {
		out = make([]byte, 0, end-first)
	}
	for i := range p.Blocks {
		b, at := &p.Blocks[i], len(out)
		if p.Part == nil && b.Addr != next || b.Addr < next {
			return nil, fmt.Errorf("block %d is to stand at %#x, and not at %#x", i, b.Addr, next)
		}
		var err error
		if out, err = code(out, b); err != nil {
			return nil, err
		}
		next = b.Addr + uint64(len(out)-at)
		if p.Part != nil {
			pieces = append(pieces, Piece{Addr: b.Addr, Data: out[at:]})
		}
	}
	if p.Part != nil {
		return JoinCode(append(pieces, p.Part.Code...), page)
	}
	if next < end {
		out = append(out, make([]byte, end-next)...)
	}
	return []Segment{{Addr: first, Data: out, Exec: true}}, nil
}

// EachRoundBit is a bit of a block's write limit, which no address of a digest has: there is a digest for each round.
const EachRoundBit = 1

// WriteLimit is the end of the buffer in a block: from there on it is written. start is where the first record goes in an
// empty buffer, or the first digest, and size how many bytes of records are gathered. In images of digests EachRoundBit
// may be set.
func (p *Program) WriteLimit(b *Block, start, size uint32) uint32 {
	limit := start
	switch {
	case b.Flush:
	case p.Output != FullRecords:
		limit += uint32(p.DigestLimit())
	default:
		limit += size
	}
	if p.Output != FullRecords && p.EachRound(b) {
		limit |= EachRoundBit
	}
	return limit
}

// Tables is an image's read-only data, by address: the start record, the end record, a message, and the table of blocks.
type Tables struct{ Start, End, Message, Blocks uint32 }

// NewTables lays the tables out from an address on, which the block table has the alignment of.
func NewTables(addr uint32, message string) Tables {
	t := Tables{Start: addr, End: addr + RecordHeaderSize + DigestSize}
	t.Message = t.End + RecordHeaderSize
	t.Blocks = t.Message + (uint32(len(message))+3)&^3
	return t
}

// Head makes what stands before the table of blocks. The image's digest is not known yet.
func (t Tables) Head(p *Program, message string) []byte {
	order := p.Machine.Layout().Order
	out := make([]byte, t.Blocks-t.Start)
	start := RecordHeader{Kind: RecordStart, Block: RecordVersion, Length: DigestSize}
	start.Put(out, order)
	end := RecordHeader{Kind: RecordEnd, Block: uint32(len(p.Blocks)), Round: uint32(p.Rounds)}
	end.Put(out[t.End-t.Start:], order)
	copy(out[t.Message-t.Start:], message)
	return out
}

// TouchesMemory is 1 for blocks with memory and 0 for others, as a table of blocks has it.
func (b *Block) TouchesMemory() uint32 {
	if b.Memory {
		return 1
	}
	return 0
}
