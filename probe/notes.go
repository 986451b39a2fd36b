package probe

import (
	"fmt"
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// Notes say what is to be known of a case before its outcome is believed: inputs that the description does not want, of
// registers that no instruction before has written, and words that are not quite those that were given.
func (b *Batch) Notes(i int) []string {
	out := slices.Clone(b.Cases[i].notes)
	block := &b.Image.Program.Blocks[i]
	written := map[arch.Place]bool{}
	for n, x := range b.Insns(i) {
		if x.Replaced {
			out = append(out, fmt.Sprintf("%s: a distance that fits the image stands in the word, which is 0x%0*x instead of 0x%0*x",
				x.Pattern, 2*x.Size, x.Word, 2*x.Size, b.Cases[i].Words[n].Word))
		}
		if x.Reserved {
			out = append(out, fmt.Sprintf("%s (%s): the descriptions call this word reserved: it must raise %s", x.Pattern, x.Source, b.p.l.ReservedFault))
		}
	}
	for _, it := range block.Items {
		if it.Kind != arch.Test {
			continue
		}
		in := b.p.m.Set().Insns[it.Insn]
		if kind, at, ok := in.Excluded(it.Word); ok {
			out = append(out, fmt.Sprintf("%s: the word is %s", at, kind))
		}
		args := in.Pattern.Extract(it.Word, nil)
		uses := in.Uses(nil, it.Word, args)
		for k := range in.Inputs {
			place, ok := registerOf(uses, in.Inputs[k].Operand)
			if ok && !written[place] {
				out = append(out, b.unmet(i, in, k, it.Word, args, place)...)
			}
		}
		noteWritten(written, uses)
	}
	return out
}

// unmet says that an input is not what the description wants.
func (b *Batch) unmet(i int, in *constraints.Insn, k int, word uint64, args []int64, place arch.Place) []string {
	cond := &in.Inputs[k]
	v := b.before(i, place)
	what := ""
	switch {
	case cond.Sext32:
		if n := number(v); len(v) == 8 && n != uint64(int64(int32(n))) {
			what = "a sign-extended number of 32 bits"
		}
	case cond.NonZero:
		lane := in.LaneBits(k, word, args) / 8
		if lane == 0 || lane > len(v) {
			lane = len(v)
		}
		for at := 0; at+lane <= len(v); at += lane {
			if allZero(v[at : at+lane]) {
				what = "no zero"
			}
		}
	default:
		mask := cond.Mask
		if b.Image.Program.Blocks[i].Traps {
			mask = cond.TrapMask
		}
		if len(v) <= 8 && number(v)&^mask&(^uint64(0)>>(64-8*len(v))) != 0 {
			what = fmt.Sprintf("no bits but 0x%x", mask)
		}
	}
	if what == "" {
		return nil
	}
	return []string{fmt.Sprintf("%s: %s wants %s in %s (%s): what comes of it is not defined",
		cond.At(), in.Name(), what, b.p.l.PlaceName(place), in.Operands[cond.Operand].Name)}
}

func allZero(b []byte) bool {
	for _, v := range b {
		if v != 0 {
			return false
		}
	}
	return true
}
