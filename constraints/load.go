package constraints

import (
	"sort"

	"github.com/risugen/risugen/decodetree"
)

// Vocabulary is what an architecture gives names to.
type Vocabulary struct {
	Classes  []string // register classes
	Widths   []int    // bits of a register of each class; nil, or 0 for a class: not known
	Sizes    []int    // registers of each class; nil, or 0 for a class: 64
	States   []string // registers that no field names
	Signals  []string // faults
	Features map[string]bool
}

// size is the number of registers of a class.
func (v *Vocabulary) size(class int) int {
	if class < len(v.Sizes) && v.Sizes[class] > 0 {
		return v.Sizes[class]
	}
	return maxRegisters
}

// Set is the instructions that a CPU has.
type Set struct {
	Specs []*decodetree.Spec
	Insns []*Insn // those whose requirements the CPU meets, in the specs' order
	// Absent holds the patterns whose requirements the CPU does not meet.
	Absent []*decodetree.Pattern
	vocab  Vocabulary
	index  map[*decodetree.Pattern]*Insn
}

// Load interprets the annotations of specs and what overlays add to them. Errors are a
// decodetree.ErrorList with every problem found. Load defines the functions of functions blocks on the
// specs (decodetree.Spec.Functions): a spec that is loaded with other overlays changes for all its users.
func Load(specs []*decodetree.Spec, v Vocabulary, overlays ...*Overlay) (*Set, error) {
	s := &Set{Specs: specs, vocab: v, index: map[*decodetree.Pattern]*Insn{}}
	all := joinOverlays(overlays)
	var errs decodetree.ErrorList
	for _, spec := range specs {
		l := loader{set: s, spec: spec, overlays: all, parsed: map[noteKey][]*source{}}
		errs = append(errs, l.load()...)
	}
	errs = append(errs, all.unused()...)
	if len(errs) == 0 {
		errs = s.prepare()
	}
	if len(errs) > 0 {
		sort.SliceStable(errs, func(i, j int) bool { return before(errs[i].Pos, errs[j].Pos) })
		return nil, unique(errs)
	}
	return s, nil
}

func before(a, b decodetree.Pos) bool {
	if a.File != b.File {
		return a.File < b.File
	}
	if a.Line != b.Line {
		return a.Line < b.Line
	}
	return a.Col < b.Col
}

// unique drops repetitions: an error in a format's block shows up once for each of its patterns.
func unique(errs decodetree.ErrorList) decodetree.ErrorList {
	out := errs[:0]
	seen := map[decodetree.Pos]bool{}
	for _, e := range errs {
		if !seen[e.Pos] {
			seen[e.Pos] = true
			out = append(out, e)
		}
	}
	return out
}

// Insn returns the instruction of a pattern, or nil where the CPU lacks it.
func (s *Set) Insn(p *decodetree.Pattern) *Insn { return s.index[p] }

// ByName returns the instructions of this name; several patterns may share one.
func (s *Set) ByName(name string) []*Insn {
	var out []*Insn
	for _, in := range s.Insns {
		if in.Pattern.Name == name {
			out = append(out, in)
		}
	}
	return out
}

// Decode returns the instruction that a word is, or nil.
func (s *Set) Decode(word uint64) *Insn {
	for _, spec := range s.Specs {
		if p := spec.Decode(word, s.accept); p != nil {
			return s.index[p]
		}
	}
	return nil
}

func (s *Set) accept(p *decodetree.Pattern, word uint64) bool {
	in := s.index[p]
	return in != nil && in.Accepts(word)
}

type loader struct {
	set       *Set
	spec      *decodetree.Spec
	overlays  overlays
	functions functionTable
	parsed    map[noteKey][]*source
	errs      decodetree.ErrorList
}

func (l *loader) load() decodetree.ErrorList {
	l.checkGroups(l.spec.Root)
	l.overlays.mark(l.spec)
	l.defineFunctions()
	for _, p := range l.spec.Patterns {
		l.pattern(p)
	}
	return l.errs
}

// checkGroups refuses blocks on groups, which have nothing that a block could describe.
func (l *loader) checkGroups(g *decodetree.Group) {
	for _, n := range g.Notes {
		l.errs = append(l.errs, &decodetree.Error{Pos: n.Pos, Msg: "a block cannot belong to a group"})
	}
	for _, m := range g.Members {
		if sub, ok := m.(*decodetree.Group); ok {
			l.checkGroups(sub)
		}
	}
}

func (l *loader) fail(err error) {
	if e, ok := err.(*decodetree.Error); ok {
		l.errs = append(l.errs, e)
		return
	}
	l.errs = append(l.errs, &decodetree.Error{Msg: err.Error()})
}

// pattern builds the Insn of one pattern.
func (l *loader) pattern(p *decodetree.Pattern) {
	blocks := l.collect(p)
	b := builder{set: l.set, insn: &Insn{Pattern: p, Spec: l.spec, functions: l.functions}}
	names := make([]string, 0, len(blocks))
	for name := range blocks {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool {
		return rank(names[i]) < rank(names[j]) || rank(names[i]) == rank(names[j]) && names[i] < names[j]
	})
	present := true
	for _, name := range names {
		ok, err := b.block(blocks[name])
		if err != nil {
			l.fail(err)
		}
		present = present && ok
	}
	if !present {
		l.set.Absent = append(l.set.Absent, p)
		return
	}
	if err := b.finish(); err != nil {
		l.fail(err)
	}
	b.insn.Index = len(l.set.Insns)
	l.set.Insns = append(l.set.Insns, b.insn)
	l.set.index[p] = b.insn
}

// rank puts operands first, since other blocks refer to them.
func rank(name string) int {
	if name == "operands" {
		return 0
	}
	return 1
}
