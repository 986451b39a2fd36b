package arch

import (
	"errors"
	"slices"

	"github.com/risugen/risugen/constraints"
)

// The quick way. Most instructions of most sets are no branches, access no memory, and need nothing prepared: registers are offered
// to the sampler, the word is appended, and what it writes is noted. Done in one go, with all that is known of the instruction side
// by side, that takes a third of the time. It leads to the same blocks as the other ways.

// quickInsn is what has to be known of an instruction that is placed in the quick way: side by side, since hundreds take turns.
type quickInsn struct {
	counts struct{ offers, writes, saved, asked uint8 }
	slow   bool          // what a word uses has to be asked of its operands always
	saved  [9]quickState // what multiplies into one of four accumulators and counts overflows writes one of nine states
	offers [6]quickOffer
	writes [3]quickRegisters
	asked  [4]constraints.Registers // of operands some words of which have to be asked what they use
}

// quickOffer is an operand that registers are offered to.
type quickOffer struct {
	operand uint8
	operandTraits
}

// quickRegisters are written.
type quickRegisters struct {
	constraints.Registers
	class uint8
}

// quickState is a state that is written.
type quickState struct {
	state uint8
	constraints.Condition
}

// makeQuick finds out whether an instruction may be placed in the quick way.
func (t *traits) makeQuick(l *Layout) {
	if !t.simple || t.in.Linked != nil || grouped(t.in) || t.fixed != 0 || t.faults {
		return
	}
	q := &quickInsn{}
	for i := range t.operands {
		if !q.add(t, i, l) {
			return
		}
	}
	for i, state := range t.states {
		if slices.Contains(t.states[:i], state) {
			return
		}
	}
	t.quick = q
}

// add adds operand i. It reports false where that is nothing for the quick way.
func (q *quickInsn) add(t *traits, i int, l *Layout) bool {
	o, op := &t.operands[i], &t.in.Operands[i]
	switch {
	case op.Kind == constraints.StateOperand:
		return q.addState(t, i)
	case !o.drawn || o.writes && slices.ContainsFunc(op.Members, isState) || int(q.counts.offers) == len(q.offers):
		return false
	}
	q.offers[q.counts.offers] = quickOffer{uint8(i), *o}
	q.counts.offers++
	names, asked, ok := t.in.Registers(i)
	if !ok || int(q.counts.asked) == len(q.asked) || int(q.counts.writes) == len(q.writes) {
		q.slow = true
		return true
	}
	if !asked.Empty() {
		q.asked[q.counts.asked] = asked
		q.counts.asked++
	}
	if o.writes {
		names.Leave(l.Classes[o.class].Zero)
		q.writes[q.counts.writes] = quickRegisters{names, o.class}
		q.counts.writes++
	}
	return true
}

// addState adds operand i, which is a state. It reports false where there is no room for it: a state that is not known is not copied.
func (q *quickInsn) addState(t *traits, i int) bool {
	when, told := t.in.Condition(i)
	q.slow = q.slow || !told
	if !t.operands[i].writes {
		return true
	}
	if int(q.counts.saved) == len(q.saved) {
		return false
	}
	q.saved[q.counts.saved] = quickState{uint8(t.in.Operands[i].State), when}
	q.counts.saved++
	return true
}

func isState(m constraints.Member) bool { return m.Kind == constraints.MemberState }

// addQuickly does what add does, if that can be done in the quick way and in the open block. Otherwise it does nothing.
func (s *scheduler) addQuickly(t *traits) (bool, error) {
	if t.quick == nil || s.aimed != nil || s.tests >= s.limit || s.reach > 0 || s.traps || t.view != 0 && s.view != 0 && int(t.view) != s.view {
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
	pl, q := &s.single, t.quick
	pl.taken, pl.fixed = 0, 0
	s.saves = s.saves[:0]
	for i := range q.saved[:q.counts.saved] {
		state := q.saved[i].state
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
	if q.slow {
		return s.placeWord(t, word)
	}
	for i := range q.asked[:q.counts.asked] {
		if q.asked[i].Of(word) != 0 {
			return s.placeWord(t, word)
		}
	}
	return s.appendQuickly(t, word)
}

// appendQuickly appends a word that tells itself what it uses.
func (s *scheduler) appendQuickly(t *traits, word uint64) error {
	q := t.quick
	saved := q.saved[:q.counts.saved]
	if len(s.saves) > 0 {
		if err := s.saveQuickly(saved, word); err != nil {
			return err
		}
	}
	test := len(s.items)
	s.push(Item{Word: word, Insn: t.index, Owner: uint16(test), Size: t.size, Window: NoWindow})
	s.tests++
	for i := range q.writes[:q.counts.writes] {
		w := &q.writes[i]
		s.busy[w.class] |= w.Of(word)
	}
	for i := range saved {
		if saved[i].Holds(word) {
			s.pending[saved[i].state] = test
		}
	}
	return nil
}

// saveQuickly saves those of the pending states that the word writes. Registers were set aside for all that some word writes.
func (s *scheduler) saveQuickly(saved []quickState, word uint64) error {
	at := 0
	for _, c := range s.saves {
		for int(saved[at].state) != c.state {
			at++
		}
		if !saved[at].Holds(word) {
			continue
		}
		if err := s.save(c.state, c.reg); err != nil {
			return err
		}
	}
	return nil
}

// offerQuickly says which registers each operand may have.
func (s *scheduler) offerQuickly(t *traits, pl *placement) {
	if len(s.offer) < len(t.operands) {
		s.offer = append(s.offer, make([]uint64, len(t.operands)-len(s.offer))...)
	}
	for i := range t.quick.offers[:t.quick.counts.offers] {
		o := &t.quick.offers[i]
		m := s.usable[o.class] &^ s.barred[o.class]
		if o.writes {
			m = s.fresh(&o.operandTraits, m, pl)
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
