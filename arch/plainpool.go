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

// makePool makes the pool that the options ask for, beside what its caller does until it calls what is returned: that takes as
// long as some hundred instructions.
func (o *Options) makePool(p *Program) (wait func()) {
	if o.Pool != nil {
		p.Pool, p.PoolSpan = o.Pool(p.Machine.Layout(), o.Seed)
		return func() {}
	}
	p.PoolSpan = poolSpan
	made := make(chan []byte, 1)
	go func() {
		pool, _ := NewPool(p.Machine.Layout(), o.Seed)
		made <- pool
	}()
	return func() { p.Pool = <-made }
}
