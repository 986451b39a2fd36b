package probe

import (
	"fmt"
	"slices"
	"strings"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// states finds how a round can begin with given values of the states. Where these come from is the machine's matter:
// some bits from the pool window, some from the place of the window in the pool ([arch.Layout.Phase]), some are fixed. What
// bits of a window do to a state is found by setting each of them; what is found is then asked of InitialState.
type states struct {
	m       arch.Machine
	l       *arch.Layout
	period  uint32 // phases after which values come again
	effects []effect
	usual   []uint64 // by state: what it is in phase 0 with a window of zeros
	known   map[string]beginning
	err     map[string]error
}

// effect is what a bit of the window does.
type effect struct {
	byte  int
	bit   uint8
	state int
	mask  uint64
}

// beginning is how a round begins.
type beginning struct {
	phase uint32
	traps bool
	bits  []effect // those to be set
}

// maxPeriod is how many phases are tried.
const maxPeriod = 1 << 8

func newStates(m arch.Machine) *states {
	s := &states{m: m, l: m.Layout(), known: map[string]beginning{}, err: map[string]error{}}
	window := s.window()
	for st := range s.l.States {
		s.usual = append(s.usual, s.value(st, 0, false, window))
	}
	s.findPeriod(window)
	for _, traps := range []bool{false, true} {
		for i := range window {
			s.find(window, i, traps)
		}
	}
	return s
}

func (s *states) window() []byte { return make([]byte, s.l.Window+s.l.Memory.Bytes()) }

// value is what a state begins with.
func (s *states) value(state int, phase uint32, traps bool, window []byte) uint64 {
	return s.m.InitialState(&arch.Block{Start: phase * uint32(s.l.PoolAlign), Traps: traps, View: 1}, state, 0, window)
}

// findPeriod finds the least power of two after which phases come again.
func (s *states) findPeriod(window []byte) {
	s.period = 1
	for phase := range uint32(maxPeriod) {
		for st := range s.l.States {
			for s.value(st, phase, false, window) != s.value(st, phase%s.period, false, window) {
				s.period *= 2
			}
		}
	}
}

// find notes what the bits of a byte of the window do.
func (s *states) find(window []byte, at int, traps bool) {
	for st := range s.l.States {
		window[at] = 0
		zero := s.value(st, 0, traps, window)
		for bit := range uint8(8) {
			window[at] = 1 << bit
			e := effect{at, bit, st, s.value(st, 0, traps, window) ^ zero}
			if e.mask != 0 && !s.has(e) {
				s.effects = append(s.effects, e)
			}
		}
	}
	window[at] = 0
}

func (s *states) has(e effect) bool {
	for _, o := range s.effects {
		if o == e {
			return true
		}
	}
	return false
}

// begin finds how a round begins with these values by state, and the others as usual as far as that goes.
func (s *states) begin(want map[int]uint64) (beginning, error) {
	var key strings.Builder
	for st := range s.l.States {
		if v, ok := want[st]; ok {
			fmt.Fprintf(&key, "%d=%x;", st, v)
		}
	}
	k := key.String()
	if b, ok := s.known[k]; ok {
		return b, s.err[k]
	}
	b, err := s.search(want)
	s.known[k], s.err[k] = b, err
	return b, err
}

func (s *states) search(want map[int]uint64) (beginning, error) {
	best, least := beginning{}, -1
	for _, traps := range []bool{false, true} {
		for phase := range s.period {
			b := beginning{phase, traps, s.bits(want, phase, traps)}
			others, ok := s.judge(b, want)
			if ok && (least < 0 || others < least) {
				best, least = b, others
			}
		}
		if least >= 0 {
			return best, nil
		}
	}
	return best, s.why(want)
}

// bits chooses bits of the window for values.
func (s *states) bits(want map[int]uint64, phase uint32, traps bool) []effect {
	window := s.window()
	var out []effect
	for _, e := range s.effects {
		if v, ok := want[e.state]; ok && (v^s.value(e.state, phase, traps, window))&(e.mask&-e.mask) != 0 {
			out = append(out, e)
		}
	}
	return out
}

// put sets the bits of the window that a round begins with.
func (b *beginning) put(window []byte) {
	for _, e := range b.bits {
		window[e.byte] |= 1 << e.bit
	}
}

// judge reports whether a round begins with the values, and how many of the other states are not as usual.
func (s *states) judge(b beginning, want map[int]uint64) (others int, ok bool) {
	window := s.window()
	b.put(window)
	for st := range s.l.States {
		got := s.value(st, b.phase, b.traps, window)
		v, wanted := want[st]
		switch {
		case wanted && got != v:
			return 0, false
		case !wanted && got != s.usual[st]:
			others++
		}
	}
	return others, true
}

// why says why no round begins with values.
func (s *states) why(want map[int]uint64) error {
	var together []string
	for st := range s.l.States {
		v, ok := want[st]
		if !ok {
			continue
		}
		name := s.l.States[st].Name
		if len(want) > 1 {
			if _, err := s.begin(map[int]uint64{st: v}); err != nil {
				return err
			}
			together = append(together, name)
			continue
		}
		may, must := s.reach(st)
		digits := 2 * s.l.States[st].Bytes
		switch {
		case v&^may != 0:
			return fmt.Errorf("%s cannot begin with 0x%0*x: its bits 0x%x are clear at the start of every round of an image%s", name, digits, v, v&^may, s.instead(st))
		case must&^v != 0:
			return fmt.Errorf("%s cannot begin with 0x%0*x: its bits 0x%x are always set", name, digits, v, must&^v)
		}
		return fmt.Errorf("%s cannot begin with 0x%0*x: no round of an image begins with this combination of bits", name, digits, v)
	}
	return fmt.Errorf("%s cannot have these values at once: they share bits that images choose for all of them", strings.Join(together, " and "))
}

// reach is the bits of a state that can be set, and those that always are.
func (s *states) reach(state int) (may, must uint64) {
	window := s.window()
	must = ^uint64(0)
	for _, traps := range []bool{false, true} {
		for phase := range s.period {
			v := s.value(state, phase, traps, window)
			may, must = may|v, must&v
		}
	}
	for _, e := range s.effects {
		if e.state == state {
			may, must = may|e.mask, must&^e.mask
		}
	}
	return may, must
}

// instead says of a state with flags that stay set why an image clears them, and what sets them nevertheless.
func (s *states) instead(state int) string {
	if !s.l.States[state].Reset {
		return ""
	}
	text := ", which clears flags that stay set so that their setting is seen; let an instruction before it in a sequence set them"
	if names := s.writers(state); len(names) > 0 {
		text += ": " + strings.Join(names, " or ")
	}
	return text
}

// writers names the patterns that put a register into a state, and write as few others as can be.
func (s *states) writers(state int) (names []string) {
	least := 0
	for _, in := range s.m.Set().Patterns() {
		n := s.moves(in, state)
		if n == 0 || least > 0 && n > least || !arch.Schedulable(in, s.l) || in.InGroup("system") {
			continue
		}
		if n < least {
			names = nil
		}
		if least = n; !slices.Contains(names, in.Name()) {
			names = append(names, in.Name())
		}
	}
	return names
}

// moves is how many states an instruction writes that moves an address register to one; 0: it does something else.
func (s *states) moves(in *constraints.Insn, state int) int {
	if in.Memory != nil || in.Branch != nil {
		return 0
	}
	written, sources, there := 0, 0, false
	for i := range in.Operands {
		op := &in.Operands[i]
		switch {
		case op.Kind != constraints.StateOperand && (op.Role.Writes() || op.Class != s.l.AddrClass):
			return 0
		case op.Kind != constraints.StateOperand:
			sources++
		case op.Role.Writes():
			written++
			there = there || op.State == state
		}
	}
	if sources != 1 || !there {
		return 0
	}
	return written
}
