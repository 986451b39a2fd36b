package constraints

import (
	"fmt"
	"sort"

	"github.com/risugen/risugen/decodetree"
)

// Vocabulary is what an architecture gives names to.
type Vocabulary struct {
	Classes  []string // register classes
	States   []string // registers that no field names
	Signals  []string // faults
	Features map[string]bool
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

// Load interprets the annotations of specs. Errors are a decodetree.ErrorList with every problem found.
func Load(specs []*decodetree.Spec, v Vocabulary) (*Set, error) {
	s := &Set{Specs: specs, vocab: v, index: map[*decodetree.Pattern]*Insn{}}
	var errs decodetree.ErrorList
	for _, spec := range specs {
		l := loader{set: s, spec: spec, parsed: map[noteKey][]*source{}}
		errs = append(errs, l.load()...)
	}
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

// source is a block and the annotation it stands in.
type source struct {
	block *astBlock
	note  decodetree.Note
}

type noteKey struct {
	line, col int
}

type loader struct {
	set    *Set
	spec   *decodetree.Spec
	parsed map[noteKey][]*source
	errs   decodetree.ErrorList
}

func (l *loader) load() decodetree.ErrorList {
	l.checkGroups(l.spec.Root)
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

// sources parses the annotations of one definition, once.
func (l *loader) sources(notes []decodetree.Note) []*source {
	var out []*source
	for _, n := range notes {
		key := noteKey{n.Pos.Line, n.Pos.Col}
		got, ok := l.parsed[key]
		if !ok {
			blocks, err := parseNote(n)
			if err != nil {
				l.fail(err)
			}
			for _, b := range blocks {
				got = append(got, &source{b, n})
			}
			l.parsed[key] = got
		}
		out = append(out, got...)
	}
	return out
}

// collect gathers a pattern's blocks: for each name those of the most specific definition that has one.
func (l *loader) collect(p *decodetree.Pattern) map[string][]*source {
	out := map[string][]*source{}
	levels := [][]decodetree.Note{p.Notes, nil, nil, l.spec.Notes}
	if p.Format != nil {
		levels[1] = p.Format.Notes
	}
	if p.ArgSet != nil {
		levels[2] = p.ArgSet.Notes
	}
	for _, notes := range levels {
		level := map[string][]*source{}
		for _, s := range l.sources(notes) {
			level[s.block.Name] = append(level[s.block.Name], s)
		}
		for name, blocks := range level {
			if out[name] == nil {
				out[name] = blocks
			}
		}
	}
	return out
}

// pattern builds the Insn of one pattern.
func (l *loader) pattern(p *decodetree.Pattern) {
	blocks := l.collect(p)
	b := builder{set: l.set, insn: &Insn{Pattern: p, Spec: l.spec}}
	names := make([]string, 0, len(blocks))
	for name := range blocks {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool {
		return rank(names[i]) < rank(names[j]) || rank(names[i]) == rank(names[j]) && names[i] < names[j]
	})
	present := true
	for _, name := range names {
		for _, s := range blocks[name] {
			ok, err := b.block(s)
			if err != nil {
				l.fail(err)
			}
			present = present && ok
		}
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

// prepare links overlap groups and builds the samplers, which finds unsatisfiable constraints.
func (s *Set) prepare() decodetree.ErrorList {
	var errs decodetree.ErrorList
	tables := tableCache{}
	for _, in := range s.Insns {
		in.forbidden = s.earlier(in)
	}
	for _, in := range s.Insns {
		if err := in.buildSampler(tables); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// earlier lists the instructions that an overlap group tries before in and that share words with it.
func (s *Set) earlier(in *Insn) []*Insn {
	var out []*Insn
	var member decodetree.Member = in.Pattern
	for g := in.Pattern.Group; g != nil; g = g.Parent {
		if g.Overlap {
			for _, m := range g.Members {
				if m == member {
					break
				}
				out = s.overlapping(out, m, in.Pattern)
			}
		}
		member = g
	}
	return out
}

func (s *Set) overlapping(out []*Insn, m decodetree.Member, p *decodetree.Pattern) []*Insn {
	switch m := m.(type) {
	case *decodetree.Group:
		for _, sub := range m.Members {
			out = s.overlapping(out, sub, p)
		}
	case *decodetree.Pattern:
		both := m.FixedMask & p.FixedMask
		if in := s.index[m]; in != nil && m.FixedBits&both == p.FixedBits&both {
			out = append(out, in)
		}
	}
	return out
}

// String names the instruction and where it is defined.
func (in *Insn) String() string {
	return fmt.Sprintf("%s (%s)", in.Pattern.Name, in.Pattern.Pos)
}
