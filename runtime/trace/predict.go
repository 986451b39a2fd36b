package trace

import "github.com/risugen/risugen/arch"

// predictor makes the records that rounds would write if their blocks did nothing: registers, states and memory as
// the round found them. It need not be right, only always the same: what a record has else is stored.
type predictor struct {
	prog   *arch.Program
	layout *arch.Layout

	block  int // that the rest is for
	header arch.RecordHeader
	copies []piece // from the round's input
	zeros  []piece
	states []piece
	tests  int
	items  map[uint64]int // by address: tests up to that item, or to what a fault there is laid at
	branch int            // tests up to the first item that may leave the block
}

// piece is a run of bytes of a payload.
type piece struct {
	record, n int
	pool      int // copies: where it stands in the round's input
	state     int // states: whose initial value it is
}

func newPredictor(p *arch.Program) *predictor {
	return &predictor{prog: p, layout: p.Machine.Layout(), block: -1, items: map[uint64]int{}}
}

// open prepares for the rounds of a block.
func (p *predictor) open(index int) {
	if p.block == index {
		return
	}
	b, l := &p.prog.Blocks[index], p.layout
	p.block = index
	p.header = arch.RecordHeader{Kind: arch.RecordCheck, Block: uint32(index), Length: uint32(l.PayloadSize(b))}
	p.copies, p.zeros, p.states = p.copies[:0], p.zeros[:0], p.states[:0]
	for i := range l.Classes {
		p.class(b, &l.Classes[i])
	}
	for s := range l.States {
		p.states = append(p.states, piece{record: l.States[s].Record, n: l.States[s].Bytes, state: s})
	}
	p.harness(b)
	if b.Memory {
		p.copies = append(p.copies, piece{record: l.Payload, pool: l.Memory.Pool, n: l.Memory.Bytes()})
	}
	p.count(b)
}

// class adds a class of registers, as they were loaded.
func (p *predictor) class(b *arch.Block, c *arch.Class) {
	if !c.Live(b.View) {
		return
	}
	p.copies = append(p.copies, piece{record: c.Record, pool: c.Pool, n: c.Count * c.Bytes})
	for r := range c.Count {
		if (c.Zero|c.Never)>>r&1 != 0 {
			p.zeros = append(p.zeros, piece{record: c.Record + r*c.Bytes, n: c.Bytes})
		}
	}
}

// harness adds the registers that the harness keeps for itself: the base register is zero after a checkpoint, others
// hold the initial values of states.
func (p *predictor) harness(b *arch.Block) {
	l := p.layout
	c := &l.Classes[l.AddrClass]
	at := func(r int) int { return c.Record + r*c.Bytes }
	p.zeros = append(p.zeros, piece{record: at(l.Bases[b.Base]), n: c.Bytes})
	for i, r := range l.KeepsOf(b.Base) {
		p.states = append(p.states, piece{record: at(r), n: c.Bytes, state: l.KeepStates[i]})
	}
}

// count finds how many instructions under test stand up to each item.
func (p *predictor) count(b *arch.Block) {
	clear(p.items)
	p.tests, p.branch = 0, 0
	insns, addr := p.prog.Machine.Set().Insns, b.Addr
	for i := range b.Items {
		it := &b.Items[i]
		if it.Kind.UnderTest() {
			p.tests++
			if p.branch == 0 && (it.Kind == arch.Reserved || insns[it.Insn].Branch != nil) {
				p.branch = p.tests
			}
		}
		p.items[addr] = p.tests
		if p.prog.Faulting(b, i) != i {
			p.items[addr]++
		}
		addr += uint64(it.Size)
	}
}

// executed counts the instructions under test that a record of the open block tells of. A fault elsewhere is that of
// a branch which went astray, or of a reserved word that did not fault.
func (p *predictor) executed(record []byte) int {
	h, ok := arch.ParseRecordHeader(record, p.layout.Order)
	if !ok || h.Kind != arch.RecordFault {
		return p.tests
	}
	if n, ok := p.items[p.prog.FaultPC(&p.prog.Blocks[p.block], &h)]; ok {
		return n
	}
	return p.branch
}

// record writes the prediction of a round of the open block, which is len(dst) bytes long.
func (p *predictor) record(dst []byte, round uint32) {
	clear(dst)
	h := p.header
	h.Round = round
	h.Put(dst, p.layout.Order)
	payload := dst[arch.RecordHeaderSize:]
	b := &p.prog.Blocks[p.block]
	window := p.prog.PoolWindow(b, round)
	for _, c := range p.copies {
		copy(payload[c.record:c.record+c.n], window[c.pool:])
	}
	for _, c := range p.zeros {
		clear(payload[c.record : c.record+c.n])
	}
	for _, c := range p.states {
		p.put(payload[c.record:c.record+c.n], p.prog.Machine.InitialState(b, c.state, round, window))
	}
}

// put writes a number to as many bytes as there are: 4 or 8.
func (p *predictor) put(dst []byte, v uint64) {
	switch len(dst) {
	case 4:
		p.layout.Order.PutUint32(dst, uint32(v))
	case 8:
		p.layout.Order.PutUint64(dst, v)
	}
}
