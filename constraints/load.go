package constraints

import (
	"slices"
	"sort"
	"sync"

	"github.com/risugen/risugen/decodetree"
)

// Set is the instructions that a CPU has.
type Set struct {
	Specs []*decodetree.Spec
	Insns []*Insn // those whose requirements the CPU meets, in the specs' order; then those behind a prefix, likewise
	// Absent holds the patterns whose requirements the CPU does not meet.
	Absent     []*decodetree.Pattern
	absentBits map[*decodetree.Pattern]int // of a word of its file

	vocab     Vocabulary
	patterns  []*Insn // of each pattern one
	index     map[place]*Insn
	functions []functionTable // of each spec
	lists     []listTable
	assumed   []Assumption
	usage     usage
	alike     *alike
	sound     bool // what is not needed yet is not read, and nothing is noted for who looks for faults
}

func newSet(v Vocabulary, specs ...*decodetree.Spec) *Set {
	return &Set{Specs: specs, vocab: v.own(), index: map[place]*Insn{}, absentBits: map[*decodetree.Pattern]int{}, usage: newUsage(), alike: newAlike()}
}

// Load interprets the annotations of specs and what overlays add to them. Errors are a
// decodetree.ErrorList with every problem found. Load defines the functions of functions blocks on the
// specs (decodetree.Spec.Functions): a spec that is loaded with other overlays changes for all its users.
func Load(specs []*decodetree.Spec, v Vocabulary, overlays ...*Overlay) (*Set, error) {
	s := newSet(v, specs...)
	if err := s.load(joinOverlays(overlays)); err != nil {
		return nil, err
	}
	return s, nil
}

// LoadSound is Load for specs that are known to be without faults, as tests show with Set.Check: what only those patterns need
// that are drawn, or shown, is made when they are.
func LoadSound(specs []*decodetree.Spec, v Vocabulary) (*Set, error) {
	s := newSet(v, specs...)
	s.sound, s.usage = true, usage{}
	if err := s.load(nil); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Set) load(all overlays) error {
	loaders := make([]*loader, len(s.Specs))
	for i, spec := range s.Specs {
		loaders[i] = newLoader(s, spec, all)
	}
	errs := s.loadFiles(loaders)
	s.patterns = s.Insns
	errs = append(errs, all.unused()...)
	if len(errs) == 0 {
		errs = s.loadBehind(loaders)
	}
	if len(errs) == 0 {
		errs = s.linkStores()
	}
	if len(errs) == 0 {
		s.prepare()
		if !s.sound {
			errs = s.sample()
		}
	}
	if len(errs) > 0 {
		return sorted(errs)
	}
	return nil
}

// sorted puts errors into the order of the files, each once.
func sorted(errs decodetree.ErrorList) decodetree.ErrorList {
	sort.SliceStable(errs, func(i, j int) bool { return comparePos(errs[i].Pos, errs[j].Pos) < 0 })
	return unique(errs)
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

// place is a pattern and where it stands.
type place struct {
	*decodetree.Pattern
	behind bool // a prefix
}

// Patterns lists one instruction for each pattern that the CPU has: what it is behind a prefix is left out, unless
// it stands nowhere else.
func (s *Set) Patterns() []*Insn { return s.patterns }

// Variants lists what a pattern is behind no prefix, and what it is behind one, as far as the CPU has these.
func (s *Set) Variants(p *decodetree.Pattern) []*Insn {
	return slices.DeleteFunc([]*Insn{s.index[place{p, false}], s.index[place{p, true}]}, func(in *Insn) bool { return in == nil })
}

// Insn returns the instruction of a pattern behind no prefix, or nil where the CPU lacks it.
func (s *Set) Insn(p *decodetree.Pattern) *Insn { return s.index[place{p, false}] }

// ByName returns the instructions of this name, as Patterns does; several patterns may share one.
func (s *Set) ByName(name string) []*Insn {
	var out []*Insn
	for _, in := range s.patterns {
		if in.Pattern.Name == name {
			out = append(out, in)
		}
	}
	return out
}

// Decode returns the instruction that a word is behind no prefix, or nil. A file whose words are narrower than this one is
// not asked.
func (s *Set) Decode(word uint64) *Insn { return s.decode(word, false) }

// DecodeBehind returns the instruction that a word is behind a prefix, or nil.
func (s *Set) DecodeBehind(word uint64) *Insn { return s.decode(word, true) }

func (s *Set) decode(word uint64, behind bool) *Insn {
	accept := func(p *decodetree.Pattern, word uint64) bool {
		in := s.index[place{p, behind}]
		return in != nil && in.Accepts(word)
	}
	for _, spec := range s.Specs {
		if word>>spec.Options.InsnWidth != 0 {
			continue
		}
		if p := spec.Decode(word, accept); p != nil {
			return s.index[place{p, behind}]
		}
	}
	return nil
}

// loadFiles has loaders read their files, and adds what they find.
func (s *Set) loadFiles(loaders []*loader) (errs decodetree.ErrorList) {
	for _, l := range loaders {
		l.prepare()
	}
	if s.sound { // no pattern knows of another one then
		s.loadBeside(loaders)
	}
	for _, l := range loaders {
		if !s.sound {
			l.patterns(l.spec.Patterns)
		}
		s.add(l)
		errs = append(errs, l.errs...)
	}
	return errs
}

// partSize is how many patterns are read in a row where files are read side by side: no file is much longer.
const partSize = 128

// loadBeside has loaders read their patterns side by side.
func (s *Set) loadBeside(loaders []*loader) {
	var wait sync.WaitGroup
	parts := make([][]*loader, len(loaders))
	for i, l := range loaders {
		for some := range slices.Chunk(l.spec.Patterns, partSize) {
			part := l.part(len(some))
			parts[i] = append(parts[i], part)
			wait.Go(func() { part.patterns(some) })
		}
	}
	wait.Wait()
	for i, l := range loaders {
		for _, part := range parts[i] {
			l.join(part)
		}
	}
}

// add takes what a loader has found.
func (s *Set) add(l *loader) {
	for _, in := range l.insns {
		in.Index = len(s.Insns)
		s.Insns = append(s.Insns, in)
		s.index[place{in.Pattern, in.Behind != ""}] = in
	}
	if l.behind != "" {
		return // what is said of a pattern behind a prefix does not make it absent
	}
	s.functions, s.lists = append(s.functions, l.functions), append(s.lists, l.lists)
	s.Absent = append(s.Absent, l.absent...)
	for _, p := range l.absent {
		s.absentBits[p] = l.spec.Options.InsnWidth
	}
}
