package codefile

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/risugen/risugen/arch"
)

// contents is the bytes that words are made of.
type contents struct {
	data  []byte
	order arch.ByteOrder // of words
	// spans are where code stands; the rest is something else, such as data.
	spans    []span
	unlinked []uint64 // offsets of what a linker is to change
}

// span is bytes from one offset up to another.
type span struct{ from, to int }

// split makes words of the code that there is. Where a word of several units is cut off each unit that is there becomes a word, which
// is no instruction.
func (c *Code) split(in *contents, m arch.Machine) error {
	sizes, told := arch.WordSizesOf(m)
	switch {
	case !told:
		return errors.New("words of several sizes cannot be told apart")
	case len(in.data) == 0:
		return errors.New("it holds no words")
	case len(in.data) > MaxCode:
		return fmt.Errorf("it holds %d bytes of code; %d MiB is the most", len(in.data), MaxCode>>20)
	}
	c.Other = len(in.data)
	for _, s := range in.spans {
		c.Other -= s.to - s.from
		for at := s.from; at < s.to; {
			w, ok := sizes.Next(in.data[at:s.to], in.order)
			if !ok && s.to-at >= sizes.Unit { // data, as a rule, in a file that does not mark them
				w, ok = arch.WordSizes{Unit: sizes.Unit}.Next(in.data[at:s.to], in.order)
			}
			if !ok {
				return fmt.Errorf("the word at offset %#x is cut off: %d of its %d bytes are there", at, s.to-at, w.Size)
			}
			c.Words = append(c.Words, arch.Given{Word: w.Bits, Size: w.Size, Offset: uint64(at)})
			at += int(w.Size)
		}
	}
	if len(c.Words) == 0 {
		return fmt.Errorf("its %d bytes are marked as data or as code of another instruction set", len(in.data))
	}
	c.mark(in.unlinked)
	return nil
}

// mark notes which words a linker is to change.
func (c *Code) mark(unlinked []uint64) {
	for _, at := range unlinked {
		i, found := slices.BinarySearchFunc(c.Words, at, func(w arch.Given, at uint64) int { return cmp.Compare(w.Offset, at) })
		if !found {
			i--
		}
		if i >= 0 && at-c.Words[i].Offset < uint64(c.Words[i].Size) {
			c.Words[i].Unlinked = true
		}
	}
}
