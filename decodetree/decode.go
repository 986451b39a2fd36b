package decodetree

// Decode gives the first pattern in the order of the file, and so of the
// groups, that word matches and that accept takes. A nil accept takes all. It
// gives nil if there is none.
//
// accept does what a translator function's return value does in QEMU: a pattern
// that it refuses leaves the word to the later members of the groups around it.
// The tables it works with are made at the first call.
func (s *Spec) Decode(word uint64, accept func(p *Pattern, word uint64) bool) *Pattern {
	s.treeOnce.Do(func() { s.tree = buildTree(s.Patterns, s.Options.InsnWidth) })
	for _, p := range s.tree.candidates(word) {
		if word&p.FixedMask == p.FixedBits && (accept == nil || accept(p, word)) {
			return p
		}
	}
	return nil
}
