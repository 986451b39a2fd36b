package html

import (
	"fmt"

	"github.com/risugen/risugen/runtime"
)

// word is an instruction word, taken apart.
type word struct {
	Hex    string
	Pieces []piece   // from the most significant bit on
	Fields []fieldOf // what is no piece: constants, and what shares its bits
}

// piece is neighbouring bits that belong to one field, or to none.
type piece struct {
	Name string // of the field; empty: the bits are the pattern's own
	Bits string // binary
	High int    // number of the first bit
}

// fieldOf is a field and its value.
type fieldOf struct {
	Name  string
	Value int64
}

// wordOf takes the word of an instruction apart. A report of a program that did not tell the word's width has no pieces.
func wordOf(w *runtime.Where) *word {
	out := &word{Hex: fmt.Sprintf("0x%0*x", w.Width/4, uint64(w.Word))}
	for _, a := range w.Arguments {
		out.Fields = append(out.Fields, fieldOf{a.Name, a.Value})
	}
	if w.Width <= 0 || w.Width > 64 {
		out.Hex = w.Word.String()
		return out
	}
	for bit := w.Width - 1; bit >= 0; bit-- {
		name := owner(w.Arguments, bit)
		last := len(out.Pieces) - 1
		if last < 0 || out.Pieces[last].Name != name {
			out.Pieces = append(out.Pieces, piece{Name: name, High: bit})
			last++
		}
		out.Pieces[last].Bits += string('0' + rune(w.Word>>bit&1))
	}
	return out
}

// owner is the first field that a bit belongs to, or "".
func owner(args []runtime.Argument, bit int) string {
	for _, a := range args {
		if a.Mask>>bit&1 != 0 {
			return a.Name
		}
	}
	return ""
}
