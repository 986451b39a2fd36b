package arm

import (
	"errors"

	"github.com/risugen/risugen/arch"
)

// a64Glue implements arch.Glue.
type a64Glue struct {
	*a64Ops
	l *a64Layout
}

// copyOf copies a general register that is not the stack pointer.
func (o *a64Ops) copyOf(to, from int64) use {
	return do(&o.orr, w64, lsl, from, 0, zr, to)
}

// SetReg implements arch.Glue.
func (g *a64Glue) SetReg(dst []arch.Word, reg int, value uint64) ([]arch.Word, error) {
	if reg == a64SP {
		var room [maxStack]use
		return sequence(dst, g.setStack(room[:0], value)...)
	}
	var room [maxConstant]use
	return sequence(dst, g.constant(room[:0], int64(reg), value)...)
}

// NonZero implements arch.Glue: a general register takes the base register's value if it is zero.
func (g *a64Glue) NonZero(dst []arch.Word, class, reg, laneBits, base int) ([]arch.Word, error) {
	if class != g.l.gpr || reg == a64SP || laneBits != 0 && laneBits != 64 {
		return dst, errors.New("only whole general registers can be made non-zero")
	}
	return sequence(dst, do(&g.cbnz, w64, 2, int64(reg)), g.copyOf(int64(reg), int64(base)))
}

// Save implements arch.Glue.
func (g *a64Glue) Save(dst []arch.Word, state, reg int) ([]arch.Word, error) {
	return sequence(dst, g.read(g.l.States[state].Name, int64(reg)))
}

// Reset implements arch.Glue. No register keeps a value: FPSR starts as zero, and what a state holds after an undefined
// result does not matter.
func (g *a64Glue) Reset(dst []arch.Word, state, _ int) ([]arch.Word, error) {
	return sequence(dst, g.write(g.l.States[state].Name, zr))
}

// Nop implements arch.Glue.
func (g *a64Glue) Nop(dst []arch.Word) ([]arch.Word, error) {
	return sequence(dst, do(&g.nop))
}

// Values that marks are made of.
const (
	a64MarkStart   = 0x5a5 // at first
	a64MarkSkipped = 0x234 // added by what a taken branch skips
	a64MarkBack    = 0x777 // added where a branch back has gone
)

// Mark implements arch.Glue. Forward, the word that a taken branch skips adds to the register. Back, the branch
// goes to a word before it that adds something else, and from there to behind that one:
//
//	        register = a64MarkStart
//	        b       branch
//	back:   register += a64MarkBack
//	        b       end
//	branch: the branch
//	        register += a64MarkSkipped
//	end:
func (g *a64Glue) Mark(l arch.Landing, reg int, shape arch.BranchShape) (arch.Landing, error) {
	if reg == a64SP || shape.DelaySlot || shape.Forbidden {
		return l, errors.New("branches have no slots, and the stack pointer is no mark")
	}
	r := int64(reg)
	added := func(n int64) use { return do(&g.addImm, w64, 0, n, r, r) }
	jump := func(words int64) use { return do(&g.b, words) }
	var err [3]error
	l.Displacement = 8
	l.Before, err[0] = sequence(l.Before, do(&g.movz, w64, 0, a64MarkStart, r))
	if shape.Backward {
		l.Before, err[1] = sequence(l.Before, jump(3), added(a64MarkBack), jump(3))
		l.Displacement = -8
	}
	l.After, err[2] = sequence(l.After, added(a64MarkSkipped))
	return l, errors.Join(err[:]...)
}
