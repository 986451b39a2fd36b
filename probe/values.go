package probe

import (
	"fmt"
	"slices"

	"github.com/risugen/risugen/arch"
)

// cell is what is known of a register, a state or memory: bytes, least significant or lowest address first, and which of them
// somebody gave.
type cell struct {
	bytes []byte
	given []bool
}

func newCell(n int) *cell { return &cell{make([]byte, n), make([]bool, n)} }

// put gives bytes from one on. It reports false where one was given before.
func (c *cell) put(first int, b []byte) bool {
	for i := range b {
		if c.given[first+i] {
			return false
		}
	}
	copy(c.bytes[first:], b)
	for i := range b {
		c.given[first+i] = true
	}
	return true
}

// Values are what some places hold. The zero value holds nothing.
type Values struct {
	cells  map[arch.Place]*cell
	memory *cell // nil: nothing is said of it
}

// Set gives the place of a name a value; both are text. Each byte of a place can be given one value.
func (v *Values) Set(n *Names, name, value string) error {
	p, err := n.lookup(name)
	if err != nil {
		return err
	}
	if p.memory {
		return v.setMemory(n, p, value)
	}
	b, err := n.value(p, value)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for _, part := range p.parts {
		if err := v.part(n.layout, name, part, b[:part.Size]); err != nil {
			return err
		}
		b = b[part.Size:]
	}
	return nil
}

// value reads a value for registers or states.
func (n *Names) value(p place, text string) ([]byte, error) {
	addr, ok, err := n.address(text)
	if !ok {
		return parseValue(text, p.size)
	}
	if err != nil {
		return nil, err
	}
	if p.size < n.layout.Classes[n.layout.AddrClass].Bytes {
		return nil, fmt.Errorf("an address does not fit %d bytes", p.size)
	}
	return parseNumber(fmt.Sprintf("0x%x", addr), p.size)
}

// part gives a part of a register or a state a value.
func (v *Values) part(l *arch.Layout, name string, part arch.AliasPart, b []byte) error {
	if v.cells == nil {
		v.cells = map[arch.Place]*cell{}
	}
	c := v.cells[part.Place]
	if c == nil {
		_, size := l.Span(part.Place)
		c = newCell(size)
		v.cells[part.Place] = c
	}
	if !c.put(part.First, b) {
		return fmt.Errorf("%s: %s is given a value twice", name, l.PlaceName(part.Place))
	}
	return nil
}

func (v *Values) setMemory(n *Names, p place, text string) error {
	b, err := parseBytes(text)
	if err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	if len(b) > p.size {
		return fmt.Errorf("%s: %d bytes reach over the end: there is room for %d", p.name, len(b), p.size)
	}
	if v.memory == nil {
		v.memory = newCell(n.layout.Memory.Bytes())
	}
	if !v.memory.put(p.offset, b) {
		return fmt.Errorf("%s: a byte of memory is given a value twice", p.name)
	}
	return nil
}

// places lists the registers and states that something is said of, in the order of their kinds and numbers.
func (v *Values) places() []arch.Place {
	out := make([]arch.Place, 0, len(v.cells))
	for p := range v.cells {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b arch.Place) int {
		return (int(a.Kind)-int(b.Kind))*1<<16 + (int(a.Class)-int(b.Class))*1<<8 + int(a.Num) - int(b.Num)
	})
	return out
}

// number is the value of a place of up to eight bytes; 0 where nothing is said of it.
func (v *Values) number(p arch.Place) uint64 {
	c := v.cells[p]
	if c == nil {
		return 0
	}
	n := uint64(0)
	for i := min(8, len(c.bytes)) - 1; i >= 0; i-- {
		n = n<<8 | uint64(c.bytes[i])
	}
	return n
}
