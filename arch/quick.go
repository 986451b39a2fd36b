package arch

import (
	"errors"
	"slices"

	"github.com/risugen/risugen/constraints"
)

// The quick way. Most instructions of most sets are no branches, access no memory, and need nothing prepared: registers are offered
// to the sampler, the word is appended, and what it writes is noted. Done in one go, with all that is known of the instruction side
// by side, that takes a third of the time. It leads to the same blocks as the other ways.

// quickInsn is what has to be known of an instruction that is placed in the quick way.
type quickInsn struct {
	offers []quickOffer // registers that are drawn
	asked  []quickField // of which some numbers do not tell what is used: then an operand has to be asked
	writes []quickField // that are written

	askedRules []constraints.UseRule // the same of operands that are not one register in a run of bits
	writeRules []constraints.UseRule
	saved      []constraints.UseRule // states that are written
}

// quickField is a register that some bits of the word number.
type quickField struct {
	except             uint64 // numbers that tell something else
	class, shift, mask uint8
}

// number is that of a word's register.
func (f *quickField) number(word uint64) uint8 { return uint8(word>>(f.shift&63)) & f.mask & 63 }

// quickOffer is an operand that registers are offered to.
type quickOffer struct {
	operand, class uint8
	writes, list   bool
}

// makeQuick finds out whether an instruction may be placed in the quick way.
func (t *traits) makeQuick(l *Layout) {
	if !t.simple || t.in.Linked != nil || grouped(t.in) || t.fixed != 0 || t.faults {
		return
	}
	q := quickInsn{}
	for i := range t.operands {
		o, op, rule := &t.operands[i], &t.in.Operands[i], t.in.Rule(i)
		switch {
		case !o.drawn && op.Kind != constraints.StateOperand || o.writes && slices.ContainsFunc(op.Members, isState):
			return
		case o.drawn:
			q.offers = append(q.offers, quickOffer{uint8(i), o.class, o.writes, o.list})
		}
		shift, mask, nothing, asked, direct := rule.Field()
		switch {
		case !rule.Asks():
		case direct:
			q.asked = append(q.asked, quickField{asked, o.class, shift, mask})
		default:
			q.askedRules = append(q.askedRules, rule)
		}
		switch {
		case !o.writes:
		case op.Kind == constraints.StateOperand:
			q.saved = append(q.saved, rule)
		case direct:
			q.writes = append(q.writes, quickField{nothing | l.Classes[o.class].Zero, o.class, shift, mask})
		default:
			q.writeRules = append(q.writeRules, rule)
		}
	}
	for i, state := range t.states {
		if slices.Contains(t.states[:i], state) {
			return
		}
	}
	t.quick = &q
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
	for i := range q.saved {
		state := q.saved[i].Num()
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
	for i := range q.asked {
		if f := &q.asked[i]; f.except>>f.number(word)&1 != 0 {
			return s.placeWord(t, word)
		}
	}
	for i := range q.askedRules {
		r := &q.askedRules[i]
		if _, told := r.Registers(word); !told && r.Holds(word) {
			return s.placeWord(t, word)
		}
	}
	return s.appendQuickly(t, word)
}

// appendQuickly appends a word, the rules of whose operands say what it uses.
func (s *scheduler) appendQuickly(t *traits, word uint64) error {
	q, saves := t.quick, s.saves
	for i := range q.saved {
		r := &q.saved[i]
		if len(saves) == 0 {
			break
		}
		if c := saves[0]; c.state == int(r.Num()) {
			saves = saves[1:]
			if !r.Holds(word) {
				continue
			}
			if err := s.save(c.state, c.reg); err != nil {
				return err
			}
		}
	}
	test := len(s.items)
	s.push(Item{Word: word, Insn: t.index, Owner: uint16(test), Size: t.size, Window: NoWindow})
	s.tests++
	for i := range q.writes {
		f := &q.writes[i]
		s.busy[f.class] |= 1 << f.number(word) &^ f.except
	}
	for i := range q.writeRules {
		if r := &q.writeRules[i]; r.Holds(word) {
			set, _ := r.Registers(word)
			s.busy[r.Class()] |= set &^ s.zeros[r.Class()]
		}
	}
	for i := range q.saved {
		if r := &q.saved[i]; r.Holds(word) {
			s.pending[r.Num()] = test
		}
	}
	return nil
}

// offerQuickly says which registers each operand may have.
func (s *scheduler) offerQuickly(t *traits, pl *placement) {
	if len(s.offer) < len(t.operands) {
		s.offer = append(s.offer, make([]uint64, len(t.operands)-len(s.offer))...)
	}
	for _, o := range t.quick.offers {
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
