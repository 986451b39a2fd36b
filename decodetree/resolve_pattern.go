package decodetree

func (r *resolver) format(pos Pos, stmt *statement) {
	name := stmt.General.Name
	g := r.readGeneral(pos, stmt.General)
	if !r.declare("@"+name, pos) {
		return
	}
	r.formats[name] = nil
	if g.bad {
		return
	}
	set := g.argSet
	if set == nil {
		set = r.inferArgSet(pos, g.bindings)
	}
	f := newFormat(name, g, set)
	f.Notes = joinNotes(stmt.notes)
	r.formats[name] = f
	r.spec.Formats = append(r.spec.Formats, f)
}

func newFormat(name string, g *general, set *ArgSet) *Format {
	return &Format{
		Name: name, Pos: g.pos, ArgSet: set, Bindings: g.bindings,
		FixedBits: g.bits.fixed, FixedMask: g.bits.mask, UndefMask: g.bits.undef, Width: g.bits.width,
	}
}

func (r *resolver) pattern(pos Pos, stmt *statement) {
	g := r.readGeneral(pos, stmt.General)
	p := &Pattern{
		Name: stmt.General.Name, Pos: pos, Group: r.group, Notes: joinNotes(stmt.notes),
		spec: r.spec, own: g.bits,
	}
	if g.bad || !r.fillPattern(p, g) {
		r.group.broken = true
		return
	}
	r.group.Members = append(r.group.Members, p)
	r.spec.Patterns = append(r.spec.Patterns, p)
}

// fillPattern joins the pattern with its format, or with one inferred for it.
func (r *resolver) fillPattern(p *Pattern, g *general) bool {
	if g.format != nil {
		if g.argPos.isSet() {
			g.fail(g.argPos, "%s names both a format (@%s) and an argument set", p.Name, g.format.Name)
		}
		p.Format, p.bindings = g.format, g.bindings
	} else {
		p.Format = r.inferFormat(g)
	}
	f := p.Format
	p.ArgSet = f.ArgSet
	p.FixedBits, p.FixedMask = p.own.fixed|f.FixedBits, p.own.mask|f.FixedMask
	p.UndefMask, p.Width = p.own.undef|f.UndefMask, p.own.width
	g.mergeArgs(p)
	return !g.bad
}

// inferFormat makes a format of the pattern's bindings. It is never one written
// in the file, even if that has the same shape: its notes were not asked for.
func (r *resolver) inferFormat(g *general) *Format {
	set := g.argSet
	if set == nil {
		set = r.inferArgSet(g.pos, g.bindings)
	}
	f := &Format{Pos: g.pos, ArgSet: set, Bindings: g.bindings, Width: g.bits.width, Inferred: true}
	r.spec.Formats = append(r.spec.Formats, f)
	return f
}

// mergeArgs brings the bindings of format and pattern into the order of the
// argument set.
func (g *general) mergeArgs(p *Pattern) {
	p.Args = make([]Binding, len(p.ArgSet.Args))
	filled := make([]bool, len(p.Args))
	for _, b := range p.Format.Bindings {
		i := p.ArgIndex(b.Name)
		p.Args[i], filled[i] = b, true
	}
	for _, b := range p.bindings {
		i := p.ArgIndex(b.Name)
		switch {
		case i < 0:
			g.checkMember(b, p.ArgSet)
		case filled[i]:
			g.fail(b.Pos, "argument %s is set by format @%s too (%s)", b.Name, p.Format.Name, p.Args[i].Pos)
		default:
			p.Args[i], filled[i] = b, true
		}
	}
	for i, arg := range p.ArgSet.Args {
		if !filled[i] {
			g.fail(p.Pos, "argument %s of %s (%s) is not initialised by %s", arg.Name, p.ArgSet.title(), p.ArgSet.Pos, p.Name)
		}
	}
}
