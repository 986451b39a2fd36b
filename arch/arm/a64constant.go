package arm

import "math/bits"

// bitmask is an immediate of the logical instructions with 64 bits: a run of ones, rotated, in elements of a power of two
// that repeat.
type bitmask struct{ n, immr, imms int64 }

// bitmaskOf encodes a value as the manual's DecodeBitMasks reads it. It reports false for values that have no such form,
// zero and all ones among them.
func bitmaskOf(v uint64) (bitmask, bool) {
	if v == 0 || v == ^uint64(0) {
		return bitmask{}, false
	}
	size := 64
	for size > 2 && v == bits.RotateLeft64(v, size/2) {
		size /= 2
	}
	mask := ^uint64(0) >> (64 - size)
	element := v & mask
	ones := bits.OnesCount64(element)
	for r := range size { // of the run of ones to the right
		run := uint64(1)<<ones - 1
		if (run>>r|run<<(size-r))&mask == element {
			b := bitmask{immr: int64(r), imms: int64((64-2*size)&63 | ones - 1)}
			if size == 64 {
				b.n, b.imms = 1, int64(ones-1)
			}
			return b, true
		}
	}
	return bitmask{}, false
}

// maxConstant and maxStack are how many instructions constant and setStack append at most.
const (
	maxConstant = 4
	maxStack    = maxConstant + 4
)

// setStack appends what puts a constant into the stack pointer, which few instructions write: a logical one makes the upper bits, an
// addition or two the lower 24. For other numbers register 0 helps out, and gets its value back at the end.
func (g *a64Glue) setStack(dst []use, value uint64) []use {
	const sp, help = a64SP, 0
	upper := (value + 1<<23) &^ (1<<24 - 1)
	if b, ok := bitmaskOf(upper); ok {
		dst = append(dst, do(&g.orrImm, w64, b.n, b.immr, b.imms, zr, sp))
	} else if upper == 0 {
		dst = append(dst, do(&g.andImm, w64, 1, 0, 0, zr, sp))
	} else {
		dst = append(dst, do(&g.addImm, w64, 0, 0, help, sp))
		dst = g.constant(dst, help, value)
		// The two change places: each is the sum less the other.
		return append(dst,
			do(&g.addExt, w64, help, uxtx, 0, sp, sp),
			do(&g.subExt, w64, help, uxtx, 0, sp, help),
			do(&g.subExt, w64, help, uxtx, 0, sp, sp))
	}
	op, rest := &g.addImm, int64(value-upper)
	if rest < 0 {
		op, rest = &g.subImm, -rest
	}
	for sh, part := range [...]int64{rest & 0xfff, rest >> 12} {
		if part != 0 {
			dst = append(dst, do(op, w64, int64(sh), part, sp, sp))
		}
	}
	return dst
}

// constant appends what puts a constant into another register: two words for a number of 32 bits, sign-extended or zero-extended; four
// for others.
func (g *a64Glue) constant(dst []use, reg int64, value uint64) []use {
	part := func(n int) int64 { return int64(value >> (16 * n) & 0xffff) }
	movk := func(n int) use { return do(&g.movk, w64, int64(n), part(n), reg) }
	switch {
	case value>>32 == 0:
		return append(dst, do(&g.movz, w64, 0, part(0), reg), movk(1))
	case value == uint64(int64(int32(value))):
		return append(dst, do(&g.movn, w64, 1, ^part(1)&0xffff, reg), movk(0))
	}
	return append(dst, do(&g.movz, w64, 0, part(0), reg), movk(1), movk(2), movk(3))
}
