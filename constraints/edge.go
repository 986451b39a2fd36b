package constraints

import (
	"math/rand/v2"

	"github.com/risugen/risugen/decodetree"
)

// edgeTries is how many changes DrawEdge tries before it gives the word up as it is.
const edgeTries = 4

// DrawEdge draws a word as Draw does and then tries to change one operand or two of it into what
// instructions go wrong with: a register that is another operand too; a register that reads as zero or has
// another meaning, or the last of its class; an immediate of zeros or ones alone, of one, or with its sign bit
// alone or all bits but that. One time in three all immediates become such, and no register. A change that would
// make the word illegal, or need a register that was not offered, is not made.
func (in *Insn) DrawEdge(rng *rand.Rand, offer []uint64, disp int64) (uint64, bool) {
	word, ok := in.Draw(rng, offer, disp)
	if !ok {
		return word, false
	}
	args := in.sampler().edges
	if rng.IntN(3) == 0 {
		if changed := in.edgeImmediates(rng, args, word, offer, disp); changed != word {
			return changed, true
		}
	}
	changes := 1 + rng.IntN(2)
	for range edgeTries {
		changed, ok := edge(rng, args, word)
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

// edgeArg is what DrawEdge knows of an argument.
type edgeArg struct {
	field    *decodetree.Field // nil: it is not changed
	width    int               // of the field, in bits
	signed   bool
	register bool                // it numbers a register
	members  []Member            // of the register's operand
	same     []*decodetree.Field // of the other operands that are registers of the class
}

// edgeArgs are all arguments as DrawEdge knows them.
func (in *Insn) edgeArgs() []edgeArg {
	out := make([]edgeArg, len(in.Pattern.Args))
	for arg := range out {
		a, f := &out[arg], in.Pattern.Args[arg].Field
		if f == nil || fieldWidth(f) == 0 || fieldWidth(f) > vectorBits {
			continue
		}
		a.field, a.width, a.signed = f, fieldWidth(f), len(f.Parts) > 0 && f.Parts[0].Signed
		op := in.registerOf(arg)
		if op == nil {
			continue
		}
		a.register, a.members = true, op.Members
		for i := range in.Operands {
			o := &in.Operands[i]
			if o.Kind != RegisterField || o.Class != op.Class || o.Arg == op.Arg {
				continue
			}
			if g := in.Pattern.Args[o.Arg].Field; g != nil {
				a.same = append(a.same, g)
			}
		}
	}
	return out
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

// edgeImmediates makes every immediate of a word extreme, where that is legal: a field that is inserted whole needs two.
func (in *Insn) edgeImmediates(rng *rand.Rand, args []edgeArg, word uint64, offer []uint64, disp int64) uint64 {
	for i := range args {
		a := &args[i]
		if a.field == nil || a.register {
			continue
		}
		if changed, ok := a.field.Insert(word, a.edgeImmediate(rng)); ok && changed != word && in.allowed(changed, offer, disp) {
			word = changed
		}
	}
	return word
}

// edge changes one argument of a word, of which all are given.
func edge(rng *rand.Rand, args []edgeArg, word uint64) (uint64, bool) {
	if len(args) == 0 {
		return word, false
	}
	a := &args[rng.IntN(len(args))]
	switch {
	case a.field == nil:
		return word, false
	case a.register:
		return a.field.Insert(word, a.edgeRegister(rng, word))
	}
	return a.field.Insert(word, a.edgeImmediate(rng))
}

// edgeRegister chooses a register's number in its field.
func (a *edgeArg) edgeRegister(rng *rand.Rand, word uint64) int64 {
	switch rng.IntN(6) {
	case 0:
		return 0
	case 1:
		if n := len(a.members); n > 0 {
			return int64(a.members[rng.IntN(n)].Number)
		}
		return int64(1)<<a.width - 1
	}
	if len(a.same) == 0 {
		return 0
	}
	return a.same[rng.IntN(len(a.same))].Extract(word)
}

// edgeImmediate chooses a field's plain value.
func (a *edgeArg) edgeImmediate(rng *rand.Rand) int64 {
	ones := ^uint64(0) >> (64 - a.width)
	v := [...]uint64{0, 0, 0, 1, ones, ones, 1 << (a.width - 1), ones >> 1}[rng.IntN(8)]
	if a.signed {
		return sextract(int64(v), 0, int64(a.width))
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
	return in.provides(e, offer, in.sampler().apart)
}

// provides reports whether the registers that a word needs can be given to it, where some are offered. The clashes are given.
func (in *Insn) provides(e *env, offer []uint64, apart []tie) bool {
	for i := range in.uses {
		if need, ok := in.needsSoon(i, e); !ok || need&^offer[i] != 0 {
			return false
		}
	}
	for i := range apart {
		if !apart[i].holds(in, e) {
			return false
		}
	}
	return true
}

// needsSoon is needs, for operands that are offered no registers too, without a look at an operand that is the register
// that its argument numbers.
func (in *Insn) needsSoon(i int, e *env) (uint64, bool) {
	if r := &in.uses[i]; r.arg >= 0 {
		if num := uint64(e.args[r.arg]); num < maxRegisters && r.other>>num&1 == 0 {
			return 1 << num, true
		}
	}
	if k := in.Operands[i].Kind; k != RegisterField && k != RegisterList {
		return 0, true
	}
	return in.needs(i, e)
}
