package runtime

import "github.com/risugen/risugen/arch"

// reads finds what instructions of a block read of the memory block.
type reads struct {
	finder *arch.Finder
	block  int // in the program
	known  map[int]stretch
}

// stretch is bytes of the memory block, by their offset in it.
type stretch struct{ from, n int }

// readsBytes reports whether an item reads bytes that differ of a place. Where it is not known what the item reads, it does not: what
// follows from a known difference is told once too often then, and nothing else is taken for it.
func (c *comparer) readsBytes(r *pairing, item int, p arch.Place) bool {
	if p.Kind != arch.MemoryPlace {
		return false
	}
	m, s := &c.layout.Memory, c.readBy(r.plan, item)
	at, n := c.layout.Span(p)
	start := int(p.Num) * m.Size // of the place, in the memory block
	from, to := max(s.from-start, 0), min(s.from+s.n-start, n)
	for i := from; i < to; i++ {
		if r.sides[0].payload[at+i] != r.sides[1].payload[at+i] {
			return true
		}
	}
	return false
}

// readBy is what an item accesses, as whole aligned units of its access's size: some instructions read from the address to either end of
// the one in which it lies. It is none where that is not known, or outside of the memory block.
func (c *comparer) readBy(p *plan, item int) stretch {
	if c.reads.finder == nil || c.reads.block != p.at {
		c.reads = reads{c.prog.Finder(), p.at, map[int]stretch{}}
	}
	s, ok := c.reads.known[item]
	if ok {
		return s
	}
	const any = 1<<arch.AlignModulus - 1
	m := &c.layout.Memory
	if at, ok := c.reads.finder.Address(p.block, item, p.addrs[item], any); ok && at >= m.Addr && at < m.Addr+uint64(m.Bytes()) {
		it := &p.block.Items[item]
		in := c.prog.Machine.Set().Insns[it.Insn]
		s = aligned(int(at-m.Addr), in.Access(it.Word, in.Pattern.Extract(it.Word, nil)).Size)
	}
	c.reads.known[item] = s
	return s
}

// aligned is the units of n bytes that n bytes from an offset on touch. The memory block is aligned.
func aligned(from, n int) stretch {
	if n < 1 {
		return stretch{}
	}
	begin := from / n * n
	return stretch{begin, (from+n-1)/n*n + n - begin}
}
