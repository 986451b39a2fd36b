package mips

import (
	"errors"

	"github.com/risugen/risugen/arch"
)

// glue implements arch.Glue and arch.SignExtender.
type glue struct {
	*ops
	l *layout
}

func add(dst []arch.Word, op *arch.Op, values ...int64) ([]arch.Word, error) {
	w, err := op.Word(values...)
	return append(dst, w), err
}

// sequence appends instructions until one fails.
func sequence(dst []arch.Word, uses ...use) ([]arch.Word, error) { return arch.AppendOps(dst, uses...) }

// SetReg implements arch.Glue. LUI leaves a sign-extended number in a 64-bit register; any other number is
// shifted in.
func (g *glue) SetReg(dst []arch.Word, reg int, value uint64) ([]arch.Word, error) {
	r := int64(reg)
	part := func(n int) int64 { return int64(value >> (16 * n) & 0xffff) }
	if !g.wide || value == uint64(int64(int32(value))) {
		return sequence(dst, do(&g.lui, r, part(1)), do(&g.ori, r, r, part(0)))
	}
	or := func(n int) use { return do(&g.ori, r, r, part(n)) }
	shift := do(&g.dsll, r, r, 16)
	return sequence(dst, do(&g.lui, r, part(3)), or(2), shift, or(1), shift, or(0))
}

// NonZero implements arch.Glue. A vector's lanes become the unsigned maximum of themselves and 1; a
// general register takes the base register's value if it is zero.
func (g *glue) NonZero(dst []arch.Word, class, reg, laneBits, base int) ([]arch.Word, error) {
	r := int64(reg)
	switch {
	case class == g.l.gpr && g.moves:
		return add(dst, &g.movz, r, int64(base), r)
	case class == g.l.gpr: // jump over the copy
		return sequence(dst, do(&g.bne, r, 0, 2), do(&g.sll, 0, 0, 0), do(&g.or, r, int64(base), 0))
	}
	df := int64(0)
	for laneBits > 8<<df {
		df++
	}
	return add(dst, &g.maxiu, df, r, r, 1)
}

// SignExtend implements arch.SignExtender: every shift by SLL sign-extends its result.
func (g *glue) SignExtend(dst []arch.Word, class, reg int) ([]arch.Word, error) {
	if class != g.l.gpr {
		return dst, errors.New("only general registers can be sign-extended")
	}
	return add(dst, &g.sll, int64(reg), int64(reg), 0)
}

// Save implements arch.Glue.
func (g *glue) Save(dst []arch.Word, state, reg int) ([]arch.Word, error) {
	return sequence(dst, g.read(g.l.States[state].Name, int64(reg)))
}

// Reset implements arch.Glue. A state without a register that keeps its initial value becomes zero: HI, LO
// and accumulators, after an undefined result.
func (g *glue) Reset(dst []arch.Word, state, keep int) ([]arch.Word, error) {
	return sequence(dst, g.write(g.l.States[state].Name, int64(max(keep, 0))))
}

// Nop implements arch.Glue.
func (g *glue) Nop(dst []arch.Word) ([]arch.Word, error) { return add(dst, &g.sll, 0, 0, 0) }

// Values that marks are made of.
const (
	markStart   = 0x5a5  // at first, or given by a delay slot that is not filled
	markSkipped = 0x1234 // added by what a taken branch skips
	markBack    = 0x777  // added where a branch back has gone
)

// Mark implements arch.Glue. Forward, the word that a taken branch skips adds to the register. Back, the branch
// goes to a word before it that adds something else, and from there to behind that one:
//
//	        register = markStart
//	        b       branch
//	        nop
//	back:   register += markBack
//	        b       end
//	        nop
//	branch: the branch, and its delay slot
//	        register += markSkipped
//	end:
func (g *glue) Mark(l arch.Landing, reg int, shape arch.BranchShape) (arch.Landing, error) {
	r := int64(reg)
	slots := int64(0) // words between the branch and what it skips
	if shape.DelaySlot || shape.Forbidden {
		slots = 1
	}
	start := do(&g.addiu, r, 0, markStart)
	added := func(n int64) use { return do(&g.addiu, r, r, n) }
	jump := func(words int64) use { return do(&g.beq, 0, 0, words) }
	nop := do(&g.sll, 0, 0, 0)
	l.Displacement = 4 * (2 + slots)
	var before, slot []use
	switch {
	case shape.Backward:
		before = []use{start, jump(4), nop, added(markBack), jump(3 + slots), nop}
		l.Displacement = -12
	case shape.Filled:
		before = []use{start}
	}
	switch {
	case shape.Filled || !shape.DelaySlot:
	case shape.Backward:
		slot = []use{added(markStart)}
	default:
		slot = []use{start}
	}
	var err [3]error
	l.Before, err[0] = sequence(l.Before, before...)
	l.Slot, err[1] = sequence(l.Slot, slot...)
	l.After, err[2] = sequence(l.After, added(markSkipped))
	return l, errors.Join(err[:]...)
}

// Guarded implements arch.Guarder. The upper half of a register is what the addition makes of a number that is none of 32 bits, which
// the manual leaves open.
func (m *machine) Guarded(before, after uint64) bool { return uint32(after-before) == markSkipped }
