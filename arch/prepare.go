package arch

import (
	"fmt"

	"github.com/risugen/risugen/constraints"
)

// prepare emits the glue that gives source registers the values they must have. It returns the memory
// window that the instruction stores to.
func (s *scheduler) prepare(pl *placement) (uint8, error) {
	in := pl.in
	for i := range in.Inputs {
		if err := s.prepareInput(pl, i); err != nil {
			return NoWindow, err
		}
	}
	if in.Memory == nil {
		return NoWindow, nil
	}
	return s.prepareAddress(pl)
}

// prepareInput makes a source register satisfy its condition.
func (s *scheduler) prepareInput(pl *placement, i int) error {
	cond := &pl.in.Inputs[i]
	op := &pl.in.Operands[cond.Operand]
	reg := op.Register(s.args)
	var words []Word
	var err error
	switch {
	case cond.NonZero:
		lane := pl.in.LaneBits(i, pl.word, s.args)
		words, err = s.glue.NonZero(s.words[:0], op.Class, reg, lane, s.layout.Bases[s.base])
	case op.Class == s.layout.AddrClass:
		words, err = s.glue.SetReg(s.words[:0], reg, s.rng.Uint64()&cond.Mask)
	default:
		err = fmt.Errorf("bits() is for %s registers only", s.layout.Classes[s.layout.AddrClass].Name)
	}
	s.append(words, Item{Kind: Prepare, Class: uint8(op.Class), Reg: uint8(reg)})
	return err
}

// prepareAddress chooses the bytes that the instruction accesses and points its base register there. A
// store gets a window of its own; a load may read any window, those of stores included.
func (s *scheduler) prepareAddress(pl *placement) (uint8, error) {
	mem, l := pl.in.Memory, s.layout
	if mem.Size > l.Memory.Size {
		return NoWindow, fmt.Errorf("an access of %d bytes does not fit a memory window of %d", mem.Size, l.Memory.Size)
	}
	window, stored := s.rng.IntN(l.Memory.Windows), uint8(NoWindow)
	if s.writesMemory(pl.in) {
		window = s.windows
		stored = uint8(window)
		s.windows++
	}
	s.memory = true
	places := (l.Memory.Size-mem.Size)/mem.Align + 1
	addr := l.Memory.Addr + uint64(window*l.Memory.Size+s.rng.IntN(places)*mem.Align)
	op := &pl.in.Operands[mem.Base]
	if op.Class != l.AddrClass || op.Kind != constraints.RegisterField {
		return NoWindow, fmt.Errorf("the base of a memory access must be one of the %s registers", l.Classes[l.AddrClass].Name)
	}
	reg := op.Register(s.args)
	value := addr - uint64(pl.in.Displacement(pl.word, s.args))
	words, err := s.glue.SetReg(s.words[:0], reg, value&addressMask(l))
	s.append(words, Item{Kind: Prepare, Class: uint8(op.Class), Reg: uint8(reg)})
	return stored, err
}

func addressMask(l *Layout) uint64 { return ^uint64(0) >> (64 - 8*l.AddrBytes) }
