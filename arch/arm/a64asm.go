package arm

import (
	"fmt"
	"math/bits"

	"github.com/risugen/risugen/arch"
)

// a64Asm writes harness code: words by the decode files' encodings, and labels. The first error sticks.
type a64Asm struct {
	*a64Ops
	base   uint32 // address of words[0]
	words  []uint32
	labels map[string]uint32
	fixes  []a64Fix
	err    error
}

// a64Fix is a word that holds a label's address, or the distance to it, which was not known yet.
type a64Fix struct {
	at     int // index into words
	label  string
	encode func(from, to uint32) (arch.Word, error)
}

func newA64Asm(o *a64Ops, base uint32) *a64Asm {
	return &a64Asm{a64Ops: o, base: base, labels: map[string]uint32{}}
}

func (a *a64Asm) label(name string) { a.labels[name] = a.base + 4*uint32(len(a.words)) }

// put appends one instruction.
func (a *a64Asm) put(op *arch.Op, values ...int64) {
	w, err := op.Word(values...)
	if err != nil && a.err == nil {
		a.err = err
	}
	a.words = append(a.words, uint32(w.Bits))
}

// do appends an instruction with its arguments.
func (a *a64Asm) do(u use) { a.put(u.Op, u.Args()...) }

// li loads a constant.
func (a *a64Asm) li(reg int64, v uint32) {
	lower, upper := int64(v&0xffff), int64(v>>16)
	if lower != 0 || upper == 0 {
		a.put(&a.movz, w64, 0, lower, reg)
		if upper != 0 {
			a.put(&a.movk, w64, 1, upper, reg)
		}
		return
	}
	a.put(&a.movz, w64, 1, upper, reg)
}

// load and store access a word at reg+off.
func (a *a64Asm) load(rt, off, reg int64)  { a.put(&a.ldr, rt, reg, off/4) }
func (a *a64Asm) store(rt, off, reg int64) { a.put(&a.str, rt, reg, off/4) }

// load64 and store64 access a doubleword.
func (a *a64Asm) load64(rt, off, reg int64)  { a.put(&a.ldr64, rt, reg, off/8) }
func (a *a64Asm) store64(rt, off, reg int64) { a.put(&a.str64, rt, reg, off/8) }

// loadPair and storePair access two doublewords.
func (a *a64Asm) loadPair(rt, rt2, off, reg int64)  { a.put(&a.ldp, w64, off/8, rt2, reg, rt) }
func (a *a64Asm) storePair(rt, rt2, off, reg int64) { a.put(&a.stp, w64, off/8, rt2, reg, rt) }

// loadVectors and storeVectors access four vectors, as pairs of doublewords, and move reg behind them.
func (a *a64Asm) loadVectors(rt, reg int64)  { a.put(&a.ld1, 4, 1, double, zr, reg, rt) }
func (a *a64Asm) storeVectors(rt, reg int64) { a.put(&a.st1, 4, 1, double, zr, reg, rt) }

// move copies a register, of which neither is the stack pointer.
func (a *a64Asm) move(rd, rs int64) { a.do(a.copyOf(rd, rs)) }

// addConst adds a number below 4096 to a register.
func (a *a64Asm) addConst(rd, rn, n int64) { a.put(&a.addImm, w64, 0, n, rn, rd) }

// lowBits leaves of a register the bits below a power of two.
func (a *a64Asm) lowBits(rd, rn int64, power uint32) {
	a.put(&a.ubfm, w64, 1, 0, int64(bits.TrailingZeros32(power))-1, rn, rd)
}

// keepBits leaves of a register some bits in a row.
func (a *a64Asm) keepBits(rd, rn int64, mask uint32) {
	b, ok := bitmaskOf(uint64(mask))
	if !ok && a.err == nil {
		a.err = fmt.Errorf("harness: %#x is no logical immediate", mask)
	}
	a.put(&a.andImm, w64, b.n, b.immr, b.imms, rn, rd)
}

// branch appends a branch to a label if a register of 64 bits is zero (or is not).
func (a *a64Asm) branch(op *arch.Op, rt int64, label string) {
	a.fix(label, func(from, to uint32) (arch.Word, error) { return op.Word(w64, words(from, to), rt) })
}

// jump appends a jump to a label.
func (a *a64Asm) jump(op *arch.Op, label string) {
	a.fix(label, func(from, to uint32) (arch.Word, error) { return op.Word(words(from, to)) })
}

// words is a distance in words.
func words(from, to uint32) int64 { return int64(int32(to-from)) / 4 }

// address loads a label's address.
func (a *a64Asm) address(reg int64, label string) {
	a.fix(label, func(_, to uint32) (arch.Word, error) { return a.movz.Word(w64, 0, int64(to&0xffff), reg) })
	a.fix(label, func(_, to uint32) (arch.Word, error) { return a.movk.Word(w64, 1, int64(to>>16), reg) })
}

func (a *a64Asm) fix(label string, encode func(from, to uint32) (arch.Word, error)) {
	a.fixes = append(a.fixes, a64Fix{len(a.words), label, encode})
	a.words = append(a.words, 0)
}

// finish resolves the labels.
func (a *a64Asm) finish() ([]uint32, error) {
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
