package arch

import (
	"math/bits"

	"github.com/risugen/risugen/constraints"
)

// reserve sets registers aside for copies of pending state.
func (s *scheduler) reserve(pl *placement) error {
	s.keepFixed(pl)
	for _, state := range s.of(pl.in).states {
		if !s.reserveSave(pl, int(state)) {
			return errNoRoom
		}
	}
	return nil
}

// keepFixed notes the registers that the instruction always writes, a branch's link for example, and those that
// a given word names: copies and marks must not go there.
func (s *scheduler) keepFixed(pl *placement) {
	pl.fixed |= s.given.touched() | s.of(pl.in).fixed
}

// reserveSave sets a register aside for the pending result of a state, if there is one.
func (s *scheduler) reserveSave(pl *placement, state int) bool {
	if s.pending[state] < 0 {
		return true
	}
	for _, c := range pl.saves {
		if c.state == state {
			return true
		}
	}
	r := s.freshRegister(pl)
	if r >= 0 {
		pl.saves = append(pl.saves, copied{state, r})
	}
	return r >= 0
}

// dropSaves forgets the copies of states that the word, as drawn, does not write.
func (pl *placement) dropSaves() {
	kept := pl.saves[:0]
	for _, c := range pl.saves {
		for i := range pl.uses {
			if u := &pl.uses[i]; u.Kind == constraints.UseState && int(u.Num) == c.state && u.Role.Writes() {
				kept = append(kept, c)
				break
			}
		}
	}
	pl.saves = kept
}

// freshRegister takes an address register that holds no result.
func (s *scheduler) freshRegister(pl *placement) int {
	a := s.layout.AddrClass
	c := &s.layout.Classes[a]
	m := all(c) &^ (s.busy[a] | s.barred[a] | c.Zero | s.layout.Special | pl.taken | pl.fixed)
	m = s.spare(m)
	if m == 0 {
		return -1
	}
	r := s.rng.Bit(m)
	pl.taken |= 1 << r
	return r
}

// all is the set of a class's registers.
func all(c *Class) uint64 { return ^uint64(0) >> (64 - c.Count) }

// makeOffers says which registers each operand may have.
func (s *scheduler) makeOffers(pl *placement) { s.offersOf(s.of(pl.in), pl) }

// offersOf is makeOffers for an instruction's traits. What is offered to operands that are not drawn does not matter.
func (s *scheduler) offersOf(t *traits, pl *placement) {
	for len(s.offer) < len(t.operands) {
		s.offer = append(s.offer, 0)
	}
	for _, i := range t.drawn {
		op := &t.operands[i]
		zero := s.zeros[op.class]
		m := s.usable[op.class] &^ s.barred[op.class]
		if op.writes {
			m = s.fresh(op, m, pl)
		}
		if op.prepared {
			m &^= s.written(int(op.class), pl) &^ zero
			if !op.index {
				m &^= zero // an index may be zero
			}
		}
		s.offer[i] = m
	}
}

// fresh is the set of registers that an operand may write: those that hold no result and, one time in as
// many as it may have, the zero registers alone. These take any number of results, and would otherwise be
// drawn ever more often as a block fills up. A list may hold them at any time.
func (s *scheduler) fresh(op *operandTraits, m uint64, pl *placement) uint64 {
	zero := s.zeros[op.class] & m
	free := m &^ s.written(int(op.class), pl) &^ zero
	switch {
	case op.list || s.aimed != nil && !op.prepared:
		return free | zero
	case op.prepared || zero == 0 || free == 0:
		return free
	case s.rng.IntN(bits.OnesCount64(m)) < bits.OnesCount64(zero):
		return zero
	}
	return free
}

// written is the set of a class's registers that must not be written.
func (s *scheduler) written(class int, pl *placement) uint64 {
	m := s.busy[class]
	if class == s.layout.AddrClass {
		m |= pl.taken
	}
	return m
}
