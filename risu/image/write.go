package image

import (
	"errors"
	"fmt"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// Period is after how many instructions under test registers are loaded again, as RISU's own generator does it: many
// results end as zero or as a NaN.
const Period = 100

// BlockLen is the length of blocks of programs that images are made of: registers are compared behind each.
const BlockLen = 1

// Machine returns the machine that programs for RISU's images are made with.
func Machine(m arch.Machine) (arch.RISUMachine, error) {
	w, ok := m.(arch.RISUWriter)
	if !ok {
		return nil, fmt.Errorf("no images of RISU's are made for the %s", m.Config().CPU)
	}
	return w.RISU()
}

// Write makes an image of a program that was made with a machine of Machine's and blocks of BlockLen. Each block becomes the
// words between two comparisons.
func Write(p *arch.Program) ([]byte, error) {
	m, ok := p.Machine.(arch.RISUMachine)
	if !ok {
		return nil, errors.New("the program was made for images of another kind")
	}
	w := writer{prog: p, machine: m, set: m.Set(), layout: m.Layout()}
	out, err := m.RISUStart(nil, p.Pool[:arch.RISUMemory])
	if err != nil {
		return nil, err
	}
	w.out = out
	for i, next := 0, 0; i < len(p.Blocks) && w.err == nil; i++ {
		b := &p.Blocks[i]
		if w.tests >= next {
			w.load(b, uint32(next/Period))
			next += Period
		}
		w.block(b)
	}
	w.op(arch.RISUEnd)
	return w.out, w.err
}

// writer writes one image. The first error sticks.
type writer struct {
	prog    *arch.Program
	machine arch.RISUMachine
	set     *constraints.Set
	layout  *arch.Layout
	out     []byte
	tests   int // instructions that are written
	scratch []arch.Word
	err     error
}

func (w *writer) words(words ...arch.Word) {
	for _, word := range words {
		w.out = arch.AppendWord(w.out, word, w.layout.Words())
	}
}

func (w *writer) op(op arch.RISUOp) { w.words(w.machine.RISUOp(op)) }

// glue writes what a function appends that takes glue for where it is to stand.
func (w *writer) glue(f func(g arch.Glue, dst []arch.Word) ([]arch.Word, error)) {
	g := w.machine.Glue()
	if placed, ok := g.(arch.PlacedGlue); ok {
		g = placed.At(uint64(len(w.out)))
	}
	words, err := f(g, w.scratch[:0])
	w.scratch = words
	if err != nil && w.err == nil {
		w.err = err
	}
	w.words(words...)
}

// load writes the code that loads all registers, for a block and those that follow, and compares what it loaded. States get
// the values of so many rounds on.
func (w *writer) load(b *arch.Block, round uint32) {
	window := w.prog.PoolWindow(b, 0)
	values := make([]uint64, len(w.layout.States))
	for i := range values {
		values[i] = w.machine.InitialState(b, i, round, window)
	}
	out, err := w.machine.RISULoad(w.out, window, values)
	if err != nil {
		w.err = err
		return
	}
	w.out = out
	w.op(arch.RISUCompare)
}

// block writes a block: sticky states that it writes start as zero, so that it shows what is set. Behind it, registers that
// point into memory become distances.
func (w *writer) block(b *arch.Block) {
	for state := range w.layout.States {
		if w.layout.States[state].Reset && w.writes(b, state) {
			w.glue(func(g arch.Glue, dst []arch.Word) ([]arch.Word, error) { return g.Reset(dst, state, -1) })
		}
	}
	w.align()
	for i := range b.Items {
		w.words(arch.Word{Bits: b.Items[i].Word, Size: b.Items[i].Size})
	}
	for _, reg := range w.prog.Exposed(b) {
		w.glue(func(g arch.Glue, dst []arch.Word) ([]arch.Word, error) { return g.(arch.Locator).Distance(dst, reg) })
	}
	if b.Memory {
		w.op(arch.RISUCompareMemory)
	}
	w.op(arch.RISUCompare)
	w.tests += b.Tests()
}

// align goes on to where a block may begin.
func (w *writer) align() {
	for align := max(1, w.layout.BlockAlign); w.err == nil && uint64(len(w.out))%align != 0; {
		w.glue(arch.Glue.Nop)
	}
}

// writes reports whether an instruction of a block may write a state.
func (w *writer) writes(b *arch.Block, state int) bool {
	for i := range b.Items {
		if b.Items[i].Kind != arch.Test {
			continue
		}
		in := w.set.Insns[b.Items[i].Insn]
		for j := range in.Operands {
			if op := &in.Operands[j]; op.Kind == constraints.StateOperand && op.State == state && op.Role.Writes() {
				return true
			}
		}
	}
	return false
}
