package arch

import (
	"errors"
	"fmt"
	"slices"

	"github.com/risugen/risugen/constraints"
)

// Aim asks for one instruction that random ones have not been yet.
type Aim struct {
	Insn       *constraints.Insn // of the machine's set
	Arg        int               // the argument that is to have a value; -1: any word will do
	Value      int64
	Misaligned bool // its access is to be misaligned, so that it faults
}

// String names the aim: `SLL sa=31`.
func (a Aim) String() string {
	s := a.Insn.Label()
	if a.Arg >= 0 {
		s += fmt.Sprintf(" %s=%d", a.Insn.Pattern.Args[a.Arg].Name, a.Value)
	}
	if a.Misaligned {
		s += " misaligned"
	}
	return s
}

// MissedAim is an aim that no block could take, and why.
type MissedAim struct {
	Aim
	Why error
}

// GenerateAimed makes a program of an instruction for each aim, and what must stand beside them. Of the options Count and
// MisalignedShare do not count, nor Select but for what may stand in delay slots and behind prefixes. It is a pure function of
// its arguments. Aims that no block takes are left out, and told in the result.
func GenerateAimed(m Machine, o Options, aims []Aim) (*Program, []MissedAim, error) {
	o.Count, o.MisalignedShare, o.TrapShare, o.Reserved = max(1, len(aims)), 0, 0, 0
	if err := o.Check(); err != nil {
		return nil, nil, err
	}
	choice, err := o.Select.choose(m)
	if err != nil {
		return nil, nil, err
	}
	p := &Program{Machine: m, Seed: o.Seed, Rounds: o.Rounds}
	defer o.makePool(p)()
	s := newScheduler(p, o)
	if choice, err = s.group(choice, o); err != nil {
		return nil, nil, err
	}
	for _, in := range choice {
		if maySlot(in) {
			s.fillers = append(s.fillers, in)
		}
	}
	aims = slices.Clone(aims)
	slices.SortStableFunc(aims, func(a, b Aim) int { return s.views[a.Insn.Index] - s.views[b.Insn.Index] })
	var missed []MissedAim
	for _, a := range aims {
		if err := s.putAimed(a); err != nil {
			missed = append(missed, MissedAim{a, err})
		}
	}
	s.close()
	if len(p.Blocks) == 0 {
		return nil, missed, errors.New("there is no block that takes what is missing")
	}
	return p, missed, nil
}

// aimed is what a scheduler knows of the aim that it places an instruction for.
type aimed struct {
	Aim
	narrowed map[*constraints.Insn]*constraints.Insn // instructions with the aim's words alone; nil: there are none
}

// narrow is an instruction that is drawn, with the words alone that it is aimed at.
func (a *aimed) narrow(in *constraints.Insn) *constraints.Insn {
	if a.Arg < 0 || in.Index != a.Insn.Index {
		return in
	}
	n, ok := a.narrowed[in]
	if !ok {
		n = in.Having(a.Arg, a.Value)
		a.narrowed[in] = n
	}
	return n
}

// misaligns reports whether the access of what is placed must be misaligned. It may be called without an aim.
func (a *aimed) misaligns(pl *placement) bool {
	return a != nil && a.Misaligned && pl.in.Index == a.Insn.Index && !pl.slot
}

// aimTries is how many blocks an aim is tried in: what an instruction needs beside its word, and what stands beside it, is drawn anew
// in each.
const aimTries = 16

// aimAhead is how many instructions are said to be left when an aim is placed: so many may stand beside it.
const aimAhead = constraints.MaxBehind + 2

// putAimed puts an instruction into the open block or another.
func (s *scheduler) putAimed(a Aim) error {
	in := a.Insn
	s.aimed = &aimed{a, map[*constraints.Insn]*constraints.Insn{}}
	defer func() { s.aimed = nil }()
	if s.aimed.narrow(in) == nil && in.Prefix == nil {
		return errors.New("no word has the value")
	}
	s.skew = 0
	if a.Misaligned {
		s.skew = ^uint32(0)
	}
	want := s.views[in.Index]
	var err error
	for range aimTries * len(s.layout.Bases) {
		s.count, s.left = aimAhead, aimAhead
		s.drawLength(in)
		if s.tests >= s.limit || want != 0 && s.view != 0 && want != s.view || in.Linked != nil && s.tests+2 > s.limit && s.tests > 0 ||
			s.groupTooLong() || in.MayFault() && s.stackLost() {
			s.close()
		}
		err = s.place(in)
		for n := 0; n < maxRedraws && errors.Is(err, errUnsuitable); n++ {
			err = s.place(in)
		}
		if err == nil {
			if s.view = max(s.view, want); in.MayFault() || in.Linked != nil || s.ended {
				s.close()
			}
			return nil
		}
		if !errors.Is(err, errNoRoom) {
			return err
		}
		s.close()
	}
	return fmt.Errorf("no block takes it: %w", err)
}
