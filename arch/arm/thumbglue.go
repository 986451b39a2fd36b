package arm

import (
	"errors"

	"github.com/risugen/risugen/arch"
)

// thumbGlue implements arch.Glue for Thumb. It sets no flags. Where there are no words of 32 bits, what gives high registers
// values or sets no flags is A32's alone, and that is what it consists of.
type thumbGlue struct {
	*thumbOps
	a32  *a32Glue
	made arch.Glue // what makes words of A32, as a rule a32
	addr uint64    // of the next word

	code  []arch.Word // scratch
	bytes [4]byte     // scratch
}

func newThumbGlue(g *a32Glue, o *thumbOps, addr uint64) arch.PlacedGlue {
	t := thumbGlue{thumbOps: o, a32: g, made: g, addr: addr}
	if g.l.wideMoves {
		return &thumb2Glue{thumbGlue: t}
	}
	return &t
}

// At implements arch.PlacedGlue.
func (g *thumbGlue) At(addr uint64) arch.Glue {
	g.addr = addr
	return g
}

// through makes words of A32 glue, and what goes there and back.
func (g *thumbGlue) through(dst []arch.Word, glue func([]arch.Word) ([]arch.Word, error)) ([]arch.Word, error) {
	code, err := glue(g.code[:0])
	if err != nil {
		return dst, err
	}
	g.code = code
	return g.throughA32(dst, code)
}

// SetReg implements arch.Glue.
func (g *thumbGlue) SetReg(dst []arch.Word, reg int, value uint64) ([]arch.Word, error) {
	return g.through(dst, func(code []arch.Word) ([]arch.Word, error) { return g.made.SetReg(code, reg, value) })
}

// NonZero implements arch.Glue.
func (g *thumbGlue) NonZero(dst []arch.Word, class, reg, laneBits, base int) ([]arch.Word, error) {
	return g.through(dst, func(code []arch.Word) ([]arch.Word, error) { return g.made.NonZero(code, class, reg, laneBits, base) })
}

// Save implements arch.Glue.
func (g *thumbGlue) Save(dst []arch.Word, state, reg int) ([]arch.Word, error) {
	return g.through(dst, func(code []arch.Word) ([]arch.Word, error) { return g.made.Save(code, state, reg) })
}

// Reset implements arch.Glue.
func (g *thumbGlue) Reset(dst []arch.Word, state, base int) ([]arch.Word, error) {
	return g.through(dst, func(code []arch.Word) ([]arch.Word, error) { return g.made.Reset(code, state, base) })
}

// Nop implements arch.Glue.
func (g *thumbGlue) Nop(dst []arch.Word) ([]arch.Word, error) { return sequence(dst, g.nop()) }

// Retry implements arch.Glue.
func (g *thumbGlue) Retry(l arch.Loop, _ arch.LoopShape) (arch.Loop, error) {
	return l, errors.New("no exclusives in Thumb code before ARMv6T2")
}

// Mark implements arch.Glue. Of a taken branch the mark is a number, of another an address, and another one where the branch
// has gone back.
func (g *thumbGlue) Mark(l arch.Landing, reg int, shape arch.BranchShape) (arch.Landing, error) {
	return g.mark(l, g, reg, shape)
}

// mark makes a landing, with the number by some glue.
func (g *thumbGlue) mark(l arch.Landing, by arch.Glue, reg int, shape arch.BranchShape) (arch.Landing, error) {
	if shape.DelaySlot || shape.Forbidden {
		return l, errors.New("branches have no slots")
	}
	var err error
	if l.Before, err = by.SetReg(l.Before, reg, a32MarkStart); err != nil {
		return l, err
	}
	size, r := int64(shape.Size), int64(reg)
	if shape.Exchange {
		return g.exchange(l, r, shape)
	}
	jump := func(bytes int64) use { return do(&g.b, (bytes-4)/2) }
	l.Displacement = size + 2
	if shape.Backward {
		if l.Before, err = sequence(l.Before, jump(6), g.here(r), jump(2+size+2)); err != nil {
			return l, err
		}
		l.Displacement = -4
	}
	l.After, err = sequence(l.After, g.here(r))
	return l, err
}
