package arch

import "math/rand/v2"

// PoolFunc makes an input pool, as NewPool does.
type PoolFunc func(l *Layout, seed uint64) (pool []byte, span int)

// PlainPool is a pool of bits that are all equally likely, to measure others against.
func PlainPool(l *Layout, seed uint64) (pool []byte, span int) {
	pool = make([]byte, poolSize(l))
	r := rand.New(rand.NewPCG(seed, poolStream))
	for i := 0; i < len(pool); i += 8 {
		l.Order.PutUint64(pool[i:], r.Uint64())
	}
	avoid(l, pool)
	return pool, poolSpan
}

// poolSize is the bytes of a pool: what offsets wrap at, and one window more.
func poolSize(l *Layout) int {
	return (poolSpan + l.Window + l.Memory.Bytes() + poolStretch) / poolStretch * poolStretch
}

// newPool makes the pool that the options ask for.
func (o *Options) newPool(l *Layout) (pool []byte, span int) {
	if o.Pool != nil {
		return o.Pool(l, o.Seed)
	}
	return NewPool(l, o.Seed)
}
