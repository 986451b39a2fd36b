package arch

import (
	"fmt"

	"github.com/risugen/risugen/constraints"
)

// overwriteUndefined overwrites outputs whose value the manual does not define.
func (s *scheduler) overwriteUndefined(pl *placement, test int) error {
	if !pl.in.AnyUndefined() || s.given.bare() {
		return nil
	}
	for i := range pl.uses {
		u := &pl.uses[i]
		if !u.Role.Writes() || !pl.in.Undefined(u.Operand, pl.word, pl.args) {
			continue
		}
		if u.Kind == constraints.UseState {
			s.pending[u.Num] = -1
			if err := s.reset(int(u.Num), uint16(test)); err != nil {
				return err
			}
			continue
		}
		if err := s.discard(u, test); err != nil {
			return fmt.Errorf("%s: undefined output %s: %w", pl.in.Operands[u.Operand].Pos, pl.in.Operands[u.Operand].Name, err)
		}
	}
	return nil
}

// discard overwrites a register whose value is not defined.
func (s *scheduler) discard(u *constraints.Use, test int) error {
	if u.Kind != constraints.UseRegister || int(u.Class) != s.layout.AddrClass {
		return fmt.Errorf("only %s registers and states can be overwritten", s.layout.Classes[s.layout.AddrClass].Name)
	}
	if s.layout.Classes[u.Class].Zero>>u.Num&1 != 0 {
		return nil
	}
	words, err := s.glueHere(0).SetReg(s.words[:0], int(u.Num), 0)
	s.words = words
	if err == nil {
		s.append(words, Item{Kind: Discard, Owner: uint16(test), Class: u.Class, Reg: u.Num})
	}
	return err
}
