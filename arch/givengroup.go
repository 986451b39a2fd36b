package arch

import (
	"errors"
	"fmt"

	"github.com/risugen/risugen/constraints"
)

// judgeAll judges given words: a prefix with as many of those behind it as it has. What follows a prefix that cannot be run, is
// taken for what it is elsewhere.
func (s *scheduler) judgeAll(words []Given, refused *Refusals) {
	for len(words) > 0 {
		if group := s.judgeGroup(words); len(group) > 0 {
			s.given.words = append(s.given.words, group...)
			words = words[len(group):]
			continue
		}
		s.judgeOne(words[0], refused)
		words = words[1:]
	}
}

// judgeOne judges a word that is in no group.
func (s *scheduler) judgeOne(w Given, refused *Refusals) {
	if w.Case.forced() {
		if in := s.reservedWord(w); in != nil {
			s.given.words = append(s.given.words, givenWord{Given: w, in: in, reserved: true})
			return
		}
	}
	in, why := s.judge(w, s.set.Decode(w.Word))
	if why.Kind != "" {
		refused.add(why)
		return
	}
	s.given.words = append(s.given.words, givenWord{Given: w, in: in, touched: s.touched(in, w.Word)})
}

// judgeGroup returns the prefix that words begin with, and those behind it, if all of them can be run as a group: they stand one
// behind the other, and fit into a block.
func (s *scheduler) judgeGroup(words []Given) []givenWord {
	prefix := s.set.Decode(words[0].Word)
	if prefix == nil || prefix.Prefix == nil {
		return nil
	}
	n := prefix.Following(words[0].Word)
	if n < 1 || n >= len(words) || n >= s.limit || prefix.WithFollowing(n) == nil {
		return nil
	}
	var group []givenWord
	next := words[0].Offset
	for i, w := range words[:n+1] {
		in := prefix
		if i > 0 {
			in = s.set.DecodeBehind(w.Word)
			if in == nil || !mayFollow(in) || in.Branch != nil && i < n || w.Offset != next || w.Case != words[0].Case {
				return nil
			}
		}
		next += uint64(in.Pattern.Width / 8)
		if _, why := s.judge(w, in); why.Kind != "" && !(i == 0 && why.Why == s.standsAlone(in)) {
			return nil
		}
		group = append(group, givenWord{Given: w, in: in, touched: s.touched(in, w.Word)})
		group[0].touched |= group[i].touched
	}
	group[0].behind = n
	return group
}

// standsAlone is why a prefix is refused that is in no group.
func (s *scheduler) standsAlone(in *constraints.Insn) string {
	return fmt.Sprintf("%s is no instruction that can stand alone: it makes others of those behind it", in)
}

// turn says which of a group's words is placed.
func (g *given) turn(member int) {
	if g != nil {
		g.member = member
	}
}

// putGroup puts the prefix that is next, and what stands behind it, into the open block, or one where they fit.
func (s *scheduler) putGroup() error {
	words := s.given.words[s.given.at:]
	words = words[:words[0].behind+1]
	members, view := make([]*constraints.Insn, len(words)), 0
	for i := range words {
		members[i] = words[i].in
		want := s.views[members[i].Index]
		if view != 0 && want != 0 && view != want {
			return errors.New("no block has the registers of all that stand behind the prefix")
		}
		view = max(view, want)
	}
	if s.tests+len(words) > s.limit || view != 0 && s.view != 0 && view != s.view {
		s.close()
	}
	defer s.given.turn(0)
	for range s.layout.Bases {
		err := s.attempt(func() error { return s.placeGiven(members) })
		if err == nil {
			s.view = max(s.view, view)
			return nil
		}
		if !errors.Is(err, errNoRoom) {
			return err
		}
		s.close()
	}
	return errors.New("the prefix and those behind it fit no block: no two of them may write the same")
}
