package arm

import (
	"errors"

	"github.com/risugen/risugen/arch"
)

// thumb2Glue implements arch.Glue for processors whose words of 32 bits give any register a value and set no flags. All of it
// but for nops and landings is of such words.
type thumb2Glue struct {
	thumbGlue
	saves, resets arch.Copies
}

// At implements arch.PlacedGlue.
func (g *thumb2Glue) At(addr uint64) arch.Glue {
	g.addr = addr
	return g
}

// SetReg implements arch.Glue. The stack pointer has no such words.
func (g *thumb2Glue) SetReg(dst []arch.Word, reg int, value uint64) ([]arch.Word, error) {
	if reg == a32SP {
		return g.thumbGlue.SetReg(dst, reg, value)
	}
	return g.constant(dst, int64(reg), uint32(value))
}

// NonZero implements arch.Glue, as A32's does.
func (g *thumb2Glue) NonZero(dst []arch.Word, class, reg, laneBits, base int) ([]arch.Word, error) {
	if reg == a32SP {
		return g.thumbGlue.NonZero(dst, class, reg, laneBits, base)
	}
	if class != g.a32.l.gpr || laneBits != 0 && laneBits != 32 {
		return dst, errors.New("only whole general registers can be made non-zero")
	}
	r, b := int64(reg), int64(base)
	dst, err := sequence(dst, do(&g.clz, b, r, r), g.clear(b, 0, 5), do(&g.orr, 0, r, r, b, 11, a32LSL, 0))
	if err != nil {
		return dst, err
	}
	return g.atVariables(dst, b)
}

// atVariables points the block's base register at the variables.
func (g *thumb2Glue) atVariables(dst []arch.Word, b int64) ([]arch.Word, error) {
	return g.constant(dst, b, a32StateAddr)
}

// Save implements arch.Glue.
func (g *thumb2Glue) Save(dst []arch.Word, state, reg int) ([]arch.Word, error) {
	return g.saves.Append(dst, state, reg, g.save)
}

func (g *thumb2Glue) save(dst []arch.Word, state, reg int) ([]arch.Word, error) {
	l, r := g.a32.l, int64(reg)
	switch state {
	case l.fpscr:
		return sequence(dst, do(&g.vmrs, r))
	case l.thread:
		return sequence(dst, do(&g.mrcThread, r))
	}
	return g.flags(dst, r, cpsrBits[l.States[state].Name])
}

// Reset implements arch.Glue, as A32's does.
func (g *thumb2Glue) Reset(dst []arch.Word, state, base int) ([]arch.Word, error) {
	return g.resets.Append(dst, state, base, g.reset)
}

func (g *thumb2Glue) reset(dst []arch.Word, state, base int) ([]arch.Word, error) {
	l, b := g.a32.l, int64(base)
	var err error
	switch state {
	case l.fpscr:
		dst, err = sequence(dst, do(&g.ldr, b, b, varFPCR), do(&g.vmsr, b))
	case l.q:
		dst, err = sequence(dst, g.readCPSR(b), g.clear(b, 27, 1), g.writeCPSR(b, psrFlags))
	case l.thread:
		return sequence(dst, do(&g.mcrThread, b))
	case l.ge:
		return sequence(dst, g.writeCPSR(b, psrGE))
	default:
		dst, err = sequence(dst, g.readCPSR(b), g.clear(b, 28, 4), g.writeCPSR(b, psrFlags))
	}
	if err != nil {
		return dst, err
	}
	return g.atVariables(dst, b)
}

// Mark implements arch.Glue.
func (g *thumb2Glue) Mark(l arch.Landing, reg int, shape arch.BranchShape) (arch.Landing, error) {
	return g.mark(l, g, reg, shape)
}

// Retry implements arch.Glue, as A32's does.
func (g *thumb2Glue) Retry(l arch.Loop, shape arch.LoopShape) (arch.Loop, error) {
	if shape.Failed != 1 {
		return l, errors.New("only a store that leaves 1 where it is not done can be tried again")
	}
	flag, keep, count := int64(shape.Flag), int64(shape.Keep), int64(shape.Count)
	branch := func(cond, bytes int64) use { return do(&g.bCond, cond, (bytes-4)/2) }
	var err [4]error
	l.Keep, err[0] = sequence(l.Keep, g.move(keep, flag))
	l.Start, err[1] = sequence(l.Start, g.readCPSR(count), g.clear(count, 0, 27), do(&g.addw, count, count, int64(shape.Tries)))
	l.Again, err[2] = sequence(l.Again, g.writeCPSR(count, psrFlags), g.move(flag, keep))
	back := int64(shape.Size) + 8 + 14 // bytes from the second branch to the loop's head
	l.After, err[3] = sequence(l.After,
		do(&g.subw, count, count, 1),
		do(&g.cmpImm, flag, 1),
		branch(condNE, 8),
		do(&g.tstImm, count, 2*a32Tries-1),
		branch(condNE, -back),
		g.writeCPSR(count, psrFlags),
		do(&g.movw, count, 0))
	return l, errors.Join(err[:]...)
}
