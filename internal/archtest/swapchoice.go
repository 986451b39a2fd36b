package archtest

import (
	"slices"

	"github.com/risugen/risugen/arch"
)

// pair is a pattern and what stands for it, as indices in the set: another pattern; the same, for a word that
// differs in one bit; or nothing.
type pair struct{ insn, other int }

const nothing = -1

// swap is an item of a doctored image in whose place other words stand.
type swap struct {
	block, item int
	pair
	words []arch.Word
}

// choose picks one instruction in every block, and what is to stand for it: the pair with the fewest tries, of
// those that were not found.
func (s *swapper) choose(p *arch.Program) []swap {
	read := codeRead(p)
	var out []swap
	for b := range p.Blocks {
		if slices.ContainsFunc(p.Blocks[b].Items, func(it arch.Item) bool {
			return it.Kind == arch.Test && s.links(p.Machine.Set().Insns[it.Insn], it.Word)
		}) {
			continue
		}
		if best := s.chooseIn(p, b, read); best.item >= 0 {
			s.tries[best.pair]++
			out = append(out, best)
		}
	}
	return out
}

// chooseIn is choose for one block; the item is negative where there is nothing to choose.
func (s *swapper) chooseIn(p *arch.Program, block int, read bytesRead) swap {
	best, shown := swap{item: -1}, shown(p, block)
	for i, addr := range addresses(&p.Blocks[block]) {
		it := &p.Blocks[block].Items[i]
		if !shown[i] || !s.wanted[int(it.Insn)] || read.any(addr, it.Size) || linksNext(p, block, i) {
			continue
		}
		for _, c := range s.siblings(p, block, i) {
			if s.tries[c.pair] == 0 {
				return c
			}
			if best.item < 0 || s.tries[c.pair] < s.tries[best.pair] {
				best = c
			}
		}
	}
	return best
}

// linksNext reports whether an item is a load that the store behind it is linked to: without it the store is not done,
// and nothing is compared.
func linksNext(p *arch.Program, block, item int) bool {
	items, set := p.Blocks[block].Items, p.Machine.Set()
	return set.Insns[items[item].Insn].Links && item+1 < len(items) && items[item+1].Kind == arch.Test && set.Insns[items[item+1].Insn].Linked != nil
}

// shown are the items under test of a block that leave something in its records, or may fault: not those that write
// register 0. A prefix is one where one behind it is.
func shown(p *arch.Program, block int) map[int]bool {
	out := map[int]bool{}
	for _, r := range p.Effects(&p.Blocks[block]).Results {
		out[r.Item] = true
	}
	for i, it := range p.Blocks[block].Items {
		if it.Kind == arch.Test && p.Machine.Set().Insns[it.Insn].MayFault() {
			out[i] = true
		}
		for n := range following(p, block, i) {
			out[i] = out[i] || out[i+1+n]
		}
	}
	return out
}

// siblings lists words that do something else with the same operands as an item, as far as there is more to learn of
// them: the other opcodes that the bits allow. Where a pattern has none, it is words of its own that differ in one bit, and
// no instruction at all.
func (s *swapper) siblings(p *arch.Program, block, item int) []swap {
	it, set, l := &p.Blocks[block].Items[item], s.m.Set(), s.m.Layout()
	in, word := set.Insns[it.Insn], it.Word
	var out []swap
	add := func(c pair, words ...arch.Word) {
		s.meet(c)
		out = append(out, swap{block, item, c, words})
	}
	for _, other := range s.candidates(in) {
		c, p, q := pair{in.Index, other.Index}, in.Pattern, other.Pattern
		w := word&^(p.FixedMask|q.FixedMask) | q.FixedBits | p.FixedBits&^q.FixedMask
		if s.takes(c) && decode(set, in, w) == other && s.replaces(l, in, other, word, w) {
			add(c, arch.Word{Bits: w, Size: it.Size})
		}
	}
	if !s.bare[in.Index] {
		return out
	}
	for bit := range in.Pattern.Width {
		c := pair{in.Index, in.Index}
		if w := word ^ 1<<bit; !s.settled(c) && decode(set, in, w) == in && s.replaces(l, in, in, word, w) {
			add(c, arch.Word{Bits: w, Size: it.Size})
		}
	}
	if c := (pair{in.Index, nothing}); !s.settled(c) {
		if nops := s.nops(p, block, item); nops != nil {
			add(c, nops...)
		}
	}
	return out
}

// addresses lists where a block's items stand.
func addresses(b *arch.Block) []uint64 {
	out := make([]uint64, len(b.Items))
	for i, addr := 0, b.Addr; i < len(out); i++ {
		out[i] = addr
		addr += uint64(b.Items[i].Size)
	}
	return out
}

// bytesRead is a set of addresses of bytes.
type bytesRead map[uint64]bool

// any reports whether one of some bytes is in the set.
func (r bytesRead) any(addr uint64, size uint8) bool {
	for n := range uint64(size) {
		if r[addr+n] {
			return true
		}
	}
	return false
}

// codeRead is the bytes of code that instructions under test read: their results would differ too.
func codeRead(p *arch.Program) bytesRead {
	out := bytesRead{}
	for b := range p.Blocks {
		for i, addr := range addresses(&p.Blocks[b]) {
			it := &p.Blocks[b].Items[i]
			if it.Kind != arch.Test {
				continue
			}
			in := p.Machine.Set().Insns[it.Insn]
			if at, ok := in.Literal(it.Word, in.Pattern.Extract(it.Word, nil), addr); ok {
				for n := range uint64(in.Memory.Size) {
					out[at+n] = true
				}
			}
		}
	}
	return out
}
