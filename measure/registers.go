package measure

import (
	"github.com/risugen/risugen/arch/semantics"
)

// get reads a register. At first it holds what the harness loads it with.
func (w *walker) get(class, num uint8) semantics.Value {
	if w.loaded[class]>>num&1 == 0 {
		w.set(class, num, w.initial(class, num))
	}
	return w.regs[class][num]
}

// set writes a register, as wide as it is.
func (w *walker) set(class, num uint8, v semantics.Value) {
	w.regs[class][num] = v
	w.loaded[class] |= 1 << num
}

// initial is what a register holds when a round begins. The base register has the address of the block: glue copies it where
// something must not be zero.
func (w *walker) initial(class, num uint8) semantics.Value {
	c, l := &w.layout.Classes[class], w.layout
	at := c.Pool + int(num)*c.Bytes
	switch {
	case c.Zero>>num&1 != 0:
		return semantics.Value{}
	case int(class) == l.AddrClass && int(num) == l.Bases[w.block.Base]:
		return semantics.V(w.block.Addr)
	case c.Bytes == 4:
		return semantics.V(uint64(l.Order.Uint32(w.window[at:])))
	case c.Bytes == 8:
		return semantics.V(l.Order.Uint64(w.window[at:]))
	}
	return semantics.Value{Lo: l.Order.Uint64(w.window[at:]), Hi: l.Order.Uint64(w.window[at+8:])}
}

// state reads a state.
func (w *walker) state(s int) uint64 {
	if w.have>>s&1 == 0 {
		w.states[s] = w.prog.Machine.InitialState(w.block, s, w.round, w.window)
		w.have |= 1 << s
	}
	return w.states[s]
}

// reset does what glue does to a state whose result has been seen: one that gathers flags gets its initial value
// back, any other one becomes zero.
func (w *walker) reset(s int) {
	if w.layout.States[s].Reset {
		w.have &^= 1 << s
		return
	}
	w.states[s] = 0
	w.have |= 1 << s
}
