package constraints

import (
	"fmt"
	"slices"

	"github.com/risugen/risugen/decodetree"
)

// prepare links overlap groups.
func (s *Set) prepare() {
	for _, in := range s.Insns {
		in.forbidden = s.earlier(in)
		in.splitLater()
		in.countLater()
	}
}

// earlier lists the instructions that an overlap group tries before in and that share words with it.
func (s *Set) earlier(in *Insn) []*Insn {
	var out []*Insn
	var member decodetree.Member = in.Pattern
	for g := in.Pattern.Group; g != nil; g = g.Parent {
		if g.Overlap {
			for _, m := range g.Members {
				if m == member {
					break
				}
				out = s.overlapping(out, m, in)
			}
		}
		member = g
	}
	return out
}

func (s *Set) overlapping(out []*Insn, m decodetree.Member, in *Insn) []*Insn {
	switch m := m.(type) {
	case *decodetree.Group:
		for _, sub := range m.Members {
			out = s.overlapping(out, sub, in)
		}
	case *decodetree.Pattern:
		p := in.Pattern
		both := m.FixedMask & p.FixedMask
		if f := s.index[place{m, in.Behind != ""}]; f != nil && m.FixedBits&both == p.FixedBits&both && f.alwaysBefore(in) {
			out = append(out, f)
		}
	}
	return out
}

// alwaysBefore reports whether an earlier member of a group takes the same words on every CPU that has in.
func (f *Insn) alwaysBefore(in *Insn) bool {
	return in.requires.implies(f.requires) && !slices.ContainsFunc(f.constraints, func(x *expr) bool { return x.unsure })
}

// String names the instruction and where it is defined.
func (in *Insn) String() string {
	return fmt.Sprintf("%s (%s)", in.Label(), in.Pattern.Pos)
}
