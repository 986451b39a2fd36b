package arm

import (
	"fmt"
	"slices"

	"github.com/risugen/risugen/arch"
)

// Emit implements arch.Machine. Behind the harness and the blocks stands a read-only segment with the
// ready-made records and the block table.
func (m *a32Machine) Emit(p *arch.Program) (*arch.Code, error) {
	blocksEnd := p.BlocksEnd()
	end := arch.PageUp(blocksEnd, segmentAlign)
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
	code, err := m.blockCode(p, blocksEnd, h)
	if err != nil {
		return nil, err
	}
	out := &arch.Code{
		Machine: m.layout.ELF.Machine, Is64: m.layout.ELF.Is64, Flags: m.elfFlags(), Entry: a32CodeAddr,
		Segments: []arch.Segment{
			{Addr: a32CodeAddr, Data: arch.CodeOf(m.layout.harnessOrder, words), Exec: true},
			{Addr: end, Data: m.tables(p, h)},
			code[0],
			{Addr: a32PoolAddr, Data: p.Pool},
			{Addr: a32StateAddr, MemSize: a32StateSize, Write: true},
			{Addr: a32AltAddr, MemSize: a32AltSize, Write: true},
			{Addr: a32BufAddr, MemSize: arch.ShareBytes, Write: true},
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

// harness emits the harness for tables at an address.
func (m *a32Machine) harness(p *arch.Program, tables uint32) *a32Harness {
	h := &a32Harness{a32Asm: newA32Asm(m.ops, a32CodeAddr), l: &m.layout, p: p}
	h.at = arch.NewTables(tables, a64Message)
	h.emit()
	return h
}

// blockCode writes the blocks. Each ends with a word that points its base register at the variables, and a branch to the
// checkpoint of that register, both A32 code.
func (m *a32Machine) blockCode(p *arch.Program, end uint64, h *a32Harness) ([]arch.Segment, error) {
	checks := baseLabels(h.labels, m.layout.Bases, a32CheckLabel)
	return p.PlaceBlocks(a32BlockAddr, end, segmentAlign, func(code []byte, b *arch.Block) ([]byte, error) {
		start := len(code)
		code = arch.AppendItems(code, b.Items, m.layout.WordOrder)
		if m.inThumb() {
			var err error
			if code, err = m.thumb.leave(code, b.Addr+uint64(len(code)-start), m.layout.WordOrder); err != nil {
				return nil, err
			}
		}
		from := uint32(b.Addr) + uint32(len(code)-start) + 4
		point := m.ops.atVariables(int64(m.layout.Bases[b.Base]))
		var room [2]arch.Word
		end, err := sequence(room[:0], point, do(&m.ops.b, a32Distance(from, checks[b.Base]), condAL))
		if err != nil {
			return nil, err
		}
		for _, w := range end {
			code = arch.AppendWord(code, w, m.layout.harnessOrder)
		}
		return code, nil
	})
}

// tables makes the read-only segment: start record, end record, message, block table, and a zero entry.
func (m *a32Machine) tables(p *arch.Program, h *a32Harness) []byte {
	order := m.layout.Order
	t := slices.Grow(h.at.Head(p, a64Message), (len(p.Blocks)+1)*a32EntrySize)
	loads := baseLabels(h.labels, m.layout.Bases, a32LoadLabel)
	for i := range p.Blocks {
		b := &p.Blocks[i]
		for _, v := range [...]uint32{uint32(b.Addr) | m.entry, loads[b.Base], b.Start, b.Stride, b.TouchesMemory(), p.WriteLimit(b, h.bufStart(), a32BufSize)} {
			t = order.AppendUint32(t, v)
		}
	}
	return append(t, make([]byte, a32EntrySize)...)
}
