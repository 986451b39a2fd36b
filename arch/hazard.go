package arch

import "github.com/risugen/risugen/constraints"

// Hazard is a pair of instructions that a CPU does not keep apart itself: what the later one finds, or what becomes of
// the earlier one, is undefined where fewer than Between others run between them. The scheduler puts in words that do
// nothing.
type Hazard struct {
	State   int // index into Layout.States of what both touch; AnyRegister: a register that both name
	First   Touch
	Second  Touch
	Between int // instructions
}

// AnyRegister is Hazard.State of a hazard of registers.
const AnyRegister = -1

// Touch is a way to touch a state or a register.
type Touch struct {
	Role  constraints.Role // In: it is read; Out: it is written
	Group string           // by an instruction of this group, or by glue that copies a state of it (State.Group); empty: by any
}

// done reports whether an instruction with a role touches something in this way.
func (t *Touch) done(role constraints.Role, inGroup func(string) bool) bool {
	return role&t.Role != 0 && (t.Group == "" || inGroup(t.Group))
}

// toucher is an instruction, or glue that copies a state, as hazards see it.
type toucher struct {
	uses    []constraints.Use
	inGroup func(string) bool
}

// toucherOf tells what an item of the open block touches. Other glue than that which copies states touches nothing:
// it gives registers values that no instruction under test has written.
func (s *scheduler) toucherOf(it *Item) (toucher, bool) {
	switch it.Kind {
	case Test, Misaligned:
		in := s.set.Insns[it.Insn]
		return toucher{in.Uses(nil, it.Word, in.Pattern.Extract(it.Word, nil)), in.InGroup}, true
	case Save:
		return s.copier(int(it.State), int(it.Reg), constraints.In), true
	case Reset:
		return s.copier(int(it.State), max(0, s.layout.KeepOf(s.base, int(it.State))), constraints.Out), true
	}
	return toucher{}, false
}

// copier is glue that reads a state into an address register, or writes it from there.
func (s *scheduler) copier(state, reg int, role constraints.Role) toucher {
	register := constraints.Use{
		Kind: constraints.UseRegister, Role: constraints.In + constraints.Out - role, // the other of the two
		Class: uint8(s.layout.AddrClass), Num: uint8(reg),
	}
	return toucher{
		[]constraints.Use{{Kind: constraints.UseState, Role: role, Num: uint8(state)}, register},
		func(group string) bool { return group == s.layout.States[state].Group },
	}
}

// clash reports whether two instructions have a hazard.
func (h *Hazard) clash(l *Layout, first, second *toucher) bool {
	for i := range first.uses {
		u := &first.uses[i]
		if !h.concerns(l, u) || !h.First.done(u.Role, first.inGroup) {
			continue
		}
		for j := range second.uses {
			v := &second.uses[j]
			if v.Kind == u.Kind && v.Class == u.Class && v.Num == u.Num && h.Second.done(v.Role, second.inGroup) {
				return true
			}
		}
	}
	return false
}

// concerns reports whether a hazard is one of what an instruction uses. What a zero register holds is never in doubt.
func (h *Hazard) concerns(l *Layout, u *constraints.Use) bool {
	if h.State == AnyRegister {
		return u.Kind == constraints.UseRegister && l.Classes[u.Class].Zero>>u.Num&1 == 0
	}
	return u.Kind == constraints.UseState && int(u.Num) == h.State
}

// missing is how many instructions are missing between those of the open block and one that stands next. Glue before a
// branch back counts whole, though some of it is skipped: enough of it runs.
func (s *scheduler) missing(next *toucher) int {
	need, between := 0, 0
	for i := len(s.items) - 1; i >= 0 && between < s.reach; i-- {
		if first, ok := s.toucherOf(&s.items[i]); ok {
			for j := range s.layout.Hazards {
				if h := &s.layout.Hazards[j]; h.Between-between > need && h.clash(s.layout, &first, next) {
					need = h.Between - between
				}
			}
		}
		// What stands around a branch may be skipped. A nullified delay slot counts: then what follows it is not skipped.
		if s.items[i].Kind != Mark {
			between++
		}
	}
	return need
}

// space appends words that do nothing until an instruction may stand behind them.
func (s *scheduler) space(next *toucher, owner uint16) error {
	for n := s.missing(next); n > 0; n-- {
		words, err := s.glueHere(0).Nop(s.words[:0])
		if err != nil {
			return err
		}
		s.words = words
		s.append(words, Item{Kind: Space, Owner: owner, Class: uint8(s.layout.AddrClass)})
	}
	return nil
}

// spaceCopier keeps glue that copies a state apart from what comes before.
func (s *scheduler) spaceCopier(state, reg int, role constraints.Role, owner uint16) error {
	if s.reach == 0 {
		return nil
	}
	next := s.copier(state, max(0, reg), role)
	return s.space(&next, owner)
}

// spaceFor keeps the instruction of a placement apart from those before it.
func (s *scheduler) spaceFor(pl *placement) error {
	if s.reach == 0 {
		return nil
	}
	return s.space(&toucher{pl.uses, pl.in.InGroup}, 0) // the owner comes with the instruction, see own
}

// reachOf is how far back hazards reach.
func reachOf(hazards []Hazard) int {
	n := 0
	for i := range hazards {
		n = max(n, hazards[i].Between)
	}
	return n
}
