package arch

import "math/rand/v2"

// Floating-point values of the input pool.

// format is an IEEE 754 binary format.
type format struct{ exponent, fraction int } // widths in bits

// Bits of precision: those of the fraction, and the one before it.
const (
	halfBits   = 11
	singleBits = 24
	doubleBits = 53
)

var (
	float16s = format{5, halfBits - 1}.kind()
	float32s = format{8, singleBits - 1}.kind()
	float64s = format{11, doubleBits - 1}.kind()
)

func (f format) kind() *kind {
	inf, one := f.exp(f.maxExp()), f.exp(f.bias())
	return &kind{
		width:   1 + f.exponent + f.fraction,
		values:  []func(*rand.Rand) uint64{f.number, f.number, f.tiny, f.huge},
		alone:   []func(*rand.Rand) uint64{f.number, f.half},
		related: f.partner,
		core: []uint64{
			0, f.signBit(), one, one | f.signBit(), inf, inf | f.signBit(), inf - 1, f.exp(1), 1,
			inf | 1<<(f.fraction-1), inf | 1<<(f.fraction-2), inf | f.signBit() | 1<<(f.fraction-1) | 5, inf | f.signBit() | 3,
			f.exp(f.bias() - 1), f.exp(f.bias()+1) | 1<<(f.fraction-2) | f.signBit(), // a half, minus two and a half
		},
		pairs: [][2]uint64{
			{f.exp(1) + 1, f.exp(1) | f.signBit()}, {f.exp(2), f.exp(2) - 1 | f.signBit()}, // their sum is denormal
			{one, one | f.signBit()}, {0, inf | f.signBit()}, {f.exp(f.bias() - 1), f.exp(f.bias()+1) | 1<<(f.fraction-2) | f.signBit()},
		},
	}
}

func (f format) signBit() uint64           { return 1 << (f.exponent + f.fraction) }
func (f format) maxExp() uint64            { return 1<<f.exponent - 1 }
func (f format) bias() uint64              { return f.maxExp() >> 1 }
func (f format) exp(e uint64) uint64       { return e << f.fraction }
func (f format) sign(r *rand.Rand) uint64  { return r.Uint64() & f.signBit() }
func (f format) ulps(r *rand.Rand) uint64  { return r.Uint64() & (1<<f.fraction - 1) }
func (f format) clamp(e int64) uint64      { return f.exp(uint64(max(0, min(e, int64(f.maxExp())-1)))) }
func (f format) exponentOf(v uint64) int64 { return int64(v >> f.fraction & f.maxExp()) }

// number draws any number.
func (f format) number(r *rand.Rand) uint64 { return f.sign(r) | f.magnitude(r) }

// tiny draws a denormal number, or one whose differences from others are denormal.
func (f format) tiny(r *rand.Rand) uint64 {
	frac := f.ulps(r)
	if r.IntN(2) == 0 {
		frac >>= r.IntN(f.fraction)
	}
	return f.sign(r) | f.exp(pick(r, 0, 1, 1, 1, 2, 3)) | frac
}

// huge draws a number whose sums with others overflow.
func (f format) huge(r *rand.Rand) uint64 {
	return f.sign(r) | f.exp(f.maxExp()-1-uint64(r.IntN(3))) | pick(r, f.ulps(r), 1<<f.fraction-1, 1<<(f.fraction-1))
}

// magnitude draws a value of every class: zeros, denormals, infinities, quiet and signalling NaNs with
// payloads, values near overflow and underflow, ones whose sums, products and conversions fall half way between two
// results, whole numbers near the limits of integer formats; or any bit pattern.
func (f format) magnitude(r *rand.Rand) uint64 {
	frac := f.ulps(r)
	switch r.IntN(15) {
	case 0:
		return 0
	case 1: // denormal; often the smallest or the largest
		return pick(r, frac, 1, 1<<f.fraction-1)
	case 2: // smallest normal and its neighbours
		return f.exp(1) + pick(r, 0, 1, frac)
	case 3: // largest finite and its neighbours
		return f.exp(f.maxExp()-1) | pick(r, 1<<f.fraction-1, 1<<f.fraction-2, frac)
	case 4:
		return f.exp(f.maxExp()) // infinity
	case 5: // NaN with the top fraction bit set
		return f.exp(f.maxExp()) | 1<<(f.fraction-1) | pick(r, 0, frac, 1)
	case 6: // NaN with the top fraction bit clear
		return f.exp(f.maxExp()) | pick(r, 1, frac>>1|1, 1<<(f.fraction-2))
	case 7:
		return f.exp(f.bias()) // one
	case 8: // one and a few bits: ties in sums and products
		return f.exp(f.bias()) | pick(r, uint64(r.IntN(4)), 1<<(f.fraction/2), 1<<((f.fraction+1)/2), 3<<(f.fraction/2-1))
	case 9: // halves: ties when rounding to an integer
		return f.halfway(r)
	case 10: // near the limits of integers
		return f.limit(r)
	case 11: // close to each other: cancellation
		return f.exp(f.bias()+uint64(r.IntN(3))) | frac
	case 12: // small whole numbers, powers of two
		return f.clamp(int64(f.bias())+int64(r.IntN(f.fraction+2))) | pick(r, 0, 1, 3)<<(f.fraction-2)
	}
	return f.exp(r.Uint64()&f.maxExp()) | frac
}

// half is a number of either sign that halfway makes.
func (f format) half(r *rand.Rand) uint64 { return f.sign(r) | f.halfway(r) }

// halfway is a small number and a half, or a quarter more or less, or a last bit; a half itself too.
func (f format) halfway(r *rand.Rand) uint64 {
	e := r.IntN(min(f.fraction, 12)) - 1
	frac := f.ulps(r) >> max(0, f.fraction-e-1) << max(0, f.fraction-e-1) // the half is the last bit
	if e >= 0 {
		frac = frac&^(1<<(f.fraction-e)-1) | 1<<(f.fraction-e-1)
	}
	v := f.exp(uint64(int64(f.bias())+int64(e))) | frac&(1<<f.fraction-1)
	return v + pick(r, 0, 0, 0, 1, ^uint64(0))
}

// limit is a number near a limit of integers of 8 to 64 bits: that, the one before or behind, a half more or less.
func (f format) limit(r *rand.Rand) uint64 {
	e := pick(r, 7, 8, 15, 16, 31, 32, 63, 64, 30, 62)
	v := f.exp(min(f.bias()+e, f.maxExp()-1))
	switch fine := f.fraction - int(e); r.IntN(4) {
	case 0:
		return v
	case 1: // the next number that the format has
		return v + pick(r, 1, ^uint64(0))
	case 2: // a half
		if fine >= 0 {
			return v + pick(r, 1<<fine>>1, -(uint64(1)<<fine))
		}
	}
	return v | f.ulps(r)
}

// partner draws a value that goes with another: that differs in the sign or in a last bit, whose sum with it or
// product falls between two results or loses most of its bits, whose product with it is near one, near overflow, or
// denormal; for a NaN and infinities, one of another sign or payload.
func (f format) partner(r *rand.Rand, v uint64) uint64 {
	e, frac, bias := f.exponentOf(v), v&(1<<f.fraction-1), int64(f.bias())
	sign := v&f.signBit() ^ f.sign(r)
	if e == int64(f.maxExp()) {
		return v ^ pick(r, f.signBit(), 1, 1<<(f.fraction-1))
	}
	switch r.IntN(12) {
	case 0:
		return v ^ f.signBit()
	case 1:
		return v ^ 1
	case 2: // the same magnitude but for the last bits
		return sign | (f.exp(uint64(e))|frac+uint64(r.IntN(5))-2)&(f.signBit()-1)
	case 3, 4: // half of the last place, and a bit beside it
		return sign | f.clamp(e-int64(f.fraction)-1) | pick(r, 0, 0, 1, 1<<f.fraction-1)
	case 5: // of about the last place
		return sign | f.clamp(e-int64(f.fraction)+int64(r.IntN(4))-2) | f.ulps(r)
	case 6: // near the other's inverse
		return sign | f.clamp(2*bias-e-int64(r.IntN(2))) | pick(r, 0, frac, ^frac&(1<<f.fraction-1), f.ulps(r))
	case 7, 8: // a product that is denormal, or the smallest normal
		return sign | f.clamp(bias-e+1-int64(r.IntN(f.fraction+3))) | pick(r, 0, 1, f.ulps(r), 1<<f.fraction-1)
	case 9: // a product near overflow
		return sign | f.clamp(2*bias-e+bias-int64(r.IntN(3))+1) | pick(r, 0, 1<<f.fraction-1, f.ulps(r))
	case 10: // another power of two of the same
		return sign | f.clamp(e+int64(r.IntN(7))-3) | frac
	}
	return sign | f.clamp(e) | pick(r, 0, f.ulps(r), 1<<(f.fraction-1)|1)
}
