package constraints

import (
	"cmp"
	"slices"

	"github.com/risugen/risugen/decodetree"
)

// usage is what blocks make use of, for who looks for what is of no use.
type usage struct {
	fields  map[*decodetree.Field]bool // named as %field
	called  map[*function]bool         // by an expression
	printed map[*wordList]bool         // by a template
	offered map[*source]int            // blocks that a pattern could inherit, and how many have them
}

// The maps of a set that keeps no account are nil.

func (u *usage) name(f *decodetree.Field) {
	if u.fields != nil {
		u.fields[f] = true
	}
}

func (u *usage) call(f *function) {
	if u.called != nil {
		u.called[f] = true
	}
}

func (u *usage) print(list *wordList) {
	if u.printed != nil {
		u.printed[list] = true
	}
}

func newUsage() usage {
	return usage{map[*decodetree.Field]bool{}, map[*function]bool{}, map[*wordList]bool{}, map[*source]int{}}
}

// Block is a block of a file.
type Block struct {
	Name string
	Pos  decodetree.Pos
}

// OfferedBlock is a block that patterns could inherit, or have as their own.
type OfferedBlock struct {
	Block
	Has int // patterns that have it, and no block of the name that is more specific
}

// Offered lists the blocks that patterns could inherit. A pattern whose block is an overlay's counts for those
// whose place that block takes, too.
func (s *Set) Offered() []OfferedBlock {
	var out []OfferedBlock
	for b, n := range s.usage.offered {
		out = append(out, OfferedBlock{Block{b.block.Name, b.pos()}, n})
	}
	slices.SortFunc(out, func(a, b OfferedBlock) int { return comparePos(a.Pos, b.Pos) })
	return out
}

func comparePos(a, b decodetree.Pos) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
}

// Names reports whether a block names a field, as %field.
func (s *Set) Names(f *decodetree.Field) bool { return s.usage.fields[f] }

// Definition is a function of a functions block, or a list of a names block.
type Definition struct {
	Name string
	Pos  decodetree.Pos
	Used bool // by an expression, a function or a template
}

// Functions lists the functions that blocks define.
func (s *Set) Functions() []Definition {
	var out []Definition
	for _, t := range s.functions {
		for name, f := range t {
			out = append(out, Definition{name, f.pos, s.usage.called[f]})
		}
	}
	slices.SortFunc(out, func(a, b Definition) int { return comparePos(a.Pos, b.Pos) })
	return out
}

// Lists lists the lists of words that names blocks define.
func (s *Set) Lists() []Definition {
	var out []Definition
	for _, t := range s.lists {
		for name, list := range t {
			out = append(out, Definition{name, list.pos, s.usage.printed[list]})
		}
	}
	slices.SortFunc(out, func(a, b Definition) int { return comparePos(a.Pos, b.Pos) })
	return out
}

// Block finds the instruction's block of a name, its own or one that it inherits.
func (in *Insn) Block(name string) (Block, bool) {
	s := in.blocks.named(name)
	if s == nil {
		return Block{}, false
	}
	return Block{name, s.pos()}, true
}

// NamesArgument reports whether a block of the instruction names an argument: as an operand or in an
// expression.
func (in *Insn) NamesArgument(i int) bool { return in.named[i] }
