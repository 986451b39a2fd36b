package constraints

import "github.com/risugen/risugen/random"

// HasReserved reports whether a reserved block speaks of some words of the instruction.
func (in *Insn) HasReserved() bool { return len(in.reserved) > 0 }

// DrawAny returns a legal word of an instruction, whatever its registers are, and one that is not conditional where
// there are any.
func (in *Insn) DrawAny(rng *random.Rand) (uint64, bool) {
	offer := make([]uint64, len(in.Operands))
	for i := range offer {
		offer[i] = ^uint64(0)
	}
	return in.Half(false).Draw(rng, offer, 0)
}

// DrawReserved returns a word of the instruction that must raise the fault for reserved instructions: its
// constraints hold, a statement of its reserved block does, and none of its unpredictable block. No earlier
// member of its group takes the word, which is not conditional. It reports false when none is found in a number of tries.
func (in *Insn) DrawReserved(rng *random.Rand, tries int) (uint64, bool) {
	free := in.drawnBits()
	for range tries {
		word := in.Pattern.FixedBits | rng.Uint64()&free
		e := in.env(word)
		if !all(in.constraints, e) || !anyOf(in.reserved, e) || anyOf(in.unpredictable, e) || anyOf(in.conditional, e) || in.takenEarlier(word) {
			continue
		}
		return word, true
	}
	return 0, false
}

// takenEarlier reports whether an earlier member of the groups around an instruction takes a word.
func (in *Insn) takenEarlier(word uint64) bool {
	for _, f := range in.forbidden {
		if word&f.Pattern.FixedMask == f.Pattern.FixedBits && f.Accepts(word) {
			return true
		}
	}
	return false
}
