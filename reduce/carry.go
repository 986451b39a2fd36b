package reduce

import (
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// carried is the window of a form with other words: what the instructions used stands where they use it now.
func (s *search) carried(f *form) []byte {
	l, from := s.machine().Layout(), s.at.input.window
	out := slices.Clone(from)
	a, b := s.registers(s.at.form), s.registers(f)
	if len(a) != len(b) {
		return out
	}
	bytesOf := func(w []byte, p arch.Place) []byte {
		c := &l.Classes[p.Class]
		return w[c.Pool+int(p.Num)*c.Bytes:][:c.Bytes]
	}
	for _, p := range a {
		clear(bytesOf(out, p))
	}
	for i := range b {
		if a[i].Class == b[i].Class {
			copy(bytesOf(out, b[i]), bytesOf(from, a[i]))
		}
	}
	s.carryMemory(f, out)
	return out
}

// registers are those that the instructions of a form use, the ones that are only written first.
func (s *search) registers(f *form) []arch.Place {
	var written, read []arch.Place
	for i := range f.block.Items {
		if it := &f.block.Items[i]; it.Kind.UnderTest() {
			for _, u := range uses(s.machine(), it) {
				if p := (arch.Place{Kind: arch.RegisterPlace, Class: u.Class, Num: u.Num}); u.Kind != constraints.UseRegister {
					continue
				} else if u.Role.Reads() {
					read = append(read, p)
				} else {
					written = append(written, p)
				}
			}
		}
	}
	return append(written, read...)
}

// carryMemory moves the bytes that instructions access to where they access them now.
func (s *search) carryMemory(f *form, window []byte) {
	a, b := s.accesses(s.at.form), s.accesses(f)
	m := &s.machine().Layout().Memory
	for i := range min(len(a), len(b)) {
		if n := min(a[i].Hi-a[i].Lo, b[i].Hi-b[i].Lo); len(a) == len(b) {
			copy(window[uint64(m.Pool)+b[i].Lo-m.Addr:][:n], s.at.input.window[uint64(m.Pool)+a[i].Lo-m.Addr:])
		}
	}
}

// accesses are what the instructions of a form access in the memory block, as far as that is found.
func (s *search) accesses(f *form) []arch.Range {
	p := &arch.Program{Machine: s.machine(), Rounds: 1, Blocks: []arch.Block{f.block}}
	placeBlocks(p)
	find, b := p.Finder(), &p.Blocks[0]
	at := b.Addr
	var out []arch.Range
	for i := range b.Items {
		it := &b.Items[i]
		if it.Kind.UnderTest() {
			in := s.machine().Set().Insns[it.Insn]
			if to, ok := find.Address(b, i, at, ^uint16(0)); ok && in.Memory.Base >= 0 {
				out = append(out, arch.Range{Lo: to, Hi: to + uint64(in.Access(it.Word, in.Pattern.Extract(it.Word, nil)).Size)})
			}
		}
		at += uint64(it.Size)
	}
	return out
}
