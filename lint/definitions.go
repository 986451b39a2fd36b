package lint

import (
	"slices"
	"strings"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
)

// definitions looks for what is defined and of no use.
func (l *linter) definitions(set *constraints.Set) {
	for _, spec := range set.Specs {
		l.fields(set, spec)
		l.argSets(spec)
		l.formats(spec)
		l.functions(spec)
	}
	for _, f := range set.Functions() {
		if !f.Used && !slices.ContainsFunc(set.Specs, func(s *decodetree.Spec) bool { return makesValues(s, f.Name) }) {
			l.warn("unused", f.Pos, "function %s is not used: no field and no expression names it", f.Name)
		}
	}
	for _, list := range set.Lists() {
		if !list.Used {
			l.warn("unused", list.Pos, "list %s is not used: no asm block names it", list.Name)
		}
	}
}

// fields looks for fields that no pattern or format binds, and no expression names. What serves an unused
// format counts as used: the format is what to say a word about.
func (l *linter) fields(set *constraints.Set, spec *decodetree.Spec) {
	used := map[*decodetree.Field]bool{}
	note := func(bindings []decodetree.Binding) {
		for i := range bindings {
			used[bindings[i].Field] = true
		}
	}
	for _, f := range spec.Formats {
		note(f.Bindings)
	}
	for _, p := range spec.Patterns {
		note(p.Args)
	}
	for _, f := range spec.Fields {
		if !used[f] && !set.Names(f) {
			l.warn("unused", f.Pos, "field %%%s is not used", f.Name)
		}
	}
}

func (l *linter) argSets(spec *decodetree.Spec) {
	used := map[*decodetree.ArgSet]bool{}
	for _, f := range spec.Formats {
		used[f.ArgSet] = true
	}
	for _, p := range spec.Patterns {
		used[p.ArgSet] = true
	}
	for _, a := range spec.ArgSets {
		if !used[a] && !a.Inferred {
			l.warn("unused", a.Pos, "argument set &%s is not used", a.Name)
		}
	}
}

func (l *linter) formats(spec *decodetree.Spec) {
	used := map[*decodetree.Format]bool{}
	for _, p := range spec.Patterns {
		used[p.Format] = true
	}
	for _, f := range spec.Formats {
		if !used[f] && !f.Inferred {
			l.warn("unused", f.Pos, "format @%s is not used", f.Name)
		}
	}
}

func makesValues(spec *decodetree.Spec, function string) bool {
	return slices.ContainsFunc(spec.Fields, func(f *decodetree.Field) bool { return f.Func == function })
}

// functions counts the !functions that nothing defines, in one note: a translator's file has dozens, and no
// fault. Where a value is needed they are errors.
func (l *linter) functions(spec *decodetree.Spec) {
	var first decodetree.Pos
	var names []string
	for _, f := range spec.Fields {
		if f.Func == "" || spec.Functions[f.Func].Apply != nil || slices.Contains(names, f.Func) {
			continue
		}
		if names = append(names, f.Func); len(names) == 1 {
			first = f.Pos
		}
	}
	if len(names) == 0 {
		return
	}
	msg := plural(len(names), "!function has", "!functions have") + " no definition in a functions block: " + few(names)
	l.findings = append(l.findings, Finding{Note, "functions", first, msg})
}

// few joins names, of many only the first.
func few(names []string) string {
	const most = 3
	if len(names) <= most+1 {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + " and " + plural(len(names)-most, "more", "more")
}
