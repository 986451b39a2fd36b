package reduce

import (
	"math/bits"
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// field is bits of an instruction's word that make one number: those of an argument, or those that nothing is said of.
type field struct {
	mask  uint64
	class int // of the registers that it numbers; -1: it is no register's number
	arg   int // then the argument
	in    *constraints.Insn
}

// fieldsOf are the fields of an instruction, but for the distance of a branch: that is what it takes to come to its landing.
func fieldsOf(in *constraints.Insn) []field {
	var out []field
	free := ^in.Pattern.FixedMask & (^uint64(0) >> (64 - in.Pattern.Width)) &^ distance(in)
	for arg := range in.Pattern.Args {
		f := field{in.Pattern.FieldBits(arg) & free, -1, arg, in}
		for i := range in.Operands {
			if op := &in.Operands[i]; op.Kind == constraints.RegisterField && op.Arg == arg {
				f.class = op.Class
			}
		}
		if free &^= f.mask; f.mask != 0 {
			out = append(out, f)
		}
	}
	if free != 0 {
		out = append(out, field{mask: free, class: -1})
	}
	return out
}

// distance is the bits of a branch's word that say how far it goes.
func distance(in *constraints.Insn) uint64 {
	mask := uint64(0)
	for _, offset := range []int64{4, 8, 16, -4, -8, -16} {
		if word, ok := in.Retarget(in.Pattern.FixedBits, offset); ok {
			mask |= word ^ in.Pattern.FixedBits
		}
	}
	for arg := range in.Pattern.Args {
		if bits := in.Pattern.FieldBits(arg); bits&mask != 0 {
			mask |= bits
		}
	}
	return mask
}

// number is what a field holds, whose bits may stand apart: of a register its number.
func (f *field) number(word uint64) uint64 {
	if f.class >= 0 {
		return uint64(f.in.Pattern.Extract(word, nil)[f.arg])
	}
	out, n := uint64(0), 0
	for m := f.mask; m != 0; m &= m - 1 {
		out |= word >> bits.TrailingZeros64(m) & 1 << n
		n++
	}
	return out
}

// with is a word with another number in a field.
func (f *field) with(word, number uint64) uint64 {
	if f.class >= 0 {
		args := f.in.Pattern.Extract(word, nil)
		args[f.arg] = int64(number)
		if changed, err := f.in.Pattern.Encode(args); err == nil {
			return changed&f.mask | word&^f.mask
		}
		return word
	}
	word &^= f.mask
	for m := f.mask; m != 0; m &= m - 1 {
		word |= number & 1 << bits.TrailingZeros64(m)
		number >>= 1
	}
	return word
}

func (f *field) width() int { return bits.OnesCount64(f.mask) }

// smallField is up to how many bits a field has of which all simpler numbers are tried.
const smallField = 5

// simpler lists numbers to try in a field, those first that are simplest. Of a wide one these are few: the lowest, those with one bit,
// and the one that it holds without one of its bits, or shifted.
func (f *field) simpler(l *arch.Layout, word uint64, conditional bool) []uint64 {
	now, all := f.number(word), uint64(1)<<f.width()-1
	var out []uint64
	switch {
	case f.class >= 0:
		plain := plainRegisters(l, f.class)
		out = append(out, plain[:min(lowRegisters, len(plain))]...)
		for _, v := range f.fewerBits(now) {
			if slices.Contains(plain, v) {
				out = append(out, v)
			}
		}
	case f.width() <= smallField && conditional: // another number may be the condition that always holds
		for v := range all + 1 {
			out = append(out, v)
		}
	case f.width() <= smallField:
		for v := range now {
			out = append(out, v)
		}
	default:
		out = append(f.fewerBits(now), 0, 1, 2, 3, 4, now>>1, now>>4)
	}
	out = slices.DeleteFunc(out, func(v uint64) bool { return v == now || v > all && f.class < 0 })
	slices.SortFunc(out, func(a, b uint64) int { return int(f.cost(l, a)) - int(f.cost(l, b)) })
	return slices.Compact(out)
}

// fewerBits are numbers with one bit, and one with a bit less, or without its upper ones.
func (f *field) fewerBits(number uint64) []uint64 {
	var out []uint64
	for n := range f.width() {
		out = append(out, 1<<n, number&^(1<<n), number&(1<<n-1))
	}
	return out
}

// lowRegisters is how many registers of a class are tried in the place of another.
const lowRegisters = 6

// plainRegisters are the registers of a class, the lowest first, without those that are special in some way.
func plainRegisters(l *arch.Layout, class int) []uint64 {
	var out []uint64
	special := l.Classes[class].Zero | l.Classes[class].Never
	if class == l.AddrClass {
		if special |= l.Special; l.StackReg > 0 {
			special |= 1 << l.StackReg
		}
	}
	for r := range l.Classes[class].Count {
		if special>>r&1 == 0 {
			out = append(out, uint64(r))
		}
	}
	return out
}

// cost is how far a field's number is from the simplest one.
func (f *field) cost(l *arch.Layout, number uint64) uint64 {
	if f.class < 0 {
		return min(number, 1<<20) + uint64(bits.OnesCount64(number))
	}
	if i := slices.Index(plainRegisters(l, f.class), number); i >= 0 {
		return uint64(i)
	}
	return 1<<6 + number
}

// What makes a word less simple than large numbers in its fields do.
const (
	costConditional = 1 << 40
	costSame        = 1 << 8 // two fields number one register
)

// wordCost is how far a word is from the simplest one of its instruction.
func wordCost(l *arch.Layout, in *constraints.Insn, word uint64) uint64 {
	cost := uint64(0)
	if in.IsConditional(word) {
		cost = costConditional
	}
	fields := fieldsOf(in)
	for i := range fields {
		f := &fields[i]
		cost += f.cost(l, f.number(word))
		for j := range fields[:i] {
			if g := &fields[j]; f.class >= 0 && f.class == g.class && f.number(word) == g.number(word) {
				cost += costSame
			}
		}
	}
	return cost
}

// simplest are words in which many fields are simple at once: registers that are plain and differ from each other, other numbers zero
// or one, and either alone; and those in which one register takes the place of another wherever that stands.
func simplest(l *arch.Layout, in *constraints.Insn, word uint64) []uint64 {
	fields := fieldsOf(in)
	plain := plainly(l, fields, word)
	return append(renamed(l, fields, word), plainly(l, fields, bounded(fields, word, 0)), plainly(l, fields, bounded(fields, word, 1)), plain,
		bounded(fields, word, 0), bounded(fields, word, 1))
}

// plainly is a word with a plain register in each of its fields for one, the lowest in the first.
func plainly(l *arch.Layout, fields []field, word uint64) uint64 {
	next := map[int]int{}
	for i := range fields {
		if f := &fields[i]; f.class >= 0 {
			if plain := plainRegisters(l, f.class); next[f.class] < len(plain) {
				word = f.with(word, plain[next[f.class]])
				next[f.class]++
			}
		}
	}
	return word
}

// bounded is a word with no number above another in fields that are not registers.
func bounded(fields []field, word, most uint64) uint64 {
	for i := range fields {
		if f := &fields[i]; f.class < 0 {
			word = f.with(word, min(most, f.number(word)))
		}
	}
	return word
}

// renamed are words in which a register that several fields name is another one, in all of them.
func renamed(l *arch.Layout, fields []field, word uint64) []uint64 {
	var out []uint64
	for i := range fields {
		f := &fields[i]
		if f.class < 0 {
			continue
		}
		var same []field
		for _, g := range fields {
			if g.class == f.class && g.number(word) == f.number(word) {
				same = append(same, g)
			}
		}
		for _, v := range f.simpler(l, word, false) {
			w := word
			for _, g := range same {
				w = g.with(w, v)
			}
			if len(same) > 1 {
				out = append(out, w)
			}
		}
	}
	return out
}
