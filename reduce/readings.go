package reduce

import (
	"bytes"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/runtime"
)

// reading is what an instruction found at a place.
type reading struct {
	place arch.Place
	value []byte // of a register or a memory window
	state uint64
}

// readings are those of a block's instructions, by item.
type readings map[int][]reading

// readingsOf notes what the instructions of a block read in a round, as far as that is known.
func readingsOf(m arch.Machine, b *arch.Block, at runtime.Moment) readings {
	out := readings{}
	for i := range b.Items {
		it := &b.Items[i]
		if !it.Kind.UnderTest() {
			continue
		}
		for _, u := range uses(m, it) {
			if u.Role.Reads() {
				out[i] = appendReading(out[i], m.Layout(), at, u, i)
			}
		}
	}
	return out
}

func appendReading(dst []reading, l *arch.Layout, at runtime.Moment, u constraints.Use, item int) []reading {
	switch u.Kind {
	case constraints.UseState:
		if v, known := at.State(int(u.Num), item); known {
			dst = append(dst, reading{place: arch.Place{Kind: arch.StatePlace, Num: u.Num}, state: v})
		}
	case constraints.UseMemory: // any window may be read
		for w := range l.Memory.Windows {
			if v := at.Memory(w, item); v != nil {
				dst = append(dst, reading{place: arch.Place{Kind: arch.MemoryPlace, Num: uint8(w)}, value: bytes.Clone(v)})
			}
		}
	case constraints.UseRegister:
		if v := at.Register(int(u.Class), int(u.Num), item); v != nil {
			dst = append(dst, reading{place: arch.Place{Kind: arch.RegisterPlace, Class: u.Class, Num: u.Num}, value: bytes.Clone(v)})
		}
	}
	return dst
}

// supply makes the window hold what instructions of a block read that nothing writes before, now that others are
// missing. keep tells which items there are.
func (r readings) supply(m arch.Machine, b *arch.Block, keep []bool, cells []cell, window []byte) {
	done := map[arch.Place]bool{}
	for i := range b.Items {
		it := &b.Items[i]
		if !keep[i] || !it.Kind.UnderTest() {
			continue
		}
		for _, read := range r[i] {
			if !done[read.place] {
				done[read.place] = true
				read.put(m.Layout(), cells, window)
			}
		}
		for _, u := range uses(m, it) {
			if u.Role.Writes() {
				done[placeOf(&u, it)] = true
			}
		}
	}
}

// placeOf is what an instruction uses; of memory the window that it stores to.
func placeOf(u *constraints.Use, it *arch.Item) arch.Place {
	switch u.Kind {
	case constraints.UseState:
		return arch.Place{Kind: arch.StatePlace, Num: u.Num}
	case constraints.UseMemory:
		return arch.Place{Kind: arch.MemoryPlace, Num: it.Window}
	}
	return arch.Place{Kind: arch.RegisterPlace, Class: u.Class, Num: u.Num}
}

// put makes a window hold what was read.
func (r *reading) put(l *arch.Layout, cells []cell, window []byte) {
	switch r.place.Kind {
	case arch.RegisterPlace:
		c := &l.Classes[r.place.Class]
		copy(window[c.Pool+int(r.place.Num)*c.Bytes:], r.value)
	case arch.MemoryPlace:
		copy(window[l.Memory.Pool+int(r.place.Num)*l.Memory.Size:], r.value)
	case arch.StatePlace:
		for i := range cells {
			if cells[i].place == r.place {
				cells[i].set(window, r.state)
			}
		}
	}
}
