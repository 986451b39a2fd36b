package reduce

import (
	"math/bits"
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// maxPrefixBits is up to how many free bits a prefix may have for all its words to be tried.
const maxPrefixBits = 10

// prefixes makes an instruction behind a prefix stand alone or, where it then no longer shows the difference, the only one
// behind a prefix, and a load stand without the store that is linked to it.
func (s *search) prefixes() error {
	i := unitOf(s.units, s.example.item)
	if i < 0 {
		return nil
	}
	tests := s.units[i].tests
	b := s.original()
	if last := s.machine().Set().Insns[b.Items[tests[len(tests)-1]].Insn]; last.Linked != nil && len(tests) == 2 && s.example.item == tests[0] {
		return s.unlinked(tests[0])
	}
	prefix := s.machine().Set().Insns[b.Items[tests[0]].Insn]
	if prefix.Prefix == nil || s.example.item == tests[0] {
		return nil
	}
	var cands []candidate
	if c, ok := s.unprefixed(s.example.item); ok {
		cands = append(cands, c)
	}
	if len(tests) > 2 {
		for _, word := range shortPrefixes(prefix) {
			if c, ok := s.shortly(tests[0], s.example.item, word); ok {
				cands = append(cands, c)
			}
		}
	}
	held, err := s.holdAnywhere(cands)
	if i := slices.Index(held, true); i >= 0 {
		s.at = cands[i]
	}
	return err
}

// unlinked tries a load without the store that is linked to it, and without the loop around both. What points its base register
// into memory stays.
func (s *search) unlinked(load int) error {
	b := s.original()
	us := slices.Clone(s.units)
	us[unitOf(us, load)] = unit{tests: []int{load}}
	there := kept(b, us, s.keep)
	for i := range b.Items[:load] {
		it := &b.Items[i]
		there[i] = there[i] || it.Kind == arch.Prepare && int(it.Owner) == load+1 && readsRegister(s.machine(), &b.Items[load], it)
	}
	c, ok := s.candidate(there, nil)
	if !ok {
		return nil
	}
	cands := []candidate{c}
	held, err := s.holdAnywhere(cands)
	if slices.Contains(held, true) {
		s.at = cands[0]
	}
	return err
}

// readsRegister reports whether an instruction reads the register that glue writes.
func readsRegister(m arch.Machine, it, glue *arch.Item) bool {
	return slices.ContainsFunc(uses(m, it), func(u constraints.Use) bool {
		return u.Kind == constraints.UseRegister && u.Role.Reads() && u.Class == glue.Class && u.Num == glue.Reg
	})
}

// shortPrefixes lists the words of a prefix behind which one instruction stands.
func shortPrefixes(in *constraints.Insn) []uint64 {
	free := ^in.Pattern.FixedMask & (^uint64(0) >> (64 - in.Pattern.Width))
	if bits.OnesCount64(free) > maxPrefixBits {
		return nil
	}
	var out []uint64
	for v := uint64(0); ; v = (v - free) & free { // all numbers with none but the free bits
		if w := in.Pattern.FixedBits | v; in.Pattern.Matches(w) && in.Legal(w) && in.Following(w) == 1 {
			out = append(out, w)
		}
		if v == free {
			return out
		}
	}
}

// unprefixed is the candidate with an instruction that stands behind no prefix any more.
func (s *search) unprefixed(item int) (candidate, bool) {
	set := s.machine().Set()
	b := s.original()
	in := set.Insn(set.Insns[b.Items[item].Insn].Pattern)
	if in == nil || in.Behind != "" || !in.Legal(b.Items[item].Word) {
		return candidate{}, false
	}
	return s.rearranged([]int{item}, func(pieces []piece) []piece {
		pieces[indexOf(pieces, item)].Insn = int32(in.Index)
		return pieces
	})
}

// shortly is the candidate with another prefix, behind which only one instruction stands: both side by side.
func (s *search) shortly(prefix, item int, word uint64) (candidate, bool) {
	return s.rearranged([]int{prefix, item}, func(pieces []piece) []piece {
		from := indexOf(pieces, prefix)
		p := pieces[from]
		p.Word = word
		pieces = slices.Delete(pieces, from, from+1)
		return slices.Insert(pieces, indexOf(pieces, item), p)
	})
}

func indexOf(pieces []piece, id int) int {
	return slices.IndexFunc(pieces, func(p piece) bool { return p.id == id })
}

// rearranged is a candidate of the units that are left, but that the example's has only some of its instructions. change
// changes the block further.
func (s *search) rearranged(tests []int, change func([]piece) []piece) (candidate, bool) {
	us := slices.Clone(s.units)
	us[unitOf(us, tests[0])] = unit{tests: tests}
	return s.candidate(kept(s.original(), us, s.keep), change)
}
