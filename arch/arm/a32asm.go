package arm

import (
	"fmt"

	"github.com/risugen/risugen/arch"
)

// a32Asm writes harness code: words by the decode files' encodings, and labels. The first error sticks.
type a32Asm struct {
	*a32Ops
	base   uint32 // address of words[0]
	words  []uint32
	labels map[string]uint32
	fixes  []a32Fix
	err    error
}

// a32Fix is a word or more that hold a label's address, or the distance to it, which was not known yet.
type a32Fix struct {
	at    int // index into words
	label string
	uses  func(from, to uint32) []use
}

func newA32Asm(o *a32Ops, base uint32) *a32Asm {
	return &a32Asm{a32Ops: o, base: base, labels: map[string]uint32{}}
}

func (a *a32Asm) label(name string) { a.labels[name] = a.base + 4*uint32(len(a.words)) }

// put appends instructions.
func (a *a32Asm) put(uses ...use) {
	for _, u := range uses {
		w, err := u.Word()
		if err != nil && a.err == nil {
			a.err = err
		}
		a.words = append(a.words, uint32(w.Bits))
	}
}

// li loads a constant.
func (a *a32Asm) li(reg int64, n uint32) { a.put(a.constant(nil, reg, n)...) }

// addConst adds a number to a register.
func (a *a32Asm) addConst(rd, rn int64, n uint32) {
	for _, part := range splitImmediates(nil, n) {
		a.put(a.immediate(&a.addImm, rd, rn, part))
		rn = rd
	}
}

// loadDoubles and storeDoubles access D registers, and move reg behind them.
func (a *a32Asm) loadDoubles(first, n, reg int64) {
	a.put(do(&a.vldm, reg, first, n, 1, 0, condAL))
}

func (a *a32Asm) storeDoubles(first, n, reg int64) {
	a.put(do(&a.vstm, reg, first, n, 1, 0, condAL))
}

// compareNumber and compareRegister set the flags by a difference.
func (a *a32Asm) compareNumber(rn int64, n uint32) { a.put(a.compareWith(&a.cmpImm, rn, n)) }

func (a *a32Asm) compareRegister(rn, rm int64) {
	a.put(do(&a.cmp, rn, rm, a32LSL, 0, condAL, 0))
}

// branch appends a branch to a label on a condition.
func (a *a32Asm) branch(cond int64, label string) { a.jump(&a.b, cond, label) }

// call appends a call of a label.
func (a *a32Asm) call(label string) { a.jump(&a.bl, condAL, label) }

// back returns to where a register points.
func (a *a32Asm) back(reg int64) { a.put(a.system(&a.movPC, reg)) }

func (a *a32Asm) jump(op *arch.Op, cond int64, label string) {
	a.fix(1, label, func(from, to uint32) []use { return []use{do(op, a32Distance(from, to), cond)} })
}

// a32Distance is the distance of a branch, in words from the second behind it.
func a32Distance(from, to uint32) int64 { return int64(int32(to-from))/4 - 2 }

// address loads a label's address.
func (a *a32Asm) address(reg int64, label string) {
	a.fix(4, label, func(_, to uint32) []use { return a.fixed(nil, reg, to) })
}

func (a *a32Asm) fix(n int, label string, uses func(from, to uint32) []use) {
	a.fixes = append(a.fixes, a32Fix{len(a.words), label, uses})
	a.words = append(a.words, make([]uint32, n)...)
}

// finish resolves the labels.
func (a *a32Asm) finish() ([]uint32, error) {
	for _, f := range a.fixes {
		to, ok := a.labels[f.label]
		if !ok {
			return nil, fmt.Errorf("harness: no label %s", f.label)
		}
		for i, u := range f.uses(a.base+4*uint32(f.at), to) {
			w, err := u.Word()
			if err != nil {
				return nil, err
			}
			a.words[f.at+i] = uint32(w.Bits)
		}
	}
	return a.words, a.err
}
