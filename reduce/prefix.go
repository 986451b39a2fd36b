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
	var ways []arrangement
	if a, ok := s.unprefixed(s.example.item); ok {
		ways = append(ways, a)
	}
	if len(tests) > 2 {
		for _, word := range shortPrefixes(prefix) {
			ways = append(ways, s.shortly(tests[0], s.example.item, word))
		}
	}
	return s.rearrange(ways)
}

// rearrange takes the first of some arrangements that holds, and of that takes out what there was for the prefix alone, such as what
// computed the flags that it looks at.
func (s *search) rearrange(ways []arrangement) error {
	var cands []candidate
	var which []arrangement
	for _, a := range ways {
		if c, ok := s.arranged(a, s.keep); ok {
			cands, which = append(cands, c), append(which, a)
		}
	}
	held, err := s.holdAnywhere(cands)
	i := slices.Index(held, true)
	if err != nil || i < 0 {
		return err
	}
	s.at, s.units = cands[i], which[i].units
	return s.takeOut(which[i], s.keep)
}

// unlinked tries a load without the store that is linked to it, and without the loop around both. What points its base register
// into memory stays.
func (s *search) unlinked(load int) error {
	b := s.original()
	us := slices.Clone(s.units)
	us[unitOf(us, load)] = unit{tests: []int{load}}
	var also []int
	for i := range b.Items[:load] {
		if it := &b.Items[i]; it.Kind == arch.Prepare && int(it.Owner) == load+1 && readsRegister(s.machine(), &b.Items[load], it) {
			also = append(also, i)
		}
	}
	return s.rearrange([]arrangement{{units: us, also: also}})
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

// unprefixed has an instruction stand behind no prefix any more.
func (s *search) unprefixed(item int) (arrangement, bool) {
	set := s.machine().Set()
	b := s.original()
	in := set.Insn(set.Insns[b.Items[item].Insn].Pattern)
	if in == nil || in.Behind != "" || !in.Legal(b.Items[item].Word) {
		return arrangement{}, false
	}
	return s.rearranged([]int{item}, func(pieces []piece) []piece {
		pieces[indexOf(pieces, item)].Insn = int32(in.Index)
		return pieces
	}), true
}

// shortly has another prefix, behind which only one instruction stands: both side by side.
func (s *search) shortly(prefix, item int, word uint64) arrangement {
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

// rearranged has of the example's unit only some instructions. change changes the block further.
func (s *search) rearranged(tests []int, change func([]piece) []piece) arrangement {
	us := slices.Clone(s.units)
	us[unitOf(us, tests[0])] = unit{tests: tests}
	return arrangement{units: us, change: change}
}
