package reduce

import (
	"math/bits"

	"github.com/risugen/risugen/arch"
)

// cell is a place as it stands in a round's window of the pool.
type cell struct {
	place arch.Place
	bits  []int // for each bit of the value, the lowest first, where it stands in the window: 8 times the byte, and the bit of it; -1: nowhere
}

// cellsOf finds the cells of a block's rounds. What a state begins with is the machine's business: it is asked what
// changes when a bit of the window does.
func cellsOf(m arch.Machine, b *arch.Block) []cell {
	l := m.Layout()
	out := registerCells(l, b)
	if b.Memory {
		out = append(out, memoryCells(l)...)
	}
	return append(out, stateCells(m, b)...)
}

// registerCells are the registers that a round loads.
func registerCells(l *arch.Layout, b *arch.Block) []cell {
	var out []cell
	for c := range l.Classes {
		class := &l.Classes[c]
		if !class.Live(b.View) {
			continue
		}
		for r := range class.Count {
			if (class.Zero|class.Never|harness(l, b, c))>>r&1 == 0 {
				place := arch.Place{Kind: arch.RegisterPlace, Class: uint8(c), Num: uint8(r)}
				out = append(out, cell{place, valueBits(l, class.Pool+r*class.Bytes, class.Bytes)})
			}
		}
	}
	return out
}

// harness is the set of registers of a class that the harness keeps for itself in a block.
func harness(l *arch.Layout, b *arch.Block, class int) uint64 {
	if class != l.AddrClass {
		return 0
	}
	m := uint64(1) << l.Bases[b.Base]
	for _, k := range l.KeepsOf(b.Base) {
		m |= 1 << k
	}
	return m
}

// memoryCells are the bytes of the memory block.
func memoryCells(l *arch.Layout) []cell {
	var out []cell
	for i := range l.Memory.Bytes() {
		place := arch.Place{Kind: arch.MemoryPlace, Num: uint8(i / l.Memory.Size)}
		out = append(out, cell{place, valueBits(l, l.Memory.Pool+i, 1)})
	}
	return out
}

// stateCells are the states, as far as the window decides what they begin with.
func stateCells(m arch.Machine, b *arch.Block) []cell {
	l := m.Layout()
	out := make([]cell, len(l.States))
	for s := range out {
		out[s] = cell{arch.Place{Kind: arch.StatePlace, Num: uint8(s)}, nil}
		for range 8 * l.States[s].Bytes {
			out[s].bits = append(out[s].bits, -1)
		}
	}
	window := make([]byte, l.Window+l.Memory.Bytes())
	before := statesOf(m, b, window)
	for at := range 8 * l.Window {
		flip(window, at)
		for s, v := range statesOf(m, b, window) {
			if diff := v ^ before[s]; diff != 0 && bits.TrailingZeros64(diff) < len(out[s].bits) {
				out[s].bits[bits.TrailingZeros64(diff)] = at
			}
		}
		flip(window, at)
	}
	return out
}

// statesOf is what states begin with in the first round of a block.
func statesOf(m arch.Machine, b *arch.Block, window []byte) []uint64 {
	out := make([]uint64, len(m.Layout().States))
	for s := range out {
		out[s] = m.InitialState(b, s, 0, window)
	}
	return out
}

// valueBits tells where the bits of a value stand. One wider than 64 bits is stored as 64-bit elements, element 0 first, each in
// the target's byte order.
func valueBits(l *arch.Layout, at, size int) []int {
	out := make([]int, 8*size)
	element := min(8, size)
	big := arch.OrderName(l.Order) == "big"
	for i := range out {
		b := i / 8
		if big {
			b = b/element*element + element - 1 - b%element
		}
		out[i] = 8*(at+b) + i%8
	}
	return out
}

func flip(window []byte, at int)       { window[at/8] ^= 1 << (at % 8) }
func isSet(window []byte, at int) bool { return window[at/8]>>(at%8)&1 != 0 }

// set puts a number of up to 64 bits into a cell, as far as the cell has its bits.
func (c *cell) set(window []byte, v uint64) {
	for i, at := range c.bits {
		if at >= 0 && i < 64 && isSet(window, at) != (v>>i&1 != 0) {
			flip(window, at)
		}
	}
}
