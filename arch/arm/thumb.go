package arm

import (
	"github.com/risugen/risugen/arch"
)

// thumbParts are Thumb's instruction sets.
var thumbParts = []isaPart{
	{"t16", "t16.decode"},
	{"t32", "t32.decode"},
	{"vfp", "t32vfp.decode"},
	{"neon", "t32neon.decode"},
}

// thumbEntry is the bit of an address that says that Thumb code stands there.
const thumbEntry = 1

// newThumb makes a machine whose blocks are Thumb code. The configuration is complete.
func newThumb(cpu *model, config arch.Config, order arch.ByteOrder) (arch.Machine, error) {
	library.Begin(harnessFiles...)
	ops, err := loadThumbOps()
	if err != nil {
		return nil, err
	}
	m := &a32Machine{cpu: cpu, parts: thumbParts, thumb: ops, entry: thumbEntry, config: config, layout: newThumbLayout(cpu, order)}
	return m, m.load()
}

// newThumbLayout is A32's layout but for the code. Where there are no words of 32 bits, there are no exclusives.
func newThumbLayout(c *model, order arch.ByteOrder) a32Layout {
	l := newA32Layout(c, order)
	l.inThumb(c, order)
	l.BlockEnd = thumbLeave + 8
	return l
}

// inThumb says that blocks are Thumb code.
func (l *a32Layout) inThumb(c *model, order arch.ByteOrder) {
	l.WordOrder, l.WordSizes = arch.Halves(l.harnessOrder), &arch.WordSizes{Unit: 2, Of: thumbSize}
	l.ELF.Marks, l.ELF.WordOrder = marks("$t"), func(flags uint32) arch.ByteOrder { return arch.Halves(elfOrder(order, flags)) }
	l.BlockAlign = 4
	if !c.has32("thumb2") {
		l.Tries = 0
	}
}

// thumbSize is how many bytes the word has that begins with a halfword.
func thumbSize(first uint64) int {
	if first>>11 >= 0x1d {
		return 4
	}
	return 2
}
