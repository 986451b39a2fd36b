package arm

import (
	"errors"
	"fmt"

	"github.com/risugen/risugen/arch"
)

// What RISU's images of A64 and of A32 have in common.

// errRISUOnly is what becomes of another image of a machine for RISU's.
var errRISUOnly = errors.New("a machine for RISU's images makes no others")

// hostRISU makes of a layout that of images that RISU's program runs. The stack pointer, a general register, is the
// host's, which gets its signals there.
func hostRISU(l *arch.Layout, stack int) {
	const window = 128 // as much as an instruction accesses
	l.Hosted, l.CodeAddr, l.BlockEnd = true, 0, 0
	l.Classes[l.AddrClass].Never |= 1 << stack
	l.StackReg, l.Special, l.Avoid = 0, 0, nil
	l.Memory = arch.Memory{Windows: arch.RISUMemory / window, Size: window, Pool: l.Window}
}

// risuAlign is a multiple of all alignments that instructions ask for. Images are loaded at the start of a page.
const risuAlign = 64

// risuCode is code that data follow: it has a word, or a row of words, that puts the address of the label "data" into
// register 0, and ends in a jump to the label "end".
type risuCode struct {
	end    uint32 // of the code, counted from the image's begin
	labels map[string]uint32
	finish func() ([]uint32, error)
}

// appendTo appends the code, and the data, aligned.
func (c risuCode) appendTo(image []byte, order arch.ByteOrder, data []byte) ([]byte, error) {
	at := (c.end + risuAlign - 1) &^ (risuAlign - 1)
	c.labels["data"], c.labels["end"] = at, at+uint32(len(data))
	words, err := c.finish()
	if err != nil {
		return nil, fmt.Errorf("RISU image: %w", err)
	}
	image = append(image, arch.CodeOf(order, words)...)
	image = append(image, make([]byte, int(at)-len(image))...)
	return append(image, data...), nil
}

// risuLocator implements arch.Locator by instructions that leave the flags alone. RISU adds to register 0, which changes
// places with the one that is asked for.
type risuLocator struct {
	get      arch.Word // adds memory's address to register 0
	copyOf   func(to, from int64) use
	constant func(reg int64, n uint64) []use
	eor      func(to, from int64) use
	negate   use // register 0
}

// Locate implements arch.Locator.
func (l risuLocator) Locate(dst []arch.Word, reg int, offset uint64) ([]arch.Word, error) {
	var before, after []use
	if reg != 0 {
		before, after = []use{l.copyOf(int64(reg), 0)}, l.swap(int64(reg))
	}
	dst, err := sequence(dst, append(before, l.constant(0, offset)...)...)
	if err != nil {
		return dst, err
	}
	return sequence(append(dst, l.get), after...)
}

// Distance implements arch.Locator: the sum of memory's address and the negated one, negated again.
func (l risuLocator) Distance(dst []arch.Word, reg int) ([]arch.Word, error) {
	var swap []use
	if reg != 0 {
		swap = l.swap(int64(reg))
	}
	dst, err := sequence(dst, append(swap, l.negate)...)
	if err != nil {
		return dst, err
	}
	return sequence(append(dst, l.get), append([]use{l.negate}, swap...)...)
}

// swap makes a register and register 0 change places.
func (l risuLocator) swap(reg int64) []use {
	return []use{l.eor(0, reg), l.eor(reg, 0), l.eor(0, reg)}
}
