package archtest

import (
	"fmt"

	"github.com/risugen/risugen/arch"
)

// what names what stands for a pattern.
func (s *swapper) what(other int) string {
	if other == nothing {
		return "nothing"
	}
	return fmt.Sprint(s.m.Set().Insns[other])
}

// itemText is the number and the word of an item; what nothing is to blame for has a negative number.
func itemText(p *arch.Program, block, item int) string {
	if item < 0 {
		return fmt.Sprint(item)
	}
	b := &p.Blocks[block]
	return fmt.Sprintf("%d (%s)", item, p.Machine.Disassemble(b.Items[item].Word, addresses(b)[item]))
}

// inBlock tells of the swap in a block.
func (s *swapper) inBlock(p *arch.Program, swaps []swap, block int) string {
	for _, w := range swaps {
		if w.block == block {
			return fmt.Sprintf("item %s, %s, has %s (%s) in its place", itemText(p, block, w.item), s.what(w.insn),
				s.what(w.other), p.Machine.Disassemble(w.words[0].Bits, ItemAddress(p, block, w.item)))
		}
	}
	return "there is none"
}
