package arm

import (
	"errors"
	"fmt"

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

// newA64RISULayout is the register file as RISU compares it: general registers, vectors, flags, FPCR and FPSR. The stack
// pointer is the host's, which gets its signals there.
func newA64RISULayout(c *model, order arch.ByteOrder) a64Layout {
	l := newA64Layout(c, order)
	l.States, l.Payload = nil, a64Vectors+a64General
	l.tpidr, l.pad = -1, -1
	l.nzcv = l.addState("nzcv", 4, false)
	l.fpcr = l.addState("fpcr", 4, false)
	l.fpsr = l.addState("fpsr", 4, true)
	l.Hosted, l.CodeAddr, l.BlockEnd = true, 0, 0
	l.Classes[l.gpr].Never = 1 << a64SP
	l.StackReg, l.Special, l.Avoid = 0, 0, nil
	const window = 128 // more than an instruction accesses
	l.Memory = arch.Memory{Windows: arch.RISUMemory / window, Size: window, Pool: l.Window}
	return l
}

// Emit implements arch.Machine.
func (m *a64RISU) Emit(*arch.Program) (*arch.Code, error) {
	return nil, errors.New("a machine for RISU's images makes no others")
}

// Glue implements arch.Machine.
func (m *a64RISU) Glue() arch.Glue { return &a64RISUGlue{a64Glue{m.ops, &m.layout}} }

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

// a64RISUAlign is a multiple of all alignments that instructions ask for. Images are loaded at the start of a page.
const a64RISUAlign = 64

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
	at := (a.base + uint32(4*len(a.words)) + a64RISUAlign - 1) &^ (a64RISUAlign - 1)
	a.labels["data"], a.labels["end"] = at, at+uint32(len(data))
	words, err := a.finish()
	if err != nil {
		return nil, fmt.Errorf("RISU image: %w", err)
	}
	image = append(image, arch.CodeOf(m.layout.WordOrder, words)...)
	image = append(image, make([]byte, int(at)-len(image))...)
	return append(image, data...), nil
}

// a64RISUGlue implements arch.Glue and arch.Locator.
type a64RISUGlue struct{ a64Glue }

// NonZero implements arch.Glue: no register of the block is known not to be zero.
func (g *a64RISUGlue) NonZero(dst []arch.Word, class, reg, laneBits, _ int) ([]arch.Word, error) {
	if class != g.l.gpr || reg == a64SP || laneBits != 0 && laneBits != 64 {
		return dst, errors.New("only whole general registers can be made non-zero")
	}
	return a64Sequence(dst, a64Use{&g.cbnz, []int64{w64, 2, int64(reg)}}, a64Use{&g.movz, []int64{w64, 0, a64MarkStart, int64(reg)}})
}

// Locate implements arch.Locator. RISU adds to register 0, which changes places with the one that is asked for.
func (g *a64RISUGlue) Locate(dst []arch.Word, reg int, offset uint64) ([]arch.Word, error) {
	var before, after []a64Use
	if reg != 0 {
		before, after = []a64Use{g.copyOf(int64(reg), 0)}, g.swap(int64(reg))
	}
	dst, err := a64Sequence(dst, append(before, g.constant(0, offset)...)...)
	if err != nil {
		return dst, err
	}
	return a64Sequence(append(dst, a64RISUWord(arch.RISUGetMemory)), after...)
}

// Distance implements arch.Locator: the sum of memory's address and the negated one, negated again.
func (g *a64RISUGlue) Distance(dst []arch.Word, reg int) ([]arch.Word, error) {
	var swap []a64Use
	if reg != 0 {
		swap = g.swap(int64(reg))
	}
	negate := a64Use{&g.sub, []int64{w64, lsl, 0, 0, zr, 0}}
	dst, err := a64Sequence(dst, append(swap, negate)...)
	if err != nil {
		return dst, err
	}
	return a64Sequence(append(dst, a64RISUWord(arch.RISUGetMemory)), append([]a64Use{negate}, swap...)...)
}

// swap makes a register and register 0 change places, and leaves the flags alone.
func (g *a64RISUGlue) swap(reg int64) []a64Use {
	eor := func(to, from int64) a64Use { return a64Use{&g.eor, []int64{w64, lsl, from, 0, to, to}} }
	return []a64Use{eor(0, reg), eor(reg, 0), eor(0, reg)}
}
