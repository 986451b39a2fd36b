package mips

import (
	"fmt"

	"github.com/risugen/risugen/arch"
)

// asm writes harness code: words by the decode files' encodings, and labels. The first error sticks.
type asm struct {
	*ops
	base   uint32 // address of words[0]
	words  []uint32
	labels map[string]uint32
	fixes  []fix
	err    error
}

// fix is a branch or jump whose target was not known yet.
type fix struct {
	at     int // index into words
	label  string
	encode func(from, to uint32) (arch.Word, error)
}

func newAsm(o *ops, base uint32) *asm {
	return &asm{ops: o, base: base, labels: map[string]uint32{}}
}

func (a *asm) pc() uint32 { return a.base + 4*uint32(len(a.words)) }

func (a *asm) label(name string) { a.labels[name] = a.pc() }

// put appends one instruction.
func (a *asm) put(op *arch.Op, values ...int64) {
	w, err := op.Word(values...)
	if err != nil && a.err == nil {
		a.err = err
	}
	a.words = append(a.words, uint32(w.Bits))
}

func (a *asm) nop() { a.put(&a.sll, 0, 0, 0) }

// li loads a constant.
func (a *asm) li(reg int64, v uint32) {
	a.put(&a.lui, reg, int64(v>>16))
	if v&0xffff != 0 {
		a.put(&a.ori, reg, reg, int64(v&0xffff))
	}
}

// loadReg and storeReg access as much as a register holds.
func (a *asm) loadReg(rt, off, reg int64) {
	if a.wide {
		a.put(&a.ld, rt, off, reg)
		return
	}
	a.load(rt, off, reg)
}

func (a *asm) storeReg(rt, off, reg int64) {
	if a.wide {
		a.put(&a.sd, rt, off, reg)
		return
	}
	a.store(rt, off, reg)
}

// do appends an instruction with its arguments.
func (a *asm) do(u use) { a.put(u.Op, u.Args()...) }

// load and store access a word at reg+off.
func (a *asm) load(rt, off, reg int64)  { a.put(&a.lw, rt, off, reg) }
func (a *asm) store(rt, off, reg int64) { a.put(&a.sw, rt, off, reg) }

// move copies a register.
func (a *asm) move(rd, rs int64) { a.put(&a.or, rd, rs, 0) }

// branch appends a branch to a label on rs == rt (or !=) and leaves the delay slot to the caller.
func (a *asm) branch(op *arch.Op, rs, rt int64, label string) {
	a.fixes = append(a.fixes, fix{len(a.words), label, func(from, to uint32) (arch.Word, error) {
		return op.Word(rs, rt, int64(int32(to-from-4))>>2)
	}})
	a.words = append(a.words, 0)
}

// jump appends a jump to a label and leaves the delay slot to the caller.
func (a *asm) jump(op *arch.Op, label string) {
	a.fixes = append(a.fixes, fix{len(a.words), label, func(_, to uint32) (arch.Word, error) {
		return op.Word(int64(to >> 2 & 0x3ff_ffff))
	}})
	a.words = append(a.words, 0)
}

// system makes a system call; arguments are in $4 on.
func (a *asm) system(number int64) {
	a.put(&a.addiu, 2, 0, number)
	a.put(&a.syscall, 0)
}

// finish resolves the labels.
func (a *asm) finish() ([]uint32, error) {
	for _, f := range a.fixes {
		to, ok := a.labels[f.label]
		if !ok {
			return nil, fmt.Errorf("harness: no label %s", f.label)
		}
		w, err := f.encode(a.base+4*uint32(f.at), to)
		if err != nil {
			return nil, err
		}
		a.words[f.at] = uint32(w.Bits)
	}
	return a.words, a.err
}
