package constraints

import (
	"strings"
	"sync"

	"github.com/risugen/risugen/constraints/syntax"
	"github.com/risugen/risugen/decodetree"
)

// function is the definition of a field's !function in a functions block.
type function struct {
	pos     decodetree.Pos
	body    *node // over the parameter
	inverse *node // nil: derived
	cost    int   // see resolver

	features, unsure bool // as in an expr
}

// functionTable is the functions of a file, by name.
type functionTable map[string]*function

// defineMu guards Spec.Functions of specs that several sets share.
var defineMu sync.Mutex

// defineFunctions reads every functions block of a file and defines the functions on the spec.
func (l *loader) defineFunctions() {
	l.functions = functionTable{}
	for _, s := range l.everywhere("functions") {
		l.functionBlock(s)
	}
	if l.behind != "" {
		return // fields have those of the first reading: see checkFunctions
	}
	defineMu.Lock()
	defer defineMu.Unlock()
	if len(l.overlays.blocks("functions")) == 0 && l.allDefined() {
		return // by an earlier load; others may be decoding
	}
	defined := map[string]decodetree.Function{}
	for name, f := range l.spec.Functions {
		defined[name] = f
	}
	for name, f := range l.functions {
		defined[name] = f.define(l.spec, name)
	}
	l.spec.Functions = defined
}

// DefineFunctions reads the functions blocks of a spec and nothing else, and defines the functions on the spec, for those
// who encode words alone.
func DefineFunctions(spec *decodetree.Spec) error {
	set := newSet(Vocabulary{}, spec)
	set.sound, set.usage = true, usage{}
	l := newLoader(set, spec, joinOverlays(nil))
	l.defineFunctions()
	if len(l.errs) > 0 {
		return unique(l.errs)
	}
	return nil
}

// allDefined reports whether the spec knows every function of its blocks.
func (l *loader) allDefined() bool {
	for name := range l.functions {
		if l.spec.Functions[name].Apply == nil {
			return false
		}
	}
	return true
}

// everywhere lists the blocks of a name of every definition of the file, and of overlays.
func (l *loader) everywhere(name string) []*source {
	var out []*source
	l.eachNotes(func(notes []decodetree.Note) {
		for i := range notes {
			if l.set.sound && !strings.Contains(notes[i].Text, name) {
				continue // it need not be read to find faults in it
			}
			for _, s := range l.sources(notes[i : i+1]) {
				if s.block.Name == name {
					out = append(out, s)
				}
			}
		}
	})
	return append(out, l.overlays.blocks(name)...)
}

// eachNotes calls fn with the annotations of every definition of the file.
func (l *loader) eachNotes(fn func([]decodetree.Note)) {
	fn(l.spec.Notes)
	for _, f := range l.spec.Fields {
		fn(f.Notes)
	}
	for _, a := range l.spec.ArgSets {
		fn(a.Notes)
	}
	for _, f := range l.spec.Formats {
		fn(f.Notes)
	}
	for _, p := range l.spec.Patterns {
		fn(p.Notes)
	}
}

func (l *loader) functionBlock(s *source) {
	for _, st := range s.block.Stmts {
		if err := l.functionDef(s, st); err != nil {
			l.fail(err)
		}
	}
}

// functionDef reads `name(x) = expr;` or `inverse name(y) = expr;`.
func (l *loader) functionDef(s *source, st *syntax.Stmt) error {
	sc := &scope{set: l.set, cpu: wholeCPU, behind: l.behind, note: s.note, spec: l.spec, functions: l.functions}
	if st.Def == nil || st.If != nil {
		return sc.errorf(st.Pos.Offset, "functions: expected `name(x) = expression;` or `inverse name(y) = expression;`")
	}
	d := st.Def
	sc.param = d.Param
	x, err := sc.compile(d.Body)
	if err != nil {
		return err
	}
	f := l.functions[d.Name]
	switch {
	case d.Inverse && f == nil:
		return sc.errorf(d.Pos.Offset, "inverse of %s, which is not defined yet", d.Name)
	case d.Inverse && f.inverse != nil:
		return sc.errorf(d.Pos.Offset, "%s has an inverse already", d.Name)
	case d.Inverse:
		f.inverse = x.tree
	case builtins[d.Name] != nil:
		return sc.errorf(d.Pos.Offset, "%s is a built-in function", d.Name)
	case f != nil:
		return sc.errorf(d.Pos.Offset, "function %s is defined already (%s)", d.Name, f.pos)
	default:
		l.functions[d.Name] = &function{
			pos: sc.at(d.Pos.Offset), body: x.tree, cost: sc.cost, features: x.features, unsure: x.unsure,
		}
	}
	return nil
}

// define makes the two directions of a function.
func (f *function) define(spec *decodetree.Spec, name string) decodetree.Function {
	d := decodetree.Function{Apply: total(f.body)}
	switch {
	case f.inverse != nil:
		d.Invert = checked(total(f.inverse), d.Apply)
	case invertible(spec, name):
		d.Invert = derivedInverse(spec, name, d.Apply)
	}
	return d
}

// total makes a Go function of a tree over one parameter.
func total(body *node) func(int64) (int64, bool) {
	run := body.compile()
	return func(v int64) (int64, bool) { return run.eval(&env{param: v}), true }
}

// checked is an inverse that has no answer where it is not one.
func checked(inverse, apply func(int64) (int64, bool)) func(int64) (int64, bool) {
	return func(v int64) (int64, bool) {
		raw, _ := inverse(v)
		back, _ := apply(raw)
		return raw, back == v
	}
}

// maxInverted is the width of the widest field whose function is inverted by trying all its values.
const maxInverted = 16

// invertible reports whether the fields that use a function are narrow enough to derive its inverse.
func invertible(spec *decodetree.Spec, name string) bool {
	for _, f := range spec.Fields {
		if f.Func == name && fieldWidth(f) > maxInverted {
			return false
		}
	}
	return true
}

func fieldWidth(f *decodetree.Field) int {
	n := 0
	for _, p := range f.Parts {
		n += p.Len
	}
	return n
}

// derivedInverse tries every value of the fields that use the function, once, when first asked. Where
// several have the same result the one that is nearest to zero is the answer.
func derivedInverse(spec *decodetree.Spec, name string, apply func(int64) (int64, bool)) func(int64) (int64, bool) {
	table := sync.OnceValue(func() map[int64]int64 {
		m := make(map[int64]int64, inverses(spec, name))
		for _, f := range spec.Fields {
			if f.Func != name {
				continue
			}
			for raw := range int64(1) << fieldWidth(f) {
				if len(f.Parts) > 0 && f.Parts[0].Signed {
					raw = sextract(raw, 0, int64(fieldWidth(f)))
				}
				v, _ := apply(raw)
				if old, ok := m[v]; !ok || nearer(raw, old) {
					m[v] = raw
				}
			}
		}
		return m
	})
	return func(v int64) (int64, bool) {
		raw, ok := table()[v]
		return raw, ok
	}
}

// inverses is how many values the widest of the fields that use a function has.
func inverses(spec *decodetree.Spec, name string) int {
	n := 0
	for _, f := range spec.Fields {
		if f.Func == name {
			n = max(n, 1<<fieldWidth(f))
		}
	}
	return n
}

// nearer reports whether a is nearer to zero than b; of two as near, the positive one is.
func nearer(a, b int64) bool {
	x, y := max(a, -a), max(b, -b)
	return x < y || x == y && a > b
}
