package reduce

import (
	"fmt"
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// maxSteps bounds how often words are made simpler: each time takes two images.
const maxSteps = 12

// operands makes the words of the instructions simpler: other words of the same patterns, with low registers, and zero in the place
// of other numbers, as far as they show the difference. The glue around them is made anew, as for an instruction that is given,
// so that what the description asks for holds.
func (s *search) operands() error {
	if !s.rewritable() {
		return nil
	}
	before, found := words(&s.at.form.block), s.listed()
	for range maxSteps {
		if better, err := s.step(); err != nil || !better {
			if err != nil {
				return err
			}
			break
		}
	}
	if slices.Equal(before, words(&s.at.form.block)) {
		return nil
	}
	s.found = found
	if err := s.compact(); err != nil {
		return err
	}
	return s.values()
}

// rewritable reports whether glue can be made for other words: not where a block stays where it stood, where exceptions
// are enabled, for reserved words, and where each word would be an image that a target dies of.
func (s *search) rewritable() bool {
	if s.at.form.pinned || s.at.form.block.Traps || s.example.goal.died() || s.alone {
		return false
	}
	kinds := kindsOf(&s.at.form.block)
	return len(slices.Compact(kinds)) == 1 && kinds[0] != arch.Reserved
}

// kindsOf are the kinds of a block's instructions under test.
func kindsOf(b *arch.Block) []arch.Kind {
	var out []arch.Kind
	for i := range b.Items {
		if b.Items[i].Kind.UnderTest() {
			out = append(out, b.Items[i].Kind)
		}
	}
	return out
}

// words are those of a block's instructions under test.
func words(b *arch.Block) []arch.Given {
	var out []arch.Given
	for i := range b.Items {
		if it := &b.Items[i]; it.Kind.UnderTest() {
			out = append(out, arch.Given{Word: it.Word, Size: it.Size})
		}
	}
	return out
}

// listed are the instructions under test of what there is, as a report writes them.
func (s *search) listed() []string {
	var out []string
	for i, w := range words(&s.at.form.block) {
		out = append(out, fmt.Sprintf("%s (0x%0*x)", s.insns()[i].Disassemble(w.Word, s.at.form.block.Addr), 2*int(w.Size), w.Word))
	}
	return out
}

// insns are the instructions under test of what there is.
func (s *search) insns() []*constraints.Insn {
	var out []*constraints.Insn
	for _, it := range s.at.form.block.Items {
		if it.Kind.UnderTest() {
			out = append(out, s.machine().Set().Insns[it.Insn])
		}
	}
	return out
}

// change is another number in a field of an instruction.
type change struct {
	test   int
	field  field
	number uint64
}

// step tries words that are simpler in one field, or in all, then such changes together, and takes the simplest that holds.
func (s *search) step() (better bool, err error) {
	l, now, insns := s.machine().Layout(), words(&s.at.form.block), s.insns()
	var lists [][]arch.Given
	var changes []change
	for i, in := range insns {
		for _, f := range fieldsOf(in) {
			for _, v := range f.simpler(l, now[i].Word, in.IsConditional(now[i].Word)) {
				changes = append(changes, change{i, f, v})
				lists = append(lists, changed(now, changes[len(changes)-1:]))
			}
		}
	}
	for i, in := range insns {
		for _, w := range simplest(l, in, now[i].Word) {
			list := slices.Clone(now)
			list[i].Word = w
			lists = append(lists, list)
		}
	}
	best := s.at
	held, err := s.rewritten(lists, &best)
	if err != nil {
		return false, err
	}
	if _, err := s.rewritten(s.cumulated(now, changes, held), &best); err != nil {
		return false, err
	}
	better = s.cost(best.form) < s.cost(s.at.form)
	s.at = best
	return better, nil
}

// changed is words with some changes.
func changed(words []arch.Given, changes []change) []arch.Given {
	out := slices.Clone(words)
	for _, c := range changes {
		out[c.test].Word = c.field.with(out[c.test].Word, c.number)
	}
	return out
}

// cumulated is words with more and more of the changes that held alone: of each field the first.
func (s *search) cumulated(now []arch.Given, changes []change, held []bool) [][]arch.Given {
	var some []change
	var out [][]arch.Given
	for i, c := range changes {
		if held[i] && !slices.ContainsFunc(some, func(o change) bool { return o.test == c.test && o.field == c.field }) {
			if some = append(some, c); len(some) > 1 {
				out = append(out, changed(now, some))
			}
		}
	}
	return out
}

// cost is how far the words of a form are from the simplest ones.
func (s *search) cost(f *form) uint64 {
	cost := uint64(0)
	for _, it := range f.block.Items {
		if it.Kind.UnderTest() {
			cost += wordCost(s.machine().Layout(), s.machine().Set().Insns[it.Insn], it.Word)
		}
	}
	return cost
}

// rewritten judges words in the place of those that there are, as far as they are simpler. It tells which hold, and notes the
// simplest of them.
func (s *search) rewritten(lists [][]arch.Given, best *candidate) ([]bool, error) {
	var cands []candidate
	var which []int
	for i, list := range lists {
		if c, ok := s.rewrite(list); ok && s.cost(c.form) < s.cost(s.at.form) {
			cands, which = append(cands, c), append(which, i)
		}
	}
	out := make([]bool, len(lists))
	held, err := s.hold(&s.example.goal, cands)
	for n, h := range held {
		if out[which[n]] = h; h && s.cost(cands[n].form) < s.cost(best.form) {
			*best = cands[n]
		}
	}
	return out, err
}

// rewrite is a candidate with other words in the place of those that there are, and the same values in the registers that
// these use.
func (s *search) rewrite(list []arch.Given) (candidate, bool) {
	old, set := s.insns(), s.machine().Set()
	for i, w := range list {
		if !old[i].Legal(w.Word) {
			return candidate{}, false
		}
	}
	o := arch.Options{Seed: s.img.Program.Seed, BlockLen: arch.MaxBlockLen, Rounds: 1, Pool: tinyPool}
	if kindsOf(&s.at.form.block)[0] == arch.Misaligned {
		o.MisalignedShare = 1
	}
	p, refused, err := arch.GenerateGiven(s.machine(), o, list)
	if err != nil || len(refused.First) > 0 || len(p.Blocks) != 1 {
		return candidate{}, false
	}
	f := *s.at.form
	f.block, f.fillers, f.skipped = p.Blocks[0], nil, 0
	if !slices.Equal(kindsOf(&f.block), kindsOf(&s.at.form.block)) {
		return candidate{}, false
	}
	n := 0
	for _, it := range f.block.Items {
		if it.Kind.UnderTest() {
			if set.Insns[it.Insn] != old[n] || !movable(s.machine(), &f.block) {
				return candidate{}, false
			}
			n++
		}
	}
	return candidate{&f, input{s.carried(&f), s.at.input.phase}}, true
}

// tinyPool is a pool of zeros, for blocks that get another one.
func tinyPool(l *arch.Layout, _ uint64) (pool []byte, span int) {
	for span = phases * l.PoolAlign; span < l.Window; span *= 2 {
	}
	return make([]byte, span+l.Window+l.Memory.Bytes()), span
}
