package arm

import (
	"fmt"
	"math/bits"
)

// rotate encodes a number as an immediate of A32: 8 bits, rotated right by twice the number before them. It reports
// false for numbers that have no such form.
func rotate(n uint32) (int64, bool) {
	for r := range 16 {
		if v := bits.RotateLeft32(n, 2*r); v < 0x100 {
			return int64(r)<<8 | int64(v), true
		}
	}
	return 0, false
}

// mustRotate encodes a number that is known to have the form.
func mustRotate(n uint32) int64 {
	v, ok := rotate(n)
	if !ok {
		panic(fmt.Sprintf("%#x is no immediate of A32", n))
	}
	return v
}

// maxImmediates is how many immediates any number is the sum of.
const maxImmediates = 4

// splitImmediates appends immediates whose sum a number is: zero is one.
func splitImmediates(dst []uint32, n uint32) []uint32 {
	if n == 0 {
		return append(dst, 0)
	}
	for n != 0 {
		part := n & (0xff << (bits.TrailingZeros32(n) &^ 1))
		dst = append(dst, part)
		n &^= part
	}
	return dst
}

// constant appends what puts a number into a register: what of it no immediate holds is added by OR, or taken away.
func (o *a32Ops) constant(dst []use, reg int64, n uint32) []use {
	var room [2][maxImmediates]uint32
	op, more, parts := &o.movImm, &o.orrImm, splitImmediates(room[0][:0], n)
	if inverse := splitImmediates(room[1][:0], ^n); len(inverse) < len(parts) {
		op, more, parts = &o.mvnImm, &o.bicImm, inverse
	}
	dst = append(dst, do(op, reg, mustRotate(parts[0]), condAL, 0, 0))
	for _, part := range parts[1:] {
		dst = append(dst, o.immediate(more, reg, reg, part))
	}
	return dst
}

// atVariables points a register at the variables, whose address is an immediate.
func (o *a32Ops) atVariables(reg int64) use {
	return do(&o.movImm, reg, mustRotate(a32StateAddr), condAL, 0, 0)
}

// zero clears a register.
func (o *a32Ops) zero(reg int64) use { return do(&o.movImm, reg, 0, condAL, 0, 0) }

// fixed appends four instructions that put a number into a register whatever it is.
func (o *a32Ops) fixed(dst []use, reg int64, n uint32) []use {
	dst = append(dst, do(&o.movImm, reg, int64(n&0xff), condAL, 0, 0))
	for shift := 8; shift < 32; shift += 8 {
		dst = append(dst, o.immediate(&o.orrImm, reg, reg, n&(0xff<<shift)))
	}
	return dst
}

// halves appends the two instructions that ARMv6T2 has to put a number into a register.
func (o *a32Ops) halves(dst []use, reg int64, n uint32) []use {
	return append(dst, do(&o.movw, reg, int64(n&0xffff), condAL), do(&o.movt, reg, int64(n>>16), condAL))
}
