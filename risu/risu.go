package risu

import (
	"strings"

	"github.com/risugen/risugen/decodetree"
)

// File is a .risu file.
type File struct {
	Name     string
	Mode     string // the argument of .mode: "arm", "arm.thumb", "arm.aarch64", "ppc64", ...
	ModePos  decodetree.Pos
	Patterns []*Pattern
}

// Pattern is one instruction. Words have Width bits; one matches when word&FixedMask == FixedBits, and
// is accepted when what the mode implies and the constraints hold as well, see [File.Accepts].
type Pattern struct {
	Name, Variant string
	Pos           decodetree.Pos
	Width         int // 16 or 32
	FixedBits     uint64
	FixedMask     uint64
	Fields        []Field  // most significant first
	Groups        []string // of the @ line in force
	Comments      []string // lines of comment since the last pattern, without the "#"

	Constraints, Memory, Post *Block // nil where there is none
}

// Field is some bits of the word, read as an unsigned number. Two fields of a pattern may have the same
// name: expressions then mean the last one.
type Field struct {
	Name     string
	Pos      decodetree.Pos
	Low, Len int // bits Low to Low+Len-1; Len may be 0
}

// Block is Perl in braces.
type Block struct {
	Pos  decodetree.Pos
	Text string // as written, with the braces, continued lines joined
	Body []Stmt
}

// Loss is something that a conversion could not bring along.
type Loss struct {
	Pos  decodetree.Pos
	What string
}

// String gives "file:line:col: what is lost".
func (l Loss) String() string { return l.Pos.String() + ": " + l.What }

// Options tell a conversion what the file itself does not say.
type Options struct {
	// Lossy converts what can be converted. Without it a loss that changes what is generated is an error.
	Lossy bool

	// The rest is for FromDecode.

	// Mode is the argument of .mode: "mips", "arm.a32", "arm.thumb", ...
	Mode string
	// Features of the CPU, for requires blocks and for expressions that mention them. A feature without
	// an entry is absent, and is listed as a loss where it matters; nil keeps every pattern.
	Features map[string]bool
	// Notes gives the block comments of a pattern, a list for each level, the most specific first. Nil
	// takes those in the file: of the pattern, its format, its argument set and the file.
	Notes func(*decodetree.Pattern) [][]decodetree.Note
	// Independent keeps the words that an earlier member of a group takes, as in a .risu file, where
	// patterns know nothing of each other.
	Independent bool
	// AllRegisters renames register fields for which the mode implies that some registers are never used
	// though the pattern allows them. Otherwise the names stay, and these registers are lost.
	AllRegisters bool
}

// FullName is how risugen names the pattern: "NAME VARIANT".
func (p *Pattern) FullName() string { return p.Name + " " + p.Variant }

// Matches reports whether the fixed bits of word are those of p.
func (p *Pattern) Matches(word uint64) bool { return word&p.FixedMask == p.FixedBits }

// field gives the field that a variable means, or nil.
func (p *Pattern) field(name string) *Field {
	for i := len(p.Fields) - 1; i >= 0; i-- {
		if p.Fields[i].Name == name {
			return &p.Fields[i]
		}
	}
	return nil
}

// value reads the field.
func (f *Field) value(word uint64) int64 { return int64(word >> f.Low & lowBits(f.Len)) }

func lowBits(n int) uint64 {
	if n <= 0 {
		return 0
	}
	return ^uint64(0) >> (64 - min(n, 64))
}

// DecodeOptions are what decodetree.Parse needs to read the file that ToDecode makes: 16-bit words where
// all patterns have 16 bits, and words of variable width where only some have.
func (f *File) DecodeOptions() decodetree.Options {
	narrow, wide := false, false
	for _, p := range f.Patterns {
		narrow = narrow || p.Width == 16
		wide = wide || p.Width == 32
	}
	switch {
	case narrow && wide:
		return decodetree.Options{InsnWidth: 32, VarInsnWidth: true}
	case narrow:
		return decodetree.Options{InsnWidth: 16}
	}
	return decodetree.Options{InsnWidth: 32}
}

// arch and sub are the halves of a mode such as "arm.thumb".
func splitMode(mode string) (arch, sub string) {
	arch, sub, _ = strings.Cut(mode, ".")
	return arch, sub
}
