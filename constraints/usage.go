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
	offered map[*source]bool           // blocks that a pattern could inherit
	counted map[*source]bool           // those that a pattern has
}

func newUsage() usage {
	return usage{map[*decodetree.Field]bool{}, map[*function]bool{}, map[*source]bool{}, map[*source]bool{}}
}

// Block is a block of a file.
type Block struct {
	Name string
	Pos  decodetree.Pos
}

// Overridden lists the blocks that patterns could inherit, but none does since each has a block of the name
// that is more specific. Blocks that an overlay takes the place of are not among them.
func (s *Set) Overridden() []Block {
	var out []Block
	for b := range s.usage.offered {
		if !s.usage.counted[b] {
			out = append(out, Block{b.block.Name, b.pos()})
		}
	}
	slices.SortFunc(out, func(a, b Block) int { return comparePos(a.Pos, b.Pos) })
	return out
}

func comparePos(a, b decodetree.Pos) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
}

// Names reports whether a block names a field, as %field.
func (s *Set) Names(f *decodetree.Field) bool { return s.usage.fields[f] }

// FunctionBlock is a function that a functions block defines.
type FunctionBlock struct {
	Name   string
	Pos    decodetree.Pos
	Called bool // by an expression, or by a function
}

// Functions lists the functions that blocks define.
func (s *Set) Functions() []FunctionBlock {
	var out []FunctionBlock
	for _, t := range s.functions {
		for name, f := range t {
			out = append(out, FunctionBlock{name, f.pos, s.usage.called[f]})
		}
	}
	slices.SortFunc(out, func(a, b FunctionBlock) int { return comparePos(a.Pos, b.Pos) })
	return out
}

// Block finds the instruction's block of a name, its own or one that it inherits.
func (in *Insn) Block(name string) (Block, bool) {
	s := in.blocks[name]
	if s == nil {
		return Block{}, false
	}
	return Block{name, s.pos()}, true
}

// NamesArgument reports whether a block of the instruction names an argument: as an operand or in an
// expression.
func (in *Insn) NamesArgument(i int) bool { return in.named[i] }
