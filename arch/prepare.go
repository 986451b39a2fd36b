package arch

import (
	"fmt"

	"github.com/risugen/risugen/constraints"
)

// prepare emits the glue that gives source registers the values they must have. It returns the memory
// window that the instruction stores to.
func (s *scheduler) prepare(pl *placement) (uint8, error) {
	in := pl.in
	if s.given.bare() {
		return s.bareAddress(pl)
	}
	for i := range in.Inputs {
		if in.Inputs[i].Sext32 { // first: other conditions leave a sign-extended number one
			if err := s.prepareInput(pl, i); err != nil {
				return NoWindow, err
			}
		}
	}
	for i := range in.Inputs {
		if !in.Inputs[i].Sext32 {
			if err := s.prepareInput(pl, i); err != nil {
				return NoWindow, err
			}
		}
	}
	if in.Memory == nil {
		return NoWindow, nil
	}
	return s.prepareAddress(pl)
}

// register finds what an operand stands for in the word; nil: it is not active.
func (pl *placement) register(operand int) *constraints.Use {
	for i := range pl.uses {
		if pl.uses[i].Operand == operand && pl.uses[i].Kind == constraints.UseRegister {
			return &pl.uses[i]
		}
	}
	return nil
}

// prepareInput makes a source register satisfy its condition.
func (s *scheduler) prepareInput(pl *placement, i int) error {
	cond := &pl.in.Inputs[i]
	u := pl.register(cond.Operand)
	if u == nil || s.given != nil && !s.settable(pl, cond.Operand) {
		return nil // a zero that a given word names meets the condition: see unprepared
	}
	var words []Word
	var err error
	switch {
	case cond.Sext32:
		g, ok := s.glue.(SignExtender)
		if !ok {
			return fmt.Errorf("%s: this machine cannot sign-extend a register", cond.At())
		}
		words, err = g.SignExtend(s.words[:0], int(u.Class), int(u.Num))
	case cond.NonZero:
		lane := pl.in.LaneBits(i, pl.word, pl.args)
		words, err = s.glueHere(0).NonZero(s.words[:0], int(u.Class), int(u.Num), lane, s.layout.Bases[s.base])
	case int(u.Class) == s.layout.AddrClass:
		mask := cond.Mask
		if s.traps {
			mask = cond.TrapMask
		}
		words, err = s.glueHere(0).SetReg(s.words[:0], int(u.Num), s.rng.Uint64()&mask)
	default:
		err = fmt.Errorf("bits() is for %s registers only", s.layout.Classes[s.layout.AddrClass].Name)
	}
	s.words = words
	if err != nil {
		return fmt.Errorf("%s: %w", cond.At(), err)
	}
	s.append(words, Item{Kind: Prepare, Class: u.Class, Reg: u.Num})
	return nil
}
