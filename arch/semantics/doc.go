// Package semantics holds what functions that say what instructions do are made of: the values of registers, lanes,
// sums and products that do not overflow, saturation, and the arithmetic of IEEE 754. It knows no instruction set.
//
// An instruction is a [Func], from the values of its operands to those that it writes. A [Mistake] is a function beside
// the right one which goes wrong as an emulator might. Package measure asks how many executions tell the two apart.
package semantics

import "github.com/risugen/risugen/arch"

// Exec is one execution of a word. A function reads Args and In, and sets Out, Fault and Skip.
type Exec struct {
	Args []int64 // the pattern's arguments, in the order of its argument set
	// In are the values of the operands, in the order of the operands block. Of an operand that is not read, that is not
	// active or that stands for no register it is zero.
	In []Value
	// Out are the values that the operands are given. It begins as In. What is no output, or wider than the register, is
	// ignored.
	Out   []Value
	PC    uint64 // the address of the word
	Fault bool   // the instruction faults, and writes nothing
	Skip  bool   // it is not executed, since its condition does not hold: it writes nothing
}

// Func is what an instruction does.
type Func func(*Exec)

// Kind is what sort of a mistake one is.
type Kind string

// The kinds of mistakes.
const (
	Saturation Kind = "saturation" // a bound is wrong, or whether it was passed
	Amount     Kind = "amount"     // of a shift, or the number of an element: mask, zero, width
	Extension  Kind = "extension"  // sign for zero, or too narrow
	Rounding   Kind = "rounding"   // one off, ties, bits that were shifted out
	Carry      Kind = "carry"      // lost, or from the wrong bit
	Flags      Kind = "flags"      // not set, or set too often
	Overflow   Kind = "overflow"   // the one pair of operands whose result does not fit
	Lane       Kind = "lane"       // the wrong element, in one format
	Alias      Kind = "alias"      // a source is read after the destination was written
	Accumulate Kind = "accumulate" // what was there before is lost, or treated wrongly
	Compare    Kind = "compare"    // the boundary of a comparison, or what is not ordered
	NaN        Kind = "nan"        // not quieted, the wrong one, or taken for a number
	Sign       Kind = "sign"       // of zero, or of a result
	Range      Kind = "range"      // a conversion's limits
	Denormal   Kind = "denormal"   // taken for zero, or not
	Mode       Kind = "mode"       // a rounding mode or another setting is ignored
	Fused      Kind = "fused"      // rounded twice, or once too few
)

// Mistake is a wrong model of a pattern's words.
type Mistake struct {
	Name    string
	Kind    Kind
	Pattern string
	// Where says which words the mistake concerns, as an emulator has a function for each format; nil: all.
	Where func(args []int64) bool
	Wrong Func
	// Held mistakes are not shown while pools are tuned.
	Held bool
}

// Table holds mistakes in the instructions of a machine.
type Table struct {
	Config   arch.Config
	Right    map[string]Func // by pattern
	Mistakes []Mistake
}

// Both joins mistakes that values may be tuned with and those that are held back.
func Both(tune, held []Mistake) []Mistake {
	for i := range held {
		held[i].Held = true
	}
	return append(tune, held...)
}
