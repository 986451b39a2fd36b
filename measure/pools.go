package measure

import (
	"sync"

	"github.com/risugen/risugen/arch"
)

// maxPools bounds the pools that are kept, of a quarter of a megabyte each.
const maxPools = 256

// pools makes input pools and keeps them: all programs of a machine and a seed have the same.
type pools struct {
	make arch.PoolFunc
	mu   sync.Mutex
	kept map[uint64][]byte
	span int
}

func newPools(f arch.PoolFunc) *pools { return &pools{make: f, kept: map[uint64][]byte{}} }

// pool is an arch.PoolFunc, for one layout.
func (p *pools) pool(l *arch.Layout, seed uint64) ([]byte, int) {
	p.mu.Lock()
	pool, span := p.kept[seed], p.span
	p.mu.Unlock()
	if pool != nil {
		return pool, span
	}
	pool, span = p.make(l, seed)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.span = span; len(p.kept) < maxPools {
		p.kept[seed] = pool
	}
	return pool, span
}
