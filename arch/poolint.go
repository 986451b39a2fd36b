package arch

import "math/rand/v2"

// Integer values of the input pool.

var (
	int8s  = integers(8)
	int16s = integers(16)
	int32s = integers(32)
	int64s = integers(64)
)

// integers is the kind of integers of a width.
func integers(width int) *kind {
	mask := ^uint64(0) >> (64 - width)
	least := uint64(1) << (width - 1)
	value := func(of func(*rand.Rand, int) uint64) func(*rand.Rand) uint64 {
		return func(r *rand.Rand) uint64 { return of(r, width) & mask }
	}
	k := &kind{
		width:   width,
		values:  []func(*rand.Rand) uint64{value(integer)},
		alone:   []func(*rand.Rand) uint64{value(between), value(shifted)},
		related: func(r *rand.Rand, v uint64) uint64 { return integerPartner(r, v, width) & mask },
		core: []uint64{
			0, 0, 1, mask, mask, least, least, least - 1, least - 1, least + 1, uint64(width) - 1, uint64(width),
		},
		pairs: [][2]uint64{{least, mask}, {least, least}, {uint64(max(width, 32)), mask}},
	}
	if width == 8 {
		k.alone = k.values
	}
	return k
}

// integer draws a value at which integer arithmetic changes its mind: zero, one, extremes, saturation
// borders of this and of half the width, where squares overflow, single bits and masks, amounts to shift by; or any value.
// One in four is a neighbour of that. Only the lower bits count.
func integer(r *rand.Rand, width int) uint64 {
	var v uint64
	switch r.IntN(11) {
	case 0:
		v = pick(r, 0, 1)
	case 1:
		v = ^uint64(0)
	case 2:
		v = 1 << (width - 1) // smallest
	case 3:
		v = 1<<(width-1) - 1 // largest
	case 4:
		v = border(r, width)
	case 5: // one bit, or all below
		v = 1<<r.IntN(width) - r.Uint64()&1
	case 6, 7, 8:
		v = amount(r, width)
	default:
		v = r.Uint64()
	}
	if r.IntN(4) == 0 {
		v += uint64(r.IntN(3)) - 1
	}
	return v
}

// between is half way between two numbers of a floating-point format, or beside that in a bit that a wider
// format or the integer has last: what is rounded twice comes out otherwise. Either sign.
func between(r *rand.Rand, width int) uint64 {
	precision, least, most := halfBits, halfBits, 15 // of the highest bit; the format has nothing larger
	if width > 16 && r.IntN(8) != 0 {
		precision, least, most = singleBits, width*3/4, width-1
		if width > doubleBits && r.IntN(6) == 0 {
			precision, least = doubleBits, doubleBits
		}
	}
	top := most - r.IntN(1+r.IntN(most-least+1)) // rather high: there is room below
	v := uint64(1)<<top | 1<<(top-precision)
	if r.IntN(6) != 0 {
		v |= 1 << pick(r, 0, uint64(max(0, top-doubleBits)))
	}
	if r.IntN(2) == 0 {
		return -v
	}
	return v
}

// shifted is just too large for half of the width once it is shifted right, if not before it is rounded; either sign.
func shifted(r *rand.Rand, width int) uint64 {
	h := uint64(width / 2)
	by := pick(r, 1, h/2, h-1, h-1, 1+r.Uint64N(h))
	v := uint64(1)<<(h-1+by) - 1
	switch r.IntN(8) {
	case 0, 1:
		v ^= r.Uint64() & (1<<by - 1) >> 1
	case 2:
		v++
	}
	if r.IntN(8) == 0 {
		return -v
	}
	return v
}

// border is an extreme of half the width, signed or unsigned, extended to the width, or a number whose square
// is an extreme of the width; either sign.
func border(r *rand.Rand, width int) uint64 {
	h := width / 2
	v := pick(r, 1<<h, 1<<h-1, 1<<(h-1), 1<<(h-1)-1, root(width-1), root(width-1)+1)
	if r.IntN(2) == 0 {
		return -v
	}
	return v
}

// root is the largest number whose square has no more bits than these.
func root(bits int) uint64 {
	v := uint64(0)
	for b := uint64(1) << (bits / 2); b != 0; b >>= 1 {
		if t := v | b; t*t <= 1<<bits-1 {
			v = t
		}
	}
	return v
}

// amount is a number of bits to shift by, from none to more than the width; half of them are where something
// changes. One in four is negative: that way some instructions shift right.
func amount(r *rand.Rand, width int) uint64 {
	w := uint64(width)
	v := uint64(r.IntN(2*width + 1))
	if r.IntN(4) != 0 {
		v = pick(r, 0, 1, w/2, w-1, w, w, w, w+1, 2*w-1, 2*w)
	}
	if r.IntN(4) == 0 {
		return -v
	}
	return v
}

// integerPartner draws a value that goes with another: sums and differences of both, or of one and twice the other, that
// reach a border or miss it by one, products that do; what has the same magnitude or differs in one bit.
func integerPartner(r *rand.Rand, v uint64, width int) uint64 {
	most := uint64(1)<<(width-1) - 1
	var p uint64
	switch r.IntN(11) {
	case 0:
		p = v ^ 1<<r.IntN(width)
	case 1:
		p = -v
	case 2:
		p = ^v
	case 3, 4:
		p = most - v
	case 5:
		p = v + most // what, subtracted, or negated and added, reaches the other extreme
	case 6:
		p = v + 1
	case 7:
		p = v - 1
	case 8:
		p = (most - v) >> 1
	case 9:
		p = quotient(most, v, width)
	default:
		p = v >> (width / 2) // the same in half the width
	}
	if r.IntN(4) == 0 {
		p += uint64(r.IntN(3)) - 1
	}
	return p
}

// quotient is what a value is to be multiplied with to come near the largest: a factor of the same sign.
func quotient(most, v uint64, width int) uint64 {
	mask := ^uint64(0) >> (64 - width)
	switch magnitude := -v & mask; {
	case v&mask == 0:
		return most
	case v&mask > most:
		return -(most / magnitude)
	}
	return most / (v & mask)
}
