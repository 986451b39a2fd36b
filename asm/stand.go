package asm

import (
	"fmt"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// mustStand reports whether what the block does depends on where it stands: some word holds an address of its own, or leaves
// one in a register.
func (s *source) mustStand() bool {
	for i := range s.block.Items {
		it := &s.block.Items[i]
		in := s.Decode(it.Word)
		if it.Kind.UnderTest() {
			in = s.insn(it)
		}
		if in == nil || s.knowsPlace(in, it.Word) {
			return true
		}
	}
	return false
}

// knowsPlace reports whether a word's effect depends on where it stands.
func (s *source) knowsPlace(in *constraints.Insn, word uint64) bool {
	args := in.Pattern.Extract(word, nil)
	if arch.TellsPlace(in, word, args) {
		return true
	}
	if in.Branch == nil {
		return false
	}
	if in.Branch.Absolute || in.Branch.Align > 0 || in.Branch.Exchange {
		return true
	}
	for _, u := range in.Uses(nil, word, args) {
		if u.Kind == constraints.UseRegister && u.Role.Writes() { // where to return to
			return true
		}
	}
	return false
}

// bytesAt is code at an address that an instruction of the block reads and that is none of the block's.
type bytesAt struct {
	addr uint64
	data []byte
}

// maxBeside bounds the distance from the block to code that it reads, in bytes: what lies between fills the file.
const maxBeside = 1 << 20

// codeBeside finds the code outside of the block that its instructions read. In a whole program zeros stand behind what ends
// the block; a part of one tells what stands there. What ends the block is the image's own, and another here.
func (s *source) codeBeside() ([]bytesAt, error) {
	own := arch.Range{Lo: s.end(), Hi: s.block.Addr + s.layout.BlockSize(s.block)}
	found := map[uint64]byte{}
	lo, hi := s.block.Addr, own.Hi
	for _, r := range s.prog.CodeReads(s.block) {
		for at := r.Lo; at < r.Hi; at++ {
			if at >= s.block.Addr && at < own.Lo {
				continue
			}
			b, ok := s.codeAt(at, own.Hi)
			switch {
			case at >= own.Lo && at < own.Hi:
				return nil, fmt.Errorf("an instruction reads code at %#x, where an image has what ends the block: no other program has that there", at)
			case !ok || at+maxBeside < s.block.Addr || at > own.Hi+maxBeside:
				return nil, fmt.Errorf("an instruction reads code at %#x, of which is not known what stands there", at)
			}
			found[at] = b
			lo, hi = min(lo, at), max(hi, at+1)
		}
	}
	return gather(found, lo, hi), nil
}

// codeAt is what stands outside of the block's items.
func (s *source) codeAt(at, blockEnd uint64) (byte, bool) {
	if s.prog.Part == nil {
		return 0, at >= blockEnd
	}
	for _, piece := range s.prog.Part.Code {
		if at >= piece.Addr && at-piece.Addr < uint64(len(piece.Data)) {
			return piece.Data[at-piece.Addr], true
		}
	}
	return 0, false
}

// gather makes runs of bytes, ascending.
func gather(found map[uint64]byte, lo, hi uint64) []bytesAt {
	var out []bytesAt
	for at := lo; at < hi; at++ {
		b, ok := found[at]
		if !ok {
			continue
		}
		if n := len(out); n > 0 && out[n-1].addr+uint64(len(out[n-1].data)) == at {
			out[n-1].data = append(out[n-1].data, b)
			continue
		}
		out = append(out, bytesAt{at, []byte{b}})
	}
	return out
}
