package oracle

import (
	"encoding/binary"
	"fmt"
)

// slot is the room in bytes of a word of halves. Behind it stand zeros, which are instructions that do not matter:
// objdump looks for what makes a word conditional among those right before it.
const slot = 16

// image writes words as they stand in memory.
func (d *Dialect) image(o binary.ByteOrder, words []uint64) []byte {
	b := make([]byte, d.at(len(words))-d.at(0)+d.lead())
	for i, w := range words {
		at := b[d.at(i)-d.Address:]
		if d.Lead != 0 {
			before := b[d.at(i)-d.Address-d.lead():]
			o.PutUint16(before, uint16(d.Lead>>16))
			o.PutUint16(before[2:], uint16(d.Lead))
		}
		switch {
		case !d.Halves:
			o.PutUint32(at, uint32(w))
		case w>>16 == 0:
			o.PutUint16(at, uint16(w))
		default:
			o.PutUint16(at, uint16(w>>16))
			o.PutUint16(at[2:], uint16(w))
		}
	}
	return b
}

// lead is the size in bytes of what stands before a word.
func (d *Dialect) lead() uint64 {
	if d.Lead != 0 {
		return 4
	}
	return 0
}

// word reads the word at the begin of b. Of two halves is one whose first begins with 11101, 11110 or 11111.
func (d *Dialect) word(o binary.ByteOrder, b []byte) uint64 {
	if !d.Halves {
		return uint64(o.Uint32(b))
	}
	first := uint64(o.Uint16(b))
	if first < 0xe800 {
		return first
	}
	return first<<16 | uint64(o.Uint16(b[2:]))
}

// align begins the line of a word for the assembler.
func (d *Dialect) align() string {
	if d.Halves {
		return fmt.Sprintf(".balign %d, 0; %s", slot, d.LeadText)
	}
	return ""
}
