package arm

import (
	"errors"
	"math/bits"

	"github.com/risugen/risugen/arch"
)

// thumbLeave is how many bytes leave takes, without what aligns it.
const thumbLeave = 4

// leave appends to code, whose end stands at an address, what goes on in A32 code right behind it.
func (o *thumbOps) leave(code []byte, end uint64, order arch.ByteOrder) ([]byte, error) {
	var room [3]arch.Word
	words, err := o.toA32(room[:0], end)
	for _, w := range words {
		code = arch.AppendWord(code, w, order)
	}
	return code, err
}

// toA32 appends Thumb code for an address behind which stands A32 code. It changes nothing else.
func (o *thumbOps) toA32(dst []arch.Word, addr uint64) ([]arch.Word, error) {
	if addr&2 != 0 { // where BX PC is not defined
		var err error
		if dst, err = sequence(dst, o.nop()); err != nil {
			return dst, err
		}
	}
	return sequence(dst, do(&o.bxPC), o.nop())
}

// throughA32 appends Thumb code for an address that runs A32 code and comes back. It changes nothing else.
func (g *thumbGlue) throughA32(dst []arch.Word, code []arch.Word) ([]arch.Word, error) {
	n := len(dst)
	dst, err := g.toA32(dst, g.addr)
	if err != nil {
		return dst, err
	}
	dst = appendA32(dst, code)
	if g.a32.l.Hosted {
		return g.toThumb(dst)
	}
	var room [1]arch.Word
	back, err := sequence(room[:0], do(&g.a32.ldrPC, a32PC, -4, condAL))
	if err != nil {
		return dst, err
	}
	dst = appendA32(dst, back)
	return append(dst, g.datum(uint32(g.addr+bytesOf(dst[n:])+4)|thumbEntry)), nil
}

// toThumb appends A32 code, wherever it stands, that goes on in Thumb code right behind it, by a register that is kept on the
// stack.
func (g *thumbGlue) toThumb(dst []arch.Word) ([]arch.Word, error) {
	a := g.a32
	code, err := sequence(nil, a.push(0), a.immediate(&a.addImm, 0, a32PC, thumbEntry), do(&a.bx, 0, 0xfff, condAL))
	if err != nil {
		return dst, err
	}
	return sequence(appendA32(dst, code), do(&g.pop, 1<<0))
}

// bytesOf is how many bytes words take.
func bytesOf(words []arch.Word) (n uint64) {
	for _, w := range words {
		n += uint64(w.Size)
	}
	return n
}

// appendA32 appends words of A32 as words of Thumb, of which the upper half stands first.
func appendA32(dst, code []arch.Word) []arch.Word {
	for _, w := range code {
		dst = append(dst, arch.Word{Bits: uint64(bits.RotateLeft32(uint32(w.Bits), 16)), Size: 4})
	}
	return dst
}

// datum is a number as a word of Thumb.
func (g *thumbGlue) datum(n uint32) arch.Word {
	g.a32.l.Order.PutUint32(g.bytes[:], n)
	return arch.Word{Bits: uint64(g.a32.l.WordOrder.Uint32(g.bytes[:])), Size: 4}
}

// exchange makes the landing of a branch to A32 code, which copies the address of what stands behind to the mark, and goes
// there. What the mark's number is made by is there already.
func (g *thumbGlue) exchange(l arch.Landing, r int64, shape arch.BranchShape) (arch.Landing, error) {
	at, size := int64(g.addr+shape.Ahead), int64(shape.Size)
	for _, w := range l.Before {
		at += int64(w.Size)
	}
	pad := -(at + size + 4) & 3
	l.Displacement = size + 4 + pad
	var err [3]error
	l.After, err[0] = sequence(l.After, g.here(r), do(&g.b, (2+pad+8-4)/2))
	if pad > 0 {
		l.After, err[2] = sequence(l.After, g.nop())
	}
	var room [2]arch.Word
	code, err2 := sequence(room[:0], g.a32.immediate(&g.a32.addImm, r, a32PC, 1), do(&g.a32.bx, r, 0xfff, condAL))
	err[1] = err2
	l.After = appendA32(l.After, code)
	return l, errors.Join(err[:]...)
}
