// Package random makes the random numbers that programs are drawn with.
//
// A program takes about ten of them for an instruction, and math/rand/v2 calls its sources through an interface, so that
// numbers took a tenth of the time of an image. This generator is SplitMix64 (Steele, Lea and Flood, "Fast splittable
// pseudorandom number generators", OOPSLA 2014): one addition from one number to the next, so that a processor makes
// several at once, and small enough to be inlined. Its period is 2^64, of which a program of 100 million instructions takes
// less than 2^31. It is not for secrets.
package random

import "math/bits"

// Rand is a source of random numbers. It is a rand.Source of math/rand/v2, too. One goroutine at a time may use it.
type Rand struct{ state uint64 }

// New returns a source. Different seeds, and different streams of a seed, have numbers that have nothing to do with each other.
func New(seed, stream uint64) *Rand {
	return &Rand{mix(mix(seed+step) ^ stream)}
}

// step is what the state grows by: 2^64 divided by the golden ratio, an odd number without a pattern.
const step = 0x9e3779b97f4a7c15

// mix turns a state into a number.
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Uint64 returns any number of 64 bits.
func (r *Rand) Uint64() uint64 {
	r.state += step
	return mix(r.state)
}

// Uint32 returns any number of 32 bits.
func (r *Rand) Uint32() uint32 { return uint32(r.Uint64() >> 32) }

// Uint64N returns a number below n, which must not be 0. All are equally likely: numbers of which there are more than of others
// are drawn again (Lemire, "Fast random integer generation in an interval", 2019).
func (r *Rand) Uint64N(n uint64) uint64 {
	hi, lo := bits.Mul64(r.Uint64(), n)
	if lo < n {
		return r.again(n, hi, lo)
	}
	return hi
}

// again draws until a number is none of those of which there are more. It is not inlined so that its callers are.
//
//go:noinline
func (r *Rand) again(n, hi, lo uint64) uint64 {
	for more := -n % n; lo < more; {
		hi, lo = bits.Mul64(r.Uint64(), n)
	}
	return hi
}

// Uint32N returns a number below n, which must not be 0. Some numbers are more likely than others, by less than one in 2^32: to
// draw again would leave it too large to be inlined.
func (r *Rand) Uint32N(n uint32) uint32 {
	hi, _ := bits.Mul64(r.Uint64(), uint64(n))
	return uint32(hi)
}

// IntN returns a number from 0 up to, but not including, n, which must be positive and below 2^32. They are as likely as those
// of Uint32N.
func (r *Rand) IntN(n int) int {
	hi, _ := bits.Mul64(r.Uint64(), uint64(n))
	return int(hi)
}

// Bit returns the position of one of the set bits of m, which must not be 0. All are equally likely.
//
// Places are tried, up to the last set bit's next power of two, until one is set. Where many are, that takes a fraction of the time of
// counting them; where few are, they are counted after some tries.
func (r *Rand) Bit(m uint64) int {
	width := bits.Len(uint(bits.Len64(m) - 1)) // of the last bit's position
	places := uint64(1)<<width - 1
	x := r.Uint64()
	for range 5 {
		if at := x & places; m>>at&1 != 0 {
			return int(at)
		}
		x >>= width
	}
	return NthBit(m, r.IntN(bits.OnesCount64(m)))
}

// NthBit returns the position of the n-th set bit of m, counted from 0; there must be as many. It counts the bits of all
// bytes at once, and then goes through those of one.
func NthBit(m uint64, n int) int {
	const each = 0x0101010101010101 // a one in every byte
	s := m - m>>1&(0x55*each)
	s = s&(0x33*each) + s>>2&(0x33*each)
	s = (s + s>>4) & (0x0f * each) * each // the bits of a byte and of those below it
	at := 8 * bits.OnesCount64(((uint64(n)*each|0x80*each)-s)&(0x80*each))
	n -= int(s << 8 >> at & 0xff)
	for m = m >> at; n > 0; n-- {
		m &= m - 1
	}
	return at + bits.TrailingZeros64(m)
}
