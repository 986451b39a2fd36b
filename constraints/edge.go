package constraints

import (
	"math/rand/v2"

	"github.com/risugen/risugen/decodetree"
)

// edgeTries is how many changes DrawEdge tries before it gives the word up as it is.
const edgeTries = 4

// DrawEdge draws a word as Draw does and then tries to change one operand or two of it into what
// instructions go wrong with: a register that is another operand too; a register that reads as zero or has
// another meaning, or the last of its class; an immediate of zeros or ones alone, or with its sign bit
// alone or all bits but that. A change that would make the word illegal, or need a register that was not
// offered, is not made.
func (in *Insn) DrawEdge(rng *rand.Rand, offer []uint64, disp int64) (uint64, bool) {
	word, ok := in.Draw(rng, offer, disp)
	if !ok {
		return word, false
	}
	changes := 1 + rng.IntN(2)
	for range edgeTries {
		changed, ok := in.edge(rng, word)
		if !ok || changed == word || !in.allowed(changed, offer, disp) {
			continue
		}
		word = changed
		if changes--; changes == 0 {
			break
		}
	}
	return word, true
}

// edge changes one argument of a word.
func (in *Insn) edge(rng *rand.Rand, word uint64) (uint64, bool) {
	if len(in.Pattern.Args) == 0 {
		return word, false
	}
	arg := rng.IntN(len(in.Pattern.Args))
	f := in.Pattern.Args[arg].Field
	if f == nil || fieldWidth(f) == 0 || fieldWidth(f) > vectorBits {
		return word, false
	}
	value, ok := int64(0), true
	if op := in.registerOf(arg); op != nil {
		value, ok = in.edgeRegister(rng, op, word)
	} else {
		value = edgeImmediate(rng, f)
	}
	if !ok {
		return word, false
	}
	return f.Insert(word, value)
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

// edgeRegister chooses a register's number in its field.
func (in *Insn) edgeRegister(rng *rand.Rand, op *Operand, word uint64) (int64, bool) {
	f := in.Pattern.Args[op.Arg].Field
	top := int64(1)<<fieldWidth(f) - 1
	switch rng.IntN(6) {
	case 0:
		return 0, true
	case 1:
		if n := len(op.Members); n > 0 {
			return int64(op.Members[rng.IntN(n)].Number), true
		}
		return top, true
	}
	same := make([]int64, 0, 8)
	for i := range in.Operands {
		o := &in.Operands[i]
		if o.Kind != RegisterField || o.Class != op.Class || o.Arg == op.Arg {
			continue
		}
		if g := in.Pattern.Args[o.Arg].Field; g != nil {
			same = append(same, g.Extract(word))
		}
	}
	if len(same) == 0 {
		return 0, true
	}
	return same[rng.IntN(len(same))], true
}

// edgeImmediate chooses a field's plain value.
func edgeImmediate(rng *rand.Rand, f *decodetree.Field) int64 {
	w := fieldWidth(f)
	ones := ^uint64(0) >> (64 - w)
	v := [...]uint64{0, ones, 1 << (w - 1), ones >> 1}[rng.IntN(4)]
	if len(f.Parts) > 0 && f.Parts[0].Signed {
		return sextract(int64(v), 0, int64(w))
	}
	return int64(v)
}

// allowed reports whether Draw could have drawn a word.
func (in *Insn) allowed(word uint64, offer []uint64, disp int64) bool {
	if word&in.Pattern.UndefMask != 0 || word&in.Pattern.FixedMask != in.Pattern.FixedBits {
		return false
	}
	e := in.env(word)
	if !in.legal(e) {
		return false
	}
	if in.Branch != nil && in.Branch.disp != nil && !in.Branch.Absolute && in.Branch.disp.eval(e) != disp {
		return false
	}
	for i := range in.Operands {
		if k := in.Operands[i].Kind; k != RegisterField && k != RegisterList {
			continue
		}
		if need, ok := in.needs(i, e); !ok || need&^offer[i] != 0 {
			return false
		}
	}
	for i := range in.sampler.apart {
		if !in.sampler.apart[i].holds(in, e) {
			return false
		}
	}
	return true
}
