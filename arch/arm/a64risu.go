package arm

import (
	"errors"

	"github.com/risugen/risugen/arch"
)

// a64RISU implements arch.RISUMachine: AArch64 as RISU's program runs it.
type a64RISU struct{ a64Machine }

// RISU implements arch.RISUWriter.
func (m *a64Machine) RISU() (arch.RISUMachine, error) {
	if m.config.Order != "little" {
		return nil, errors.New("RISU has no images of big-endian AArch64")
	}
	r := &a64RISU{a64Machine{cpu: m.cpu, config: m.config, layout: newA64RISULayout(m.cpu, m.layout.Order)}}
	r.everything = m.everything
	return r, r.load()
}

// newA64RISULayout is the register file as RISU compares it: general registers, vectors, flags, FPCR and FPSR.
func newA64RISULayout(c *model, order arch.ByteOrder) a64Layout {
	l := newA64Layout(c, order)
	l.States, l.fields, l.Payload = nil, nil, a64Vectors+a64General
	l.tpidr, l.pad = -1, -1
	l.nzcv = l.addState("nzcv", 4, false)
	l.fpcr = l.addState("fpcr", 4, false)
	l.fpsr = l.addState("fpsr", 4, true)
	hostRISU(&l.Layout, a64SP)
	return l
}

// Emit implements arch.Machine.
func (m *a64RISU) Emit(*arch.Program) (*arch.Code, error) { return nil, errRISUOnly }

// Glue implements arch.Machine.
func (m *a64RISU) Glue() arch.Glue {
	g := a64Glue{m.ops, &m.layout}
	return &a64RISUGlue{g, risuLocator{
		get:      a64RISUWord(arch.RISUGetMemory),
		copyOf:   g.copyOf,
		constant: func(reg int64, n uint64) []use { return g.constant(nil, reg, n) },
		eor:      func(to, from int64) use { return do(&g.eor, w64, lsl, from, 0, to, to) },
		negate:   do(&g.sub, w64, lsl, 0, 0, zr, 0),
	}}
}

// a64RISUKey is what RISU's words for AArch64 are told by, of the space where nothing is allocated.
const a64RISUKey = 0x5af0

// RISUOp implements arch.RISUMachine.
func (m *a64RISU) RISUOp(op arch.RISUOp) arch.Word { return a64RISUWord(op) }

func a64RISUWord(op arch.RISUOp) arch.Word {
	return arch.Word{Bits: a64RISUKey | uint64(op), Size: 4}
}

// RISUForm implements arch.RISUWriter.
func (m *a64Machine) RISUForm() (arch.RISUForm, bool) {
	const clearFlags, barrier = 0xd51b421f, 0xd5033f9f // MSR NZCV, XZR; DSB SY
	load := func(word uint64) bool { return word == clearFlags }
	return arch.RISUForm{Key: a64RISUKey, Jump: a64Jump, Load: load, Barrier: barrier}, m.config.Order == "little"
}

// a64Jump is how far B goes.
func a64Jump(word uint64) (int64, bool) {
	const mask, b = 0xfc00_0000, 0x1400_0000
	return int64(int32(uint32(word)<<6)>>6) * 4, word&mask == b
}

// RISUStart implements arch.RISUMachine.
func (m *a64RISU) RISUStart(image, memory []byte) ([]byte, error) {
	return m.withData(image, memory, func(a *a64Asm) { a.words = append(a.words, uint32(a64RISUWord(arch.RISUSetMemory).Bits)) })
}

// RISULoad implements arch.RISUMachine. The data are the vectors and general registers as they stand in the window, and a
// doubleword for each state.
func (m *a64RISU) RISULoad(image, window []byte, values []uint64) ([]byte, error) {
	data := append([]byte{}, window[:a64Vectors+a64General]...)
	for _, v := range values {
		data = m.layout.Order.AppendUint64(data, v)
	}
	return m.withData(image, data, func(a *a64Asm) {
		for v := int64(0); v < 32; v += 4 {
			a.loadVectors(v, 0)
		}
		for i := range values {
			a.load64(1, int64(a64General+8*i), 0)
			a.do(a.write(m.layout.States[i].Name, 1))
		}
		for r := int64(2); r < 30; r += 2 {
			a.loadPair(r, r+1, 8*r, 0)
		}
		a.load64(30, 8*30, 0)
		a.loadPair(0, 1, 0, 0)
	})
}

// withData appends code that begins with the address of data in register 0, and the data, aligned, which the code jumps
// over.
func (m *a64RISU) withData(image, data []byte, code func(*a64Asm)) ([]byte, error) {
	a := newA64Asm(m.ops, uint32(len(image)))
	a.fix("data", func(from, to uint32) (arch.Word, error) { return a.adr.Word(int64(to-from), 0) })
	code(a)
	a.jump(&a.b, "end")
	made := risuCode{a.base + uint32(4*len(a.words)), a.labels, a.finish}
	return made.appendTo(image, m.layout.WordOrder, data)
}

// a64RISUGlue implements arch.Glue and arch.Locator.
type a64RISUGlue struct {
	a64Glue
	risuLocator
}

// NonZero implements arch.Glue: no register of the block is known not to be zero.
func (g *a64RISUGlue) NonZero(dst []arch.Word, class, reg, laneBits, _ int) ([]arch.Word, error) {
	if class != g.l.gpr || reg == a64SP || laneBits != 0 && laneBits != 64 {
		return dst, errors.New("only whole general registers can be made non-zero")
	}
	return sequence(dst, do(&g.cbnz, w64, 2, int64(reg)), do(&g.movz, w64, 0, a64MarkStart, int64(reg)))
}
