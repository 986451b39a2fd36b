package arm

import (
	"errors"

	"github.com/risugen/risugen/arch"
)

// thumbRISU implements arch.RISUMachine: Thumb code as RISU's program runs it, which enters images in A32 state. What sets memory
// up and loads registers is A32 code, and so is all glue that gives values.
type thumbRISU struct{ a32RISU }

// newThumbRISULayout is A32's, as RISU compares it. Blocks begin at multiples of 4, as A32 code does.
func newThumbRISULayout(c *model, order arch.ByteOrder) a32Layout {
	l := newA32RISULayout(c, order)
	l.inThumb(c, order)
	return l
}

// RISUOp implements arch.RISUMachine.
func (m *thumbRISU) RISUOp(op arch.RISUOp) arch.Word {
	return arch.Word{Bits: t32RISUKey | uint64(op), Size: 2}
}

// RISUStart implements arch.RISUMachine.
func (m *thumbRISU) RISUStart(image, memory []byte) ([]byte, error) {
	image, err := m.a32RISU.RISUStart(image, memory)
	if err != nil {
		return image, err
	}
	return m.toThumb(image)
}

// RISULoad implements arch.RISUMachine.
func (m *thumbRISU) RISULoad(image, window []byte, values []uint64) ([]byte, error) {
	there, err := m.thumb.toA32(nil, uint64(len(image)))
	if err != nil {
		return image, err
	}
	if image, err = m.a32RISU.RISULoad(m.append(image, there), window, values); err != nil {
		return image, err
	}
	return m.toThumb(image)
}

// toThumb appends A32 code that goes on in Thumb code right behind it.
func (m *thumbRISU) toThumb(image []byte) ([]byte, error) {
	back, err := m.glue().toThumb(nil)
	return m.append(image, back), err
}

func (m *thumbRISU) append(image []byte, words []arch.Word) []byte {
	for _, w := range words {
		image = arch.AppendWord(image, w, m.layout.WordOrder)
	}
	return image
}

// Glue implements arch.Machine.
func (m *thumbRISU) Glue() arch.Glue { return m.glue() }

func (m *thumbRISU) glue() *thumbRISUGlue {
	g := m.a32RISU.glue()
	return &thumbRISUGlue{thumbGlue{thumbOps: m.thumb, a32: &g.a32Glue, made: g}, g}
}

// thumbRISUGlue implements arch.PlacedGlue and arch.Locator by A32's glue. It is called with addresses that count from the image's
// begin, or from that of a block: only what they leave divided by 4 matters.
type thumbRISUGlue struct {
	thumbGlue
	locator arch.Locator
}

// At implements arch.PlacedGlue.
func (g *thumbRISUGlue) At(addr uint64) arch.Glue {
	g.addr = addr
	return g
}

// Locate implements arch.Locator.
func (g *thumbRISUGlue) Locate(dst []arch.Word, reg int, offset uint64) ([]arch.Word, error) {
	return g.through(dst, func(code []arch.Word) ([]arch.Word, error) { return g.locator.Locate(code, reg, offset) })
}

// Distance implements arch.Locator.
func (g *thumbRISUGlue) Distance(dst []arch.Word, reg int) ([]arch.Word, error) {
	return g.through(dst, func(code []arch.Word) ([]arch.Word, error) { return g.locator.Distance(code, reg) })
}

// Retry implements arch.Glue. Processors that have exclusives in Thumb code have all of its words.
func (g *thumbRISUGlue) Retry(l arch.Loop, shape arch.LoopShape) (arch.Loop, error) {
	return (&thumb2Glue{thumbGlue: g.thumbGlue}).Retry(l, shape)
}

// Mark implements arch.Glue, as A32's does: a mark is a number, and no address.
func (g *thumbRISUGlue) Mark(l arch.Landing, reg int, shape arch.BranchShape) (arch.Landing, error) {
	if shape.DelaySlot || shape.Forbidden || shape.Exchange {
		return l, errors.New("branches have no slots, and stay in Thumb code")
	}
	before, err := g.SetReg(l.Before, reg, a32MarkStart)
	if err != nil {
		return l, err
	}
	size, addr := int64(shape.Size)+int64(shape.Ahead), g.addr+bytesOf(before)
	if !shape.Backward {
		after, err := g.added(addr+uint64(size), reg, a32MarkSkipped)
		return arch.Landing{Before: before, After: after, Displacement: int64(shape.Size) + int64(bytesOf(after))}, err
	}
	back, err := g.added(addr+2, reg, a32MarkBack)
	if err != nil {
		return l, err
	}
	far := int64(bytesOf(back))
	after, err := g.added(addr+uint64(2+far+2+size), reg, a32MarkSkipped)
	if err != nil {
		return l, err
	}
	jump := func(bytes int64) use { return do(&g.b, (bytes-4)/2) }
	l.After, l.Displacement = after, -2-far-int64(shape.Ahead)
	if l.Before, err = sequence(before, jump(2+far+2)); err != nil {
		return l, err
	}
	l.Before, err = sequence(append(l.Before, back...), jump(2+size+int64(bytesOf(after))))
	return l, err
}

// added is code for an address that adds to a register.
func (g *thumbRISUGlue) added(addr uint64, reg int, n uint32) ([]arch.Word, error) {
	there := *g
	there.addr = addr
	return there.through(nil, func(code []arch.Word) ([]arch.Word, error) {
		return sequence(code, g.a32.immediate(&g.a32.addImm, int64(reg), int64(reg), n))
	})
}
