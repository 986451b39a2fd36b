package arch

import (
	"errors"
	"slices"

	"github.com/risugen/risugen/constraints"
)

// The quick way. Most instructions of most sets are no branches, access no memory, and need nothing prepared: registers are offered
// to the sampler, the word is appended, and what it writes is noted. Done in one go, with all that is known of the instruction side
// by side, that takes a third of the time. It leads to the same blocks as the other ways.

// quickRegister is a register operand of an instruction that is placed in the quick way.
type quickRegister struct {
	other   uint64 // numbers of which the operand has to be asked
	operand uint8
	class   uint8
	shift   uint8 // of the number in the word
	mask    uint8 // of it, shifted down
	writes  bool
}

// makeQuick finds out whether an instruction may be placed in the quick way.
func (t *traits) makeQuick() {
	if !t.noArgs || t.in.Linked != nil || grouped(t.in) || t.fixed != 0 || t.faults {
		return
	}
	t.quickly = t.room[:0]
	for i := range t.operands {
		switch o := &t.operands[i]; {
		case !o.drawn && t.in.Operands[i].Kind == constraints.StateOperand:
			if !t.in.Sure(i) {
				t.quickly = append(t.quickly, quickRegister{other: ^uint64(0), operand: uint8(i)})
			}
		case !o.drawn || o.list || o.writes && slices.ContainsFunc(t.in.Operands[i].Members, isState):
			return
		default:
			shift, width, other, ok := t.in.Numbered(i)
			if !ok {
				other = ^uint64(0)
			}
			t.quickly = append(t.quickly, quickRegister{other, uint8(i), o.class, shift, uint8(1<<width - 1), o.writes})
		}
	}
	for i, state := range t.states {
		for _, before := range t.states[:i] {
			if before == state {
				return
			}
		}
	}
	t.quick = true
}

func isState(m constraints.Member) bool { return m.Kind == constraints.MemberState }

// addQuickly does what add does, if that can be done in the quick way and in the open block. Otherwise it does nothing.
func (s *scheduler) addQuickly(t *traits) (bool, error) {
	if !t.quick || s.aimed != nil || s.tests >= s.limit || s.reach > 0 || s.traps || t.view != 0 && s.view != 0 && int(t.view) != s.view {
		return false, nil
	}
	if err := s.placeQuick(t); err != nil {
		if errors.Is(err, errNoRoom) {
			err = nil
		}
		return false, err
	}
	s.view = max(s.view, int(t.view))
	return true, nil
}

// placeQuick does what place does.
func (s *scheduler) placeQuick(t *traits) error {
	pl := &s.single
	pl.taken, pl.fixed = 0, 0
	s.saves = s.saves[:0]
	for _, state := range t.states {
		if s.pending[state] < 0 {
			continue
		}
		r := s.freshRegister(pl)
		if r < 0 {
			return errNoRoom
		}
		s.saves = append(s.saves, copied{int(state), r})
	}
	s.offerQuickly(t, pl)
	word, ok := s.drawWord(t, t.in, 0, false)
	if !ok {
		return errNoRoom
	}
	for i := range t.quickly {
		if o := &t.quickly[i]; o.other>>(uint8(word>>o.shift)&o.mask)&1 != 0 {
			return s.placeWord(t, word)
		}
	}
	for _, c := range s.saves {
		if err := s.save(c.state, c.reg); err != nil {
			return err
		}
	}
	test := len(s.items)
	s.push(Item{Word: word, Insn: t.index, Owner: uint16(test), Size: t.size, Window: NoWindow})
	s.tests++
	for i := range t.quickly {
		if o := &t.quickly[i]; o.writes {
			s.busy[o.class] |= 1 << (uint8(word>>o.shift) & o.mask) &^ s.zeros[o.class]
		}
	}
	for _, state := range t.states {
		s.pending[state] = test
	}
	return nil
}

// offerQuickly says which registers each operand may have.
func (s *scheduler) offerQuickly(t *traits, pl *placement) {
	if len(s.offer) < len(t.operands) {
		s.offer = append(s.offer, make([]uint64, len(t.operands)-len(s.offer))...)
	}
	for i := range t.quickly {
		o := &t.quickly[i]
		m := s.usable[o.class] &^ s.barred[o.class]
		if o.writes {
			m = s.fresh(&t.operands[o.operand], m, pl)
		}
		s.offer[o.operand] = m
	}
}

// placeWord places a word that is drawn, some operand of which is not simply one register.
func (s *scheduler) placeWord(t *traits, word uint64) error {
	pl := &s.single
	*pl = placement{in: t.in, mark: -1, window: NoWindow, taken: pl.taken, saves: s.saves}
	s.args, s.uses = s.args[:0], s.uses[:0]
	s.take(pl, word)
	pl.dropSaves()
	if !s.hasRoom(pl) {
		return errNoRoom
	}
	return s.appendPlain(pl)
}

// placePlain is placeAlone for an instruction that needs nothing prepared and leaves nothing undefined. Once it has a word
// nothing keeps it from the block, so that there is nothing to undo.
func (s *scheduler) placePlain(in *constraints.Insn) error {
	s.args, s.uses, s.saves = s.args[:0], s.uses[:0], s.saves[:0]
	pl := &s.single
	*pl = placement{in: in, mark: -1, window: NoWindow}
	if err := s.choose(pl, 0); err != nil {
		return err
	}
	return s.appendPlain(pl)
}

// appendPlain appends an instruction that needs nothing but copies of states.
func (s *scheduler) appendPlain(pl *placement) error {
	first := len(s.items)
	for _, c := range pl.saves {
		if err := s.save(c.state, c.reg); err != nil {
			return err
		}
	}
	if err := s.spaceFor(pl); err != nil {
		return err
	}
	s.test(pl, first)
	return nil
}
