package arch

import (
	"math"
	"math/rand/v2"
)

// The input pool. It is a run of stretches, each with one theme, longer than a round's window: in most
// rounds all registers hold values of one kind, so that the operands of an instruction suit each other
// whatever registers they are. Themes follow each other at random; which stretch a round reads depends on
// the block's offset and stride.

const (
	poolSpan    = 1 << 18 // bytes that offsets wrap at
	poolStretch = 1 << 11 // bytes of one theme
	poolStream  = 0x706f6f6c
)

// NewPool makes the input pool: span bytes that offsets wrap at, and one window more. Values are in the
// layout's byte order.
func NewPool(l *Layout, seed uint64) (pool []byte, span int) {
	size := poolSpan + l.Window + l.Memory.Bytes() + poolStretch
	size = size / poolStretch * poolStretch
	pool = make([]byte, size)
	v := valueSource{rng: rand.New(rand.NewPCG(seed, poolStream))}
	for at := 0; at < size; at += poolStretch {
		v.theme = themes[v.rng.IntN(len(themes))]
		for i := at; i < at+poolStretch; i += 8 {
			l.Order.PutUint64(pool[i:], v.next())
		}
	}
	avoid(l, pool)
	return pool, poolSpan
}

// avoid changes values that would point into a range that no pointer may point into. The lower half of a 64-bit
// value counts too: an instruction may want it sign-extended.
func avoid(l *Layout, pool []byte) {
	for i := 0; i+4 <= len(pool); i += 4 {
		for _, r := range l.Avoid {
			if a := uint64(l.Order.Uint32(pool[i:])); r.Lo <= a && a < r.Hi {
				pool[i] ^= 0x80
				pool[i+3] ^= 0x80
			}
		}
	}
}

// theme makes one 64-bit value.
type theme func(*rand.Rand) uint64

// themes: integer lanes of each width, floating-point lanes of each width, and values without a form.
// The plain random theme stands twice: it is what finds the mistakes that nobody thought of.
var themes = []theme{
	lanes(8, integer), lanes(16, integer), lanes(32, integer), lanes(64, integer),
	lanes(16, floating(half)), lanes(32, floating(single)), lanes(32, floating(single)),
	lanes(64, floating(double)), lanes(64, floating(double)),
	plain, plain, sparse,
}

func plain(r *rand.Rand) uint64 { return r.Uint64() }

// sparse has few bits set, or few clear.
func sparse(r *rand.Rand) uint64 {
	v := uint64(1) << r.IntN(64)
	if r.IntN(2) == 0 {
		v |= 1 << r.IntN(64)
	}
	if r.IntN(2) == 0 {
		v = ^v
	}
	return v
}

// lanes fills 64 bits with values of the given width.
func lanes(width int, lane func(r *rand.Rand, width int) uint64) theme {
	return func(r *rand.Rand) uint64 {
		var v uint64
		for at := 0; at < 64; at += width {
			v |= lane(r, width) << at
		}
		return v
	}
}

// integer draws a value at which integer arithmetic changes its mind: zero, one, extremes, saturation
// borders of this and of half the width, single bits, small numbers (shift amounts); or any value.
func integer(r *rand.Rand, width int) uint64 {
	mask := ^uint64(0) >> (64 - width)
	var v uint64
	switch r.IntN(10) {
	case 0:
		v = 0
	case 1:
		v = 1
	case 2:
		v = mask // -1
	case 3:
		v = 1 << (width - 1) // smallest
	case 4:
		v = mask >> 1 // largest
	case 5:
		v = border(r, width)
	case 6:
		v = 1 << r.IntN(width)
	case 7:
		v = uint64(r.IntN(2*width + 1)) // shift amounts up to and beyond the width
	default:
		v = r.Uint64()
	}
	if r.IntN(4) == 0 { // a neighbour
		v += uint64(r.IntN(3)) - 1
	}
	return v & mask
}

// border is an extreme of half the width, signed or unsigned, extended to the width.
func border(r *rand.Rand, width int) uint64 {
	h := width / 2
	edges := [...]uint64{1 << h, 1<<h - 1, 1 << (h - 1), 1<<(h-1) - 1, -(uint64(1) << (h - 1)), -(uint64(1) << h)}
	return edges[r.IntN(len(edges))]
}

// format is an IEEE 754 binary format.
type format struct{ exponent, fraction int } // widths in bits

var (
	half   = format{5, 10}
	single = format{8, 23}
	double = format{11, 52}
)

// floating draws a value of every class: zeros, denormals, infinities, quiet and signalling NaNs with
// payloads, values near overflow and underflow, ones whose sums and conversions fall half way between two
// results, whole numbers near the limits of integer formats; or any bit pattern.
func floating(f format) func(*rand.Rand, int) uint64 {
	return func(r *rand.Rand, width int) uint64 {
		return f.sign(r) | f.magnitude(r)
	}
}

func (f format) sign(r *rand.Rand) uint64 {
	return r.Uint64() & 1 << (f.exponent + f.fraction)
}

func (f format) magnitude(r *rand.Rand) uint64 {
	maxExp := uint64(1)<<f.exponent - 1
	frac := r.Uint64() & (1<<f.fraction - 1)
	exp := func(e uint64) uint64 { return e << f.fraction }
	bias := maxExp >> 1
	switch r.IntN(14) {
	case 0:
		return 0
	case 1: // denormal; often the smallest or the largest
		return pick(r, frac, 1, 1<<f.fraction-1)
	case 2: // smallest normal and its neighbours
		return exp(1) + pick(r, 0, 1, frac)
	case 3: // largest finite and its neighbours
		return exp(maxExp-1) | pick(r, 1<<f.fraction-1, 1<<f.fraction-2, frac)
	case 4:
		return exp(maxExp) // infinity
	case 5: // NaN with the top fraction bit set
		return exp(maxExp) | 1<<(f.fraction-1) | pick(r, 0, frac, 1)
	case 6: // NaN with the top fraction bit clear
		return exp(maxExp) | pick(r, 1, frac>>1|1, 1<<(f.fraction-2))
	case 7:
		return exp(bias) // one
	case 8: // one and a few last bits: ties in sums and products
		return exp(bias) | uint64(r.IntN(4))
	case 9: // halves: ties when rounding to an integer
		return exp(bias+uint64(r.IntN(f.fraction))) | frac&^(1<<r.IntN(f.fraction)-1)
	case 10: // near the limits of 32 and 64-bit integers
		return exp(min(bias+[]uint64{15, 16, 30, 31, 32, 62, 63, 64}[r.IntN(8)], maxExp-1)) | pick(r, 0, 1, 1<<f.fraction-1)
	case 11: // close to each other: cancellation
		return exp(bias+uint64(r.IntN(3))) | frac
	}
	return exp(r.Uint64()&maxExp) | frac
}

func pick(r *rand.Rand, vs ...uint64) uint64 { return vs[r.IntN(len(vs))] }

// valueSource draws values, often in relation to the one before.
type valueSource struct {
	rng   *rand.Rand
	theme theme
	last  uint64
}

// next returns a value of the theme or, one time in four, one related to the value before it: equal, with
// one bit changed, negated, or its complement.
func (v *valueSource) next() uint64 {
	switch v.rng.IntN(16) {
	case 0:
		// equal
	case 1:
		v.last ^= 1 << v.rng.IntN(64)
	case 2:
		v.last = -v.last
	case 3:
		v.last = ^v.last
	default:
		v.last = v.theme(v.rng)
	}
	return v.last
}

// Float names the value of a bit pattern in IEEE 754 binary32 or binary64, for reports; width is in bits.
func Float(bits uint64, width int) float64 {
	if width == 32 {
		return float64(math.Float32frombits(uint32(bits)))
	}
	return math.Float64frombits(bits)
}
