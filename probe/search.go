package probe

import (
	"math/bits"

	"github.com/risugen/risugen/decodetree"
)

// maxSearch is how many bits of a word are tried in all combinations.
const maxSearch = 14

// search finds a word with the values of the arguments that are given, for patterns whose fields share bits, or have
// functions that give several numbers one value: what a field alone has for inverse need not suit the others. It
// tries all combinations of the bits of fields with functions.
func search(p *decodetree.Pattern, values []int64, given []bool) (uint64, bool) {
	word, known, open := p.FixedBits, p.FixedMask, uint64(0)
	for i := range values {
		f := p.Args[i].Field
		switch {
		case f == nil || !given[i]:
		case f.Func != "":
			open |= p.FieldBits(i)
		default:
			var ok bool
			if word, ok = f.Insert(word, values[i]); !ok {
				return 0, false
			}
			known |= p.FieldBits(i)
		}
	}
	open &^= known
	if bits.OnesCount64(open) > maxSearch {
		return 0, false
	}
	var args []int64
	for some := uint64(0); ; {
		args = p.Extract(word|some, args[:0])
		if p.Matches(word|some) && agree(args, values, given) {
			return word | some, true
		}
		if some = (some - open) & open; some == 0 { // the next subset
			return 0, false
		}
	}
}

// agree reports whether arguments have the values that are given.
func agree(args, values []int64, given []bool) bool {
	for i := range args {
		if given[i] && args[i] != values[i] {
			return false
		}
	}
	return true
}
