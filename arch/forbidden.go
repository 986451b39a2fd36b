package arch

import "github.com/risugen/risugen/constraints"

// Forbidden slots. Behind some branches no instruction may change the flow of control: where the branch is not
// taken, one that does so must raise the fault for reserved instructions. A branch under test with such a slot ends
// its block; in the slot stands another branch, to the word behind it, and there a guard:
//
//	branch  -> end    the branch under test
//	branch            in its forbidden slot: Reserved
//	guard             runs only if that did not fault
//	end:

// forbiddenShare is how many branches with a forbidden slot there are for one whose slot is tried.
const forbiddenShare = 4

// violator draws an instruction for a branch's forbidden slot, now and then; nil: none.
func (s *scheduler) violator(in *constraints.Insn) *constraints.Insn {
	if !in.Branch.ForbiddenSlot || len(s.violators) == 0 || s.tests+2 > s.limit || s.left < 2 || s.rng.IntN(forbiddenShare) != 0 || s.stackLost() {
		return nil
	}
	return s.violators[s.rng.IntN(len(s.violators))]
}

// violates reports whether an instruction may stand in a forbidden slot to violate it: a branch whose word says where
// it goes.
func violates(in *constraints.Insn) bool {
	return !grouped(in) && in.Branch != nil && !in.Branch.Absolute && in.HasBranchOffset()
}

// placeForbidden places a branch with another in its forbidden slot.
func (s *scheduler) placeForbidden(in, violator *constraints.Insn) error {
	pl := placement{in: in, mark: -1, taken: s.preparedSince(0)}
	s.keepFixed(&pl)
	guard := s.freshRegister(&pl)
	if guard < 0 {
		return errNoRoom
	}
	landing, err := s.landing(0, guard, BranchShape{Forbidden: true})
	if err != nil {
		return err
	}
	word, ok := s.violation(violator)
	if !ok {
		return errNoRoom
	}
	first := len(s.items)
	if err := s.choose(&pl, landing.Displacement); err != nil {
		return err
	}
	if err := s.before(&pl); err != nil {
		return err
	}
	s.test(&pl, first)
	owner := uint16(len(s.items))
	s.push(Item{
		Word: word, Insn: int32(violator.Index), Kind: Reserved, Owner: owner, Size: uint8(violator.Pattern.Width / 8), Window: NoWindow,
	})
	s.tests++
	s.append(landing.After, Item{Kind: Guard, Owner: owner, Class: uint8(s.layout.AddrClass), Reg: uint8(guard)})
	return nil
}

// violation draws a word that goes to the one behind it.
func (s *scheduler) violation(in *constraints.Insn) (uint64, bool) {
	s.offer = s.offer[:0]
	for i := range in.Operands {
		m := ^uint64(0)
		if k := in.Operands[i].Kind; k == constraints.RegisterField || k == constraints.RegisterList {
			m = all(&s.layout.Classes[in.Operands[i].Class]) &^ s.layout.Classes[in.Operands[i].Class].Never
		}
		s.offer = append(s.offer, m)
	}
	return in.Half(false).Draw(s.rng, s.offer, int64(in.Pattern.Width/8))
}
