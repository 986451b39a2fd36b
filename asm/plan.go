package asm

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/risugen/risugen/arch"
)

// datum is a register that is loaded from the program's data.
type datum struct {
	arch.AsmValue
	data  []byte
	note  string
	again bool // another one has the same data
}

// output is a place that is printed.
type output struct {
	arch.AsmValue
	size int
	name string
}

// plan lays inputs and outputs out in memory: the widest first, so that each is aligned.
func (s *source) plan() {
	offset := 0
	for _, p := range s.byWidth(s.uses.load) {
		if !s.fromData(p) {
			continue
		}
		data := s.register(int(p.Class), int(p.Num))
		d := datum{arch.AsmValue{Place: p, Offset: offset}, data, s.note(p), false}
		if i := slices.IndexFunc(s.inputs, func(o datum) bool { return bytes.Equal(o.data, data) }); i >= 0 {
			d.Offset, d.again = s.inputs[i].Offset, true
		} else {
			offset += len(data)
		}
		s.inputs = append(s.inputs, d)
	}
	s.planOutputs()
	s.windows = s.uses.memory
}

// fromData reports whether a place is loaded from the program's data.
func (s *source) fromData(p arch.Place) bool {
	return p.Kind == arch.RegisterPlace && int(p.Class) != s.layout.AddrClass
}

func (s *source) planOutputs() {
	var places []arch.Place
	labels := map[arch.Place]string{}
	add := func(p arch.Place) {
		if !slices.Contains(places, p) {
			places = append(places, p)
		}
	}
	for _, r := range s.prog.Effects(s.block).Results {
		if !s.wanted(&r) {
			continue
		}
		add(r.Place)
		switch {
		case r.Operand < 0:
			labels[r.Place] = " (branch)"
		case r.Wrote != r.Place:
			labels[r.Place] = " (" + s.layout.PlaceName(r.Wrote) + ")"
		}
	}
	for _, p := range s.about.Places {
		add(p)
	}
	for i := range s.block.Items { // what shows that a word ran which must fault
		if it := &s.block.Items[i]; it.Kind == arch.Guard {
			add(arch.Place{Kind: arch.RegisterPlace, Class: it.Class, Num: it.Reg})
		}
	}
	offset := 0
	for _, p := range s.byWidth(places) {
		if p.Kind == arch.MemoryPlace {
			s.shown = append(s.shown, int(p.Num))
			continue
		}
		_, size := s.layout.Span(p)
		s.outputs = append(s.outputs, output{arch.AsmValue{Place: p, Offset: offset}, size, s.layout.PlaceName(p) + labels[p]})
		offset += size
	}
	slices.Sort(s.shown)
	if arch.OrderName(s.layout.Order) == "little" { // the first number stands last, so that bytes are printed from the end
		for i := range s.outputs {
			o := &s.outputs[i]
			o.Offset = s.outputBytes() - o.Offset - o.size
		}
	}
}

// byWidth sorts places by their size, the largest first.
func (s *source) byWidth(places []arch.Place) []arch.Place {
	out := slices.Clone(places)
	slices.SortStableFunc(out, func(a, b arch.Place) int {
		_, m := s.layout.Span(a)
		_, n := s.layout.Span(b)
		return cmp.Compare(n, m)
	})
	return out
}
