package arch

import "github.com/risugen/risugen/constraints"

// WhyNotDrawn says why images hold none of an instruction; "": they may.
func WhyNotDrawn(in *constraints.Insn, l *Layout) string {
	switch {
	case Schedulable(in, l):
		return ""
	case in.InGroup("system"):
		return "in the group system"
	case !in.Described:
		return "no operands block says what it reads and writes"
	case !recorded(in, l):
		return "names registers that the CPU has not, or that images do not record"
	case in.Unreachable():
		return "earlier members of its group take all its words"
	case in.InGroup(atomicGroup) && in.Linked == nil && !in.Links:
		return "in the group atomic, and no linked block pairs it"
	case in.Linked != nil && (l.Tries == 0 || in.Linked.Load == nil || !possible(in.Linked.Load, l)):
		return "the load that it is linked to is not drawn, or glue cannot try it again"
	}
	return "it cannot be placed in a block"
}
