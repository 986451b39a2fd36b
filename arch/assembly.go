package arch

import (
	"fmt"
	"strings"

	"github.com/risugen/risugen/constraints"
)

// Assembler is implemented by machines of whose blocks package asm can write programs for GNU's assembler and linker.
type Assembler interface {
	// Assembly is what such a program of a block is made of. The error says why there is none.
	Assembly(p *Program, b *Block) (Assembly, error)
}

// Assembly writes the parts of a program that runs one block once: in the order in which they stand, what loads registers,
// the block's words, what stores registers, and what prints. The block's base register, which no instruction under test
// uses, points at values meanwhile.
type Assembly interface {
	// Shell is what does not depend on values.
	Shell() AsmShell
	// Decode is the instruction that a word of the block is, glue included; nil: none that the descriptions have.
	Decode(word uint64) *constraints.Insn
	// Word is the directive that puts a word of the block into the code: ".word 0x12345678".
	Word(w Word) string
	// Point makes the block's base register point at a symbol.
	Point(symbol string) []AsmLine
	// Load gives a place its value: an address register or a state a number, for which it may change the base register;
	// another register what stands so many bytes behind where the base register points. Address registers come last.
	Load(v AsmValue) []AsmLine
	// Store stores a place so many bytes behind where the base register points. Address registers come first; later ones may be
	// changed. Numbers are as the machine has them in memory, the widest registers as one number each.
	Store(v AsmValue) []AsmLine
	// Print calls the routine that writes a text with numbers in the place of its dots: see AsmShell.Routine. The first byte stands
	// at values, the next one step further, which is 1 or -1.
	Print(text, values string, step int) []AsmLine
}

// AsmValue is a place with its value.
type AsmValue struct {
	Place  Place
	Value  uint64 // Load of address registers and states
	Offset int    // bytes from where the base register points: Load of other registers, and Store
}

// AsmLine is a line of assembler source.
type AsmLine struct {
	Label   string // in front; without the colon
	Text    string // an instruction or a directive, one space before its operands
	Comment string
}

// AsmShell is what of a program does not depend on values, and how it is made and run. Commands have no files yet.
type AsmShell struct {
	Assemble, Link, Run string            // "aarch64-linux-gnu-as -EB"
	Comment             string            // begins a comment at the end of a line: "//"
	Entry               string            // the symbol where programs start
	Head                []string          // directives at the beginning
	EntryHead           []AsmLine         // directives right before it
	Initial             map[string]uint64 // what states hold when a program starts, by name, as far as systems agree
	Base                uint64            // what the base register holds when the block starts
	// Begin and End are the lines around the words of a block that stands among the other code. Enter goes to the label "test"
	// of one that stands elsewhere, which TestHead begins, and Leave, right behind its words, to the label "results".
	Begin, End             []AsmLine
	Enter, TestHead, Leave []AsmLine
	Elsewhere              string // options of the linker in the latter case, beside the one that places the block
	// Routine is what Print calls. It writes the text up to a zero byte to standard output, with two digits for each byte in the
	// place of two dots. It needs the symbol "digits".
	Routine []AsmLine
	Exit    []AsmLine    // ends the program with status 0
	Fixed   []AsmSection // data at fixed addresses that glue reads
}

// AsmSection is data at a fixed address.
type AsmSection struct {
	Name  string
	Addr  uint64
	Lines []AsmLine
}

// AsmText is a line that is an instruction or a directive.
func AsmText(format string, args ...any) AsmLine { return AsmLine{Text: fmt.Sprintf(format, args...)} }

// AsmLines are lines as they are written in tables: a label and a colon, if there is one, an instruction, and a comment behind
// two semicolons.
func AsmLines(source ...string) []AsmLine {
	var out []AsmLine
	for _, s := range source {
		var l AsmLine
		s, l.Comment, _ = strings.Cut(s, " ;; ")
		if label, rest, ok := strings.Cut(s, ":"); ok {
			l.Label, s = label, rest
		}
		l.Text = strings.TrimSpace(s)
		out = append(out, l)
	}
	return out
}
