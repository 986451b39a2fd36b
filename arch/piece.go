package arch

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
)

// Piece is code that stands at an address.
type Piece struct {
	Addr uint64
	Data []byte
}

// JoinCode makes segments of pieces of code. Pieces that share a page of a size, or stand on neighbouring ones, are
// in one segment, with zeros between them. Where pieces overlap they must agree.
func JoinCode(pieces []Piece, page uint64) ([]Segment, error) {
	pieces = slices.Clone(pieces)
	slices.SortStableFunc(pieces, func(a, b Piece) int { return cmp.Compare(a.Addr, b.Addr) })
	var out []Segment
	end := uint64(0) // of the last segment
	for _, p := range pieces {
		n := len(out)
		if n == 0 || p.Addr&^(page-1) > (end+page-1)&^(page-1) {
			out, end = append(out, Segment{Addr: p.Addr, Data: slices.Clone(p.Data), Exec: true}), p.Addr+uint64(len(p.Data))
			continue
		}
		s := &out[n-1]
		if grow := int64(p.Addr + uint64(len(p.Data)) - end); grow > 0 {
			s.Data = append(s.Data, make([]byte, grow)...)
		}
		at := s.Data[p.Addr-s.Addr:][:len(p.Data)]
		if had := min(uint64(len(p.Data)), end-min(end, p.Addr)); !bytes.Equal(at[:had], p.Data[:had]) {
			return nil, fmt.Errorf("the code at %#x is not the same for all that read it", p.Addr)
		}
		copy(at, p.Data)
		end = max(end, p.Addr+uint64(len(p.Data)))
	}
	return out, nil
}

// CodeReads lists the code that instructions of a block read, at a distance from their own addresses.
func (p *Program) CodeReads(b *Block) []Range { return p.appendCodeReads(nil, b) }

func (p *Program) appendCodeReads(out []Range, b *Block) []Range {
	args := make([]int64, 0, 8)
	set, addr := p.Machine.Set(), b.Addr
	for i := range b.Items {
		it := &b.Items[i]
		if it.Kind == Test && readsCode(set.Insns[it.Insn]) {
			in := set.Insns[it.Insn]
			args = in.Pattern.Extract(it.Word, args[:0])
			if at, ok := in.Literal(it.Word, args, addr); ok {
				out = append(out, Range{at, at + uint64(in.Access(it.Word, args).Size)})
			}
		}
		addr += uint64(it.Size)
	}
	return out
}
