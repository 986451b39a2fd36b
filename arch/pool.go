package arch

import "math/rand/v2"

// The input pool. It is a run of stretches, about as long as a round's window, each with few values of its own, a
// palette: in most rounds all registers hold values of one kind that are related, so that the operands of an
// instruction suit each other whatever registers they are. Which stretch a round reads depends on the block's
// offset and stride.

const (
	poolSpan    = 1 << 18 // bytes that offsets wrap at
	poolStretch = 1 << 10 // bytes of one palette
	poolStream  = 0x706f6f6c
)

// NewPool makes the input pool: span bytes that offsets wrap at, and one window more. Values are in the
// layout's byte order.
func NewPool(l *Layout, seed uint64) (pool []byte, span int) {
	pool = make([]byte, poolSize(l))
	r := rand.New(rand.NewPCG(seed, poolStream))
	for at := 0; at < len(pool); at += poolStretch {
		s := newStretch(r)
		for i := at; i < at+poolStretch; i += 8 {
			l.Order.PutUint64(pool[i:], s.next())
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

// kind is a kind of values that lanes of registers hold.
type kind struct {
	width   int                             // of a lane, in bits
	values  []func(*rand.Rand) uint64       // each draws the values of a palette, of which many are related
	alone   []func(*rand.Rand) uint64       // likewise, of which none are: they matter as the only operand
	related func(*rand.Rand, uint64) uint64 // a value that goes with another to where results change
	core    []uint64                        // values that meet each other more often than that
	pairs   [][2]uint64                     // of these and others: two that must meet
}

// kinds are those that a stretch may be of. Narrow lanes are there less often: any two values of eight bits
// meet soon.
var kinds = []struct {
	*kind
	share  int
	beside []*kind // what some values of such a stretch are of: what instructions widen to, narrow to or convert
}{
	{int8s, 1, []*kind{int16s, int32s}},
	{int16s, 3, []*kind{int8s, int32s}},
	{int32s, 4, []*kind{int16s, int64s}},
	{int64s, 4, []*kind{int32s}},
	{float16s, 2, []*kind{float32s, int16s}},
	{float32s, 4, []*kind{float16s, float64s, int32s}},
	{float64s, 4, []*kind{float32s, int64s}},
}

// plainShare is that of stretches without any form, beside the shares of kinds: what finds the mistakes that nobody
// thought of.
const plainShare = 2

// stretch draws the values of one stretch.
type stretch struct {
	rng    *rand.Rand
	main   palette
	beside palette // where main is of no kind, neither is this
}

func newStretch(r *rand.Rand) *stretch {
	total := plainShare
	for i := range kinds {
		total += kinds[i].share
	}
	n := r.IntN(total)
	for i := range kinds {
		k := &kinds[i]
		if n -= k.share; n < 0 {
			return &stretch{r, newPalette(r, k.kind), newPalette(r, k.beside[r.IntN(len(k.beside))])}
		}
	}
	return &stretch{rng: r}
}

// next returns the next 64 bits.
func (s *stretch) next() uint64 {
	n := s.rng.IntN(16)
	switch {
	case s.main.kind == nil && n != 0 || n == 1:
		return s.rng.Uint64()
	case n == 0:
		return sparse(s.rng)
	case n < 4:
		return s.beside.word(s.rng)
	}
	return s.main.word(s.rng)
}

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

// palette is a few values of a kind: two that must meet, ones of its core, ones of which many are related to each other, or ones that matter
// alone.
type palette struct {
	*kind
	value  func(*rand.Rand) uint64
	chosen [8]uint64
	n      int
}

// newPalette makes one. Of twenty seven are pairs, two of the core, six of related values and five of such as matter alone: of these there are
// as many as there is room for, since each goes with any other operand.
func newPalette(r *rand.Rand, k *kind) palette {
	p := palette{kind: k, value: k.values[r.IntN(len(k.values))]}
	switch form := r.IntN(20); {
	case form < 7:
		p.n = copy(p.chosen[:], k.pairs[r.IntN(len(k.pairs))][:])
	case form < 9:
		p.fill(2+r.IntN(5), func(int) uint64 {
			if r.IntN(4) == 0 {
				return p.value(r)
			}
			return pick(r, k.core...)
		})
	case form < 15:
		p.fill(2+r.IntN(5), func(i int) uint64 {
			if i > 0 && r.IntN(2) == 0 {
				return k.related(r, p.chosen[r.IntN(i)])
			}
			return p.value(r)
		})
	default:
		p.value = k.alone[r.IntN(len(k.alone))]
		p.fill(len(p.chosen), func(int) uint64 { return p.value(r) })
	}
	return p
}

// fill gives a palette some values.
func (p *palette) fill(n int, value func(i int) uint64) {
	p.n = n
	for i := range n {
		p.chosen[i] = value(i)
	}
}

// word fills 64 bits with lanes; one time in three, all are the same.
func (p *palette) word(r *rand.Rand) uint64 {
	var v uint64
	same := r.IntN(3) == 0
	lane := p.lane(r)
	for at := 0; at < 64; at += p.width {
		v |= lane << at
		if !same {
			lane = p.lane(r)
		}
	}
	return v
}

// lane draws one value: of the palette as it is or, less often, one related to it, or another of the kind, or any.
func (p *palette) lane(r *rand.Rand) uint64 {
	n := r.IntN(32)
	switch {
	case n < 22:
		return p.chosen[r.IntN(p.n)]
	case n < 28:
		return p.related(r, p.chosen[r.IntN(p.n)])
	case n < 31:
		return p.value(r)
	}
	return r.Uint64() >> (64 - p.width)
}

func pick(r *rand.Rand, vs ...uint64) uint64 { return vs[r.IntN(len(vs))] }
