package decodetree

import (
	"fmt"
	"math/bits"
	"strings"
)

// bitLayout is what the bit elements of a definition say. All masks have bit 0
// as the least significant bit of the word.
//
//	text   0 1 . -      a:3
//	fixed  0 1
//	mask   1 1 0 0      0 0 0
//	undef  0 0 0 1      0 0 0
type bitLayout struct {
	fixed uint64 // values of fixed bits, 0 elsewhere
	mask  uint64 // which bits are fixed
	undef uint64 // which bits the processor ignores
	width int    // bits written
}

// lowBits gives a mask of the n least significant bits, 0 to 64.
func lowBits(n int) uint64 {
	if n <= 0 {
		return 0
	}
	return ^uint64(0) >> (maxWidth - n)
}

// shift makes room for n more bits on the right.
func (b *bitLayout) shift(n int) {
	b.fixed <<= n
	b.mask <<= n
	b.undef <<= n
	b.width += n
}

// push appends the bits of a text of 0, 1, '.' and '-'.
func (b *bitLayout) push(text string) {
	for _, c := range text {
		b.shift(1)
		switch c {
		case '0':
			b.mask |= 1
		case '1':
			b.mask |= 1
			b.fixed |= 1
		case '-':
			b.undef |= 1
		}
	}
}

// alignLeft moves a definition shorter than the word to the word's top; what is
// below belongs to the next instruction.
func (b *bitLayout) alignLeft(width int) {
	rest := width - b.width
	b.fixed <<= rest
	b.mask <<= rest
	b.undef = b.undef<<rest | lowBits(rest)
}

// mask gives the bits of the word that the part reads.
func (p Part) mask() uint64 {
	if p.Ref != "" {
		return 0
	}
	return lowBits(p.Len) << p.Pos
}

// mask gives the bits of the word that the field reads directly.
func (f *Field) mask() uint64 {
	var m uint64
	for _, p := range f.Parts {
		m |= p.mask()
	}
	return m
}

// width gives the number of bits of the field's value.
func (f *Field) width() int {
	n := 0
	for _, p := range f.Parts {
		n += p.Len
	}
	return n
}

func bindingsMask(list []Binding) uint64 {
	var m uint64
	for _, b := range list {
		if b.Field != nil {
			m |= b.Field.mask()
		}
	}
	return m
}

// describeBits names the set bits of a mask: "bits 7..4, 0 (0x000000f1)".
func describeBits(mask uint64, insnWidth int) string {
	var runs []string
	for m := mask; m != 0; {
		high := maxWidth - 1 - bits.LeadingZeros64(m)
		low := high + 1 - bits.LeadingZeros64(^(m << (maxWidth - 1 - high)))
		if low == high {
			runs = append(runs, fmt.Sprint(high))
		} else {
			runs = append(runs, fmt.Sprintf("%d..%d", high, low))
		}
		m &= lowBits(low)
	}
	noun := "bits"
	if bits.OnesCount64(mask) == 1 {
		noun = "bit"
	}
	return fmt.Sprintf("%s %s (%s)", noun, strings.Join(runs, ", "), hexWord(mask, insnWidth))
}

func hexWord(word uint64, insnWidth int) string {
	return fmt.Sprintf("0x%0*x", insnWidth/4, word)
}
