package reduce

import (
	"slices"

	"github.com/risugen/risugen/arch"
)

// values makes the input of the round as simple as it goes: cells are made zero, then bits, and bits are moved down.
func (s *search) values() error {
	if err := s.onlyRead(); err != nil {
		return err
	}
	if err := s.clearCells(); err != nil {
		return err
	}
	for range 4 {
		if err := s.clearBits(); err != nil {
			return err
		}
		if moved, err := s.lowerBits(); err != nil || !moved {
			return err
		}
	}
	return s.clearBits()
}

// judge judges windows for the block as it is.
func (s *search) judge(windows [][]byte) ([]bool, error) {
	out := make([]bool, len(windows))
	var cands []candidate
	var which []int
	for i, w := range windows {
		if s.allowed(w) {
			cands, which = append(cands, candidate{s.at.form, input{w, s.at.input.phase}}), append(which, i)
		}
	}
	held, err := s.hold(&s.example.goal, cands)
	for n, h := range held {
		out[which[n]] = h
	}
	return out, err
}

// allowed reports whether a window holds no address that none may hold and that the window so far does not.
func (s *search) allowed(window []byte) bool {
	l := s.machine().Layout()
	for _, r := range l.Avoid {
		for i := 0; i+4 <= len(window); i += 4 {
			a := uint64(l.Order.Uint32(window[i:]))
			if r.Lo <= a && a < r.Hi && l.Order.Uint32(s.at.input.window[i:]) != uint32(a) {
				return false
			}
		}
	}
	return true
}

// with is a window in which only some cells are not zero.
func (s *search) with(cells []int) []byte {
	out := make([]byte, len(s.at.input.window))
	for _, i := range cells {
		for _, at := range s.cells[i].bits {
			if at >= 0 && isSet(s.at.input.window, at) && !isSet(out, at) {
				flip(out, at)
			}
		}
	}
	return out
}

// filled lists the cells that are not zero.
func (s *search) filled() []int {
	var out []int
	for i := range s.cells {
		if slices.ContainsFunc(s.cells[i].bits, func(at int) bool { return at >= 0 && isSet(s.at.input.window, at) }) {
			out = append(out, i)
		}
	}
	return out
}

// onlyRead makes all zero that no instruction reads or, if that is too much, what is no cell.
func (s *search) onlyRead() error {
	read := map[arch.Place]bool{}
	memory := false
	b := &s.at.form.block
	for i := range b.Items {
		if !b.Items[i].Kind.UnderTest() {
			continue
		}
		for _, u := range uses(s.machine(), &b.Items[i]) {
			if u.Role.Reads() {
				p := placeOf(&u, &b.Items[i])
				read[p], memory = true, memory || p.Kind == arch.MemoryPlace
			}
		}
	}
	all := s.filled()
	some := slices.DeleteFunc(slices.Clone(all), func(i int) bool {
		p := s.cells[i].place
		return !read[p] && !(memory && p.Kind == arch.MemoryPlace)
	})
	windows := [][]byte{s.with(nil), s.with(some), s.with(all)}
	held, err := s.judge(windows)
	if i := slices.Index(held, true); i >= 0 {
		s.at.input.window = windows[i]
	}
	return err
}

// clearCells makes cells zero.
func (s *search) clearCells() error {
	keep, err := minimize(s.filled(), func(sets [][]int) ([]bool, error) {
		var windows [][]byte
		for _, set := range sets {
			windows = append(windows, s.with(set))
		}
		return s.judge(windows)
	})
	if err == nil && len(keep) < len(s.filled()) {
		s.at.input.window = s.with(keep)
	}
	return err
}

// setBits lists where bits of the window are set.
func (s *search) setBits() []int {
	var out []int
	for at := range 8 * len(s.at.input.window) {
		if isSet(s.at.input.window, at) {
			out = append(out, at)
		}
	}
	return out
}

// clearBits makes bits zero.
func (s *search) clearBits() error {
	window := func(set []int) []byte {
		w := make([]byte, len(s.at.input.window))
		for _, at := range set {
			flip(w, at)
		}
		return w
	}
	keep, err := minimize(s.setBits(), func(sets [][]int) ([]bool, error) {
		var windows [][]byte
		for _, set := range sets {
			windows = append(windows, window(set))
		}
		return s.judge(windows)
	})
	if err == nil {
		s.at.input.window = window(keep)
	}
	return err
}

// fewBits is up to how many bits are moved down one by one.
const fewBits = 48

// lowerBits moves bits down within their cells, each as far as it goes, until none goes further.
func (s *search) lowerBits() (moved bool, err error) {
	if len(s.setBits()) > fewBits {
		return false, nil
	}
	for again := true; again; {
		again = false
		for i := range s.cells {
			for n := len(s.cells[i].bits) - 1; n > 0; n-- {
				lower, err := s.lower(&s.cells[i], n)
				if err != nil {
					return moved, err
				}
				again, moved = again || lower, moved || lower
			}
		}
	}
	return moved, nil
}

// lower moves a bit of a cell down, to the lowest place where the difference still shows.
func (s *search) lower(c *cell, bit int) (bool, error) {
	w := s.at.input.window
	if c.bits[bit] < 0 || !isSet(w, c.bits[bit]) {
		return false, nil
	}
	var windows [][]byte
	for _, at := range c.bits[:bit] {
		if at >= 0 && !isSet(w, at) {
			lower := slices.Clone(w)
			flip(lower, c.bits[bit])
			flip(lower, at)
			windows = append(windows, lower)
		}
	}
	held, err := s.judge(windows)
	i := slices.Index(held, true)
	if err != nil || i < 0 {
		return false, err
	}
	s.at.input.window = windows[i]
	return true, nil
}
