package arch

import (
	"errors"
	"slices"

	"github.com/risugen/risugen/constraints"
)

// waiting is an instruction that was drawn to stand beside another in a group, and did not fit: it needs registers that are no longer
// free, for example. In a later block it is taken before anything is drawn. So those that seldom fit are in groups as often as others.
type waiting struct {
	traits *traits
	block  int // where it did not fit
}

const (
	maxWaiting  = 32 // of each kind
	memberDraws = 64 // how many instructions are drawn for one place of a group, until one suits those that are there
	memberTries = 8  // how many words are
)

// addMember finds an instruction that can stand at place i of a group of n, if none stands there, and prepares it.
func (s *scheduler) addMember(i, n int) error {
	g, last := &s.groups, i == n
	if g.placed[i].in != nil || last && g.branch != nil {
		return nil
	}
	for range memberTries {
		t := s.nextMember(last)
		if t == nil {
			break
		}
		err := s.putMember(i, t)
		if err == nil {
			return nil
		}
		g.wait(t, last)
		if errors.Is(err, errUnfit) || !errors.Is(err, errNoRoom) {
			return err
		}
	}
	return errNoMember
}

// nextMember is an instruction that suits the group: one that waits for it, or one that is drawn; nil: there is none.
func (s *scheduler) nextMember(last bool) *traits {
	g := &s.groups
	from, q := g.inner, &g.waiting[0]
	if last {
		from, q = g.last, &g.waiting[1]
	}
	for i, w := range *q {
		if w.block == g.blocks {
			break // so do those behind it
		}
		if s.suits(w.traits) {
			*q = slices.Delete(*q, i, i+1)
			return w.traits
		}
	}
	if len(from) == 0 {
		return nil
	}
	for range memberDraws {
		t := s.of(from[s.rng.IntN(len(from))])
		if s.suits(t) {
			return t
		}
		g.wait(t, last)
	}
	return nil
}

// wait has an instruction wait for the next block.
func (g *groups) wait(t *traits, last bool) {
	q := &g.waiting[0]
	if last {
		q = &g.waiting[1]
	}
	if len(*q) < maxWaiting {
		*q = append(*q, waiting{t, g.blocks})
	}
}

// putBack has the members of a group that was given up wait, but for the one that it was made for.
func (s *scheduler) putBack(in *constraints.Insn) {
	g := &s.groups
	for i := range g.placed {
		if m := g.placed[i].in; i > 0 && m != nil && m != in {
			g.wait(s.of(m), i == len(g.placed)-1)
		}
	}
	if g.branch != nil && g.branch.in != in && g.placed[len(g.placed)-1].in == nil {
		g.wait(g.branch, true)
	}
}

// suits reports whether the open block and the group have what every word of an instruction takes.
func (s *scheduler) suits(t *traits) bool {
	g, a := &s.groups, s.layout.AddrClass
	if view := int(t.view); view != 0 && g.view != 0 && view != g.view || t.claims&(s.barred[a]|s.busy[a]|g.taken|g.kept) != 0 {
		return false
	}
	return t.surely&g.states[0] == 0
}
