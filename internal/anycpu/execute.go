package anycpu

import (
	"fmt"
	"math/rand/v2"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// How often, one time in so many, something happens that may happen.
const (
	faultShare = 4
	failShare  = 4  // of the tries of a linked store
	giveUp     = 16 // of the rounds of a linked store: it fails at all tries
)

// golden is the odd number that is next to 2^64 divided by the golden ratio: its multiples differ in all of their bits. What an
// instruction decides depends on the round, too, for it to go both ways where glue has given it all that it reads.
const golden = 0x9e3779b97f4a7c15

// test executes the instruction under test that is next.
func (r *round) test() error {
	at := r.pc
	s := &r.steps[at]
	if s.in.Behind != "" {
		if len(r.behind) == 0 {
			return fmt.Errorf("item %d stands behind no prefix", at)
		}
		executed := r.behind[0]
		if r.behind = r.behind[1:]; !executed {
			return r.leave(s)
		}
	} else if len(r.behind) > 0 {
		return fmt.Errorf("item %d stands behind a prefix", at)
	}
	addr, err := r.accessed(s)
	if err != nil {
		return fmt.Errorf("item %d: %w", at, err)
	}
	r.failed = s.in.Linked != nil && s.item.Kind == arch.Test && r.storeFails()
	rng := r.function(s, addr)
	choice := rng.Uint64() + uint64(r.round)*golden
	choice ^= choice >> 32 // its low bits would follow those of the round's number, as what a state begins with may
	if !r.trapping(s) && r.faults(s, choice) != r.flipped(Fault) {
		r.fault(at, r.signalOf(s, choice))
		return nil
	}
	if s.item.Kind == arch.Reserved {
		r.pc++
		return nil
	}
	if s.skips && choice>>8&1 == 0 {
		return r.leave(s)
	}
	if r.traps(s, rng) {
		return nil
	}
	if s.in.Prefix != nil {
		return r.prefix(s, choice>>16)
	}
	r.write(s, addr, rng)
	r.ran[at] = Wrote
	if s.in.Branch != nil {
		return r.branch(choice>>9&1 == 0)
	}
	r.pc++
	return nil
}

// leave goes on behind an instruction that does nothing: a branch that is not taken.
func (r *round) leave(s *step) error {
	if s.in.Branch != nil {
		return r.branch(false)
	}
	r.pc++
	return nil
}

// prefix decides which of the instructions behind it are executed.
func (r *round) prefix(s *step, condition uint64) error {
	if r.flipped(Condition) {
		condition = ^condition
	}
	for i := range s.in.Following(s.item.Word) {
		r.behind = append(r.behind, condition>>i&1 != 0)
	}
	r.ran[r.pc] = Decided
	r.pc++
	return nil
}

// accessed is where in the memory block an instruction accesses it; -1: nowhere.
func (r *round) accessed(s *step) (int, error) {
	if s.in.Memory == nil || s.in.Memory.Base < 0 || s.item.Kind == arch.Reserved {
		return -1, nil
	}
	addr, ok := s.in.Address(s.item.Word, s.args, func(class, num int) (uint64, bool) {
		return r.number(r.register(class, num)), true
	})
	m := &r.layout.Memory
	addr &= ^uint64(0) >> (64 - 8*r.layout.AddrBytes)
	at := int64(addr - m.Addr)
	if !ok || at < 0 || at+int64(s.access.Size) > int64(m.Bytes()) {
		return -1, fmt.Errorf("%s accesses %#x", s.in, addr)
	}
	if w := s.item.Window; w != arch.NoWindow && (int(at)/m.Size != int(w) || (int(at)+s.access.Size-1)/m.Size != int(w)) {
		return -1, fmt.Errorf("%s stores to %#x, not in window %d", s.in, addr, w)
	}
	if s.item.Kind == arch.Test && !s.access.Aligned(addr) {
		return -1, fmt.Errorf("%s accesses %#x, which is not aligned", s.in, addr)
	}
	return r.layout.Payload + int(at), nil
}

// function is the hash of all that an instruction may depend on, and what its outputs are drawn from.
func (r *round) function(s *step, memory int) *rand.Rand {
	h := r.hash
	h.Reset()
	var b [8]byte
	put := func(v uint64) {
		r.layout.Order.PutUint64(b[:], v)
		h.Write(b[:])
	}
	put(r.key)
	put(s.item.Word)
	put(uint64(s.item.Insn))
	for _, u := range s.reads {
		switch {
		case u.Kind == constraints.UseState:
			h.Write(r.at(r.state(int(u.Num))))
		case u.Kind == constraints.UseRegister:
			h.Write(r.at(r.register(int(u.Class), int(u.Num))))
		case memory >= 0:
			h.Write(r.at(place{memory, s.access.Size}))
		}
	}
	if _, literal := s.in.Literal(s.item.Word, s.args, s.addr); literal || s.readsPC {
		put(s.addr)
	}
	r.pcg.Seed(h.Sum64(), r.key)
	return r.rng
}

// write gives the outputs of an instruction their values.
func (r *round) write(s *step, memory int, rng *rand.Rand) {
	for i := range s.outputs {
		o := &s.outputs[i]
		u := &s.uses[o.Use]
		to := place{memory, s.access.Size}
		switch u.Kind {
		case constraints.UseState:
			to = r.state(int(u.Num))
		case constraints.UseRegister:
			to = r.register(int(u.Class), int(u.Num))
		}
		if r.failed && u.Kind == constraints.UseMemory {
			continue
		}
		r.value(s, u, to, rng, r.flipped(o.Use) && !r.failed) // a store that is not done goes wrong when it is
		if o.Lost && u.Kind == constraints.UseRegister && r.layout.Classes[u.Class].Zero>>u.Num&1 != 0 {
			clear(r.at(to))
		}
	}
}

// value writes one output, in which a bit may be wrong.
func (r *round) value(s *step, u *constraints.Use, to place, rng *rand.Rand, flipped bool) {
	linked, old := s.in.Linked, uint64(0)
	switch {
	case linked != nil && u.Operand == linked.Flag && r.failed:
		r.setNumber(to, uint64(linked.Failed))
	case linked != nil && u.Operand == linked.Flag:
		r.setNumber(to, uint64(1-linked.Failed))
	case u.Kind == constraints.UseState && r.trapping(s) && int(u.Num) == r.layout.TrapState(s.in):
		r.setNumber(to, r.quiet)
	default:
		if u.Kind == constraints.UseState && r.Cumulative && r.layout.States[u.Num].Reset {
			old = r.number(to)
		}
		r.fill(r.at(to), rng)
	}
	if flipped && old == 0 {
		r.wrong(to)
	} else if flipped {
		old = r.setWrongly(to, int(u.Num), old)
	}
	if old != 0 {
		r.setNumber(to, r.number(to)|old)
	}
}

// fill fills a place with random bits.
func (r *round) fill(b []byte, rng *rand.Rand) {
	var v [8]byte
	for i := 0; i < len(b); i += len(v) {
		r.layout.Order.PutUint64(v[:], rng.Uint64())
		copy(b[i:], v[:])
	}
}

// wrong changes the bit of a place that goes wrong.
func (r *round) wrong(p place) { r.at(p)[r.flip.Bit/8] ^= 1 << (r.flip.Bit % 8) }

// setWrongly changes the bit in what an instruction signals in a state whose bits stay set, and returns those that were: a bit
// that is set by then is not seen being forgotten. Of those that are set when a round begins nothing is asked: there the
// state itself goes wrong.
func (r *round) setWrongly(p place, state int, old uint64) uint64 {
	signalled := r.number(p)
	r.setNumber(p, 0)
	r.wrong(p)
	bit := r.number(p)
	if r.initial(state)&bit != 0 {
		r.setNumber(p, (signalled|old)^bit)
		return old &^ bit
	}
	r.setNumber(p, signalled^bit)
	return old
}

// storeFails reports whether this try of a linked store fails.
func (r *round) storeFails() bool {
	r.pcg.Seed(r.key^uint64(r.index)<<32, uint64(r.round))
	if r.rng.IntN(giveUp) == 0 {
		return true
	}
	for range r.tries {
		r.rng.Uint64()
	}
	if r.flip != nil { // it may fail at any time
		r.rng.Uint64()
	}
	return r.rng.Uint64()%failShare == 0
}
