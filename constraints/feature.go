package constraints

import (
	"math/bits"
	"slices"

	"github.com/risugen/risugen/constraints/syntax"
	"github.com/risugen/risugen/decodetree"
)

// A set can stand for many CPUs: that is what free features are for (Vocabulary.Free). A pattern is in it if
// some CPU meets its requirements. Its expressions are read for the CPU that meets them and lacks as few of
// the free features as possible. An earlier member of a group takes words from it only if every CPU that has
// the pattern has that member, too, and if what the member takes depends on no free feature.

const (
	maxFree = 64
	// maxFeatures is how many free features two requires blocks may name together: all CPUs are tried.
	maxFeatures = 10
)

// cpu is a set of free features: bit i is number i.
type cpu uint64

// wholeCPU has all free features.
const wholeCPU = ^cpu(0)

// requirement is a requires block. Free features in it are bits of the word that it is evaluated for.
type requirement struct {
	exprs []*expr
	mask  cpu // of the features named
}

// met reports whether a CPU meets the requirement; nil asks for nothing.
func (q *requirement) met(c cpu) bool { return q == nil || all(q.exprs, &env{word: uint64(c)}) }

// features are those that a requirement names.
func (q *requirement) features() cpu {
	if q == nil {
		return 0
	}
	return q.mask
}

// eachCPU calls fn for every combination of some features, until it returns false; the one that lacks none
// comes first. It reports false where there are too many.
func eachCPU(features cpu, fn func(cpu) bool) bool {
	if bits.OnesCount64(uint64(features)) > maxFeatures {
		return false
	}
	for lacks := cpu(0); ; {
		more := fn(wholeCPU &^ lacks)
		if lacks = (lacks - features) & features; lacks == 0 || !more {
			return true
		}
	}
}

// best is the CPU that meets a requirement and lacks as few features as possible. It reports false where no
// CPU does.
func (q *requirement) best() (found cpu, ok bool) {
	all := eachCPU(q.features(), func(c cpu) bool {
		if q.met(c) && (!ok || bits.OnesCount64(uint64(c)) > bits.OnesCount64(uint64(found))) {
			found, ok = c, true
		}
		return found != wholeCPU
	})
	if !all {
		return wholeCPU, true
	}
	return found, ok
}

// implies reports whether every CPU that meets a requirement is known to meet another.
func (q *requirement) implies(other *requirement) bool {
	if other == nil || q == other {
		return true
	}
	yes := true
	all := eachCPU(q.features()|other.features(), func(c cpu) bool {
		yes = !q.met(c) || other.met(c)
		return yes
	})
	return all && yes
}

// requirement compiles a requires block, once.
func (l *loader) requirement(s *source) (*requirement, error) {
	if q := l.required[s]; q != nil {
		return q, nil
	}
	q := &requirement{}
	sc := &scope{set: l.set, behind: l.behind, note: s.note, requires: true}
	b := builder{set: l.set}
	for _, st := range s.block.Stmts {
		x, err := b.single(s, st, sc)
		if err != nil {
			return nil, err
		}
		q.exprs, q.mask = append(q.exprs, x), q.mask|cpu(x.bits)
	}
	l.required[s] = q
	return q, nil
}

// findFeatures takes what requires blocks name for features, before other blocks are read. What is wrong with
// these blocks shows when they are used.
func (l *loader) findFeatures() {
	for _, s := range l.everywhere("requires") {
		l.requirement(s)
	}
	for _, s := range l.everywhere("prefix") {
		if name, ok := prefixFeature(s); ok {
			l.set.declare(name, true)
		}
	}
}

// present finds the CPU for which a pattern's blocks are read. It reports false where there is none.
func (b *builder) present(l *loader, s *source) (bool, error) {
	b.cpu = wholeCPU
	if s == nil {
		return true, nil
	}
	q, err := l.requirement(s)
	if err != nil {
		return true, err
	}
	c, ok := q.best()
	if !ok {
		return false, nil
	}
	b.cpu, b.insn.requires = c, q
	for i, name := range l.set.vocab.Free {
		if c>>i&1 == 0 {
			b.insn.lacks = append(b.insn.lacks, name)
		}
	}
	return true, nil
}

// isFeature reports whether a name is known as that of a feature.
func (s *Set) isFeature(name string) bool {
	_, known := s.vocab.Features[name]
	return known || slices.Contains(s.vocab.Free, name)
}

// declare takes a name for a feature's, if it is not one already and if really is set. The CPU lacks it where
// it is known what the CPU has.
func (s *Set) declare(name string, really bool) {
	switch {
	case !really || s.isFeature(name):
	case s.vocab.Features != nil:
		s.vocab.Features[name] = false
	case len(s.vocab.Free) < maxFree:
		s.vocab.Free = append(s.vocab.Free, name)
	}
}

// feature resolves the name of a feature; nil if it is none.
func (r *resolver) feature(a *syntax.Primary) *node {
	r.set.declare(a.Name, r.set.vocab.Open && r.requires)
	if !r.set.isFeature(a.Name) && r.mayAssume(a.Name) {
		r.set.assumed = append(r.set.assumed, Assumption{Pos: r.at(a.Pos.Offset), Name: a.Name})
		r.set.declare(a.Name, true)
	}
	r.set.assumeAgain(a.Name, r.at(a.Pos.Offset))
	if v, ok := r.set.vocab.Features[a.Name]; ok {
		r.features = true
		return &node{op: opConst, value: truth(v || a.Name == r.behind)}
	}
	i := slices.Index(r.set.vocab.Free, a.Name)
	switch {
	case i < 0:
		return nil
	case r.requires:
		r.bits |= 1 << i
		return &node{op: opFeature, value: int64(i)}
	}
	r.features, r.unsure = true, true
	return &node{op: opConst, value: int64(r.cpu >> i & 1)}
}

// mayAssume reports whether an unknown name can be taken for a feature. One that is an argument elsewhere in
// the file is none.
func (r *resolver) mayAssume(name string) bool {
	return r.set.vocab.Open && !r.requires && r.spec != nil && !isArgument(r.spec, name)
}

// Assumption is a name that was taken for a feature.
type Assumption struct {
	Pos      decodetree.Pos // of the first use
	Name     string
	Repeated bool // it is used elsewhere, too
}

// assumeAgain notes that a name that was taken for a feature stands at another place.
func (s *Set) assumeAgain(name string, pos decodetree.Pos) {
	for i := range s.assumed {
		if a := &s.assumed[i]; a.Name == name && a.Pos != pos {
			a.Repeated = true
		}
	}
}

// Assumed lists the names in expressions that were taken for features though no requires block has them.
func (s *Set) Assumed() []Assumption { return s.assumed }

// Lacks lists the free features that the CPU for which the blocks were read does not have.
func (in *Insn) Lacks() []string { return in.lacks }

// unsure reports whether a free feature decides on what words are legal.
func (in *Insn) unsure() bool {
	doubt := func(x *expr) bool { return x.unsure }
	return slices.ContainsFunc(in.constraints, doubt) || slices.ContainsFunc(in.reserved, doubt) ||
		slices.ContainsFunc(in.unpredictable, doubt)
}
