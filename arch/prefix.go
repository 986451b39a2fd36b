package arch

import (
	"errors"
	"slices"

	"github.com/risugen/risugen/constraints"
)

// A prefix makes others of the instructions that stand next. It is drawn with as many of these as its word wants, and
// nothing stands between: what prepares any of them comes before the prefix, what any of them leaves behind the last.
// Each has the values that it needs when its turn comes, and none writes where another has left a result. Of registers
// and states alike: a state cannot be saved in between, so that no two of them write the same one.

// groups is what a scheduler needs to know of prefixes.
type groups struct {
	prefixes []*constraints.Insn
	inner    []*constraints.Insn // what is drawn to stand behind them
	last     []*constraints.Insn // that, and branches, which can only be the last
	others   []*constraints.Insn // what else is drawn
	lengths  []int               // how many of these some prefix has, ascending
	length   int                 // how many instructions are to stand behind the prefix that is placed next; 0: it is none

	waiting [2][]waiting // what did not fit where it was drawn; of the second, what was drawn to be the last
	blocks  int          // how many were opened

	// The group that is being placed.
	placed    []placement // a prefix, and what stands behind it; those that are not prepared yet have no instruction
	made      []span      // what prepares each
	branch    *traits     // what is to be the last, if that is a branch
	landing   Landing     // of it
	taken     uint64      // address registers that members are prepared with
	kept      uint64      // address registers that the last is to write
	view      int         // of the block, with the group
	ahead     uint64      // bytes of the members that are prepared
	undefined bool        // some of them leaves something undefined
	states    states      // that they write
}

// span is a row of items of the open block.
type span struct{ first, end int }

// mayFollow reports whether an instruction is one that is drawn behind a prefix: it can do with what comes before it
// before the prefix, and does not end its block.
func mayFollow(in *constraints.Insn) bool {
	if in.Behind == "" || in.Linked != nil || in.MayFault() || in.InGroup("noslot") || in.Memory != nil && in.Memory.Base < 0 {
		return false
	}
	return in.Branch == nil || !in.Branch.DelaySlot && !in.Branch.ForbiddenSlot
}

// grouped reports whether an instruction is only drawn with a prefix: it is one, or stands behind one.
func grouped(in *constraints.Insn) bool { return in.Prefix != nil || in.Behind != "" }

// group finds what groups are drawn of. Prefixes need not be selected for what stands behind them to be drawn, nor this
// for a prefix. It returns what is left of the choice where there is not both of them.
func (s *scheduler) group(choice []*constraints.Insn, o Options) ([]*constraints.Insn, error) {
	if !slices.ContainsFunc(choice, grouped) {
		return choice, nil
	}
	g, m := &s.groups, s.prog.Machine
	all, err := Selection{NotPatterns: o.Select.NotPatterns}.choose(m)
	if err != nil {
		return nil, err
	}
	behind := slices.DeleteFunc(slices.Clone(choice), func(in *constraints.Insn) bool { return in.Behind == "" })
	if len(behind) == 0 {
		behind = slices.DeleteFunc(slices.Clone(all), func(in *constraints.Insn) bool { return in.Behind == "" })
	}
	for _, in := range all {
		if in.Prefix != nil {
			g.prefixes = append(g.prefixes, in)
		}
	}
	for n := 1; n <= constraints.MaxBehind; n++ {
		if slices.ContainsFunc(g.prefixes, func(p *constraints.Insn) bool { return p.WithFollowing(n) != nil }) {
			g.lengths = append(g.lengths, n)
		}
	}
	for _, in := range behind {
		if g.last = append(g.last, in); in.Branch == nil {
			g.inner = append(g.inner, in)
		}
	}
	g.others = slices.DeleteFunc(slices.Clone(choice), grouped)
	if len(g.prefixes) > 0 && len(g.last) > 0 && o.BlockLen > 1 {
		return choice, nil
	}
	if len(g.others) == 0 {
		return nil, errors.New("what is selected is a prefix or stands behind one: both are needed, and room for them in a block")
	}
	return g.others, nil
}

// drawLength draws how many instructions are to stand behind the prefix of a group; 0 where it is none.
func (s *scheduler) drawLength(in *constraints.Insn) {
	s.groups.length = 0
	if !grouped(in) {
		return
	}
	most := min(max(1, s.left-1), s.limit-1)
	lengths := s.groups.lengths
	for len(lengths) > 0 && lengths[len(lengths)-1] > most {
		lengths = lengths[:len(lengths)-1]
	}
	if len(lengths) > 0 {
		s.groups.length = lengths[s.rng.IntN(len(lengths))]
	}
}

// groupTooLong reports whether the group that is placed next does not fit into the open block.
func (s *scheduler) groupTooLong() bool {
	return s.groups.length > 0 && s.tests > 0 && s.tests+1+s.groups.length > s.limit
}

// alone is what is placed instead of an instruction that needs a group where only one more is to be drawn: the same pattern
// behind no prefix, or another that is drawn. nil: there is none, and one more is placed than was asked for.
func (s *scheduler) alone(in *constraints.Insn) *constraints.Insn {
	suits := func(in *constraints.Insn) bool {
		view := s.views[in.Index]
		return in.Linked == nil && !in.MayFault() && (view == 0 || s.view == 0 || view == s.view)
	}
	if other := s.set.Insn(in.Pattern); other != nil && !grouped(other) && Schedulable(other, s.layout) && suits(other) {
		return other
	}
	if n := len(s.groups.others); n > 0 {
		if other := s.groups.others[s.rng.IntN(n)]; suits(other) {
			return other
		}
	}
	return nil
}
