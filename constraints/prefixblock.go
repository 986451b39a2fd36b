package constraints

import (
	"fmt"
	"reflect"
	"slices"
	"sync"

	"github.com/risugen/risugen/decodetree"
)

// A prefix is an instruction that makes others of those which stand next: conditional ones, for example. They are patterns like all
// others, in whose blocks a feature is on that is off elsewhere. So a set with a prefix has every pattern twice: as it is
// where it stands alone, and as it is behind the prefix.

// MaxBehind is how many instructions can stand behind a prefix.
const MaxBehind = 4

// Prefix is what an instruction does to those behind it.
type Prefix struct {
	Feature string // that is on for them

	count   *expr                   // how many they are
	byCount func() [MaxBehind]*Insn // made when asked for
	pos     decodetree.Pos          // of the feature's name
}

const prefixForm = "prefix: expected FEATURE: number of instructions"

// prefixFeature is the feature's name in a prefix block of the right form.
func prefixFeature(s *source) (string, bool) {
	if len(s.block.Stmts) != 1 {
		return "", false
	}
	st := s.block.Stmts[0]
	if len(st.Labels) != 1 || len(st.Labels[0].Args) > 0 || len(st.Values) != 1 || st.Values[0].Expr == nil || st.If != nil {
		return "", false
	}
	return st.Labels[0].Name, true
}

// prefix reads `it: 1 + (n & 3);`.
func (b *builder) prefix(s *source) error {
	name, ok := prefixFeature(s)
	if !ok {
		return b.errorf(s, s.block.Pos.Offset, prefixForm)
	}
	st := s.block.Stmts[0]
	if !b.set.isFeature(name) {
		return b.errorf(s, st.Labels[0].Pos.Offset, "prefix: unknown feature %s", name)
	}
	count, err := b.scope(s).compile(st.Values[0].Expr)
	if err != nil {
		return err
	}
	b.insn.Prefix = &Prefix{Feature: name, count: count, pos: s.note.At(st.Labels[0].Pos.Offset)}
	return nil
}

// checkPrefix finds what keeps an instruction from being a prefix.
func (b *builder) checkPrefix() error {
	in := b.insn
	if in.Prefix == nil {
		return nil
	}
	least, most := &node{op: opConst, value: 1}, &node{op: opConst, value: MaxBehind}
	count := in.Prefix.count
	within := newExpr(count.pos, &node{op: opIn, kids: []*node{count.tree, least, most}}, count.bits, count.uses)
	switch {
	case b.has(in.Prefix.Feature):
		return fmtError(in.Prefix.pos, "prefix: %s must not stand behind a prefix itself: it has to require !%s", in.Name(), in.Prefix.Feature)
	case in.Branch != nil || in.Linked != nil || in.Memory != nil || len(in.Inputs) > 0:
		return fmtError(in.Prefix.pos, "prefix: %s can neither be a branch nor access memory, and what it reads must not have to be prepared", in.Name())
	case in.some(within, true):
		return fmtError(count.pos, "prefix: it cannot be shown that every word has 1 to %d instructions behind it", MaxBehind)
	}
	return nil
}

// has reports whether the CPU that blocks are read for has a feature.
func (b *builder) has(feature string) bool {
	i := slices.Index(b.set.vocab.Free, feature)
	return b.set.vocab.Features[feature] || feature == b.insn.Behind || i >= 0 && b.cpu>>i&1 != 0
}

// Following is how many instructions stand behind a word of a prefix.
func (in *Insn) Following(word uint64) int {
	if in.Prefix == nil {
		return 0
	}
	return int(in.Prefix.count.eval(in.env(word)))
}

// WithFollowing returns the prefix with those of its words alone that n instructions stand behind, to be drawn from and
// not to be kept; nil where there are none.
func (in *Insn) WithFollowing(n int) *Insn {
	if in.Prefix == nil || n < 1 || n > MaxBehind {
		return nil
	}
	return in.Prefix.byCount()[n-1]
}

// countLater has the words of a prefix parted by what Following is for them when they are asked for.
func (in *Insn) countLater() {
	if in.Prefix == nil {
		return
	}
	count := in.Prefix.count
	in.Prefix.byCount = sync.OnceValue(func() (parts [MaxBehind]*Insn) {
		for i := range parts {
			n := &node{op: opConst, value: int64(i + 1)}
			parts[i] = in.half(newExpr(count.pos, &node{op: "==", kids: []*node{count.tree, n}}, count.bits, count.uses))
		}
		return parts
	})
}

// Prefixes lists the instructions that are prefixes, where the set holds what stands behind them: where the feature is
// not free.
func (s *Set) Prefixes() []*Insn {
	var out []*Insn
	for _, in := range s.patterns {
		if in.Prefix != nil {
			if _, known := s.vocab.Features[in.Prefix.Feature]; known {
				out = append(out, in)
			}
		}
	}
	return out
}

// loadBehind reads all patterns again as they are behind a prefix, if there is one.
func (s *Set) loadBehind(elsewhere []*loader) decodetree.ErrorList {
	prefixes := s.Prefixes()
	if len(prefixes) == 0 {
		return nil
	}
	feature := prefixes[0].Prefix.Feature
	for _, p := range prefixes {
		if p.Prefix.Feature != feature {
			return decodetree.ErrorList{{Pos: p.Prefix.pos, Msg: fmt.Sprintf(
				"prefix: all prefixes must turn on one feature, and %s turns on %s", prefixes[0], feature)}}
		}
	}
	loaders := make([]*loader, len(elsewhere))
	for i, l := range elsewhere {
		loaders[i] = l.behindPrefix(feature)
	}
	errs := s.loadFiles(loaders)
	for i, l := range loaders {
		errs = append(errs, l.checkFunctions(s.functions[i])...)
	}
	s.addOnlyBehind()
	return errs
}

// checkFunctions refuses functions of fields that depend on whether a prefix stands before: a word has its arguments
// before that is known.
func (l *loader) checkFunctions(elsewhere functionTable) (errs decodetree.ErrorList) {
	for _, f := range l.spec.Fields {
		is, was := l.functions[f.Func], elsewhere[f.Func]
		if is != nil && was != nil && !reflect.DeepEqual(is.body, was.body) {
			errs = append(errs, &decodetree.Error{Pos: is.pos, Msg: fmt.Sprintf("%s is the function of a field, which must not depend on %s", f.Func, l.behind)})
		}
	}
	return errs
}

// addOnlyBehind adds those to the patterns that the CPU has behind prefixes alone.
func (s *Set) addOnlyBehind() {
	s.patterns = slices.Clip(s.patterns)
	for _, in := range s.Insns[len(s.patterns):] {
		if s.Insn(in.Pattern) == nil {
			s.patterns = append(s.patterns, in)
			s.Absent = slices.DeleteFunc(s.Absent, func(p *decodetree.Pattern) bool { return p == in.Pattern })
		}
	}
}
