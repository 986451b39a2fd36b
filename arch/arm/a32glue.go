package arm

import (
	"errors"

	"github.com/risugen/risugen/arch"
)

// a32Glue implements arch.Glue. It sets no flags. Where it needs a register it takes the block's base register, which
// points at the variables afterwards, too.
type a32Glue struct {
	*a32Ops
	l *a32Layout
}

// SetReg implements arch.Glue. Addresses of code take as many instructions as each other, since they are not known
// before that.
func (g *a32Glue) SetReg(dst []arch.Word, reg int, value uint64) ([]arch.Word, error) {
	var room [maxImmediates]use
	n, uses := uint32(value), room[:0]
	switch {
	case g.l.wideMoves:
		uses = g.halves(uses, int64(reg), n)
	case n >= a32BlockAddr && n < a32CodeEnd:
		uses = g.fixed(uses, int64(reg), n)
	default:
		uses = g.a32Ops.constant(uses, int64(reg), n)
	}
	return sequence(dst, uses...)
}

// NonZero implements arch.Glue: a general register takes 1 << 16, the number of no system call, if it is zero. Of zero 32
// bits are zero at the left, of other numbers less.
func (g *a32Glue) NonZero(dst []arch.Word, class, reg, laneBits, base int) ([]arch.Word, error) {
	if class != g.l.gpr || laneBits != 0 && laneBits != 32 {
		return dst, errors.New("only whole general registers can be made non-zero")
	}
	r, b := int64(reg), int64(base)
	return sequence(dst,
		do(&g.clz, b, r, 15, 15, condAL),
		g.immediate(&g.bicImm, b, b, 31),
		do(&g.orr, r, r, b, a32LSL, 11, condAL, 0),
		g.atVariables(b))
}

// Save implements arch.Glue.
func (g *a32Glue) Save(dst []arch.Word, state, reg int) ([]arch.Word, error) {
	r := int64(reg)
	switch state {
	case g.l.fpscr:
		return sequence(dst, g.system(&g.vmrs, r))
	case g.l.thread:
		return sequence(dst, g.system(&g.mrcThread, r))
	}
	return sequence(dst, g.readCPSR(r), g.immediate(&g.andImm, r, r, cpsrBits[g.l.States[state].Name]))
}

// Reset implements arch.Glue, by way of the block's base register: FPSCR is what it was at the start of the round, and
// Q is zero while the other flags stay.
func (g *a32Glue) Reset(dst []arch.Word, state, base int) ([]arch.Word, error) {
	b := int64(base)
	switch state {
	case g.l.fpscr:
		return sequence(dst, g.load(b, varFPCR, b), g.system(&g.vmsr, b), g.atVariables(b))
	case g.l.q:
		return sequence(dst, g.readCPSR(b), g.immediate(&g.bicImm, b, b, cpsrBits["q"]), g.writeCPSR(b, psrFlags), g.atVariables(b))
	case g.l.thread:
		return sequence(dst, g.system(&g.mcrThread, b))
	case g.l.ge:
		return sequence(dst, g.writeCPSR(b, psrGE))
	}
	return sequence(dst, g.readCPSR(b), g.immediate(&g.bicImm, b, b, a32Flags), g.writeCPSR(b, psrFlags), g.atVariables(b))
}

// Nop implements arch.Glue.
func (g *a32Glue) Nop(dst []arch.Word) ([]arch.Word, error) {
	return sequence(dst, g.move(0, 0))
}

// Values that marks are made of, each an immediate.
const (
	a32MarkStart   = 0xa5  // at first
	a32MarkSkipped = 0x234 // added by what a taken branch skips
	a32MarkBack    = 0x770 // added where a branch back has gone
)

// exchange makes the landing of a branch to Thumb code, which makes the mark of its own address and comes back. Bit 1 of the
// target is bit 0 of the mark's number: the two halves there leave other marks than the second alone, so that a branch that
// takes that bit for something else is seen.
func (g *a32Glue) exchange(l arch.Landing, r int64) (arch.Landing, error) {
	l.Displacement = 12 + r&1*2
	thumb, err0 := loadThumbOps()
	if err0 != nil {
		return l, err0
	}
	var err [3]error
	l.Before, err[0] = sequence(l.Before, g.a32Ops.constant(nil, r, a32MarkStart)...)
	l.After, err[1] = sequence(l.After, g.immediate(&g.addImm, r, r, a32MarkSkipped), do(&g.b, 3-2, condAL))
	halves, err3 := sequence(nil, thumb.here(r), thumb.addHere(r), do(&thumb.bxPC), thumb.nop())
	err[2] = err3
	for i := 0; i+1 < len(halves); i += 2 {
		l.After = append(l.After, arch.Word{Bits: halves[i].Bits | halves[i+1].Bits<<16, Size: 4})
	}
	return l, errors.Join(err[:]...)
}

// Mark implements arch.Glue, as A64's does.
func (g *a32Glue) Mark(l arch.Landing, reg int, shape arch.BranchShape) (arch.Landing, error) {
	if shape.DelaySlot || shape.Forbidden {
		return l, errors.New("branches have no slots")
	}
	r := int64(reg)
	if shape.Exchange {
		return g.exchange(l, r)
	}
	added := func(n uint32) use { return g.immediate(&g.addImm, r, r, n) }
	jump := func(words int64) use { return do(&g.b, words-2, condAL) }
	l.Displacement = 8
	before := g.a32Ops.constant(nil, r, a32MarkStart)
	if shape.Backward {
		before = append(before, jump(3), added(a32MarkBack), jump(3))
		l.Displacement = -8
	}
	var err [2]error
	l.Before, err[0] = sequence(l.Before, before...)
	l.After, err[1] = sequence(l.After, added(a32MarkSkipped))
	return l, errors.Join(err[:]...)
}
