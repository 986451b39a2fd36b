package risu

import "github.com/risugen/risugen/decodetree"

// exclude adds, for each earlier member of the groups around the pattern, that the word is not that
// member's: in RISU patterns know nothing of each other.
func (c *conversion) exclude() {
	var member decodetree.Member = c.pattern
	for g := c.pattern.Group; g != nil; g = g.Parent {
		for _, m := range g.Members {
			if m == member || !g.Overlap {
				break
			}
			c.excludeMember(m)
		}
		member = g
	}
}

func (c *conversion) excludeMember(m decodetree.Member) {
	switch m := m.(type) {
	case *decodetree.Group:
		for _, sub := range m.Members {
			c.excludeMember(sub)
		}
	case *decodetree.Pattern:
		p := c.pattern
		if both := m.FixedMask & p.FixedMask; m.FixedBits&both == p.FixedBits&both && c.w.present(m) {
			c.excludePattern(m)
		}
	}
}

// excludePattern negates "the fixed bits are m's, and its constraints hold".
func (c *conversion) excludePattern(m *decodetree.Pattern) {
	var taken Expr
	and := func(e Expr) {
		if taken == nil {
			taken = e
		} else {
			taken = &Binary{m.Pos, "&&", taken, e}
		}
	}
	runs((m.FixedMask&^c.pattern.FixedMask)>>c.word.up, func(low, n int) {
		c.fixedTests(m, low, n, and)
	})
	for _, e := range c.conditions(m, c.w.blocks(m)["constraints"], false) {
		and(e)
	}
	if taken == nil { // all words
		taken = &Number{Pos: m.Pos, Value: 1}
	}
	c.add("exclusion of "+m.Name, []Expr{&Unary{m.Pos, "!", taken}})
}

// fixedTests compares a run of bits that m fixes with m's, piece by piece.
func (c *conversion) fixedTests(m *decodetree.Pattern, low, n int, and func(Expr)) {
	for top := low + n; top > low; {
		s := c.word.covering(top - 1)
		bottom := max(low, s.low)
		if s.name != "" {
			want := m.FixedBits >> (bottom + c.word.up) & lowBits(top-bottom)
			x := c.word.piece(m.Pos, s, bottom, top-bottom)
			and(&Binary{m.Pos, "==", x, &Number{Pos: m.Pos, Value: int64(want)}})
		}
		top = bottom
	}
}
