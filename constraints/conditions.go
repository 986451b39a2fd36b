package constraints

import "github.com/risugen/risugen/decodetree"

// Conditions compiles the constraints blocks of a spec and nothing else, for decoding words where no
// architecture gives the names in other blocks a meaning. The function reports whether a word that has a
// pattern's fixed bits is that pattern.
func Conditions(spec *decodetree.Spec) (func(*decodetree.Pattern, uint64) bool, error) {
	set := &Set{vocab: Vocabulary{}}
	l := loader{set: set, spec: spec, parsed: map[noteKey][]*source{}}
	with := make([]*Insn, len(spec.Patterns))
	for i, p := range spec.Patterns {
		b := builder{set: set, insn: &Insn{Pattern: p, Spec: spec}}
		for _, s := range l.collect(p)["constraints"] {
			if err := b.exprs(s, &b.insn.constraints); err != nil {
				l.fail(err)
			}
		}
		if len(b.insn.constraints) > 0 {
			with[i] = b.insn
		}
	}
	if len(l.errs) > 0 {
		return nil, unique(l.errs)
	}
	return func(p *decodetree.Pattern, word uint64) bool {
		return with[p.Index] == nil || with[p.Index].Accepts(word)
	}, nil
}
