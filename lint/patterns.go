package lint

import (
	"math/big"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
)

// Pattern is how many words a pattern has. Features that nothing tells are such that it is on the CPU, which
// has as many of them as possible.
type Pattern struct {
	Name      string
	Pos       decodetree.Pos
	Encodings *big.Int // legal words; nil where they cannot be counted
	Matching  *big.Int // words that have the fixed bits; bits without a meaning are zero
	Without   []string // features that the CPU lacks, of those that nothing tells
	Absent    bool     // the CPU lacks the pattern

	Unreachable bool // since earlier members of groups take its words
	Impossible  bool // since no word is legal on a CPU of these features
}

// Share is how many of the matching words are legal, from 0 to 1.
func (p *Pattern) Share() float64 {
	if p.Encodings == nil || p.Matching == nil {
		return 0
	}
	share, _ := new(big.Rat).SetFrac(p.Encodings, p.Matching).Float64()
	return share
}

// patterns counts the words of all patterns of a set, in the file's order.
func patterns(set *constraints.Set) []Pattern {
	var out []Pattern
	for _, spec := range set.Specs {
		for _, p := range spec.Patterns {
			out = append(out, count(set.Insn(p), p))
		}
	}
	return out
}

func count(in *constraints.Insn, p *decodetree.Pattern) Pattern {
	if in == nil {
		return Pattern{Name: p.Name, Pos: p.Pos, Absent: true}
	}
	return Pattern{
		Name: p.Name, Pos: p.Pos, Encodings: in.Encodings(), Matching: in.Matching(), Without: in.Lacks(),
		Unreachable: in.Unreachable(), Impossible: in.Impossible(),
	}
}
