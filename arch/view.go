package arch

import "github.com/risugen/risugen/constraints"

// Views. Where one register has two names, as the lower half of a vector register that is a floating-point
// register too, an instruction changes what the other name stands for in ways that no manual defines. So a
// block uses one name only. Instructions that need the other wait until a block of their view is opened.

// viewsOf finds the view that each instruction of a set needs. An instruction that names classes of two
// views belongs to the one that it writes.
func viewsOf(set *constraints.Set, l *Layout) []int {
	out := make([]int, len(set.Insns))
	if l.Views == 0 {
		return out
	}
	for _, in := range set.Insns {
		out[in.Index] = viewOf(in, l)
	}
	return out
}

func viewOf(in *constraints.Insn, l *Layout) int {
	view := 0
	for i := range in.Operands {
		op := &in.Operands[i]
		if op.Class < 0 || op.Class >= len(l.Classes) {
			continue
		}
		if v := l.Classes[op.Class].View; v != 0 && (view == 0 || op.Role.Writes()) {
			view = v
		}
	}
	return view
}

// add draws an instruction into the open block, or puts it off where that is of another view. When a block's
// worth has gathered for a view, it is that view's turn.
func (s *scheduler) add(in *constraints.Insn) error {
	want := s.views[in.Index]
	if want == 0 || s.view == 0 || want == s.view {
		return s.put(in)
	}
	s.later[want] = append(s.later[want], in)
	if len(s.later[want]) < s.limit {
		return nil
	}
	return s.putOff(want)
}

// putOff puts the instructions that wait for a view into blocks of their own.
func (s *scheduler) putOff(view int) error {
	if err := s.next(); err != nil {
		return err
	}
	for _, in := range s.later[view] {
		done, err := s.addQuickly(s.of(in))
		if !done && err == nil {
			err = s.put(in)
		}
		if err != nil {
			return err
		}
	}
	s.later[view] = s.later[view][:0]
	return nil
}

// finish places what waits still, and ends the last block.
func (s *scheduler) finish() error {
	for view := range s.later {
		if len(s.later[view]) > 0 {
			if err := s.putOff(view); err != nil {
				return err
			}
		}
	}
	s.close()
	return nil
}
