package archtest

import (
	"math/bits"
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/runtime"
)

// The translation modes of one emulator share their helpers and always agree. What shows that the comparison sees
// anything is an apprentice whose image is wrong on purpose: in every block one instruction is swapped for another
// pattern with the same operands, or for none. Each must be found and named, for every pattern of every model.
//
// Here is what an architecture says of itself, and which word may stand for which; in swapchoice.go which of them do, and in
// swapaccount.go why these, in swaprows.go on which models, in swaprun.go the test.

// Swaps is what an architecture's test of swapped instructions knows.
type Swaps struct {
	Arch  arch.Arch
	Twins []Twin
	// Unseen says of patterns, by regular expressions for their names, why nothing that they do shows. nil: there are none.
	Unseen map[string]string
	// Links reports whether the emulator's instruction writes what the manual's does not: nothing is swapped in a block with
	// such a word. nil: none does.
	Links func(in *constraints.Insn, word uint64) bool
	// Narrow reports whether a state shows a part of itself alone, and the rest in what reads it next. nil: none does.
	Narrow func(m arch.Machine, state int) bool
	// Form tells forms of a pattern on two machines apart beside what stands in the layout. nil: nothing does.
	Form func(m arch.Machine, in *constraints.Insn) string
	// Unsettles reports whether a known difference changes what the results of others are seen in. nil: none does.
	Unsettles func(k *runtime.Known) bool
	// Literals selects instructions to draw beside those that read code, for there to be words of all kinds.
	Literals []string
}

// Twin is patterns that cannot be told apart, or whose words drawn here cannot, given by regular expressions for
// their names. Rare ones can be by luck, or are tried with -allpairs alone.
type Twin struct {
	One, Other, Why string
	Rare            bool
}

// silent says why nothing that an instruction does is seen in a record, or "".
func (s *Swaps) silent(in *constraints.Insn) string {
	for names, why := range s.Unseen {
		if matchesWhole([]string{names}, in.Name()) {
			return why
		}
	}
	if silent(in) {
		return "nothing that it does shows"
	}
	return ""
}

// links is Links.
func (s *Swaps) links(in *constraints.Insn, word uint64) bool {
	return s.Links != nil && s.Links(in, word)
}

// alike reports whether one instruction may stand for another as far as its size, what stands before and behind it, memory,
// branches and faults go.
func alike(in, other *constraints.Insn) bool {
	return in.Pattern.Width == other.Pattern.Width && in.Behind == other.Behind && (in.Prefix == nil) == (other.Prefix == nil) &&
		(in.MayFault() || !other.MayFault()) && (in.Memory == nil) == (other.Memory == nil) && branchAlike(in.Branch, other.Branch)
}

// branchAlike reports whether both are branches to code of the same instruction set, or none is.
func branchAlike(a, b *constraints.Branch) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Exchange == b.Exchange && a.MayExchange() == b.MayExchange()
}

// distance is in how many bits two encodings differ, where one that is fixed in one of them alone counts more.
func distance(a, b *constraints.Insn) int {
	p, q := a.Pattern, b.Pattern
	return bits.OnesCount64((p.FixedBits^q.FixedBits)&p.FixedMask&q.FixedMask) + 8*bits.OnesCount64(p.FixedMask^q.FixedMask)
}

// replaces reports whether a word can stand for another without disturbing its block: it writes nothing that the
// other does not, accesses memory and branches as the other does, and needs prepared registers only where the
// other does. The two instructions are alike.
func (s *Swaps) replaces(l *arch.Layout, in, other *constraints.Insn, word, w uint64) bool {
	if !other.Legal(w) || in.Following(word) != other.Following(w) {
		return false
	}
	x, y := in.Pattern.Extract(word, nil), other.Pattern.Extract(w, nil)
	if in.Memory != nil && !sameAddress(in, other, word, w, x, y) || in.Branch != nil && !sameTarget(in, other, word, w, x, y) {
		return false
	}
	if s.links(other, w) {
		return false
	}
	for _, c := range other.Inputs {
		if wide := l.Classes[other.Operands[c.Operand].Class].Bytes > 4; (wide || !c.Sext32) && !prepared(in, other, &c, x, y) {
			return false
		}
	}
	return writesSubset(in, other, word, w, x, y)
}

// prepared reports whether an instruction's registers hold what a condition of another's wants.
func prepared(in, other *constraints.Insn, c *constraints.Input, x, y []int64) bool {
	return slices.ContainsFunc(in.Inputs, func(o constraints.Input) bool {
		return sameRegister(in, other, o.Operand, c.Operand, x, y) && o.NonZero == c.NonZero && o.Sext32 == c.Sext32 && o.Mask&^c.Mask == 0
	})
}

// sameTarget reports whether two branches go to the same place.
func sameTarget(in, other *constraints.Insn, word, w uint64, x, y []int64) bool {
	a, b := in.Branch.Target, other.Branch.Target
	return in.BranchOffset(word, x) == other.BranchOffset(w, y) && (a < 0) == (b < 0) &&
		(a < 0 || sameRegister(in, other, a, b, x, y))
}

// sameAddress reports whether one access is to memory that the other may access: both at addresses of the same
// registers, and at the same distance if the other is a store; or both are loads of code.
func sameAddress(in, other *constraints.Insn, word, w uint64, x, y []int64) bool {
	a, b := in.Memory, other.Memory
	p, q := in.Access(word, x), other.Access(w, y)
	switch {
	case q.Size > p.Size || q.Align > p.Align || (a.Index < 0) != (b.Index < 0):
		return false
	case a.Base < 0 || b.Base < 0:
		return a.Base < 0 && b.Base < 0
	case a.Index >= 0 && !sameRegister(in, other, a.Index, b.Index, x, y):
		return false
	}
	p.Size, p.Align, p.Granule = q.Size, q.Align, q.Granule // the rest is where it is
	return sameRegister(in, other, a.Base, b.Base, x, y) && (!writes(other) || p == q)
}

// writes reports whether an instruction stores. A store elsewhere could spoil what others left there.
func writes(in *constraints.Insn) bool {
	for i := range in.Operands {
		if in.Operands[i].Kind == constraints.MemoryOperand && in.Operands[i].Role.Writes() {
			return true
		}
	}
	return false
}

func sameRegister(a, b *constraints.Insn, i, j int, x, y []int64) bool {
	return a.Operands[i].Class == b.Operands[j].Class && a.Operands[i].Register(x) == b.Operands[j].Register(y)
}

// writesSubset reports whether word w of b writes nothing that word of a does not.
func writesSubset(a, b *constraints.Insn, word, w uint64, x, y []int64) bool {
	type place struct {
		kind       constraints.UseKind
		class, num uint8
	}
	have := map[place]bool{}
	for _, u := range a.Uses(nil, word, x) {
		if u.Role.Writes() {
			have[place{u.Kind, u.Class, u.Num}] = true
		}
	}
	for _, u := range b.Uses(nil, w, y) {
		if u.Role.Writes() && !have[place{u.Kind, u.Class, u.Num}] {
			return false
		}
	}
	return true
}
