package decodetree

import (
	"slices"
	"strings"
)

// Named parts refer to arguments of the same pattern. QEMU's decoder fills the
// format's arguments and the pattern's in two steps, and so allows references
// from one to the other in one direction only.

func refs(f *Field) []string {
	var names []string
	if f == nil {
		return nil
	}
	for _, p := range f.Parts {
		if p.Ref != "" {
			names = append(names, p.Ref)
		}
	}
	return names
}

// anyRefs reports whether an argument refers to others. Few files have one that does.
func anyRefs(list []Binding) bool {
	return slices.ContainsFunc(list, func(b Binding) bool { return len(refs(b.Field)) > 0 })
}

func (c *checker) formatLoops(f *Format) bool {
	return c.loops(f.Pos, "format @"+f.Name, f.Bindings)
}

func (c *checker) references(p *Pattern) bool {
	if !anyRefs(p.Args) {
		p.compile()
		return true
	}
	toPattern := c.outside(p, p.Format.Bindings, p.bindings)
	toFormat := c.outside(p, p.bindings, p.Format.Bindings)
	if toPattern == nil || toFormat == nil {
		return false
	}
	if len(toPattern) > 0 && len(toFormat) > 0 {
		c.errs.add(p.Pos, "pattern %s refers to argument %s of format @%s (%s), which refers to argument %s of the pattern: only one direction is possible",
			p.Name, toFormat[0], p.Format.Name, p.Format.Pos, toPattern[0])
		return false
	}
	if !c.loops(p.Pos, "pattern "+p.Name, p.Args) {
		return false
	}
	p.compile()
	return true
}

// outside gives the arguments that from refers to and that are bound in to. It
// gives nil after an error: a reference to neither.
func (c *checker) outside(p *Pattern, from, to []Binding) []string {
	inFrom, inTo := names(from), names(to)
	found := []string{}
	for _, b := range from {
		for _, ref := range refs(b.Field) {
			switch {
			case inFrom[ref]:
			case inTo[ref]:
				found = append(found, ref)
			default:
				c.errs.add(p.Pos, "field %%%s (%s) of pattern %s refers to argument %s, which nothing defines",
					b.Field.Name, b.Field.Pos, p.Name, ref)
				return nil
			}
		}
	}
	return found
}

func names(list []Binding) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, b := range list {
		set[b.Name] = true
	}
	return set
}

// loops reports an argument that is defined in terms of itself.
func (c *checker) loops(pos Pos, what string, list []Binding) bool {
	if !anyRefs(list) {
		return true
	}
	byName := map[string]*Field{}
	for _, b := range list {
		byName[b.Name] = b.Field
	}
	w := &refWalk{fields: byName, state: map[string]int{}}
	for _, b := range list {
		if loop := w.visit(b.Name); loop != nil {
			c.errs.add(pos, "%s: arguments define each other in a loop: %s", what, strings.Join(loop, " needs "))
			return false
		}
	}
	return true
}

// refWalk goes through references depth first; its depth is at most maxArgs.
type refWalk struct {
	fields map[string]*Field
	state  map[string]int
	path   []string
}

const (
	visiting = 1
	visited  = 2
)

// visit gives the loop it runs into, or nil.
func (w *refWalk) visit(name string) []string {
	switch w.state[name] {
	case visited:
		return nil
	case visiting:
		start := 0
		for w.path[start] != name {
			start++
		}
		return append(w.path[start:], name)
	}
	w.state[name] = visiting
	w.path = append(w.path, name)
	for _, ref := range refs(w.fields[name]) {
		if loop := w.visit(ref); loop != nil {
			return loop
		}
	}
	w.path = w.path[:len(w.path)-1]
	w.state[name] = visited
	return nil
}
