package archtest

import (
	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// What stands behind a prefix is swapped for what stands behind one, too, and a prefix for another word of its own: what
// that does is seen in those behind it.

// following is how many items stand behind a prefix; 0: the item is none.
func following(p *arch.Program, block, item int) int {
	it := &p.Blocks[block].Items[item]
	if it.Kind != arch.Test {
		return 0
	}
	return p.Machine.Set().Insns[it.Insn].Following(it.Word)
}

// endsGroup reports whether no other item stands behind the same prefix as this one, and after it.
func endsGroup(p *arch.Program, block, item int) bool {
	for n := 1; n <= min(item, constraints.MaxBehind); n++ {
		if f := following(p, block, item-n); f >= n {
			return f == n
		}
	}
	return true
}

// decode returns the instruction that a word is where another instruction stands.
func decode(set *constraints.Set, at *constraints.Insn, word uint64) *constraints.Insn {
	if at.Behind != "" {
		return set.DecodeBehind(word)
	}
	return set.Decode(word)
}

// nops are as long as an item; nil: no nops can stand in its place. Two nops behind a prefix count twice, and a prefix
// cannot be left out: those behind it would be others.
func (s *swapper) nops(p *arch.Program, block, item int) []arch.Word {
	it := &p.Blocks[block].Items[item]
	n := int(it.Size / s.m.nop.Size)
	if following(p, block, item) > 0 || n > 1 && !endsGroup(p, block, item) || int(it.Size) != n*int(s.m.nop.Size) {
		return nil
	}
	out := make([]arch.Word, n)
	for i := range out {
		out[i] = s.m.nop
	}
	return out
}
