package mips

import (
	"fmt"

	"github.com/risugen/risugen/arch"
)

const segmentAlign = 0x10000 // pages of up to 64 KiB exist

// Emit implements arch.Machine. Behind the harness and the blocks stands a read-only segment with the
// ready-made records and the block table.
func (m *machine) Emit(p *arch.Program) (*arch.Code, error) {
	last := &p.Blocks[len(p.Blocks)-1]
	end := (last.Addr + uint64(4*len(last.Items)+m.layout.BlockEnd) + segmentAlign - 1) &^ (segmentAlign - 1)
	if end+uint64(entryWithTraps*len(p.Blocks))+segmentAlign > poolAddr {
		return nil, fmt.Errorf("the program is too large for one image: %d blocks", len(p.Blocks))
	}
	p.PoolAddr = poolAddr
	h := m.harness(p, uint32(end))
	words, err := h.finish()
	if err != nil {
		return nil, err
	}
	if len(words)*4 > blockAddr-codeAddr {
		return nil, fmt.Errorf("the harness is too large: %d words", len(words))
	}
	code, err := m.blockCode(p, h)
	if err != nil {
		return nil, err
	}
	out := &arch.Code{
		Machine: m.layout.ELF.Machine, Is64: m.layout.ELF.Is64, Flags: m.elfFlags(), Entry: codeAddr, Headers: m.abiFlags(),
		Segments: []arch.Segment{
			{Addr: codeAddr, Data: m.bytes(words), Exec: true},
			{Addr: end, Data: m.tables(p, h)},
			code[0],
			{Addr: poolAddr, Data: p.Pool},
			{Addr: stateAddr, MemSize: stateSize, Write: true},
			{Addr: altAddr, MemSize: altSize, Write: true},
			{Addr: bufAddr, MemSize: bufSize + bufSlack, Write: true},
			{Addr: memAddr, MemSize: uint64(m.layout.Memory.Bytes()), Write: true},
		},
		DigestSegment: 1, DigestOffset: arch.RecordHeaderSize,
	}
	out.Segments = append(out.Segments, code[1:]...)
	return out, nil
}

// bytes writes words in the target's byte order.
func (m *machine) bytes(words []uint32) []byte {
	out := make([]byte, 0, 4*len(words))
	for _, w := range words {
		out = m.layout.Order.AppendUint32(out, w)
	}
	return out
}

// harness emits the harness for tables at an address.
func (m *machine) harness(p *arch.Program, tables uint32) *harness {
	h := &harness{asm: newAsm(m.ops, codeAddr), m: m, l: &m.layout, p: p}
	h.traps = p.HasTraps()
	h.startRecord = tables
	h.endRecord = tables + arch.RecordHeaderSize + arch.DigestSize
	h.message = h.endRecord + arch.RecordHeaderSize
	h.table = h.message + (uint32(len(message))+3)&^3
	h.emit()
	return h
}

// blockCode writes the blocks. Each ends with a jump to the checkpoint of its base register, whose delay slot
// points that register at the variables. A whole program is one segment, a part of one may be several.
func (m *machine) blockCode(p *arch.Program, h *harness) ([]arch.Segment, error) {
	var pieces []arch.Piece
	next := uint64(blockAddr)
	for i := range p.Blocks {
		b := &p.Blocks[i]
		if p.Part == nil && b.Addr != next || b.Addr < next {
			return nil, fmt.Errorf("block %d is to stand at %#x, and not at %#x", i, b.Addr, next)
		}
		code := make([]byte, 0, 4*len(b.Items)+m.layout.BlockEnd)
		for j := range b.Items {
			code = m.layout.Order.AppendUint32(code, uint32(b.Items[j].Word))
		}
		jump, err := m.ops.j.Word(int64(h.labels[checkLabel(b.Base, b.View)] >> 2))
		if err != nil {
			return nil, err
		}
		lui, err := m.ops.lui.Word(h.base(b.Base), stateAddr>>16)
		if err != nil {
			return nil, err
		}
		code = m.layout.Order.AppendUint32(m.layout.Order.AppendUint32(code, uint32(jump.Bits)), uint32(lui.Bits))
		pieces = append(pieces, arch.Piece{Addr: b.Addr, Data: code})
		next = b.Addr + uint64(len(code))
	}
	if p.Part != nil {
		pieces = append(pieces, p.Part.Code...)
	}
	return arch.JoinCode(pieces, segmentAlign)
}

// limit is the end of the buffer in a block: from there on it is written. In images of digests the lowest bit, which
// no address of a digest has, tells of a block with a digest for each round.
func (h *harness) limit(b *arch.Block) uint32 {
	limit := h.bufStart()
	switch {
	case b.Flush:
	case h.digests():
		limit += uint32(h.p.DigestLimit())
	default:
		limit += bufSize
	}
	if h.digests() && h.p.EachRound(b) {
		limit |= eachRound
	}
	return limit
}

// tables makes the read-only segment: start record, end record, message, block table, and a zero entry.
func (m *machine) tables(p *arch.Program, h *harness) []byte {
	order := m.layout.Order
	head := h.table - h.startRecord
	t := make([]byte, head, int(head)+h.entrySize()*(len(p.Blocks)+1))
	start := arch.RecordHeader{Kind: arch.RecordStart, Block: arch.RecordVersion, Length: arch.DigestSize}
	start.Put(t, order)
	end := arch.RecordHeader{Kind: arch.RecordEnd, Block: uint32(len(p.Blocks)), Round: uint32(p.Rounds)}
	end.Put(t[arch.RecordHeaderSize+arch.DigestSize:], order)
	copy(t[h.message-h.startRecord:], message)
	for i := range p.Blocks {
		b := &p.Blocks[i]
		memory := uint32(0)
		if b.Memory {
			memory = 1
		}
		for _, v := range []uint32{uint32(b.Addr), h.labels[loadLabel(b.Base, b.View)], b.Start, b.Stride, memory, uint32(b.View), h.limit(b)} {
			t = order.AppendUint32(t, v)
		}
		switch {
		case b.Traps:
			t = order.AppendUint32(t, enables)
		case h.traps:
			t = order.AppendUint32(t, 0)
		}
	}
	return append(t, make([]byte, h.entrySize())...)
}
