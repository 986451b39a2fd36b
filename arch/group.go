package arch

import (
	"errors"
	"fmt"

	"github.com/risugen/risugen/constraints"
)

// A group is made member by member: first the instruction that it is made for, so that nothing else is drawn where that finds no
// room, then the prefix, then what stands beside. One of these that does not fit is replaced by another, and waits for the next
// block: see waiting.

// groupTries is how often a group is made for one block where its members, all of which have their words, do not suit each other.
const groupTries = 64

// errNoMember says that a group was not filled; errUnfit, that it was, and that its members do not suit each other.
var (
	errNoMember = fmt.Errorf("nothing that was drawn fits into the group: %w", errNoRoom)
	errUnfit    = fmt.Errorf("the group does not fit: %w", errNoRoom)
)

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
			err := s.attempt(func() error { return s.placeMembers(in, n) })
			if err == nil {
				s.left -= n
				s.view = max(s.view, s.groups.view)
				return nil
			}
			s.putBack(in)
			if errors.Is(err, errNoMember) {
				break
			}
			if !errors.Is(err, errUnfit) {
				return err
			}
		}
	}
	return errNoRoom
}

// placeMembers appends a group of n instructions behind a prefix: what prepares its members, these, and what must follow them.
func (s *scheduler) placeMembers(in *constraints.Insn, n int) error {
	g := &s.groups
	g.start(n, s.view)
	prefix, at := in, s.rng.IntN(n)
	if in.Prefix == nil {
		prefix = g.prefixes[s.rng.IntN(len(g.prefixes))]
		if t := s.of(in); !s.suits(t) {
			return errNoRoom
		} else if err := s.putMember(1+at, t); err != nil {
			return err
		}
	}
	if err := s.preparePrefix(prefix, n); err != nil {
		return err
	}
	turn := 1
	if s.rng.IntN(2) == 0 {
		turn = n - 1
	}
	for k := range n { // round from there on, one way or the other: what is prepared first has most to choose from
		if err := s.addMember(1+(at+k*turn)%n, n); err != nil {
			return err
		}
	}
	if err := s.prepareLast(in); err != nil {
		return err
	}
	return s.appendGroup()
}

// putMember prepares a member that is to stand at place i. A branch is the last, whose turn comes when the others are prepared.
func (s *scheduler) putMember(i int, t *traits) error {
	if t.in.Branch == nil {
		return s.prepareMember(i, t.in, t)
	}
	s.groups.branch, s.groups.kept = t, t.fixed
	return nil
}

// prepareLast prepares the branch of a group, if it has one. It reports errUnfit where another may do, and that was not asked for.
func (s *scheduler) prepareLast(asked *constraints.Insn) error {
	g := &s.groups
	if g.branch == nil {
		return nil
	}
	g.kept = 0
	err := s.prepareMember(len(g.placed)-1, g.branch.in, g.branch)
	if errors.Is(err, errNoRoom) && g.branch.in != asked {
		return errUnfit
	}
	return err
}

// placeGiven does that for a prefix and what stands behind it, all of which are given.
func (s *scheduler) placeGiven(members []*constraints.Insn) error {
	s.groups.start(len(members)-1, s.view)
	for i, in := range members {
		s.given.turn(i)
		if err := s.prepareMember(i, in, s.of(in)); err != nil {
			return err
		}
	}
	return s.appendGroup()
}

// start forgets the last group.
func (g *groups) start(n, view int) {
	for len(g.placed) <= n {
		g.placed, g.made = append(g.placed, placement{}), append(g.made, span{})
	}
	g.placed, g.made = g.placed[:n+1], g.made[:n+1]
	for i := range g.placed {
		g.placed[i].in = nil
	}
	g.branch = nil
	g.taken, g.kept, g.view, g.ahead, g.undefined, g.states = 0, 0, view, 0, false, states{}
}

// preparePrefix prepares a prefix that n instructions are to stand behind.
func (s *scheduler) preparePrefix(in *constraints.Insn, n int) error {
	some := in.WithFollowing(n)
	if some == nil {
		return errUnfit // another prefix may have such words
	}
	err := s.prepareMember(0, some, s.of(in))
	if errors.Is(err, errNoRoom) {
		return errNoMember
	}
	s.groups.placed[0].in = in
	return err
}

// prepareMember chooses the word of a member and appends what must stand before it, and so before the prefix. Where that finds no
// room nothing has changed, or the error is errUnfit.
func (s *scheduler) prepareMember(i int, in *constraints.Insn, t *traits) error {
	g, first := &s.groups, len(s.items)
	pl := &g.placed[i]
	pl.follow(in, g)
	err := s.prepareNext(i, pl, t)
	switch {
	case err == nil:
		g.made[i] = span{first, len(s.items)}
		g.taken |= s.preparedSince(first)
		g.note(pl, t)
		return nil
	case len(s.items) > first && errors.Is(err, errNoRoom):
		err = errUnfit
	}
	pl.in = nil
	return err
}

// follow makes a placement one of a member of a group.
func (pl *placement) follow(in *constraints.Insn, g *groups) {
	pl.in, pl.args, pl.uses, pl.saves = in, nil, nil, nil
	pl.mark, pl.taken, pl.fixed, pl.ahead = -1, g.taken|g.kept, 0, g.ahead
	pl.window, pl.slot, pl.alone, pl.kind = NoWindow, true, false, Test
}

// prepareNext does that for a placement that is to stand at place i of the group.
func (s *scheduler) prepareNext(i int, pl *placement, t *traits) error {
	if pl.in.Branch != nil {
		shape := s.shape(pl.in)
		shape.Backward = false
		var err error
		if s.groups.landing, err = s.prepareBranch(pl, shape); err != nil {
			return err
		}
		if s.disturbs(i, pl, t) {
			return errUnfit
		}
		s.keepResults(pl)
		return nil
	}
	if t.unread && s.given == nil {
		return s.prepareEasily(i, pl, t)
	}
	if err := s.choose(pl, 0); err != nil {
		return err
	}
	if s.disturbs(i, pl, t) {
		return errNoRoom
	}
	if err := s.before(pl); err != nil {
		return err
	}
	s.keepResults(pl)
	return nil
}

// prepareEasily does that for a member that needs nothing but copies of states, which are most.
func (s *scheduler) prepareEasily(i int, pl *placement, t *traits) error {
	pl.saves = s.saves[len(s.saves):]
	for _, state := range t.states {
		if !s.reserveSave(pl, int(state)) {
			return errNoRoom
		}
	}
	s.offersOf(t, pl)
	word, ok := s.drawWord(t, pl.in, 0, false)
	if !ok {
		return errNoRoom
	}
	if s.takeOf(t, pl, word); s.disturbs(i, pl, t) {
		return errNoRoom
	}
	if len(pl.saves) > 0 {
		pl.dropSaves()
		s.saves = append(s.saves, pl.saves...)
		for _, c := range pl.saves {
			if err := s.save(c.state, c.reg); err != nil {
				return err
			}
		}
	}
	s.keepResults(pl)
	return nil
}

// note keeps account of what a member does.
func (g *groups) note(pl *placement, t *traits) {
	g.ahead += uint64(t.size)
	g.view = max(g.view, int(t.view))
	g.undefined = g.undefined || pl.in.AnyUndefined()
	if len(t.states) == 0 {
		return
	}
	for j := range pl.uses {
		if u := &pl.uses[j]; u.Kind == constraints.UseState && u.Role.Writes() {
			g.states.add(u.Num)
		}
	}
}

// appendGroup appends members that are prepared, and what must follow them.
func (s *scheduler) appendGroup() error {
	pls := s.groups.placed
	first := len(s.items)
	for i := range pls {
		if s.reach > 0 && s.missing(&toucher{pls[i].uses, pls[i].in.InGroup}) > 0 {
			return errUnfit // nothing can be put between
		}
		test := s.test(&pls[i], len(s.items))
		s.own(s.groups.made[i].first, s.groups.made[i].end, test)
	}
	if n := len(pls) - 1; pls[n].mark >= 0 {
		s.land(s.groups.landing.After, &pls[n], first+n)
	}
	for i := range pls {
		if err := s.after(&pls[i], first+i); err != nil {
			return err
		}
	}
	return nil
}

// disturbs reports whether a member writes a state that another writes, or reads what one before it leaves undefined, or leaves
// undefined what one behind it reads.
func (s *scheduler) disturbs(at int, pl *placement, t *traits) bool {
	g := &s.groups
	if len(t.states) > 0 && g.writes(pl) {
		return true
	}
	if !g.undefined && !pl.in.AnyUndefined() {
		return false
	}
	for i := range g.placed {
		other := &g.placed[i]
		if other.in != nil && (i < at && s.misleads(other, pl) || i > at && s.misleads(pl, other)) {
			return true
		}
	}
	return false
}

// writes reports whether a member writes a state that an instruction writes.
func (g *groups) writes(pl *placement) bool {
	for i := range pl.uses {
		if u := &pl.uses[i]; u.Kind == constraints.UseState && u.Role.Writes() && g.states.has(u.Num) {
			return true
		}
	}
	return false
}

// misleads reports whether an instruction leaves something undefined that one behind it reads.
func (s *scheduler) misleads(pl, behind *placement) bool {
	if !pl.in.AnyUndefined() {
		return false
	}
	at := len(s.uses)
	s.uses = behind.in.UsesOf(s.uses, behind.word)
	uses := s.uses[at:]
	s.uses = s.uses[:at]
	for _, was := range pl.uses {
		if !was.Role.Writes() || !pl.in.Undefined(was.Operand, pl.word, pl.args) {
			continue
		}
		for _, u := range uses {
			if u.Kind == was.Kind && u.Class == was.Class && u.Num == was.Num && u.Role.Reads() {
				return true
			}
		}
	}
	return false
}

// states is a set of states.
type states [4]uint64

func (s *states) add(n uint8) { s[n/64] |= 1 << (n % 64) }

func (s *states) has(n uint8) bool { return s[n/64]>>(n%64)&1 != 0 }
