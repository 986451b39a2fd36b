package mips

import (
	"fmt"

	"github.com/risugen/risugen/arch"
)

const segmentAlign = 0x10000 // pages of up to 64 KiB exist

// Emit implements arch.Machine. The code segment holds the harness and then the blocks; behind it stands
// a read-only segment with the ready-made records and the block table.
func (m *machine) Emit(p *arch.Program) (*arch.Code, error) {
	size, err := m.harnessSize(p)
	if err != nil {
		return nil, err
	}
	blocks := uint64(codeAddr + size)
	end := blocks
	for i := range p.Blocks {
		p.Blocks[i].Addr = end
		end += uint64(4*len(p.Blocks[i].Items)) + 8
	}
	end = (end + segmentAlign - 1) &^ (segmentAlign - 1)
	if end+uint64(entrySize*len(p.Blocks))+segmentAlign > poolAddr {
		return nil, fmt.Errorf("the program is too large for one image: %d blocks", len(p.Blocks))
	}
	p.PoolAddr = poolAddr
	h := m.harness(p, uint32(end))
	words, err := h.finish()
	if err != nil {
		return nil, err
	}
	code, err := m.blockCode(p, h, words)
	if err != nil {
		return nil, err
	}
	return &arch.Code{
		Machine: 8, Flags: m.cpu.elfFlags(), Entry: codeAddr, Headers: m.cpu.abiFlags(m.layout.Order),
		Segments: []arch.Segment{
			{Addr: codeAddr, Data: code, Exec: true},
			{Addr: end, Data: m.tables(p, h)},
			{Addr: poolAddr, Data: p.Pool},
			{Addr: stateAddr, MemSize: stateSize, Write: true},
			{Addr: altAddr, MemSize: altSize, Write: true},
			{Addr: bufAddr, MemSize: bufSize + bufSlack, Write: true},
			{Addr: memAddr, MemSize: uint64(m.layout.Memory.Bytes()), Write: true},
		},
		DigestSegment: 1, DigestOffset: arch.RecordHeaderSize,
	}, nil
}

// harness emits the harness for tables at an address.
func (m *machine) harness(p *arch.Program, tables uint32) *harness {
	h := &harness{asm: newAsm(m.ops, codeAddr), m: m, l: &m.layout, p: p}
	h.startRecord = tables
	h.endRecord = tables + arch.RecordHeaderSize + arch.DigestSize
	h.message = h.endRecord + arch.RecordHeaderSize
	h.table = h.message + (uint32(len(message))+3)&^3
	h.emit()
	return h
}

// harnessSize emits the harness once to learn its size. That depends on no address but for the lower half
// of the tables', which is zero here as it will be there: both are the start of a segment.
func (m *machine) harnessSize(p *arch.Program) (int, error) {
	h := m.harness(p, codeAddr)
	return 4 * len(h.words), h.err
}

// blockCode appends the blocks to the harness's words. Each ends with a jump to the checkpoint of its
// base register, whose delay slot points that register at the variables.
func (m *machine) blockCode(p *arch.Program, h *harness, words []uint32) ([]byte, error) {
	ends := make([][2]uint32, len(m.layout.Bases))
	for i := range ends {
		j, err := m.ops.j.Word(int64(h.labels[checkLabel(i)] >> 2))
		if err != nil {
			return nil, err
		}
		lui, err := m.ops.lui.Word(h.base(i), stateAddr>>16)
		if err != nil {
			return nil, err
		}
		ends[i] = [2]uint32{uint32(j.Bits), uint32(lui.Bits)}
	}
	last := &p.Blocks[len(p.Blocks)-1]
	code := make([]byte, 0, int(last.Addr)-codeAddr+4*len(last.Items)+8)
	for _, w := range words {
		code = m.layout.Order.AppendUint32(code, w)
	}
	for i := range p.Blocks {
		for j := range p.Blocks[i].Items {
			code = m.layout.Order.AppendUint32(code, uint32(p.Blocks[i].Items[j].Word))
		}
		for _, w := range ends[p.Blocks[i].Base] {
			code = m.layout.Order.AppendUint32(code, w)
		}
	}
	return code, nil
}

// tables makes the read-only segment: start record, end record, message, block table, and a zero entry.
func (m *machine) tables(p *arch.Program, h *harness) []byte {
	order := m.layout.Order
	head := h.table - h.startRecord
	t := make([]byte, head, int(head)+entrySize*(len(p.Blocks)+1))
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
		for _, v := range []uint32{uint32(b.Addr), h.labels[loadLabel(b.Base)], b.Start, b.Stride, memory} {
			t = order.AppendUint32(t, v)
		}
	}
	return append(t, make([]byte, entrySize)...)
}
