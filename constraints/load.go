package constraints

import (
	"sort"

	"github.com/risugen/risugen/decodetree"
)

// Set is the instructions that a CPU has.
type Set struct {
	Specs []*decodetree.Spec
	Insns []*Insn // those whose requirements the CPU meets, in the specs' order
	// Absent holds the patterns whose requirements the CPU does not meet.
	Absent     []*decodetree.Pattern
	absentBits map[*decodetree.Pattern]int // of a word of its file

	vocab     Vocabulary
	index     map[*decodetree.Pattern]*Insn
	functions []functionTable // of each spec
	lists     []listTable
	assumed   []Assumption
	usage     usage
}

func newSet(v Vocabulary, specs ...*decodetree.Spec) *Set {
	return &Set{Specs: specs, vocab: v.own(), index: map[*decodetree.Pattern]*Insn{}, absentBits: map[*decodetree.Pattern]int{}, usage: newUsage()}
}

// Load interprets the annotations of specs and what overlays add to them. Errors are a
// decodetree.ErrorList with every problem found. Load defines the functions of functions blocks on the
// specs (decodetree.Spec.Functions): a spec that is loaded with other overlays changes for all its users.
func Load(specs []*decodetree.Spec, v Vocabulary, overlays ...*Overlay) (*Set, error) {
	s := newSet(v, specs...)
	all := joinOverlays(overlays)
	var errs decodetree.ErrorList
	for _, spec := range specs {
		l := newLoader(s, spec, all)
		errs = append(errs, l.load()...)
	}
	errs = append(errs, all.unused()...)
	if len(errs) == 0 {
		errs = s.linkStores()
	}
	if len(errs) == 0 {
		errs = s.prepare()
	}
	if len(errs) > 0 {
		sort.SliceStable(errs, func(i, j int) bool { return comparePos(errs[i].Pos, errs[j].Pos) < 0 })
		return nil, unique(errs)
	}
	return s, nil
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

// Decode returns the instruction that a word is, or nil. A file whose words are narrower than this one is not asked.
func (s *Set) Decode(word uint64) *Insn {
	for _, spec := range s.Specs {
		if word>>spec.Options.InsnWidth != 0 {
			continue
		}
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
	lists     listTable
	parsed    map[noteKey][]*source
	required  map[*source]*requirement
	errs      decodetree.ErrorList
}

func newLoader(s *Set, spec *decodetree.Spec, o overlays) *loader {
	return &loader{set: s, spec: spec, overlays: o, parsed: map[noteKey][]*source{}, required: map[*source]*requirement{}}
}

func (l *loader) load() decodetree.ErrorList {
	l.checkGroups(l.spec.Root)
	l.overlays.mark(l.spec)
	if l.set.vocab.Open {
		l.findFeatures()
	}
	l.defineFunctions()
	l.defineLists()
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
	b := builder{set: l.set, insn: l.newInsn(p)}
	_, b.insn.Described = blocks["operands"]
	present, err := b.present(l, blocks["requires"])
	if err != nil {
		l.fail(err)
	}
	names := make([]string, 0, len(blocks))
	for name := range blocks {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool {
		return rank(names[i]) < rank(names[j]) || rank(names[i]) == rank(names[j]) && names[i] < names[j]
	})
	b.insn.blocks = blocks
	for _, name := range names {
		if err := b.block(blocks[name]); err != nil {
			l.fail(err)
		}
	}
	if !present {
		l.set.Absent = append(l.set.Absent, p)
		l.set.absentBits[p] = l.spec.Options.InsnWidth
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
