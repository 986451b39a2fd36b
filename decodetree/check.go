package decodetree

// checker is the third phase: what makes a set of sound names and bits a
// description that can be decoded.
type checker struct {
	spec *Spec
	errs *faults
}

// check is the third phase. It also prepares what depends on its results: the
// order in which arguments are extracted.
func check(spec *Spec, errs *faults) {
	c := &checker{spec: spec, errs: errs}
	bad := map[*Format]bool{}
	for _, f := range spec.Formats {
		if !f.Inferred {
			bad[f] = !c.format(f)
		}
	}
	for _, p := range spec.Patterns {
		p.broken = bad[p.Format] || !c.pattern(p)
	}
	c.sameArgs()
	c.group(spec.Root)
}

func (c *checker) format(f *Format) bool {
	own := bitLayout{fixed: f.FixedBits, mask: f.FixedMask, undef: f.UndefMask, width: f.Width}
	return c.masks(f.Pos, "format @"+f.Name, own, f.Bindings) && c.formatLoops(f)
}

func (c *checker) pattern(p *Pattern) bool {
	f := p.Format
	if p.own.width != f.Width {
		c.errs.add(p.Pos, "pattern %s has %d bits, its format @%s (%s) %d", p.Name, p.own.width, f.Name, f.Pos, f.Width)
		return false
	}
	if both := p.own.mask & f.FixedMask; both != 0 {
		c.errs.add(p.Pos, "pattern %s fixes %s, which format @%s (%s) fixes already", p.Name, c.bits(both), f.Name, f.Pos)
		return false
	}
	merged := bitLayout{fixed: p.FixedBits, mask: p.FixedMask, undef: p.UndefMask}
	if !c.masks(p.Pos, "pattern "+p.Name, merged, p.Args) {
		return false
	}
	covered := p.FixedMask | p.UndefMask | bindingsMask(p.Args)
	if rest := lowBits(c.spec.Options.InsnWidth) &^ covered; rest != 0 {
		c.errs.add(p.Pos, "pattern %s leaves %s unspecified", p.Name, c.bits(rest))
		return false
	}
	return c.references(p)
}

// masks checks that a bit is not at once fixed, undefined and part of a field.
// Two fields may share bits: that is how one operand gets two readings.
func (c *checker) masks(pos Pos, what string, own bitLayout, list []Binding) bool {
	ok := true
	for _, b := range list {
		if b.Field == nil {
			continue
		}
		m := b.Field.mask()
		if m&own.mask != 0 {
			c.errs.add(pos, "%s fixes %s, which argument %s (%s) reads", what, c.bits(m&own.mask), b.Name, b.Pos)
			ok = false
		}
		if m&own.undef != 0 {
			c.errs.add(pos, "%s leaves undefined %s, which argument %s (%s) reads", what, c.bits(m&own.undef), b.Name, b.Pos)
			ok = false
		}
	}
	if both := own.mask & own.undef; both != 0 {
		c.errs.add(pos, "%s has %s both fixed and undefined", what, c.bits(both))
		ok = false
	}
	return ok
}

func (c *checker) bits(mask uint64) string { return describeBits(mask, c.spec.Options.InsnWidth) }

func (c *checker) hex(word uint64) string { return hexWord(word, c.spec.Options.InsnWidth) }

// sameArgs checks that patterns of one name have one argument set: one function
// translates them all.
func (c *checker) sameArgs() {
	first := map[string]*Pattern{}
	for _, p := range c.spec.Patterns {
		q := first[p.Name]
		if q == nil {
			first[p.Name] = p
		} else if p.ArgSet != q.ArgSet {
			c.errs.add(p.Pos, "pattern %s has %s (%s), but %s at %s has %s (%s)", p.Name,
				p.ArgSet.title(), p.ArgSet.Pos, q.Name, q.Pos, q.ArgSet.title(), q.ArgSet.Pos)
		}
	}
}
