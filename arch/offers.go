package arch

import (
	"math/bits"
	"slices"

	"github.com/risugen/risugen/constraints"
)

// Offers lists, for each of the layout's base registers, what registers each operand of an instruction may have in some block
// with that base, as constraints.Insn.Draw wants them.
func Offers(in *constraints.Insn, l *Layout) [][]uint64 {
	traits := newTraits(in, l)
	out := make([][]uint64, len(l.Bases))
	for base := range out {
		offer := make([]uint64, len(in.Operands))
		for i := range traits.operands {
			if traits.operands[i].drawn {
				offer[i] = operandOffer(in, l, i, &traits.operands[i], base)
			}
		}
		out[base] = offer
	}
	return out
}

// operandOffer is the set of registers that an operand may have in blocks with a base.
func operandOffer(in *constraints.Insn, l *Layout, i int, op *operandTraits, base int) uint64 {
	c := &l.Classes[op.class]
	m := all(c) &^ c.Never
	if int(op.class) == l.AddrClass {
		m &^= l.harness(base)
	}
	if op.prepared && !op.index {
		m &^= c.Zero
	}
	return m
}

// FieldValues finds for each small field the set of numbers of its values, as constraints.SmallField has them, in the words that images for a
// machine may hold, but for those of misaligned accesses alone.
func FieldValues(in *constraints.Insn, fields []constraints.SmallField, l *Layout) []uint64 {
	out := make([]uint64, len(fields))
	for _, offer := range Offers(in, l) {
		in.FieldValues(fields, out, offer)
		if full(fields, out) {
			break
		}
	}
	for i := range fields {
		out[i] &^= losesFlag(in, &fields[i], l)
	}
	return out
}

// full reports whether sets have all numbers of their fields.
func full(fields []constraints.SmallField, sets []uint64) bool {
	for i := range fields {
		if sets[i] != fields[i].Full() {
			return false
		}
	}
	return true
}

// losesFlag is the set of numbers of a field that names the register which tells whether a linked store was done: those with which
// that would be lost, see placeUnit.
func losesFlag(in *constraints.Insn, f *constraints.SmallField, l *Layout) uint64 {
	if in.Linked == nil || in.Operands[in.Linked.Flag].Arg != f.Arg {
		return 0
	}
	flag, out := &in.Operands[in.Linked.Flag], uint64(0)
	for m := f.Full(); m != 0; m &= m - 1 {
		n := bits.TrailingZeros64(m)
		reg := in.FieldValue(f, uint64(n))
		if l.Classes[flag.Class].Zero>>reg&1 != 0 || slices.ContainsFunc(flag.Members, func(m constraints.Member) bool { return int64(m.Number) == reg }) {
			out |= 1 << n
		}
	}
	return out
}

// Directions tells whether a branch may be drawn to what stands behind it, and to what stands before it; neither of one whose
// target is in a register.
func Directions(in *constraints.Insn, l *Layout) (ahead, back bool) {
	if !in.HasBranchOffset() || in.Branch.Target >= 0 {
		return false, false
	}
	return true, l.Backward && !in.Branch.Exchange && in.Behind == "" && goesBack(in)
}

// GoesBack reports whether a branch at an address goes to a lower one. It is for branches that Directions knows of.
func GoesBack(in *constraints.Insn, word, addr uint64, args []int64) bool {
	to := in.BranchOffset(word, args)
	if in.Branch.Absolute {
		return uint64(to) < addr
	}
	return to+int64(in.Branch.From(addr)-addr) < 0
}
