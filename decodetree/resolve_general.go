package decodetree

import (
	"slices"
	"strconv"
)

// general is a format or a pattern while its elements are read.
type general struct {
	r        *resolver
	isFormat bool
	pos      Pos
	bits     bitLayout
	total    int // bits written, counted on where bits has stopped
	tooLong  bool
	bindings []Binding
	bound    map[string]Pos // of the bindings, where these are many
	argSet   *ArgSet
	argPos   Pos // of the &set, line 0 if there is none
	format   *Format
	fmtPos   Pos // of the @format, line 0 if there is none
	bad      bool
}

func (g *general) fail(pos Pos, format string, args ...any) {
	g.bad = true
	g.r.errs.add(pos, format, args...)
}

func (r *resolver) readGeneral(pos Pos, stmt *generalStmt) *general {
	g := &general{r: r, isFormat: stmt.Mark != "", pos: pos}
	n := 0
	for i := range stmt.Items {
		if e := &stmt.Items[i]; e.Bits == "" && e.ArgSet == "" && e.Format == "" {
			n++
		}
	}
	g.bindings = slices.Grow(g.bindings, n)
	for _, e := range stmt.Items {
		g.element(r.pos(e.Pos.Line, e.Pos.Column), e)
	}
	g.finishBits()
	if len(g.bindings) > maxArgs {
		g.fail(pos, "definition binds more than %d arguments", maxArgs)
	}
	if !g.argPos.isSet() || g.argSet == nil {
		return g
	}
	for _, b := range g.bindings {
		g.checkMember(b, g.argSet)
	}
	return g
}

func (p Pos) isSet() bool { return p.Line != 0 }

func (g *general) element(pos Pos, e element) {
	switch {
	case e.Bits != "":
		g.pushBits(e.Bits)
	case e.ArgSet != "":
		g.useArgSet(pos, e.ArgSet)
	case e.Format != "":
		g.useFormat(pos, e.Format)
	case e.Import != "":
		g.importField(pos, e.Import, e.Import)
	case e.From != "":
		g.importField(pos, e.Name, e.From)
	case e.Len != "":
		g.inlineField(pos, e)
	default:
		g.constant(pos, e)
	}
}

// pushBits counts all bits but keeps no more than a word has.
func (g *general) pushBits(text string) {
	g.total += len(text)
	if g.total <= g.r.spec.Options.InsnWidth {
		g.bits.push(text)
	}
}

func (g *general) useArgSet(pos Pos, name string) {
	if g.argPos.isSet() {
		g.fail(pos, "second argument set &%s (first at %s)", name, g.argPos)
		return
	}
	g.argPos = pos
	set, known := g.r.argSets[name]
	if !known {
		g.fail(pos, "no argument set &%s is defined above", name)
	}
	g.argSet = set
	g.bad = g.bad || set == nil
}

func (g *general) useFormat(pos Pos, name string) {
	if g.isFormat {
		g.fail(pos, "a format cannot use another format, @%s", name)
		return
	}
	if g.fmtPos.isSet() {
		g.fail(pos, "second format @%s (first at %s)", name, g.fmtPos)
		return
	}
	g.fmtPos = pos
	format, known := g.r.formats[name]
	if !known {
		g.fail(pos, "no format @%s is defined above", name)
	}
	g.format = format
	g.bad = g.bad || format == nil
}

func (g *general) importField(pos Pos, arg, name string) {
	f, known := g.r.fields[name]
	if !known {
		g.fail(pos, "no field %%%s is defined above", name)
	}
	g.bad = g.bad || f == nil
	g.bind(Binding{Name: arg, Pos: pos, Field: f})
}

func (g *general) inlineField(pos Pos, e element) {
	n, signed := length(e.Len)
	width := g.r.spec.Options.InsnWidth
	if n == 0 {
		g.fail(pos, "field %s has no bits", e.Name)
		return
	}
	g.total += n
	if g.total > width {
		g.tooLong = true
		g.fail(pos, "field %s ends beyond the word of %d bits", e.Name, width)
		return
	}
	g.bits.shift(n)
	part := Part{Pos: width - g.total, Len: n, Signed: signed}
	g.bind(Binding{Name: e.Name, Pos: pos, Field: &Field{Pos: pos, Parts: []Part{part}}})
}

func (g *general) constant(pos Pos, e element) {
	n, err := strconv.ParseInt(e.Const, 10, 64)
	if err != nil {
		g.fail(pos, "constant %s is not a decimal number of 64 bits", e.Const)
	}
	g.bind(Binding{Name: e.Name, Pos: pos, Const: n})
}

func (g *general) bind(b Binding) {
	if first, ok := g.boundAt(b.Name); ok {
		g.fail(b.Pos, "argument %s is set twice (first at %s)", b.Name, first)
		return
	}
	if g.bindings = append(g.bindings, b); g.bound != nil {
		g.bound[b.Name] = b.Pos
	}
}

// fewBindings is up to how many bindings are looked through one by one.
const fewBindings = 16

// boundAt is where an argument is bound.
func (g *general) boundAt(name string) (Pos, bool) {
	if g.bound == nil && len(g.bindings) >= fewBindings {
		g.bound = map[string]Pos{}
		for _, b := range g.bindings {
			g.bound[b.Name] = b.Pos
		}
	}
	if g.bound != nil {
		pos, ok := g.bound[name]
		return pos, ok
	}
	for i := range g.bindings {
		if g.bindings[i].Name == name {
			return g.bindings[i].Pos, true
		}
	}
	return Pos{}, false
}

// finishBits checks the number of bits. A format may have none at all.
func (g *general) finishBits() {
	opt := g.r.spec.Options
	switch {
	case opt.VarInsnWidth && g.total < opt.InsnWidth && g.total%byteBits == 0 && (g.isFormat || g.total > 0):
		g.bits.alignLeft(opt.InsnWidth)
	case g.isFormat && g.total == 0:
	case g.tooLong: // reported with the field
	case g.total != opt.InsnWidth:
		g.fail(g.pos, "definition has %d bits, the word has %d", g.total, opt.InsnWidth)
	}
}

func (g *general) checkMember(b Binding, set *ArgSet) {
	if set.ArgIndex(b.Name) < 0 {
		g.fail(b.Pos, "argument %s is not in %s (%s)", b.Name, set.title(), set.Pos)
	}
}

func (a *ArgSet) title() string {
	if a.Inferred {
		return "the inferred argument set (" + argsKey(a.Args) + ")"
	}
	return "argument set &" + a.Name
}
