package arm

import (
	"fmt"
	"slices"

	"github.com/risugen/risugen/arch"
)

const segmentAlign = 0x10000 // pages of up to 64 KiB exist

// Emit implements arch.Machine. Behind the harness and the blocks stands a read-only segment with the
// ready-made records and the block table.
func (m *a64Machine) Emit(p *arch.Program) (*arch.Code, error) {
	blocksEnd := p.BlocksEnd()
	end := arch.PageUp(blocksEnd, segmentAlign)
	if end > a64CodeEnd || end+uint64(a64EntrySize*len(p.Blocks))+segmentAlign > a64PoolAddr {
		return nil, fmt.Errorf("the program is too large for one image: %d blocks", len(p.Blocks))
	}
	p.PoolAddr = a64PoolAddr
	h := m.harness(p, uint32(end))
	words, err := h.finish()
	if err != nil {
		return nil, err
	}
	if len(words)*4 > a64BlockAddr-a64CodeAddr {
		return nil, fmt.Errorf("the harness is too large: %d words", len(words))
	}
	code, err := m.blockCode(p, blocksEnd, h)
	if err != nil {
		return nil, err
	}
	out := &arch.Code{
		Machine: m.layout.ELF.Machine, Is64: m.layout.ELF.Is64, Entry: a64CodeAddr,
		Segments: []arch.Segment{
			{Addr: a64CodeAddr, Data: arch.CodeOf(m.layout.WordOrder, words), Exec: true},
			{Addr: end, Data: m.tables(p, h)},
			code[0],
			{Addr: a64PoolAddr, Data: p.Pool},
			{Addr: a64StateAddr, MemSize: a64StateSize, Write: true},
			{Addr: a64AltAddr, MemSize: a64AltSize, Write: true},
			{Addr: a64BufAddr, MemSize: arch.ShareBytes, Write: true},
			{Addr: a64MemAddr, MemSize: uint64(m.layout.Memory.Bytes()), Write: true},
		},
		DigestSegment: 1, DigestOffset: arch.RecordHeaderSize,
	}
	out.Segments = append(out.Segments, code[1:]...)
	return out, nil
}

// baseLabels are the addresses of labels that there are for each base register.
func baseLabels(labels map[string]uint32, bases []int, name func(base int) string) []uint32 {
	out := make([]uint32, len(bases))
	for base := range out {
		out[base] = labels[name(base)]
	}
	return out
}

// harness emits the harness for tables at an address.
func (m *a64Machine) harness(p *arch.Program, tables uint32) *a64Harness {
	h := &a64Harness{a64Asm: newA64Asm(m.ops, a64CodeAddr), l: &m.layout, p: p}
	h.at = arch.NewTables(tables, a64Message)
	h.emit()
	return h
}

// blockCode writes the blocks. Each ends with a word that points its base register at the variables, and a branch to the
// checkpoint of that register.
func (m *a64Machine) blockCode(p *arch.Program, end uint64, h *a64Harness) ([]arch.Segment, error) {
	checks := baseLabels(h.labels, m.layout.Bases, a64CheckLabel)
	return p.PlaceBlocks(a64BlockAddr, end, segmentAlign, func(code []byte, b *arch.Block) ([]byte, error) {
		order := m.layout.WordOrder
		code = arch.AppendItems(code, b.Items, order)
		point, err := m.ops.movz.Word(w64, 1, a64StateAddr>>16, int64(m.layout.Bases[b.Base]))
		if err != nil {
			return nil, err
		}
		from := uint32(b.Addr) + 4*uint32(len(b.Items)+1)
		branch, err := m.ops.b.Word(words(from, checks[b.Base]))
		if err != nil {
			return nil, err
		}
		return order.AppendUint32(order.AppendUint32(code, uint32(point.Bits)), uint32(branch.Bits)), nil
	})
}

// tables makes the read-only segment: start record, end record, message, block table, and a zero entry.
func (m *a64Machine) tables(p *arch.Program, h *a64Harness) []byte {
	order := m.layout.Order
	t := slices.Grow(h.at.Head(p, a64Message), (len(p.Blocks)+1)*a64EntrySize)
	loads := baseLabels(h.labels, m.layout.Bases, a64LoadLabel)
	for i := range p.Blocks {
		b := &p.Blocks[i]
		for _, v := range [...]uint32{uint32(b.Addr), loads[b.Base], b.Start, b.Stride, b.TouchesMemory(), p.WriteLimit(b, h.bufStart(), a64BufSize)} {
			t = order.AppendUint32(t, v)
		}
	}
	return append(t, make([]byte, a64EntrySize)...)
}
