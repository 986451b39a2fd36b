package asm

import (
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// uses is what the items of a block use.
type uses struct {
	load    []arch.Place            // registers and states, in the order in which they are first used
	names   map[arch.Place][]string // the operands that they are
	written map[arch.Place]bool     // by items before the one that is looked at
	base    bool                    // glue reads the base register
	keeps   []int                   // states whose initial value a register keeps that glue reads
	memory  []int                   // windows that instructions access
}

// follow goes through the items and notes what must have been loaded before.
func (s *source) follow() {
	s.uses.names, s.uses.written = map[arch.Place][]string{}, map[arch.Place]bool{}
	for i := range s.block.Items {
		it := &s.block.Items[i]
		if it.Kind.UnderTest() {
			in := s.insn(it)
			args := in.Pattern.Extract(it.Word, nil)
			s.test(i, in, args)
			continue
		}
		s.glue(it)
	}
	for _, p := range s.about.Places {
		if p.Kind == arch.MemoryPlace {
			s.touch(int(p.Num))
		} else {
			s.load(p, "")
		}
	}
	slices.Sort(s.uses.memory)
}

// insn is the instruction that an item under test is.
func (s *source) insn(it *arch.Item) *constraints.Insn { return s.prog.Machine.Set().Insns[it.Insn] }

// test notes what an instruction under test uses. What it writes is loaded, too.
func (s *source) test(i int, in *constraints.Insn, args []int64) {
	it := &s.block.Items[i]
	all := in.Uses(nil, it.Word, args)
	for _, u := range all {
		if u.Kind == constraints.UseMemory {
			s.access(i, in, args)
			continue
		}
		s.load(place(u), in.Operands[u.Operand].Name)
	}
	for _, u := range all {
		if u.Role.Writes() && u.Kind != constraints.UseMemory {
			s.uses.written[place(u)] = true
		}
	}
}

// glue notes what glue uses. A word that is none is a number that other words read.
func (s *source) glue(it *arch.Item) {
	if in := s.Decode(it.Word); in != nil && !s.isNop(it) {
		for _, u := range in.Uses(nil, it.Word, in.Pattern.Extract(it.Word, nil)) {
			if u.Kind != constraints.UseMemory && u.Role.Reads() {
				s.load(place(u), "")
			}
		}
	}
	switch p := (arch.Place{Kind: arch.RegisterPlace, Class: it.Class, Num: it.Reg}); it.Kind {
	case arch.Mark: // in a delay slot, that a branch may keep from being executed
		s.load(p, "")
		s.uses.written[p] = true
	case arch.Reset:
		s.uses.written[arch.Place{Kind: arch.StatePlace, Num: it.State}] = true
		s.uses.base = s.uses.base || s.layout.KeepOf(s.block.Base, int(it.State)) < 0
	case arch.Space:
	default:
		s.uses.written[p] = true
	}
}

// isNop reports whether an item does nothing, though it may name registers.
func (s *source) isNop(it *arch.Item) bool {
	nop, err := s.prog.Machine.Glue().Nop(nil)
	return err == nil && len(nop) == 1 && nop[0].Bits == it.Word && nop[0].Size == it.Size
}

// place is what a use of a register or a state is a use of.
func place(u constraints.Use) arch.Place {
	if u.Kind == constraints.UseState {
		return arch.Place{Kind: arch.StatePlace, Num: u.Num}
	}
	return arch.Place{Kind: arch.RegisterPlace, Class: u.Class, Num: u.Num}
}

// load notes that an item uses a place which must hold its first value.
func (s *source) load(p arch.Place, operand string) {
	if p.Kind == arch.RegisterPlace && s.special(p) || s.uses.written[p] {
		return
	}
	if !slices.Contains(s.uses.load, p) {
		s.uses.load = append(s.uses.load, p)
	}
	if operand != "" && !slices.Contains(s.uses.names[p], operand) {
		s.uses.names[p] = append(s.uses.names[p], operand)
	}
}

// special reports whether a register is none that the program loads for an operand: one that reads as zero, that is no operand,
// or that the harness keeps for itself, which is noted.
func (s *source) special(p arch.Place) bool {
	c := &s.layout.Classes[p.Class]
	if (c.Zero|c.Never)>>p.Num&1 != 0 {
		return true
	}
	if int(p.Class) != s.layout.AddrClass {
		return false
	}
	if int(p.Num) == s.layout.Bases[s.block.Base] {
		s.uses.base = s.uses.base || !s.uses.written[p]
		return true
	}
	keep := slices.Index(s.layout.KeepsOf(s.block.Base), int(p.Num))
	if keep >= 0 && !slices.Contains(s.uses.keeps, keep) {
		s.uses.keeps = append(s.uses.keeps, keep)
	}
	return keep >= 0
}

// touch notes a window of memory.
func (s *source) touch(window int) {
	if !slices.Contains(s.uses.memory, window) {
		s.uses.memory = append(s.uses.memory, window)
	}
}
