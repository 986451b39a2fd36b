package runtime

import "github.com/risugen/risugen/arch"

// maxClasses bounds the register classes of a machine.
const maxClasses = 16

// placeSet is a set of places.
type placeSet struct {
	registers      [maxClasses]uint64 // by class
	states, memory uint64
}

func (s *placeSet) word(p arch.Place) *uint64 {
	switch p.Kind {
	case arch.StatePlace:
		return &s.states
	case arch.MemoryPlace:
		return &s.memory
	}
	return &s.registers[p.Class]
}

func (s *placeSet) add(p arch.Place)      { *s.word(p) |= 1 << p.Num }
func (s *placeSet) has(p arch.Place) bool { return *s.word(p)>>p.Num&1 != 0 }

func register(class, num int) arch.Place {
	return arch.Place{Kind: arch.RegisterPlace, Class: uint8(class), Num: uint8(num)}
}

func state(num int) arch.Place  { return arch.Place{Kind: arch.StatePlace, Num: uint8(num)} }
func window(num int) arch.Place { return arch.Place{Kind: arch.MemoryPlace, Num: uint8(num)} }

// eachPlace calls f for every place that a record of a block holds, but for registers that are not
// recorded or that its view does not have.
func eachPlace(l *arch.Layout, b *arch.Block, f func(arch.Place)) {
	for s := range l.States {
		f(state(s))
	}
	for c := range l.Classes {
		if !l.Classes[c].Live(b.View) {
			continue
		}
		for r := range l.Classes[c].Count {
			if l.Classes[c].Never>>r&1 == 0 {
				f(register(c, r))
			}
		}
	}
	if b.Memory {
		for w := range l.Memory.Windows {
			f(window(w))
		}
	}
}

// initial is what a round's input holds for a place: the bytes of its window, or nil for a state, whose
// value is computed, and for a zero register.
func initial(l *arch.Layout, p arch.Place, input []byte) []byte {
	switch p.Kind {
	case arch.StatePlace:
		return nil
	case arch.MemoryPlace:
		at := l.Memory.Pool + int(p.Num)*l.Memory.Size
		return input[at : at+l.Memory.Size]
	}
	c := &l.Classes[p.Class]
	if c.Zero>>p.Num&1 != 0 {
		return nil
	}
	at := c.Pool + int(p.Num)*c.Bytes
	return input[at : at+c.Bytes]
}
