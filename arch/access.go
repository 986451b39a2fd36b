package arch

import (
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/random"
)

// AlignModulus is what addresses of accesses are told apart by: what they leave when they are divided by it.
const AlignModulus = 16

// Alignments is how the accesses of an instruction lie.
type Alignments struct {
	Residues   uint16 // bit n: an address that leaves n modulo AlignModulus
	Misaligned bool   // an address at which the access faults for its alignment
}

// Union is what either has.
func (a Alignments) Union(b Alignments) Alignments {
	return Alignments{a.Residues | b.Residues, a.Misaligned || b.Misaligned}
}

// Covers reports whether a has all that b has.
func (a Alignments) Covers(b Alignments) bool { return a.Union(b) == a }

// accessSamples is how many words of an instruction are looked at to find how its accesses may lie: few bits decide that.
const accessSamples = 128

// AlignmentsOf is how accesses of an instruction may lie in images, as far as a sample of its words shows.
func AlignmentsOf(in *constraints.Insn, l *Layout) Alignments {
	var out Alignments
	if in.Memory == nil {
		return out
	}
	offers := Offers(in, l)
	rng := random.New(1, 2)
	for n := range accessSamples {
		word, ok := in.Draw(rng, offers[n%len(offers)], 0)
		if !ok {
			continue
		}
		args := in.Pattern.Extract(word, nil)
		if in.Memory.Base < 0 {
			out = out.Union(literalAlignments(in, word, args))
		} else {
			out = out.Union(windowAlignments(in, l, word, args))
		}
	}
	out.Misaligned = out.Misaligned && mayMisalign(in, l)
	return out
}

// mayMisalign reports whether some access of an instruction is drawn at addresses where it faults.
func mayMisalign(in *constraints.Insn, l *Layout) bool {
	return l.AlignFault != "" && in.Behind == "" && in.Memory.Base >= 0 && (in.Linked == nil || !in.Linked.FailsFirst)
}

// literalAlignments is how an access may lie at the distances from its own address that its field has.
func literalAlignments(in *constraints.Insn, word uint64, args []int64) Alignments {
	var out Alignments
	a := in.Access(word, args)
	for pc := uint64(0); pc < AlignModulus; pc += uint64(in.Pattern.Width / 8) {
		if at, _ := in.Literal(word, args, pc); a.Aligned(at) {
			out.Residues |= 1 << (at % AlignModulus)
		}
	}
	return out
}

// windowAlignments is how an access may lie in a window of memory.
func windowAlignments(in *constraints.Insn, l *Layout, word uint64, args []int64) Alignments {
	var out Alignments
	a, ok := accessOf(in, l, word, args)
	if !ok || a.access.Size < 1 || a.access.Size > l.Memory.Size {
		return out
	}
	counts := uint64(0)
	if a.index >= 0 && a.index != a.base && a.access.BaseAlign > 0 {
		counts = maxIndex
	}
	for a.target = l.Memory.Addr; a.target+uint64(a.access.Size) <= l.Memory.Addr+uint64(l.Memory.Size); a.target++ {
		for a.count = min(1, counts); a.count <= counts; a.count++ {
			switch {
			case !a.reachable():
			case a.access.Aligned(a.target):
				out.Residues |= 1 << (a.target % AlignModulus)
			default:
				out.Misaligned = true
			}
		}
	}
	return out
}

// accessOf is the access of a word whose address comes from registers. It reports false where they are none that glue can set.
func accessOf(in *constraints.Insn, l *Layout, word uint64, args []int64) (address, bool) {
	a := address{access: in.Access(word, args), base: -1, index: -1, mask: ^uint64(0) >> (64 - 8*l.Classes[l.AddrClass].Bytes)}
	for _, u := range in.Uses(nil, word, args) {
		switch {
		case u.Kind != constraints.UseRegister || int(u.Class) != l.AddrClass:
		case u.Operand == in.Memory.Base:
			a.base = int(u.Num)
		case u.Operand == in.Memory.Index && a.access.Indexed && l.Classes[l.AddrClass].Zero>>u.Num&1 == 0:
			a.index = int(u.Num)
		}
	}
	if a.index >= 0 && (a.access.Kind == constraints.ShiftUnknown || a.index == a.base && (a.access.Kind != constraints.ShiftLeft || a.access.Minus)) {
		return a, false
	}
	return a, a.base >= 0
}
