package archtest

import (
	mathbits "math/bits"
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// pair is a pattern and what stands for it, as indices in the set: another pattern; the same, for a word that
// differs in one bit; or nothing.
type pair struct{ insn, other int }

const nothing = -1

// swap is a changed word of a doctored image.
type swap struct {
	block, item int
	pair
	word uint64
}

// swapTries is how many words of a pattern, each in all rounds of its block, are swapped for another pattern until
// one is found; with none found the emulator or the inputs do not tell the two apart.
const swapTries = 32

// nearest is how many other patterns stand for each, unless all are asked for: those whose encodings are most like
// its own.
const nearest = 6

// swapper chooses swaps, and keeps account of the pairs.
type swapper struct {
	*Swaps
	m      *swapMachine
	wanted map[int]bool                // patterns to swap, by index
	limit  int                         // of pairs of a pattern
	near   map[int][]*constraints.Insn // what may stand for a pattern, as far as no word is asked
	pairs  map[int][]pair              // of each pattern, those that a word has allowed
	tries  map[pair]int
	found  map[pair]bool
	bare   map[int]bool // wanted patterns for which no other pattern may stand
}

func newSwapper(about *Swaps, m *swapMachine, limit int) *swapper {
	s := &swapper{
		Swaps: about, m: m, limit: limit, wanted: map[int]bool{}, near: map[int][]*constraints.Insn{}, pairs: map[int][]pair{},
		tries: map[pair]int{}, found: map[pair]bool{}, bare: map[int]bool{},
	}
	for _, in := range m.wanted {
		if m.bug[in.Index] == "" && s.silent(in) == "" {
			s.wanted[in.Index] = true
		}
	}
	return s
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
		best, shown := swap{item: -1}, shown(p, b)
		for i, addr := range addresses(&p.Blocks[b]) {
			it := &p.Blocks[b].Items[i]
			if !shown[i] || !s.wanted[int(it.Insn)] || read[addr] || linksNext(p, b, i) {
				continue
			}
			for _, c := range s.siblings(p.Machine.Set().Insns[it.Insn], it.Word) {
				if best.item < 0 || s.tries[c.pair] < s.tries[best.pair] {
					best = swap{b, i, c.pair, c.word}
				}
			}
		}
		if best.item >= 0 {
			s.tries[best.pair]++
			out = append(out, best)
		}
	}
	return out
}

// linksNext reports whether an item is a load that the store behind it is linked to: without it the store is not done,
// and nothing is compared.
func linksNext(p *arch.Program, block, item int) bool {
	items, set := p.Blocks[block].Items, p.Machine.Set()
	return set.Insns[items[item].Insn].Links && item+1 < len(items) && items[item+1].Kind == arch.Test && set.Insns[items[item+1].Insn].Linked != nil
}

// shown are the items under test of a block that leave something in its records, or may fault: not those that write
// register 0.
func shown(p *arch.Program, block int) map[int]bool {
	out := map[int]bool{}
	for _, r := range p.Effects(&p.Blocks[block]).Results {
		out[r.Item] = true
	}
	for i, it := range p.Blocks[block].Items {
		if it.Kind == arch.Test && p.Machine.Set().Insns[it.Insn].MayFault() {
			out[i] = true
		}
	}
	return out
}

// siblings lists words that do something else with the same operands, as far as there is more to learn of them: the
// other opcodes that the bits allow. Where a pattern has none, it is words of its own that differ in one bit, and no
// instruction at all.
func (s *swapper) siblings(in *constraints.Insn, word uint64) []swap {
	set, l := s.m.Set(), s.m.Layout()
	var out []swap
	for _, other := range s.nearOf(in) {
		c, p, q := pair{in.Index, other.Index}, in.Pattern, other.Pattern
		w := word&^(p.FixedMask|q.FixedMask) | q.FixedBits | p.FixedBits&^q.FixedMask
		if s.takes(c) && set.Decode(w) == other && s.replaces(l, in, other, word, w) {
			out = append(out, s.noted(swap{pair: c, word: w}))
		}
	}
	if !s.bare[in.Index] {
		return out
	}
	for bit := uint64(1); bit < 1<<32; bit <<= 1 {
		c := pair{in.Index, in.Index}
		if w := word ^ bit; !s.settled(c) && set.Decode(w) == in && s.replaces(l, in, in, word, w) {
			out = append(out, s.noted(swap{pair: c, word: w}))
		}
	}
	if c := (pair{in.Index, nothing}); !s.settled(c) {
		out = append(out, s.noted(swap{pair: c, word: s.m.nop}))
	}
	return out
}

// takes reports whether a pair of different patterns is of interest still.
func (s *swapper) takes(c pair) bool {
	_, known := s.tries[c]
	return known && !s.settled(c) || !known && len(s.pairs[c.insn]) < s.limit
}

// noted notes the pair of a swap when it is met for the first time.
func (s *swapper) noted(w swap) swap {
	if _, known := s.tries[w.pair]; !known {
		s.tries[w.pair] = 0
		s.pairs[w.insn] = append(s.pairs[w.insn], w.pair)
	}
	return w
}

// nearOf lists what may stand for an instruction whatever the words, the most similar first.
func (s *swapper) nearOf(in *constraints.Insn) []*constraints.Insn {
	near, ok := s.near[in.Index]
	if !ok {
		near = slices.DeleteFunc(slices.Clone(s.m.Set().Insns), func(other *constraints.Insn) bool {
			return other == in || !arch.Schedulable(other, s.m.Layout()) || s.m.bug[other.Index] != "" || !alike(in, other)
		})
		slices.SortStableFunc(near, func(a, b *constraints.Insn) int { return distance(in, a) - distance(in, b) })
		s.near[in.Index] = near
	}
	return near
}

// distance is in how many bits two encodings differ, where one that is fixed in one of them alone counts more.
func distance(a, b *constraints.Insn) int {
	p, q := a.Pattern, b.Pattern
	return mathbits.OnesCount64((p.FixedBits^q.FixedBits)&p.FixedMask&q.FixedMask) + 8*mathbits.OnesCount64(p.FixedMask^q.FixedMask)
}

// settled reports whether nothing more is to be learnt of a pair.
func (s *swapper) settled(c pair) bool { return s.found[c] || s.tries[c] >= swapTries }

// lost reports whether a pair was tried often and never found.
func (s *swapper) lost(c pair) bool { return s.settled(c) && !s.found[c] }

// known reports whether a pattern was found, whatever stood for it.
func (s *swapper) known(insn int) bool {
	return slices.ContainsFunc(s.pairs[insn], func(c pair) bool { return s.found[c] })
}

// findBare marks those of the wanted patterns for which no other pattern may stand, or none that is found.
func (s *swapper) findBare() {
	for i := range s.wanted {
		s.bare[i] = !slices.ContainsFunc(s.pairs[i], func(c pair) bool { return c.other != i && c.other != nothing && !s.lost(c) })
	}
}

// open counts the pairs of a pattern of which there is more to learn; of one that was not found there is at least
// one.
func (s *swapper) open(insn int) int {
	n := 0
	for _, c := range s.pairs[insn] {
		if !s.settled(c) && c.other != insn && c.other != nothing {
			n++
		}
	}
	if n == 0 && !s.known(insn) {
		return 1
	}
	return n
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

// codeRead is the set of addresses of words that instructions under test read: their results would differ too.
func codeRead(p *arch.Program) map[uint64]bool {
	out := map[uint64]bool{}
	for b := range p.Blocks {
		for i, addr := range addresses(&p.Blocks[b]) {
			it := &p.Blocks[b].Items[i]
			if it.Kind != arch.Test {
				continue
			}
			in := p.Machine.Set().Insns[it.Insn]
			if at, ok := in.Literal(it.Word, in.Pattern.Extract(it.Word, nil), addr); ok {
				for n := range uint64(in.Memory.Size) {
					out[(at+n)&^3] = true
				}
			}
		}
	}
	return out
}
