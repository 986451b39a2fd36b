package asm

import (
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// access notes the windows of memory that an instruction accesses: the one it stores to, or that its address lies in. Where
// the address is not known it is all.
func (s *source) access(i int, in *constraints.Insn, args []int64) {
	it := &s.block.Items[i]
	if in.Memory == nil || in.Memory.Base < 0 {
		return // code
	}
	if it.Window != arch.NoWindow {
		s.touch(int(it.Window))
		return
	}
	m := &s.layout.Memory
	addr, ok := in.Address(it.Word, args, func(class, num int) (uint64, bool) { return s.held(i, in, args, class, num) })
	first := (addr&s.addressMask() - m.Addr) / uint64(m.Size)
	last := (addr&s.addressMask() + uint64(in.Access(it.Word, args).Size) - 1 - m.Addr) / uint64(m.Size)
	if !ok || last >= uint64(m.Windows) || first > last {
		first, last = 0, uint64(m.Windows)-1
	}
	for w := first; w <= last; w++ {
		s.touch(int(w))
	}
}

func (s *source) addressMask() uint64 { return ^uint64(0) >> (64 - 8*s.layout.AddrBytes) }

// held is what a register holds at an item that accesses memory, if glue gave it a number for the access or nothing wrote it.
func (s *source) held(i int, in *constraints.Insn, args []int64, class, num int) (uint64, bool) {
	p := arch.Place{Kind: arch.RegisterPlace, Class: uint8(class), Num: uint8(num)}
	if s.layout.Classes[class].Zero>>num&1 != 0 {
		return 0, true
	}
	last := i - 1
	for last >= 0 && !s.writes(last, p) {
		last--
	}
	switch {
	case last < 0:
		return s.number(s.register(class, num)), true
	case class == s.layout.AddrClass && s.block.Items[last].Kind == arch.Prepare:
		return s.constant(last, s.numbers(in, s.block.Items[i].Word, args))
	}
	return 0, false
}

// writes reports whether an item writes a register.
func (s *source) writes(i int, p arch.Place) bool {
	it := &s.block.Items[i]
	if !it.Kind.UnderTest() {
		own := it.Kind != arch.Reset && it.Kind != arch.Space
		return own && it.Class == p.Class && it.Reg == p.Num
	}
	in := s.insn(it)
	return slices.ContainsFunc(in.Uses(nil, it.Word, in.Pattern.Extract(it.Word, nil)), func(u constraints.Use) bool {
		return u.Kind == constraints.UseRegister && u.Role.Writes() && place(u) == p
	})
}

// constant is the number that glue up to an item gives a register: one of some that glue for it would be the same words for.
func (s *source) constant(last int, numbers []uint64) (uint64, bool) {
	end := &s.block.Items[last]
	first := last
	for first > 0 && s.block.Items[first-1].Kind == arch.Prepare && s.block.Items[first-1].Reg == end.Reg {
		first--
	}
	glue := s.prog.Machine.Glue()
	var words []arch.Word
	for ; first <= last; first++ {
		g := glue
		if placed, ok := glue.(arch.PlacedGlue); ok {
			g = placed.At(s.addrs[first])
		}
		for _, n := range numbers {
			var err error
			if words, err = g.SetReg(words[:0], int(end.Reg), n); err == nil && s.standAt(first, last, words) {
				return n, true
			}
		}
	}
	return 0, false
}

// standAt reports whether items are these words.
func (s *source) standAt(first, last int, words []arch.Word) bool {
	return slices.EqualFunc(s.block.Items[first:last+1], words, func(it arch.Item, w arch.Word) bool {
		return it.Word == w.Bits && it.Size == w.Size
	})
}

// maxIndex is the largest number that an index register is given.
const maxIndex = 16

// numbers are those that base or index of an access to memory may have been given.
func (s *source) numbers(in *constraints.Insn, word uint64, args []int64) []uint64 {
	access, m := in.Access(word, args), &s.layout.Memory
	mask := ^uint64(0) >> (64 - 8*s.layout.Classes[s.layout.AddrClass].Bytes)
	offsets := []uint64{0}
	if access.Indexed {
		for n := uint64(1); n <= maxIndex; n++ {
			offsets = append(offsets, access.Offset(n))
		}
	}
	var out []uint64
	for n := uint64(1); n <= maxIndex; n++ {
		out = append(out, n)
	}
	times := uint64(1)
	if access.Indexed && access.Kind == constraints.ShiftLeft && !access.Minus {
		times += 1 << access.Shift
	}
	for n := range m.Bytes() {
		at := m.Addr + uint64(n) - uint64(access.Disp)
		for _, offset := range offsets {
			out = append(out, (at-offset)&mask)
		}
		out = append(out, at/times&mask)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
