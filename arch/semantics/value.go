package semantics

// Value is what a register of up to 128 bits holds, or what two registers of 64 bits do. Bit 0 of Lo is the lowest.
type Value struct{ Lo, Hi uint64 }

// V is a value of up to 64 bits.
func V(x uint64) Value { return Value{Lo: x} }

// Mask is the lowest bits, 1 to 64 of them.
func Mask(bits int) uint64 { return ^uint64(0) >> (64 - bits) }

// Sext is the lowest bits of a number, 1 to 64 of them, sign-extended.
func Sext(x uint64, bits int) int64 { return int64(x<<(64-bits)) >> (64 - bits) }

// Bool is 1 for true.
func Bool(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// Ones is all bits of a lane, or none.
func Ones(b bool) uint64 { return -Bool(b) }

// Lane is element i of lanes of a width in bits: 8, 16, 32 or 64.
func (v Value) Lane(width, i int) uint64 {
	at := width * i
	if at >= 64 {
		return v.Hi >> (at - 64) & Mask(width)
	}
	return v.Lo >> at & Mask(width)
}

// SetLane changes element i.
func (v *Value) SetLane(width, i int, x uint64) {
	at, m := width*i, Mask(width)
	if at >= 64 {
		at -= 64
		v.Hi = v.Hi&^(m<<at) | x&m<<at
		return
	}
	v.Lo = v.Lo&^(m<<at) | x&m<<at
}

// Map1 makes each lane of lanes of a width, of the first n bits of a vector: 32, 64 or 128.
func Map1(n, width int, a Value, f func(a uint64) uint64) (out Value) {
	for i := range n / width {
		out.SetLane(width, i, f(a.Lane(width, i)))
	}
	return out
}

// Map2 is the same of two vectors.
func Map2(n, width int, a, b Value, f func(a, b uint64) uint64) (out Value) {
	for i := range n / width {
		out.SetLane(width, i, f(a.Lane(width, i), b.Lane(width, i)))
	}
	return out
}

// Map3 is the same of three.
func Map3(n, width int, a, b, c Value, f func(a, b, c uint64) uint64) (out Value) {
	for i := range n / width {
		out.SetLane(width, i, f(a.Lane(width, i), b.Lane(width, i), c.Lane(width, i)))
	}
	return out
}
