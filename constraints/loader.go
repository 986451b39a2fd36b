package constraints

import (
	"cmp"
	"slices"

	"github.com/risugen/risugen/decodetree"
)

// loader reads one file, once for what stands behind a prefix and once for what does not.
type loader struct {
	set       *Set
	spec      *decodetree.Spec
	overlays  overlays
	functions functionTable
	lists     listTable
	parsed    map[noteKey][]*source
	required  map[*source]*requirement
	collected []blocks // of each pattern
	insns     []*Insn  // found so far
	absent    []*decodetree.Pattern
	behind    string // the feature that a prefix turns on, for what stands behind it; "": for what stands elsewhere
	errs      decodetree.ErrorList
}

func newLoader(s *Set, spec *decodetree.Spec, o overlays) *loader {
	return &loader{set: s, spec: spec, overlays: o, parsed: map[noteKey][]*source{}, required: map[*source]*requirement{}}
}

// behindPrefix is the loader of a file, after it has been read, for what stands behind a prefix.
func (l *loader) behindPrefix(feature string) *loader {
	b := newLoader(l.set, l.spec, l.overlays)
	b.parsed, b.collected, b.behind = l.parsed, l.collected, feature
	return b
}

// part is a loader for some of the patterns that come next.
func (l *loader) part(n int) *loader {
	p := newLoader(l.set, l.spec, l.overlays)
	p.functions, p.lists, p.behind = l.functions, l.lists, l.behind
	if l.behind != "" {
		p.collected, l.collected = l.collected[:n], l.collected[n:]
	}
	return p
}

// join takes what a loader of some patterns has found.
func (l *loader) join(part *loader) {
	l.insns, l.absent, l.errs = append(l.insns, part.insns...), append(l.absent, part.absent...), append(l.errs, part.errs...)
	l.collected = append(l.collected, part.collected...)
}

// prepare reads what holds for the whole file.
func (l *loader) prepare() {
	l.checkGroups(l.spec.Root)
	l.overlays.mark(l.spec)
	if l.set.vocab.Open {
		l.findFeatures()
	}
	l.defineFunctions()
	l.defineLists()
}

func (l *loader) patterns(some []*decodetree.Pattern) {
	for i, p := range some {
		l.pattern(p, i)
	}
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

// pattern builds the Insn of one pattern, the i-th of the loader's.
func (l *loader) pattern(p *decodetree.Pattern, i int) {
	blocks := l.blocksOf(p, i)
	b := builder{set: l.set, insn: l.newInsn(p)}
	b.insn.Described = blocks.named("operands") != nil
	present, err := b.present(l, blocks.named("requires"))
	if err != nil {
		l.fail(err)
	}
	if !present && l.set.sound {
		l.absent = append(l.absent, p)
		return
	}
	b.insn.blocks = blocks
	for _, s := range blocks {
		if err := b.block(s); err != nil {
			l.fail(err)
		}
	}
	if !present {
		l.absent = append(l.absent, p)
		return
	}
	if err := b.finish(); err != nil {
		l.fail(err)
	}
	l.insns = append(l.insns, b.insn)
}

// blocksOf returns a pattern's blocks in the order in which they are to be read.
func (l *loader) blocksOf(p *decodetree.Pattern, i int) blocks {
	if l.behind != "" {
		return l.collected[i]
	}
	out := l.collect(p)
	slices.SortFunc(out, func(a, b *source) int {
		return cmp.Or(cmp.Compare(rank(a.block.Name), rank(b.block.Name)), cmp.Compare(a.block.Name, b.block.Name))
	})
	l.collected = append(l.collected, out)
	return out
}

// rank puts operands first, since other blocks refer to them.
func rank(name string) int {
	if name == "operands" {
		return 0
	}
	return 1
}
