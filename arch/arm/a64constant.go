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

// setStack puts a constant into the stack pointer, which few instructions write: a logical one makes the upper bits, an
// addition or two the lower 24. For other numbers register 0 helps out, and gets its value back at the end.
func (g *a64Glue) setStack(value uint64) []use {
	const sp, help = a64SP, 0
	upper := (value + 1<<23) &^ (1<<24 - 1)
	var out []use
	if b, ok := bitmaskOf(upper); ok {
		out = append(out, use{&g.orrImm, []int64{w64, b.n, b.immr, b.imms, zr, sp}})
	} else if upper == 0 {
		out = append(out, use{&g.andImm, []int64{w64, 1, 0, 0, zr, sp}})
	} else {
		out = append(out, use{&g.addImm, []int64{w64, 0, 0, help, sp}})
		out = append(out, g.constant(help, value)...)
		// The two change places: each is the sum less the other.
		return append(out,
			use{&g.addExt, []int64{w64, help, uxtx, 0, sp, sp}},
			use{&g.subExt, []int64{w64, help, uxtx, 0, sp, help}},
			use{&g.subExt, []int64{w64, help, uxtx, 0, sp, sp}})
	}
	op, rest := &g.addImm, int64(value-upper)
	if rest < 0 {
		op, rest = &g.subImm, -rest
	}
	for sh, part := range []int64{rest & 0xfff, rest >> 12} {
		if part != 0 {
			out = append(out, use{op, []int64{w64, int64(sh), part, sp, sp}})
		}
	}
	return out
}

// constant puts a constant into another register: two words for a number of 32 bits, sign-extended or zero-extended; four
// for others.
func (g *a64Glue) constant(reg int64, value uint64) []use {
	part := func(n int) int64 { return int64(value >> (16 * n) & 0xffff) }
	movk := func(n int) use { return use{&g.movk, []int64{w64, int64(n), part(n), reg}} }
	switch {
	case value>>32 == 0:
		return []use{{&g.movz, []int64{w64, 0, part(0), reg}}, movk(1)}
	case value == uint64(int64(int32(value))):
		return []use{{&g.movn, []int64{w64, 1, ^part(1) & 0xffff, reg}}, movk(0)}
	}
	return []use{{&g.movz, []int64{w64, 0, part(0), reg}}, movk(1), movk(2), movk(3)}
}
