package archtest

import (
	"math"
	"math/bits"
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// swapTries is how many words of a pattern, each in all rounds of its block, are swapped for another pattern until
// one is found; with none found the emulator or the inputs do not tell the two apart. twinTries is the same for pairs of
// which an entry of Twins says so: it is only to be seen that it is needed still.
const (
	swapTries = 32
	twinTries = 8
)

// nearest is how many other patterns stand for each at most, unless all are asked for: those whose encodings are most
// like its own. There is one at first, and another one in each further image where none was found.
const nearest = 6

// entryBatches is how many images draw patterns for the sole reason that an entry of Twins is to be tried, and entryPairs
// how many pairs it is tried with at a time.
const (
	entryBatches = 3
	entryPairs   = 24
)

// bareBatches is how many images a pattern is tried in before other words of its own, and nothing, may stand for it, too: the
// patterns that may stand for it may do so for few of its words.
const bareBatches = 4

// swapper chooses swaps, and keeps account of the pairs.
type swapper struct {
	*Swaps
	m      *swapMachine
	wanted map[int]bool // patterns to swap, by index
	limit  int          // of pairs of a pattern that are or may be found
	batch  uint64
	near   map[int]*neighbours
	sides  []sides
	pairs  map[int][]pair // of each pattern, those that a word has allowed
	tries  map[pair]int
	found  map[pair]bool
	bare   map[int]bool   // wanted patterns for which no other pattern may stand
	entry  map[int][]pair // of each entry of Twins, the pairs that it is tried with
	needed map[int]bool   // entries of Twins of which a pair could not be told apart
}

// neighbours are what may stand for a pattern as far as no word is asked, the most similar first; twins are those that an
// entry of Twins is tried with.
type neighbours struct{ others, twins []*constraints.Insn }

// sides are the entries of Twins on whose sides a pattern is, one bit for each.
type sides struct{ one, other uint64 }

func newSwapper(about *Swaps, m *swapMachine) *swapper {
	s := &swapper{
		Swaps: about, m: m, wanted: map[int]bool{}, near: map[int]*neighbours{}, pairs: map[int][]pair{},
		tries: map[pair]int{}, found: map[pair]bool{}, bare: map[int]bool{}, entry: map[int][]pair{}, needed: map[int]bool{},
	}
	for _, in := range m.Set().Insns {
		s.sides = append(s.sides, s.sidesOf(in))
	}
	for _, in := range m.wanted {
		if m.bug[in.Index] == "" && s.silent(in) == "" {
			s.wanted[in.Index] = true
		}
	}
	return s
}

func (s *Swaps) sidesOf(in *constraints.Insn) (out sides) {
	for i, r := range s.Twins {
		if matchesWhole([]string{r.One}, in.Name()) {
			out.one |= 1 << i
		}
		if matchesWhole([]string{r.Other}, in.Name()) {
			out.other |= 1 << i
		}
	}
	return out
}

// begin begins with another image.
func (s *swapper) begin(batch uint64) {
	s.batch, s.limit = batch, min(nearest, 1+int(batch))
	if *allPairs {
		s.limit = math.MaxInt
	}
	for i, pairs := range s.entry {
		s.needed[i] = slices.ContainsFunc(pairs, s.lost)
		s.entry[i] = slices.DeleteFunc(pairs, func(c pair) bool { return s.found[c] })
	}
}

// real reports whether another pattern stands for one.
func (c pair) real() bool { return c.other != c.insn && c.other != nothing }

// rule is the index of the entry of Twins that says why the patterns of a pair are not told apart, or -1.
func (s *swapper) rule(c pair) int {
	if !c.real() {
		return -1
	}
	a, b := s.sides[c.insn], s.sides[c.other]
	if both := a.one&b.other | a.other&b.one; both != 0 {
		return bits.TrailingZeros64(both)
	}
	return -1
}

// nearOf lists what may stand for an instruction whatever the words.
func (s *swapper) nearOf(in *constraints.Insn) *neighbours {
	if s.near[in.Index] != nil {
		return s.near[in.Index]
	}
	out := &neighbours{}
	for _, other := range s.m.Set().Insns {
		if other == in || !arch.Schedulable(other, s.m.Layout()) || s.m.bug[other.Index] != "" || !alike(in, other) {
			continue
		}
		if i := s.rule(pair{in.Index, other.Index}); i < 0 || *allPairs {
			out.others = append(out.others, other)
		} else if !s.Twins[i].Rare {
			out.twins = append(out.twins, other)
		}
	}
	for _, list := range [][]*constraints.Insn{out.others, out.twins} {
		slices.SortStableFunc(list, func(a, b *constraints.Insn) int { return distance(in, a) - distance(in, b) })
	}
	s.near[in.Index] = out
	return out
}

// candidates are patterns that may be of interest as what stands for another: those that have stood for it already and, where
// there is room for more, others.
func (s *swapper) candidates(in *constraints.Insn) []*constraints.Insn {
	var out []*constraints.Insn
	for _, c := range s.pairs[in.Index] {
		if c.real() && !s.settled(c) {
			out = append(out, s.m.Set().Insns[c.other])
		}
	}
	near := s.nearOf(in)
	if s.room(in.Index) {
		out = append(out, near.others...)
	}
	for _, other := range near.twins {
		if s.entryOpen(pair{in.Index, other.Index}) {
			out = append(out, other)
		}
	}
	return out
}

// takes reports whether a pair of different patterns is of interest still.
func (s *swapper) takes(c pair) bool {
	if _, known := s.tries[c]; known {
		return !s.settled(c)
	}
	if s.rule(c) >= 0 && !*allPairs {
		return s.entryOpen(c)
	}
	return s.room(c.insn)
}

// room reports whether a pattern may have more pairs. Those that were lost do not count, nor those of entries of Twins.
func (s *swapper) room(insn int) bool {
	n := 0
	for _, c := range s.pairs[insn] {
		if c.real() && !s.lost(c) && (*allPairs || s.rule(c) < 0) {
			n++
		}
	}
	return n < s.limit
}

// entryOpen reports whether the entry of Twins that a pair belongs to is to be tried with it: it was not yet, and no other
// pair has shown that the entry is needed.
func (s *swapper) entryOpen(c pair) bool {
	i := s.rule(c)
	_, known := s.tries[c]
	return !known && s.batch < entryBatches && !s.needed[i] && len(s.entry[i]) < entryPairs
}

// meet notes a pair when it is met for the first time.
func (s *swapper) meet(c pair) {
	if _, known := s.tries[c]; known {
		return
	}
	s.tries[c] = 0
	s.pairs[c.insn] = append(s.pairs[c.insn], c)
	if i := s.rule(c); i >= 0 {
		s.entry[i] = append(s.entry[i], c)
	}
}

// settled reports whether nothing more is to be learnt of a pair.
func (s *swapper) settled(c pair) bool {
	i := s.rule(c)
	return s.found[c] || s.lost(c) || i >= 0 && !*allPairs && s.needed[i]
}

// lost reports whether a pair was tried often and never found.
func (s *swapper) lost(c pair) bool {
	most := swapTries
	if s.rule(c) >= 0 && !*allPairs {
		most = twinTries
	}
	return !s.found[c] && s.tries[c] >= most
}

// known reports whether a pattern was found, whatever stood for it.
func (s *swapper) known(insn int) bool {
	return slices.ContainsFunc(s.pairs[insn], func(c pair) bool { return s.found[c] })
}

// findBare marks those of the wanted patterns for which no other pattern may stand, or none that is found.
func (s *swapper) findBare() {
	for i := range s.wanted {
		s.bare[i] = s.batch+1 >= bareBatches && !s.known(i) || !slices.ContainsFunc(s.pairs[i], func(c pair) bool { return c.real() && !s.lost(c) && (*allPairs || s.rule(c) < 0) })
	}
}

// open counts the pairs of a pattern of which there is more to learn; of one that was not found there is at least
// one.
func (s *swapper) open(insn int) int {
	n := 0
	for _, c := range s.pairs[insn] {
		if c.real() && !s.settled(c) && (*allPairs || s.rule(c) >= 0 || !s.known(insn)) {
			n++
		}
	}
	if n > 0 {
		return n
	}
	wanted := slices.ContainsFunc(s.nearOf(s.m.Set().Insns[insn]).twins, func(other *constraints.Insn) bool {
		return s.entryOpen(pair{insn, other.Index})
	})
	if wanted || !s.known(insn) {
		return 1
	}
	return 0
}
