package mips

import (
	"fmt"
	"slices"

	"github.com/risugen/risugen/arch"
)

const segmentAlign = 0x10000 // pages of up to 64 KiB exist

// Emit implements arch.Machine. Behind the harness and the blocks stands a read-only segment with the
// ready-made records and the block table.
func (m *machine) Emit(p *arch.Program) (*arch.Code, error) {
	blocksEnd := p.BlocksEnd()
	end := arch.PageUp(blocksEnd, segmentAlign)
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
	code, err := m.blockCode(p, blocksEnd, h)
	if err != nil {
		return nil, err
	}
	out := &arch.Code{
		Machine: m.layout.ELF.Machine, Is64: m.layout.ELF.Is64, Flags: m.elfFlags(), Entry: codeAddr, Headers: m.abiFlags(),
		Segments: []arch.Segment{
			{Addr: codeAddr, Data: arch.CodeOf(m.layout.Order, words), Exec: true},
			{Addr: end, Data: m.tables(p, h)},
			code[0],
			{Addr: poolAddr, Data: p.Pool},
			{Addr: stateAddr, MemSize: stateSize, Write: true},
			{Addr: altAddr, MemSize: altSize, Write: true},
			{Addr: bufAddr, MemSize: arch.ShareBytes, Write: true},
			{Addr: memAddr, MemSize: uint64(m.layout.Memory.Bytes()), Write: true},
		},
		DigestSegment: 1, DigestOffset: arch.RecordHeaderSize,
	}
	out.Segments = append(out.Segments, code[1:]...)
	return out, nil
}

// harness emits the harness for tables at an address.
func (m *machine) harness(p *arch.Program, tables uint32) *harness {
	h := &harness{asm: newAsm(m.ops, codeAddr), m: m, l: &m.layout, p: p}
	h.traps = p.HasTraps()
	h.at = arch.NewTables(tables, message)
	h.emit()
	return h
}

// blockCode writes the blocks. Each ends with a jump to the checkpoint of its base register, whose delay slot
// points that register at the variables.
func (m *machine) blockCode(p *arch.Program, end uint64, h *harness) ([]arch.Segment, error) {
	checks := h.blockLabels(checkLabel)
	return p.PlaceBlocks(blockAddr, end, segmentAlign, func(code []byte, b *arch.Block) ([]byte, error) {
		code = arch.AppendItems(code, b.Items, m.layout.Order)
		jump, err := m.ops.j.Word(int64(checks[b.Base][b.View] >> 2))
		if err != nil {
			return nil, err
		}
		lui, err := m.ops.lui.Word(h.base(b.Base), stateAddr>>16)
		if err != nil {
			return nil, err
		}
		return m.layout.Order.AppendUint32(m.layout.Order.AppendUint32(code, uint32(jump.Bits)), uint32(lui.Bits)), nil
	})
}

// tables makes the read-only segment: start record, end record, message, block table, and a zero entry.
func (m *machine) tables(p *arch.Program, h *harness) []byte {
	order := m.layout.Order
	t := slices.Grow(h.at.Head(p, message), (len(p.Blocks)+1)*h.entrySize())
	loads := h.blockLabels(loadLabel)
	for i := range p.Blocks {
		b := &p.Blocks[i]
		for _, v := range [...]uint32{uint32(b.Addr), loads[b.Base][b.View], b.Start, b.Stride, b.TouchesMemory(), uint32(b.View), p.WriteLimit(b, h.bufStart(), bufSize)} {
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
