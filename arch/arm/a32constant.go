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

// a32Parts splits a number into immediates whose sum it is: zero is one.
func splitImmediates(n uint32) []uint32 {
	if n == 0 {
		return []uint32{0}
	}
	var out []uint32
	for n != 0 {
		part := n & (0xff << (bits.TrailingZeros32(n) &^ 1))
		out = append(out, part)
		n &^= part
	}
	return out
}

// constant puts a number into a register: what of it no immediate holds is added by OR, or taken away.
func (o *a32Ops) constant(reg int64, n uint32) []use {
	op, more, parts := &o.movImm, &o.orrImm, splitImmediates(n)
	if inverse := splitImmediates(^n); len(inverse) < len(parts) {
		op, more, parts = &o.mvnImm, &o.bicImm, inverse
	}
	out := []use{{op, []int64{reg, mustRotate(parts[0]), condAL, 0, 0}}}
	for _, part := range parts[1:] {
		out = append(out, o.immediate(more, reg, reg, part))
	}
	return out
}

// fixed puts a number into a register by four instructions whatever it is.
func (o *a32Ops) fixed(reg int64, n uint32) []use {
	out := []use{{&o.movImm, []int64{reg, int64(n & 0xff), condAL, 0, 0}}}
	for shift := 8; shift < 32; shift += 8 {
		out = append(out, o.immediate(&o.orrImm, reg, reg, n&(0xff<<shift)))
	}
	return out
}

// halves puts a number into a register by the two instructions that ARMv6T2 has for that.
func (o *a32Ops) halves(reg int64, n uint32) []use {
	return []use{{&o.movw, []int64{reg, int64(n & 0xffff), condAL}}, {&o.movt, []int64{reg, int64(n >> 16), condAL}}}
}
