package anycpu

import (
	"errors"

	"github.com/risugen/risugen/arch"
)

// glue notes what words are made for.
type glue struct {
	m    *Machine
	made arch.Glue
}

// At implements arch.PlacedGlue.
func (g *glue) At(addr uint64) arch.Glue {
	if p, ok := g.made.(arch.PlacedGlue); ok {
		g.made = p.At(addr)
	}
	return g
}

// note notes what the words are for that a call has appended.
func (g *glue) note(dst, words []arch.Word, err error, do action) ([]arch.Word, error) {
	return g.m.marked(words, len(dst), do), err
}

// SetReg implements arch.Glue.
func (g *glue) SetReg(dst []arch.Word, reg int, value uint64) ([]arch.Word, error) {
	words, err := g.made.SetReg(dst, reg, value)
	return g.note(dst, words, err, func(r *round) { r.setNumber(r.address(reg), value) })
}

// NonZero implements arch.Glue.
func (g *glue) NonZero(dst []arch.Word, class, reg, laneBits, base int) ([]arch.Word, error) {
	words, err := g.made.NonZero(dst, class, reg, laneBits, base)
	return g.note(dst, words, err, func(r *round) { r.nonZero(r.register(class, reg), laneBits/8) })
}

// SignExtend implements arch.SignExtender.
func (g *glue) SignExtend(dst []arch.Word, class, reg int) ([]arch.Word, error) {
	s, ok := g.made.(arch.SignExtender)
	if !ok {
		return dst, errors.New("this machine cannot sign-extend a register")
	}
	words, err := s.SignExtend(dst, class, reg)
	return g.note(dst, words, err, func(r *round) {
		at := r.register(class, reg)
		r.setNumber(at, uint64(int64(int32(r.number(at)))))
	})
}

// Save implements arch.Glue.
func (g *glue) Save(dst []arch.Word, state, reg int) ([]arch.Word, error) {
	words, err := g.made.Save(dst, state, reg)
	return g.note(dst, words, err, func(r *round) { r.save(state, reg) })
}

// Reset implements arch.Glue.
func (g *glue) Reset(dst []arch.Word, state, keep int) ([]arch.Word, error) {
	words, err := g.made.Reset(dst, state, keep)
	return g.note(dst, words, err, func(r *round) { r.reset(state) })
}

// Nop implements arch.Glue.
func (g *glue) Nop(dst []arch.Word) ([]arch.Word, error) {
	words, err := g.made.Nop(dst)
	return g.note(dst, words, err, nothing)
}

// Mark implements arch.Glue. What a branch leaves in the register is for the branch to say.
func (g *glue) Mark(dst arch.Landing, reg int, shape arch.BranchShape) (arch.Landing, error) {
	l, err := g.made.Mark(dst, reg, shape)
	l.Before = g.m.marked(l.Before, len(dst.Before), func(r *round) { r.setNumber(r.address(reg), markStart) })
	l.Slot = g.m.marked(l.Slot, len(dst.Slot), nothing)
	l.After = g.m.marked(l.After, len(dst.After), nothing)
	return l, err
}

// Retry implements arch.Glue.
func (g *glue) Retry(dst arch.Loop, shape arch.LoopShape) (arch.Loop, error) {
	l, err := g.made.Retry(dst, shape)
	l.Keep = g.m.marked(l.Keep, len(dst.Keep), func(r *round) { r.setNumber(r.address(shape.Keep), r.number(r.address(shape.Flag))) })
	l.Start = g.m.marked(l.Start, len(dst.Start), func(r *round) { r.setNumber(r.address(shape.Count), uint64(shape.Tries)) })
	l.Again = g.m.marked(l.Again, len(dst.Again), func(r *round) { r.setNumber(r.address(shape.Flag), r.number(r.address(shape.Keep))) })
	l.After = g.m.marked(l.After, len(dst.After), func(r *round) { r.retry(&shape) })
	return l, err
}
