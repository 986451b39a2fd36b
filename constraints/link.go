package constraints

import (
	"fmt"

	"github.com/risugen/risugen/decodetree"
)

// prepare links overlap groups and builds the samplers, which finds unsatisfiable constraints.
func (s *Set) prepare() decodetree.ErrorList {
	var errs decodetree.ErrorList
	for _, in := range s.Insns {
		in.forbidden = s.earlier(in)
	}
	for _, in := range s.Insns {
		if err := in.buildSampler(); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
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
				out = s.overlapping(out, m, in.Pattern)
			}
		}
		member = g
	}
	return out
}

func (s *Set) overlapping(out []*Insn, m decodetree.Member, p *decodetree.Pattern) []*Insn {
	switch m := m.(type) {
	case *decodetree.Group:
		for _, sub := range m.Members {
			out = s.overlapping(out, sub, p)
		}
	case *decodetree.Pattern:
		both := m.FixedMask & p.FixedMask
		if in := s.index[m]; in != nil && m.FixedBits&both == p.FixedBits&both {
			out = append(out, in)
		}
	}
	return out
}

// String names the instruction and where it is defined.
func (in *Insn) String() string {
	return fmt.Sprintf("%s (%s)", in.Pattern.Name, in.Pattern.Pos)
}
