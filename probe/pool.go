package probe

import (
	"fmt"
	"math/bits"

	"github.com/risugen/risugen/arch"
)

// smallPool is a pool for blocks that are not placed in it yet.
func smallPool(l *arch.Layout, _ uint64) ([]byte, int) {
	return make([]byte, l.PoolAlign+l.Window+l.Memory.Bytes()), l.PoolAlign
}

// fill gives each block its window, makes the pool, and writes the inputs there.
func (p *Prober) fill(prog *arch.Program, cases []*Case, begin []beginning) error {
	if err := p.place(prog, cases, begin); err != nil {
		return err
	}
	for i, c := range cases {
		b := &prog.Blocks[i]
		p.write(prog.PoolWindow(b, 0), c, &begin[i])
		if err := p.readBack(prog, b, c); err != nil {
			return &CaseError{c, err}
		}
	}
	return nil
}

// place gives each block a window of its own, in its phase, and makes a pool of zeros that holds them.
func (p *Prober) place(prog *arch.Program, cases []*Case, begin []beginning) error {
	period, next := int(p.states.period), 0 // in units of PoolAlign
	for i, c := range cases {
		b := &prog.Blocks[i]
		next += (int(begin[i].phase) - next%period + period) % period
		b.Start, b.Stride, b.Traps = uint32(next*p.l.PoolAlign), uint32(p.l.PoolAlign), begin[i].traps
		b.Memory = b.Memory || c.In.memory != nil || c.Out.memory != nil
		if err := p.view(prog, b, c); err != nil {
			return &CaseError{c, err}
		}
		size := p.l.Window
		if b.Memory {
			size += p.l.Memory.Bytes()
		}
		next += (size + p.l.PoolAlign - 1) / p.l.PoolAlign
	}
	prog.PoolSpan = 1 << bits.Len(uint(next*p.l.PoolAlign))
	prog.Pool = make([]byte, prog.PoolSpan+p.l.Window+p.l.Memory.Bytes())
	return nil
}

// write writes inputs to a window of zeros.
func (p *Prober) write(window []byte, c *Case, begin *beginning) {
	begin.put(window)
	for place, cell := range c.In.cells {
		if place.Kind == arch.RegisterPlace {
			class := &p.l.Classes[place.Class]
			swap(window[class.Pool+int(place.Num)*class.Bytes:], cell.bytes, p.l.Order)
		}
	}
	if c.In.memory != nil {
		copy(window[p.l.Memory.Pool:], c.In.memory.bytes)
	}
}

// readBack makes sure that the round begins with all that was asked for.
func (p *Prober) readBack(prog *arch.Program, b *arch.Block, c *Case) error {
	window := prog.PoolWindow(b, 0)
	for _, place := range c.In.places() {
		got := p.initial(b, place, window)
		if hexOf(got) != hexOf(c.In.cells[place].bytes) {
			return fmt.Errorf("%s cannot begin with 0x%s: it would begin with 0x%s", p.l.PlaceName(place), hexOf(c.In.cells[place].bytes), hexOf(got))
		}
	}
	return nil
}
