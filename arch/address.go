package arch

import (
	"fmt"

	"github.com/risugen/risugen/constraints"
)

// address is a memory access in the making: base + displacement + (index << shift) is to be target.
type address struct {
	access constraints.Access
	base   int
	index  int    // register; -1: none, or one that reads as zero
	mask   uint64 // of an address register's bits
	count  uint64 // what the index is given; 0: that is drawn when all else is known
	target uint64
}

// prepareAddress chooses the bytes that the instruction accesses and makes its registers point there. A
// store gets a window of its own; a load may read any window, those of stores included.
func (s *scheduler) prepareAddress(pl *placement) (uint8, error) {
	if pl.in.Memory.Base < 0 {
		return NoWindow, s.prepareLiteral(pl)
	}
	l := s.layout
	a := address{access: pl.in.Access(pl.word, pl.args), index: -1, mask: ^uint64(0) >> (64 - 8*l.Classes[l.AddrClass].Bytes)}
	if a.access.Size < 1 || a.access.Size > l.Memory.Size {
		return NoWindow, fmt.Errorf("the word %#x accesses %d bytes; a memory window has %d", pl.word, a.access.Size, l.Memory.Size)
	}
	if err := s.addressRegisters(pl, &a); err != nil {
		return NoWindow, err
	}
	window, stored := s.rng.IntN(l.Memory.Windows), uint8(NoWindow)
	if pl.stores() {
		if !l.Hosted {
			window = s.windows
		}
		stored = uint8(window)
	}
	if l.Hosted && pl.leaksAddress(&a) {
		return NoWindow, errUnsuitable
	}
	switch at := l.Memory.Addr + uint64(window*l.Memory.Size); {
	case s.misaligns(pl, &a) && s.misalignedTarget(&a, at):
		pl.kind = Misaligned
	case s.aimed.misaligns(pl):
		return NoWindow, errUnsuitable
	case !pl.alone && s.chooseTarget(&a, at):
	case a.picky() && !pl.alone:
		return NoWindow, errUnsuitable
	default:
		return NoWindow, errNoRoom
	}
	if stored != NoWindow {
		s.windows++
	}
	s.memory = true
	return stored, s.point(pl, &a)
}

// addressRegisters finds base and index among the registers that the word uses.
func (s *scheduler) addressRegisters(pl *placement, a *address) error {
	l, m := s.layout, pl.in.Memory
	base := pl.register(m.Base)
	if base == nil || int(base.Class) != l.AddrClass {
		return fmt.Errorf("%s: the base of a memory access must be one of the %s registers", pl.in.Operands[m.Base].Pos, l.Classes[l.AddrClass].Name)
	}
	a.base = int(base.Num)
	if !a.access.Indexed {
		return nil
	}
	index := pl.register(m.Index)
	if index == nil || l.Classes[index.Class].Zero>>index.Num&1 != 0 {
		return nil
	}
	if int(index.Class) != l.AddrClass {
		return fmt.Errorf("%s: the index of a memory access must be one of the %s registers", pl.in.Operands[m.Index].Pos, l.Classes[l.AddrClass].Name)
	}
	a.index = int(index.Num)
	if a.access.Kind == constraints.ShiftUnknown || a.index == a.base && (a.access.Kind != constraints.ShiftLeft || a.access.Minus) {
		return errUnsuitable
	}
	if a.access.BaseAlign > 0 && a.index != a.base { // the target depends on it
		a.count = 1 + s.rng.Uint64N(maxIndex)
	}
	return nil
}

// misaligns reports whether an access is to go to a misaligned address. A fault in a delay slot would be reported at
// the branch, exceptions are tried apart from others, and what does nothing does not fault.
func (s *scheduler) misaligns(pl *placement, a *address) bool {
	if pl.in.Linked != nil {
		return pl.alone
	}
	return s.skew > 0 && a.access.Align > 1 && !pl.slot && !s.traps && !pl.in.IsConditional(pl.word) && s.rng.Uint32() < s.skew && !s.stackLost()
}

// misalignedTarget draws an address in a window where the access is not aligned. It reports false where it finds
// none.
func (s *scheduler) misalignedTarget(a *address, window uint64) bool {
	for range 64 {
		n := uint64(s.rng.IntN(s.layout.Memory.Size - a.access.Size + 1))
		a.target = window + n
		if !a.access.Aligned(a.target) && a.reachable() {
			return true
		}
	}
	return false
}

// chooseTarget draws an address in a window. It reports false where no address of the window can be made
// of the operands: twice one register is an even number.
func (s *scheduler) chooseTarget(a *address, window uint64) bool {
	if a.picky() {
		return s.chooseReachable(a, window)
	}
	step := uint64(a.access.Align)
	places := (s.layout.Memory.Size-a.access.Size)/a.access.Align + 1
	n := uint64(s.rng.IntN(places))
	a.target = window + n*step
	if a.reachable() {
		return true
	}
	switch {
	case step > 1 || places < 2:
		return false
	case n > 0:
		a.target--
	default:
		a.target++
	}
	return true
}

// chooseReachable draws one of the addresses of a window that the base can be given a value for.
func (s *scheduler) chooseReachable(a *address, window uint64) bool {
	found := s.targets[:0]
	step, added, multiple := a.access.Align, a.added(), a.multiple()
	if a.access.Granule > 1 {
		step = 1
	}
	for n := 0; n+a.access.Size <= s.layout.Memory.Size; n += step {
		if target := window + uint64(n); (target-added)%multiple == 0 && a.access.Aligned(target) {
			found = append(found, target)
		}
	}
	s.targets = found
	if len(found) > 0 {
		a.target = found[s.rng.IntN(len(found))]
	}
	return len(found) > 0
}

// reachable reports whether the target is the sum of what is added and a value that the base can have.
func (a *address) reachable() bool {
	multiple := a.multiple()
	return multiple == 1 || (a.target-a.added())%multiple == 0
}

// added is what is added to the base, and multiple what a number is a multiple of that the base makes.
func (a *address) added() uint64    { return uint64(a.access.Disp) + a.access.Offset(a.count) }
func (a *address) multiple() uint64 { return uint64(max(1, a.access.BaseAlign)) * a.times() }

// times is how often the base's value counts in the address, where it may be the index, too. Then it is a small number,
// so that it is the same whatever part of it the instruction takes as index, and how it extends that.
func (a *address) times() uint64 {
	if a.index == a.base {
		return 1 + 1<<a.access.Shift
	}
	return 1
}

// picky reports whether few addresses of a window may be reachable, or others than multiples of a number.
func (a *address) picky() bool {
	return a.access.BaseAlign > 0 || a.access.Granule > 1 || a.times() > 2
}

// maxIndex bounds the values that index registers are given, so that scaled ones stay small too: what an
// instruction does with an index's upper bits differs.
const maxIndex = 16

// point gives base and index their values.
func (s *scheduler) point(pl *placement, a *address) error {
	value := a.target - uint64(a.access.Disp)
	switch {
	case a.index < 0:
	case a.index == a.base:
		value /= a.times()
	default:
		index := a.count
		if index == 0 {
			index = 1 + s.rng.Uint64N(maxIndex)
		}
		value -= a.access.Offset(index)
		if err := s.setRegister(a.index, index); err != nil {
			return err
		}
	}
	if s.layout.Hosted {
		return s.locate(a.base, value&a.mask)
	}
	return s.setRegister(a.base, value&a.mask)
}

// setRegister emits glue that gives an address register a value.
func (s *scheduler) setRegister(reg int, value uint64) error {
	words, err := s.glueHere(0).SetReg(s.words[:0], reg, value)
	s.words = words
	s.append(words, Item{Kind: Prepare, Class: uint8(s.layout.AddrClass), Reg: uint8(reg)})
	return err
}
