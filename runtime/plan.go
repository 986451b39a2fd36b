package runtime

import (
	"bytes"
	"slices"

	"github.com/risugen/risugen/arch"
)

// plan is what is known of a block before it runs: where its results stand, and what may not change. It is
// made once for a block and used for all its rounds.
type plan struct {
	index   int // of the block, in the program that this one may be a part of
	at      int // in the program
	block   *arch.Block
	size    int // bytes of a record
	tests   int // instructions under test
	undef   int // outputs that the manual leaves open
	results []arch.Result
	since   []int    // for each result, the item that brings it to its place: it is there from then on
	addrs   []uint64 // of the items, ascending
	keeps   []span   // the registers that keep initial values, in the order of Layout.KeepStates
	base    span     // the base register, zero after a checkpoint
	glue    placeSet // written by glue
	changed placeSet // results and glue: places that may change
	spans   []span   // what may not
	states  []int    // states that keep their initial value
	trap    trap     // the item that must fault
	linked  linked   // the store that may not be done
	cover   blockCover
}

// span is a run of bytes that stand in a record's payload as they stood in the round's input, or that are
// zero.
type span struct {
	record, pool, n int
	zero            bool
}

// planner makes plans; their memory is used again.
type planner struct {
	prog     *arch.Program
	layout   *arch.Layout
	follower *arch.Follower
	plan     plan
}

func newPlanner(p *arch.Program) planner {
	return planner{prog: p, layout: p.Machine.Layout(), follower: p.Follower()}
}

// next makes the plan of a block. It replaces the plan before it.
func (pl *planner) next(index int) *plan {
	b, p := &pl.prog.Blocks[index], &pl.plan
	effects := pl.follower.Effects(b)
	*p = plan{
		index: pl.prog.Number(index), at: index, block: b, size: arch.RecordHeaderSize + pl.layout.PayloadSize(b), tests: b.Tests(), undef: effects.Undefined,
		results: effects.Results, since: p.since[:0], addrs: p.addrs[:0], spans: p.spans[:0], states: p.states[:0], keeps: p.keeps[:0], cover: p.cover,
	}
	addr := b.Addr
	for i := range b.Items {
		p.addrs = append(p.addrs, addr)
		addr += uint64(b.Items[i].Size)
	}
	for _, g := range effects.Glue {
		p.glue.add(g)
		p.changed.add(g)
	}
	for _, r := range p.results {
		p.changed.add(r.Place)
	}
	p.bring()
	p.trap, p.linked = findTrap(pl.prog, b), findLinked(pl.prog, b)
	pl.registers(p)
	pl.harness(p)
	pl.memory(p)
	for s := range pl.layout.States {
		if !p.changed.has(state(s)) {
			p.states = append(p.states, s)
		}
	}
	return p
}

// bring finds when each result comes to its place: with its instruction, or later where glue copies it. A
// fault before that leaves something else there.
func (p *plan) bring() {
	for i := range p.results {
		p.since = append(p.since, p.results[i].Item)
	}
	for j := range p.block.Items {
		if it := &p.block.Items[j]; it.Kind == arch.Save || it.Kind == arch.Mark {
			p.brings(j, int(it.Owner), register(int(it.Class), int(it.Reg)))
		}
	}
}

// brings notes that an item brings a result of its owner to a place.
func (p *plan) brings(item, owner int, place arch.Place) {
	for i := range p.results {
		if r := &p.results[i]; r.Item == owner && r.Item < item && r.Place == place {
			p.since[i] = item
		}
	}
}

// registers adds the registers that must not change. Those of the harness and those that are not recorded
// hold what they like; a zero register must be zero.
func (pl *planner) registers(p *plan) {
	for c := range pl.layout.Classes {
		class := &pl.layout.Classes[c]
		if !class.Live(p.block.View) {
			continue
		}
		free := p.changed.registers[c]&^class.Zero | class.Never | harnessRegisters(pl.layout, p.block, c)
		for r := range class.Count {
			if free>>r&1 == 0 {
				p.add(span{class.Record + r*class.Bytes, class.Pool + r*class.Bytes, class.Bytes, class.Zero>>r&1 != 0})
			}
		}
	}
}

// harness finds the harness's own registers, whose values are known.
func (pl *planner) harness(p *plan) {
	p.base = pl.addressRegister(pl.layout.Bases[p.block.Base])
	for _, k := range pl.layout.KeepsOf(p.block.Base) {
		p.keeps = append(p.keeps, pl.addressRegister(k))
	}
}

func (pl *planner) addressRegister(r int) span {
	class := &pl.layout.Classes[pl.layout.AddrClass]
	return span{record: class.Record + r*class.Bytes, n: class.Bytes}
}

// harnessRegisters is the set of a class's registers that the harness keeps for itself in a block.
func harnessRegisters(l *arch.Layout, b *arch.Block, class int) uint64 {
	if class != l.AddrClass {
		return 0
	}
	m := uint64(1) << l.Bases[b.Base]
	for _, k := range l.KeepsOf(b.Base) {
		m |= 1 << k
	}
	return m
}

// memory adds the memory windows without stores.
func (pl *planner) memory(p *plan) {
	if !p.block.Memory {
		return
	}
	m := &pl.layout.Memory
	for w := range m.Windows {
		if !p.changed.has(window(w)) {
			p.add(span{pl.layout.Payload + w*m.Size, m.Pool + w*m.Size, m.Size, false})
		}
	}
}

// add adds a span, joined with the one before it where both stand in a row.
func (p *plan) add(s span) {
	if n := len(p.spans); n > 0 {
		last := &p.spans[n-1]
		if last.record+last.n == s.record && last.zero == s.zero && (s.zero || last.pool+last.n == s.pool) {
			last.n += s.n
			return
		}
	}
	p.spans = append(p.spans, s)
}

// holds reports whether a span of a payload is as the round's input has it.
func (s *span) holds(payload, input []byte) bool {
	got := payload[s.record : s.record+s.n]
	if s.zero {
		return allZero(got)
	}
	return bytes.Equal(got, input[s.pool:s.pool+s.n])
}

// test returns the index of the test item at an address.
func (p *plan) test(addr uint64) (item int, ok bool) {
	i, found := slices.BinarySearch(p.addrs, addr)
	return i, found && p.block.Items[i].Kind.UnderTest()
}

// testsUpTo counts the instructions under test among the items up to and including one.
func (p *plan) testsUpTo(item int) int {
	n := 0
	for i := range p.block.Items[:min(item+1, len(p.block.Items))] {
		if p.block.Items[i].Kind.UnderTest() {
			n++
		}
	}
	return n
}

// contains reports whether an address lies in the block.
func (p *plan) contains(addr uint64) bool {
	n := len(p.addrs)
	return n > 0 && p.addrs[0] <= addr && addr < p.addrs[n-1]+uint64(p.block.Items[n-1].Size)
}

// firstBranch returns the index of the first item that may leave the block, or -1: a branch, or a word that must
// fault if it does not.
func (p *plan) firstBranch(c *comparer) int {
	return slices.IndexFunc(p.block.Items, func(it arch.Item) bool {
		return it.Kind == arch.Reserved || it.Kind == arch.Test && c.prog.Machine.Set().Insns[it.Insn].Branch != nil
	})
}
