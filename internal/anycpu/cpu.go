package anycpu

import "github.com/risugen/risugen/arch"

// place is a run of bytes of the processor's state.
type place struct{ at, n int }

// cpu is the state of the processor: the payload of the record that would show it, and the memory block behind.
type cpu struct {
	layout *arch.Layout
	bytes  []byte
}

func (c *cpu) at(p place) []byte { return c.bytes[p.at : p.at+p.n] }

func (c *cpu) register(class, num int) place {
	cl := &c.layout.Classes[class]
	return place{cl.Record + num*cl.Bytes, cl.Bytes}
}

// address is a register of the class that holds addresses.
func (c *cpu) address(num int) place { return c.register(c.layout.AddrClass, num) }

func (c *cpu) state(num int) place {
	s := &c.layout.States[num]
	return place{s.Record, s.Bytes}
}

// number reads an unsigned number of 1, 2, 4 or 8 bytes.
func (c *cpu) number(p place) uint64 {
	b := c.at(p)
	switch len(b) {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(c.layout.Order.Uint16(b))
	case 4:
		return uint64(c.layout.Order.Uint32(b))
	}
	return c.layout.Order.Uint64(b)
}

// setNumber writes one, of which what does not fit is left out.
func (c *cpu) setNumber(p place, v uint64) {
	b := c.at(p)
	switch len(b) {
	case 1:
		b[0] = uint8(v)
	case 2:
		c.layout.Order.PutUint16(b, uint16(v))
	case 4:
		c.layout.Order.PutUint32(b, uint32(v))
	default:
		c.layout.Order.PutUint64(b, v)
	}
}

// nonZero makes lanes 1 that are zero; 0 bytes: the whole register is one.
func (c *cpu) nonZero(p place, lane int) {
	if lane == 0 {
		lane = p.n
	}
	for i := 0; i < p.n; i += lane {
		if l := (place{p.at + i, lane}); c.number(l) == 0 {
			c.setNumber(l, 1)
		}
	}
}

// load gives all registers what a round begins with.
func (c *cpu) load(p *arch.Program, b *arch.Block, round uint32) {
	l, window := c.layout, p.PoolWindow(b, round)
	clear(c.bytes)
	for i := range l.Classes {
		class := &l.Classes[i]
		for n := range class.Count {
			if class.Live(b.View) && (class.Zero|class.Never)>>n&1 == 0 {
				copy(c.at(c.register(i, n)), window[class.Pool+n*class.Bytes:])
			}
		}
	}
	initial := func(state int) uint64 { return p.Machine.InitialState(b, state, round, window) }
	for s := range l.States {
		c.setNumber(c.state(s), initial(s))
	}
	for k, reg := range l.KeepsOf(b.Base) {
		c.setNumber(c.address(reg), initial(l.KeepStates[k]))
	}
	c.setNumber(c.address(l.Bases[b.Base]), 0) // what a checkpoint leaves there
	if b.Memory {
		copy(c.bytes[l.Payload:], window[l.Memory.Pool:][:l.Memory.Bytes()])
	}
}

// save copies a state into a register, in which a wider one is folded.
func (r *round) save(state, reg int) {
	v, to := r.number(r.state(state)), r.address(reg)
	if 8*to.n < 64 {
		v ^= v >> (8 * to.n)
	}
	r.setNumber(to, v)
}

// reset puts a state back to its value at the start of the round. One that is none of those that stay set, and that no register
// keeps, may become anything.
func (r *round) reset(state int) {
	v := uint64(0)
	if keep := r.layout.KeepOf(r.block.Base, state); keep >= 0 {
		v = r.number(r.address(keep))
	} else if r.layout.States[state].Reset {
		v = r.initial(state)
	}
	r.setNumber(r.state(state), v)
}

// initial is what a state holds when the round begins.
func (r *round) initial(state int) uint64 {
	return r.program.Machine.InitialState(r.block, state, r.round, r.program.PoolWindow(r.block, r.round))
}
