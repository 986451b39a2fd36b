package arm

import (
	"fmt"

	"github.com/risugen/risugen/arch"
)

// Emit implements arch.Machine. Behind the harness and the blocks stands a read-only segment with the
// ready-made records and the block table.
func (m *a32Machine) Emit(p *arch.Program) (*arch.Code, error) {
	last := &p.Blocks[len(p.Blocks)-1]
	end := (last.Addr + uint64(4*len(last.Items)+m.layout.BlockEnd) + segmentAlign - 1) &^ (segmentAlign - 1)
	if end > a32CodeEnd || end+uint64(a32EntrySize*len(p.Blocks))+segmentAlign > a32PoolAddr {
		return nil, fmt.Errorf("the program is too large for one image: %d blocks", len(p.Blocks))
	}
	p.PoolAddr = a32PoolAddr
	h := m.harness(p, uint32(end))
	words, err := h.finish()
	if err != nil {
		return nil, err
	}
	if len(words)*4 > a32BlockAddr-a32CodeAddr {
		return nil, fmt.Errorf("the harness is too large: %d words", len(words))
	}
	code, err := m.blockCode(p, h)
	if err != nil {
		return nil, err
	}
	out := &arch.Code{
		Machine: m.layout.ELF.Machine, Is64: m.layout.ELF.Is64, Flags: m.elfFlags(), Entry: a32CodeAddr,
		Segments: []arch.Segment{
			{Addr: a32CodeAddr, Data: m.bytes(words), Exec: true},
			{Addr: end, Data: m.tables(p, h)},
			code[0],
			{Addr: a32PoolAddr, Data: p.Pool},
			{Addr: a32StateAddr, MemSize: a32StateSize, Write: true},
			{Addr: a32AltAddr, MemSize: a32AltSize, Write: true},
			{Addr: a32BufAddr, MemSize: a32BufSize + a32BufSlack, Write: true},
			{Addr: a32MemAddr, MemSize: uint64(m.layout.Memory.Bytes()), Write: true},
		},
		DigestSegment: 1, DigestOffset: arch.RecordHeaderSize,
	}
	out.Segments = append(out.Segments, code[1:]...)
	return out, nil
}

// elfFlags is e_flags.
func (m *a32Machine) elfFlags() uint32 {
	flags := uint32(eabiVersion5 | eabiHard)
	if m.layout.bigEndian {
		flags |= eabiBE8
	}
	return flags
}

// bytes writes instruction words.
func (m *a32Machine) bytes(words []uint32) []byte {
	out := make([]byte, 0, 4*len(words))
	for _, w := range words {
		out = m.layout.WordOrder.AppendUint32(out, w)
	}
	return out
}

// harness emits the harness for tables at an address.
func (m *a32Machine) harness(p *arch.Program, tables uint32) *a32Harness {
	h := &a32Harness{a32Asm: newA32Asm(m.ops, a32CodeAddr), l: &m.layout, p: p}
	h.startRecord = tables
	h.endRecord = tables + arch.RecordHeaderSize + arch.DigestSize
	h.message = h.endRecord + arch.RecordHeaderSize
	h.table = h.message + (uint32(len(a64Message))+3)&^3
	h.emit()
	return h
}

// blockCode writes the blocks. Each ends with a word that points its base register at the variables, and a branch to the
// checkpoint of that register. A whole program is one segment, a part of one may be several.
func (m *a32Machine) blockCode(p *arch.Program, h *a32Harness) ([]arch.Segment, error) {
	var pieces []arch.Piece
	next := uint64(a32BlockAddr)
	for i := range p.Blocks {
		b := &p.Blocks[i]
		if p.Part == nil && b.Addr != next || b.Addr < next {
			return nil, fmt.Errorf("block %d is to stand at %#x, and not at %#x", i, b.Addr, next)
		}
		code := make([]uint32, 0, len(b.Items)+m.layout.BlockEnd/4)
		for j := range b.Items {
			code = append(code, uint32(b.Items[j].Word))
		}
		from := uint32(b.Addr) + 4*uint32(len(code)+1)
		point := m.ops.constant(int64(m.layout.Bases[b.Base]), a32StateAddr)[0]
		end, err := a32Sequence(nil, point, a32Use{&m.ops.b, []int64{a32Distance(from, h.labels[a32CheckLabel(b.Base)]), condAL}})
		if err != nil {
			return nil, err
		}
		data := m.bytes(append(code, uint32(end[0].Bits), uint32(end[1].Bits)))
		pieces = append(pieces, arch.Piece{Addr: b.Addr, Data: data})
		next = b.Addr + uint64(len(data))
	}
	if p.Part != nil {
		pieces = append(pieces, p.Part.Code...)
	}
	return arch.JoinCode(pieces, segmentAlign)
}

// limit is the end of the buffer in a block: from there on it is written. In images of digests the lowest bit, which
// no address of a digest has, tells of a block with a digest for each round.
func (h *a32Harness) limit(b *arch.Block) uint32 {
	limit := h.bufStart()
	switch {
	case b.Flush:
	case h.digests():
		limit += uint32(h.p.DigestLimit())
	default:
		limit += a32BufSize
	}
	if h.digests() && h.p.EachRound(b) {
		limit |= eachRound
	}
	return limit
}

// tables makes the read-only segment: start record, end record, message, block table, and a zero entry.
func (m *a32Machine) tables(p *arch.Program, h *a32Harness) []byte {
	order := m.layout.Order
	head := h.table - h.startRecord
	t := make([]byte, head, int(head)+a32EntrySize*(len(p.Blocks)+1))
	start := arch.RecordHeader{Kind: arch.RecordStart, Block: arch.RecordVersion, Length: arch.DigestSize}
	start.Put(t, order)
	end := arch.RecordHeader{Kind: arch.RecordEnd, Block: uint32(len(p.Blocks)), Round: uint32(p.Rounds)}
	end.Put(t[arch.RecordHeaderSize+arch.DigestSize:], order)
	copy(t[h.message-h.startRecord:], a64Message)
	for i := range p.Blocks {
		b := &p.Blocks[i]
		memory := uint32(0)
		if b.Memory {
			memory = 1
		}
		for _, v := range []uint32{uint32(b.Addr), h.labels[a32LoadLabel(b.Base)], b.Start, b.Stride, memory, h.limit(b)} {
			t = order.AppendUint32(t, v)
		}
	}
	return append(t, make([]byte, a32EntrySize)...)
}
