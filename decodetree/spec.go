package decodetree

import "sync"

// Spec is a description that has passed all checks. It may be used by several
// goroutines at once, as long as none changes Functions.
type Spec struct {
	File    string
	Options Options // with the defaults filled in

	// Definitions in file order. ArgSets and Formats hold inferred ones too.
	Fields   []*Field
	ArgSets  []*ArgSet
	Formats  []*Format
	Patterns []*Pattern

	Root  *Group // the file itself, a group without overlap
	Notes []Note // those before the first definition

	// Functions defines !functions by name. It is nil after Parse: a field with
	// an undefined function has its plain value, and 0 if it has no bits.
	Functions map[string]Function

	fieldByName    map[string]*Field
	patternsByName map[string][]*Pattern
	treeOnce       sync.Once
	tree           *tree
}

// Function defines a !function. Both directions report false for a number
// that they have no answer for.
type Function struct {
	Apply  func(raw int64) (int64, bool)   // from instruction bits to argument
	Invert func(value int64) (int64, bool) // from argument to instruction bits
}

// Part is one piece of a field.
//
// With Ref empty it is bits Pos to Pos+Len-1 of the word. Otherwise it is bits 0
// to Len-1 of the value of the argument Ref of the same pattern, after that
// argument's own function; Pos is then 0.
type Part struct {
	Ref      string
	Pos, Len int
	Signed   bool // counts only in a field's first part: the sign of the whole
}

// Field is a number in the instruction word. Its parts are joined, the first in
// the most significant place. A field with no parts is a parameter, whose value
// comes from its function alone.
type Field struct {
	Name  string // without the '%'; "" if written in place, as argument:length
	Pos   Pos
	Parts []Part
	Func  string // name of the !function, or ""
	Notes []Note
}

// Arg is a member of an argument set. Type is a C type name, "int" by default.
type Arg struct {
	Name, Type string
}

// ArgSet names the arguments of patterns. An inferred one has no name, its
// place is the definition for which it was inferred.
type ArgSet struct {
	Name     string // without the '&'
	Pos      Pos
	Args     []Arg
	Extern   bool // marked !extern
	Inferred bool
	Notes    []Note

	index map[string]int // of arguments by name
}

// ArgIndex gives the place of the argument called name, or -1.
func (a *ArgSet) ArgIndex(name string) int {
	if i, ok := a.index[name]; ok {
		return i
	}
	return -1
}

// Binding is how one argument gets its value: from Field, or, if that is nil,
// from Const.
type Binding struct {
	Name  string // the argument
	Pos   Pos    // where it is bound
	Field *Field
	Const int64
}

// Format is what several patterns share. FixedBits is within FixedMask,
// and UndefMask marks the '-' bits; Width is the number of bits written, less than
// Options.InsnWidth only with Options.VarInsnWidth.
//
// A pattern that names no format has an inferred one, which has no name, no
// fixed bits, and all the pattern's bindings.
type Format struct {
	Name      string // without the '@'
	Pos       Pos
	FixedBits uint64
	FixedMask uint64
	UndefMask uint64
	Width     int
	ArgSet    *ArgSet
	Bindings  []Binding
	Inferred  bool
	Notes     []Note
}

// Pattern is one instruction. Its masks are merged with its format's. A
// word matches when word&FixedMask == FixedBits.
type Pattern struct {
	Name      string
	Pos       Pos
	Index     int // in Spec.Patterns
	FixedBits uint64
	FixedMask uint64
	UndefMask uint64
	Width     int // bits, as in Format
	Format    *Format
	ArgSet    *ArgSet
	Args      []Binding // parallel to ArgSet.Args
	Group     *Group    // the group it stands in, Spec.Root at least
	Notes     []Note

	spec     *Spec
	own      bitLayout // as written, before the merge with the format
	bindings []Binding // as written; empty if the format is inferred
	broken   bool      // refused by a check
	steps    []step    // how to extract, in the order of dependence
	simple   bool      // see encodeSimple
}

// Member is a *Pattern or a *Group.
type Member interface {
	place() Pos
}

// Group is a list of patterns and groups. In one with Overlap, "{ }", the
// members are tried in order; in one without, "[ ]" or the file itself, no
// word matches two of them.
type Group struct {
	Pos     Pos // of the opening brace
	Overlap bool
	Parent  *Group // nil for Spec.Root
	Members []Member
	Notes   []Note

	common bitLayout // what all patterns inside have in common
	sound  []Member  // those that were not refused
	broken bool      // a line of it was refused before it became a member
	depth  int
}

func (p *Pattern) place() Pos { return p.Pos }
func (g *Group) place() Pos   { return g.Pos }

// Field gives the definition of %name, or nil.
func (s *Spec) Field(name string) *Field { return s.fieldByName[name] }

// ByName gives the patterns called name in file order. Several may be: an
// instruction can have several encodings.
func (s *Spec) ByName(name string) []*Pattern { return s.patternsByName[name] }

// Matches reports whether the fixed bits of word are those of p.
func (p *Pattern) Matches(word uint64) bool { return word&p.FixedMask == p.FixedBits }

// ArgIndex gives the place in p.Args of the argument called name, or -1.
func (p *Pattern) ArgIndex(name string) int { return p.ArgSet.ArgIndex(name) }
