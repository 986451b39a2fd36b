package reduce

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/risugen/risugen/arch"
)

// value writes what a window has in a cell in hexadecimal, the most significant digit first, and counts its bits.
func (c *cell) value(window []byte) (text string, ones int) {
	for hi := len(c.bits); hi > 0; hi -= 4 {
		digit := 0
		for n := range min(4, hi) {
			if at := c.bits[hi-1-n]; at >= 0 && isSet(window, at) {
				digit, ones = digit|1<<((hi-1-n)%4), ones+1
			}
		}
		text += fmt.Sprintf("%x", digit)
	}
	return text, ones
}

// filled counts the inputs of the image that are not zero, and their bits: registers, states and bytes of memory.
func (c *Case) filled() (places, bits int) {
	p := c.Image.Program
	b := c.block()
	for _, cell := range cellsOf(p.Machine, b) {
		if _, n := cell.value(p.PoolWindow(b, 0)); n > 0 {
			places, bits = places+1, bits+n
		}
	}
	return places, bits
}

// inputs lists what the round begins with: registers that are not zero, states, and memory that is not zero.
func (c *Case) inputs(p *page) {
	if c.Whole {
		return
	}
	prog, b := c.Image.Program, c.block()
	l, window := prog.Machine.Layout(), prog.PoolWindow(b, 0)
	var registers, memory strings.Builder
	cells := cellsOf(prog.Machine, b)
	for i := range cells {
		if v, n := cells[i].value(window); n > 0 && cells[i].place.Kind == arch.RegisterPlace {
			fmt.Fprintf(&registers, "%-8s %s\n", l.PlaceName(cells[i].place), v)
		}
	}
	if b.Memory {
		memoryLines(&memory, l, window[l.Memory.Pool:][:l.Memory.Bytes()])
	}
	p.head("Inputs")
	if registers.Len() == 0 {
		p.line("All registers are zero when the round begins.")
	} else {
		p.line("Registers that are not zero when the round begins:\n")
		p.code(registers.String())
	}
	if memory.Len() > 0 {
		p.line("\nMemory that is not zero:\n")
		p.code(memory.String())
	} else if b.Memory {
		p.line("\nMemory is zero.")
	}
	if len(l.States) > 0 {
		p.line("\nStates and control registers then:\n")
		p.code(stateLines(prog.Machine, b, window))
	}
}

// stateLines lists the states at the beginning of a block's first round.
func stateLines(m arch.Machine, b *arch.Block, window []byte) string {
	var out strings.Builder
	for s, v := range statesOf(m, b, window) {
		st := &m.Layout().States[s]
		fmt.Fprintf(&out, "%-8s %0*x", st.Name, 2*st.Bytes, v)
		if on := st.Exceptions.Enables; on != 0 && v&on != 0 {
			fmt.Fprintf(&out, "  exceptions enabled: %x", v&on)
		}
		out.WriteString("\n")
	}
	return out.String()
}

// memoryLines lists the stretches of eight bytes that are not zero.
func memoryLines(out *strings.Builder, l *arch.Layout, memory []byte) {
	for at := 0; at+8 <= len(memory); at += 8 {
		if binary.LittleEndian.Uint64(memory[at:]) != 0 {
			fmt.Fprintf(out, "%08x  % x\n", l.Memory.Addr+uint64(at), memory[at:at+8])
		}
	}
}
