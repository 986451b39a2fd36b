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

// groupTries is how often a prefix is tried with other instructions and words in one block.
const groupTries = 64

// groups is what a scheduler needs to know of prefixes.
type groups struct {
	prefixes []*constraints.Insn
	inner    []*constraints.Insn // what is drawn to stand behind them
	last     []*constraints.Insn // that, and branches, which can only be the last
	others   []*constraints.Insn // what else is drawn
	lengths  []int               // how many of these some prefix has, ascending
	length   int                 // how many instructions are to stand behind the prefix that is placed next; 0: it is none

	members []*constraints.Insn // scratch: a prefix, and what stands behind it
	placed  []placement         // scratch: of these
	begins  []int               // scratch: where what prepares each begins in the block, and where that ends
	tests   []int               // scratch: where each stands in the block
}

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

// placeGroup places a prefix with what stands behind it, one of which is the instruction given, unless that is the
// prefix. Where no such group is found for an empty block a shorter one is tried.
func (s *scheduler) placeGroup(in *constraints.Insn) error {
	if s.left < 2 {
		if other := s.alone(in); other != nil {
			return s.place(other)
		}
	}
	shortest := s.groups.length
	if s.tests == 0 {
		shortest = 1
	}
	for n := s.groups.length; n >= shortest; n-- {
		for range groupTries {
			members, err := s.members(in, n)
			if err == nil {
				err = s.attempt(func() error { return s.placeMembers(members, n) })
			}
			if err == nil {
				s.left -= n
				for _, m := range members {
					s.view = max(s.view, s.views[m.Index])
				}
				return nil
			}
			if !errors.Is(err, errNoRoom) {
				return err
			}
		}
	}
	return errNoRoom
}

// members draws a prefix and n instructions behind it, all of which can stand in the open block.
func (s *scheduler) members(in *constraints.Insn, n int) ([]*constraints.Insn, error) {
	g := &s.groups
	prefix, at := in, s.rng.IntN(n)
	if in.Prefix == nil {
		prefix = g.prefixes[s.rng.IntN(len(g.prefixes))]
	}
	if in.Branch != nil {
		at = n - 1
	}
	out := append(g.members[:0], prefix)
	for i := range n {
		from := g.inner
		if i == n-1 {
			from = g.last
		}
		switch {
		case i == at && in != prefix:
			out = append(out, in)
		case len(from) == 0:
			return nil, errNoRoom
		default:
			out = append(out, from[s.rng.IntN(len(from))])
		}
	}
	g.members = out
	view := s.view
	for _, m := range out {
		want := s.views[m.Index]
		if view != 0 && want != 0 && want != view {
			return nil, errNoRoom
		}
		view = max(view, want)
	}
	return out, nil
}

// placeMembers appends a group: what prepares its members, these, and what must follow them.
func (s *scheduler) placeMembers(members []*constraints.Insn, n int) error {
	first := len(s.items)
	in := members[0].WithFollowing(n)
	if in == nil {
		return errNoRoom
	}
	g := &s.groups
	g.placed = append(g.placed[:0], make([]placement, len(members))...)
	g.begins, g.tests = append(g.begins[:0], make([]int, len(members)+1)...), append(g.tests[:0], make([]int, len(members))...)
	pls, begins, tests := g.placed, g.begins, g.tests
	var landing Landing // of the last
	var err error
	ahead := uint64(0)
	for i := range pls {
		pl := &pls[i]
		*pl = placement{in: in, mark: -1, slot: true, window: NoWindow, ahead: ahead}
		if i > 0 {
			pl.in = members[i]
		}
		pl.taken = s.preparedSince(first)
		s.given.turn(i)
		begins[i] = len(s.items)
		if landing, err = s.prepareMember(pl); err != nil {
			return err
		}
		pl.in = members[i]
		if disturbed(pls[:i], pl) {
			return errNoRoom
		}
		ahead += uint64(pl.in.Pattern.Width / 8)
	}
	begins[len(members)] = len(s.items)
	for i := range pls {
		if s.reach > 0 && s.missing(&toucher{pls[i].uses, pls[i].in.InGroup}) > 0 {
			return errNoRoom // nothing can be put between
		}
		tests[i] = s.test(&pls[i], len(s.items))
		s.own(begins[i], begins[i+1], tests[i])
	}
	if last := &pls[n]; last.mark >= 0 {
		s.land(landing.After, last, tests[n])
	}
	for i := range pls {
		if err := s.after(&pls[i], tests[i]); err != nil {
			return err
		}
	}
	return nil
}

// prepareMember chooses the word of a group's member and appends what must stand before it, and so before the prefix.
// It returns the landing of a branch.
func (s *scheduler) prepareMember(pl *placement) (landing Landing, err error) {
	if pl.in.Branch == nil {
		return landing, s.prepareSlot(pl)
	}
	shape := s.shape(pl.in)
	shape.Backward = false
	if landing, err = s.prepareBranch(pl, shape); err == nil {
		s.keepResults(pl)
	}
	return landing, err
}

// disturbed reports whether a member of a group writes a state that one before it writes, or reads what one before it
// leaves undefined.
func disturbed(before []placement, pl *placement) bool {
	for i := range before {
		b := &before[i]
		for _, was := range b.uses {
			if !was.Role.Writes() {
				continue
			}
			undefined := b.in.Undefined(was.Operand, b.word, b.args)
			for _, u := range pl.uses {
				if u.Kind == was.Kind && u.Class == was.Class && u.Num == was.Num && (u.Kind == constraints.UseState && u.Role.Writes() || undefined && u.Role.Reads()) {
					return true
				}
			}
		}
	}
	return false
}
