package constraints

import (
	"math"

	"github.com/risugen/risugen/decodetree"
	"github.com/risugen/risugen/random"
)

// edgeTries is how many changes DrawEdge tries before it gives the word up as it is.
const edgeTries = 4

// DrawEdge draws a word as Draw does and then makes it one with which instructions go wrong. Two times in three all its immediates
// become extreme: zeros or ones alone, one, the sign bit alone or all bits but that, or any value of a few bits. Who draws keeps a
// turn for each instruction, which goes through the combinations that are legal: those of zeros and ones alone first,
// from one that is chosen at random. Otherwise, and in some of the later turns, registers change: one becomes another operand's, or one that
// reads as zero or has another meaning, or the last of its class. What has no such immediates has an argument or two
// changed one by one. A change that would make the word illegal, or need a register that was not offered, is not made.
func (in *Insn) DrawEdge(rng *random.Rand, offer []uint64, disp int64, turn *Turn) (uint64, bool) {
	return in.Drawer().DrawEdge(rng, offer, disp, turn)
}

// DrawEdge is the instruction's.
func (d Drawer) DrawEdge(rng *random.Rand, offer []uint64, disp int64, turn *Turn) (uint64, bool) {
	word, ok := d.Draw(rng, offer, disp)
	if !ok {
		return word, false
	}
	s, changes, tries := d.s, 1+rng.IntN(2), edgeTries
	switch {
	case s.extremes == nil:
	case turn.due(rng):
		word = s.edgeImmediates(turn, word, offer, disp)
		changes, tries = changes-1, 1
		if turn.first(s.extremes) {
			return word, true
		}
	default:
		changes = 2 // registers alone, since immediates have their turns
	}
	if len(s.changing) == 0 {
		return word, true
	}
	for ; changes > 0 && tries > 0; tries-- {
		changed, ok := s.edge(&s.edges[s.changing[rng.IntN(len(s.changing))]], rng, word)
		if ok && changed != word && s.permits(changed, word^changed, offer, disp) {
			word = changed
			changes--
		}
	}
	return word, true
}

// changingArgs lists the arguments that change changes: registers where immediates have turns of their own.
func (s *sampler) changingArgs() []uint8 {
	var out []uint8
	for i := range s.edges {
		if a := &s.edges[i]; a.field != nil && (a.register || s.extremes == nil) && i <= math.MaxUint8 {
			out = append(out, uint8(i))
		}
	}
	return out
}

// edgeArg is what DrawEdge knows of an argument.
type edgeArg struct {
	field    *decodetree.Field // nil: it is not changed
	mask     uint64            // of its bits in the word, shifted down, if these are all in a row and are its value; else 0
	members  uint64            // numbers of the register's operand that have another meaning
	same     uint32            // arguments that number registers of the same class: bit n is argument n
	shift    uint8
	width    uint8 // of the field, in bits
	signed   bool
	register bool // it numbers a register
}

// edgeArgs are all arguments as DrawEdge knows them.
func (in *Insn) edgeArgs() []edgeArg {
	out := make([]edgeArg, len(in.Pattern.Args))
	for arg := range out {
		a, f := &out[arg], in.Pattern.Args[arg].Field
		if f == nil || fieldWidth(f) == 0 || fieldWidth(f) > vectorBits {
			continue
		}
		a.field, a.width, a.signed = f, uint8(fieldWidth(f)), len(f.Parts) > 0 && f.Parts[0].Signed
		if f.Func == "" && len(f.Parts) == 1 && f.Parts[0].Ref == "" {
			a.shift, a.mask = uint8(f.Parts[0].Pos), ^uint64(0)>>(64-a.width)
		}
		if op := in.registerOf(arg); op != nil {
			a.register = true
			a.members, a.same = op.memberSet(), in.sameClass(op)
		}
	}
	return out
}

// memberSet is the set of numbers that have another meaning.
func (op *Operand) memberSet() uint64 {
	var set uint64
	for i := range op.Members {
		if n := op.Members[i].Number; n >= 0 && n < maxRegisters {
			set |= 1 << n
		}
	}
	return set
}

// sameClass is the set of the arguments that number other operands which are registers of an operand's class.
func (in *Insn) sameClass(op *Operand) uint32 {
	var set uint32
	for i := range in.Operands {
		o := &in.Operands[i]
		if o.Kind == RegisterField && o.Class == op.Class && o.Arg != op.Arg && o.Arg < 32 && in.Pattern.Args[o.Arg].Field != nil {
			set |= 1 << o.Arg
		}
	}
	return set
}

// registerOf returns the register operand that an argument numbers, or nil.
func (in *Insn) registerOf(arg int) *Operand {
	for i := range in.Operands {
		if op := &in.Operands[i]; op.Kind == RegisterField && op.Arg == arg {
			return op
		}
	}
	return nil
}

// edge changes an argument of a word.
func (s *sampler) edge(a *edgeArg, rng *random.Rand, word uint64) (uint64, bool) {
	if a.register {
		return a.insert(word, s.edgeRegister(a, rng, word))
	}
	return a.insert(word, a.immediate(rng))
}

// edgeRegister chooses a register's number in its field.
func (s *sampler) edgeRegister(a *edgeArg, rng *random.Rand, word uint64) uint64 {
	switch rng.IntN(6) {
	case 0:
		return 0
	case 1:
		if a.members != 0 {
			return uint64(rng.Bit(a.members))
		}
		return 1<<a.width - 1
	}
	if a.same == 0 {
		return 0
	}
	return s.edges[rng.Bit(uint64(a.same))].extract(word)
}

// immediate chooses the bits of a field's value.
func (a *edgeArg) immediate(rng *random.Rand) uint64 {
	ones := ^uint64(0) >> (64 - a.width)
	return [...]uint64{0, 0, 0, 1, ones, ones, 1 << (a.width - 1), ones >> 1}[rng.IntN(8)]
}

// insert puts the bits of a value into the argument's field. It reports false where they do not fit.
func (a *edgeArg) insert(word, v uint64) (uint64, bool) {
	if a.mask != 0 {
		return word&^(a.mask<<a.shift) | v&a.mask<<a.shift, v&^a.mask == 0
	}
	value := int64(v)
	if a.signed {
		value = sextract(value, 0, int64(a.width))
	}
	return a.field.Insert(word, value)
}

// extract is the value in the argument's field.
func (a *edgeArg) extract(word uint64) uint64 {
	switch {
	case a.mask != 0:
		return word >> a.shift & a.mask
	case a.field == nil:
		return 0
	}
	return uint64(a.field.Extract(word))
}
