package constraints

import "github.com/risugen/risugen/decodetree"

// Conditions compiles the constraints blocks of a spec and nothing else, for decoding words where no
// architecture gives the names in other blocks a meaning. The function reports whether a word that has a
// pattern's fixed bits is that pattern.
func Conditions(spec *decodetree.Spec, overlays ...*Overlay) (func(*decodetree.Pattern, uint64) bool, error) {
	set := newSet(Vocabulary{}, spec)
	l := newLoader(set, spec, joinOverlays(overlays))
	l.overlays.mark(spec)
	l.defineFunctions()
	with := make([]*Insn, len(spec.Patterns))
	for i, p := range spec.Patterns {
		b := builder{set: set, insn: l.newInsn(p)}
		if s := l.collect(p).named("constraints"); s != nil {
			if err := b.exprs(s, &b.insn.constraints); err != nil {
				l.fail(err)
			}
		}
		if len(b.insn.constraints) > 0 {
			with[i] = b.insn
		}
	}
	l.errs = append(l.errs, l.overlays.unused()...)
	if len(l.errs) > 0 {
		return nil, unique(l.errs)
	}
	return func(p *decodetree.Pattern, word uint64) bool {
		return with[p.Index] == nil || with[p.Index].Accepts(word)
	}, nil
}
