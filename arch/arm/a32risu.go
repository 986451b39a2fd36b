package arm

import (
	"errors"

	"github.com/risugen/risugen/arch"
)

// a32RISU implements arch.RISUMachine: A32 as RISU's program runs it.
type a32RISU struct{ a32Machine }

// RISU implements arch.RISUWriter.
func (m *a32Machine) RISU() (arch.RISUMachine, error) {
	if m.config.Order != "little" {
		return nil, errors.New("RISU has no images of big-endian AArch32")
	}
	r := a32RISU{a32Machine{
		cpu: m.cpu, parts: m.parts, thumb: m.thumb, entry: m.entry, config: m.config,
		layout: newA32RISULayout(m.cpu, m.layout.Order), everything: m.everything,
	}}
	if m.inThumb() {
		r.layout = newThumbRISULayout(m.cpu, m.layout.Order)
		t := &thumbRISU{r}
		return t, t.load()
	}
	return &r, r.load()
}

// newA32RISULayout is the register file as RISU compares it: general registers, D registers, the flags with Q and GE, and
// FPSCR.
func newA32RISULayout(c *model, order arch.ByteOrder) a32Layout {
	l := newA32Layout(c, order)
	l.States, l.parts, l.Payload = nil, nil, l.poolCPSR
	l.thread, l.pad = -1, -1
	l.addProgramStates()
	hostRISU(&l.Layout, a32SP)
	return l
}

// Emit implements arch.Machine.
func (m *a32RISU) Emit(*arch.Program) (*arch.Code, error) { return nil, errRISUOnly }

// Glue implements arch.Machine.
func (m *a32RISU) Glue() arch.Glue { return m.glue() }

func (m *a32RISU) glue() *a32RISUGlue {
	g := a32Glue{m.ops, &m.layout}
	return &a32RISUGlue{g, risuLocator{
		get:      a32RISUWord(arch.RISUGetMemory),
		copyOf:   g.move,
		constant: func(reg int64, n uint64) []use { return g.constant(nil, reg, uint32(n)) },
		eor:      func(to, from int64) use { return g.compute(&g.eor, to, to, from) },
		negate:   g.immediate(&g.rsbImm, 0, 0, 0),
	}}
}

// a32RISUKey is what RISU's words for A32 are told by, of the space of UDF.
const a32RISUKey = 0xe7fe_5af0

// RISUOp implements arch.RISUMachine.
func (m *a32RISU) RISUOp(op arch.RISUOp) arch.Word { return a32RISUWord(op) }

func a32RISUWord(op arch.RISUOp) arch.Word { return arch.Word{Bits: a32RISUKey | uint64(op), Size: 4} }

// RISUForm implements arch.RISUWriter.
func (m *a32Machine) RISUForm() (arch.RISUForm, bool) {
	if m.inThumb() {
		return t32RISUForm(), m.config.Order == "little"
	}
	const adr, mask = 0xe28f0000, 0xffff_fff0 // ADD R0, PC, #12, #8 or #4: the distance of the data behind what loads them
	load := func(word uint64) bool { return word&mask == adr }
	return arch.RISUForm{Key: a32RISUKey, Jump: a32Jump, Load: load}, m.config.Order == "little"
}

// a32Jump is how far B goes.
func a32Jump(word uint64) (int64, bool) {
	const mask, b = 0xff00_0000, 0xea00_0000
	return int64(int32(uint32(word)<<8)>>8)*4 + 8, word&mask == b
}

// RISUStart implements arch.RISUMachine.
func (m *a32RISU) RISUStart(image, memory []byte) ([]byte, error) {
	return m.withData(image, memory, func(a *a32Asm) {
		a.words = append(a.words, uint32(a32RISUWord(arch.RISUSetMemory).Bits))
	})
}

// RISULoad implements arch.RISUMachine. The data are the D registers and general registers as they stand in the window,
// then CPSR, then FPSCR.
func (m *a32RISU) RISULoad(image, window []byte, values []uint64) ([]byte, error) {
	l := &m.layout
	var cpsr uint64
	for i, v := range values {
		if i != l.fpscr {
			cpsr |= v
		}
	}
	data := append([]byte{}, window[:l.poolCPSR]...)
	data = l.Order.AppendUint32(data, uint32(cpsr))
	data = l.Order.AppendUint32(data, uint32(values[l.fpscr]))
	return m.withData(image, data, func(a *a32Asm) {
		for d := 0; d < l.doubles/8; d += 16 {
			a.loadDoubles(int64(d), 16, 0)
		}
		mask := int64(psrFlags)
		if l.parallel {
			mask |= psrGE
		}
		a.put(a.load(1, a32General, 0), a.writeCPSR(1, mask))
		a.put(a.load(1, a32General+4, 0), a.system(&a.vmsr, 1))
		for r := int64(a32PC) - 1; r >= 0; r-- {
			if r != a32SP {
				a.put(a.load(r, 4*r, 0))
			}
		}
	})
}

// withData appends code that begins with the address of data in register 0, and the data, aligned, which the code jumps
// over.
func (m *a32RISU) withData(image, data []byte, code func(*a32Asm)) ([]byte, error) {
	a := newA32Asm(m.ops, uint32(len(image)))
	a.fix(1, "data", func(from, to uint32) []use { return []use{a.immediate(&a.addImm, 0, a32PC, to-from-8)} })
	code(a)
	a.branch(condAL, "end")
	made := risuCode{a.base + uint32(4*len(a.words)), a.labels, a.finish}
	return made.appendTo(image, m.layout.harnessOrder, data)
}

// a32RISUGlue implements arch.Glue and arch.Locator. A block's base register is an ordinary one, which holds anything and
// keeps that.
type a32RISUGlue struct {
	a32Glue
	risuLocator
}

// borrow has glue use a register, which it saves below the host's stack: nothing signals before it is back.
func (g *a32RISUGlue) borrow(dst []arch.Word, reg int64, glue func([]arch.Word) ([]arch.Word, error)) ([]arch.Word, error) {
	dst, err := sequence(dst, g.store(reg, -8, a32SP))
	if err == nil {
		dst, err = glue(dst)
	}
	if err != nil {
		return dst, err
	}
	return sequence(dst, g.load(reg, -8, a32SP))
}

// NonZero implements arch.Glue.
func (g *a32RISUGlue) NonZero(dst []arch.Word, class, reg, laneBits, base int) ([]arch.Word, error) {
	return g.borrow(dst, int64(base), func(dst []arch.Word) ([]arch.Word, error) {
		return g.a32Glue.NonZero(dst, class, reg, laneBits, base)
	})
}

// fpscrSticky are the bits of FPSCR that stay set: QC and the cumulative exceptions.
const fpscrSticky = 0x0800_009f

// Reset implements arch.Glue. What stays set becomes zero; modes and flags of FPSCR stay as they are. Where no register is
// named any will do.
func (g *a32RISUGlue) Reset(dst []arch.Word, state, base int) ([]arch.Word, error) {
	base = max(base, 0)
	return g.borrow(dst, int64(base), func(dst []arch.Word) ([]arch.Word, error) {
		if state != g.l.fpscr {
			return g.a32Glue.Reset(dst, state, base)
		}
		b := int64(base)
		dst, err := sequence(dst, g.system(&g.vmrs, b))
		for _, bits := range splitImmediates(nil, fpscrSticky) {
			if err == nil {
				dst, err = sequence(dst, g.immediate(&g.bicImm, b, b, bits))
			}
		}
		if err != nil {
			return dst, err
		}
		return sequence(dst, g.system(&g.vmsr, b))
	})
}
