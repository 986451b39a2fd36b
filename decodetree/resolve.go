package decodetree

import (
	"slices"
	"strings"
)

// resolver is the second phase: it turns statements into definitions, looks up
// names and lays out bits. As in QEMU, a name must be defined above its use.
type resolver struct {
	spec  *Spec
	errs  *faults
	group *Group // the innermost open one

	// A nil entry is a definition that was refused: uses of it are not reported
	// again, and are refused in silence.
	fields  map[string]*Field
	argSets map[string]*ArgSet
	formats map[string]*Format

	declared map[string]Pos     // first definitions, by marked name ("%rd")
	inferred map[string]*ArgSet // by sorted argument names
}

// resolve is the second phase.
func resolve(src *source, opt Options, errs *faults) *Spec {
	r := newResolver(src.file, opt, errs)
	for _, stmt := range src.stmts {
		r.statement(stmt)
	}
	return r.finish(src.head)
}

func newResolver(file string, opt Options, errs *faults) *resolver {
	spec := &Spec{
		File:    file,
		Options: opt,
		Root:    &Group{Pos: Pos{file, 1, 1}},
	}
	return &resolver{
		spec: spec, errs: errs, group: spec.Root,
		fields:   map[string]*Field{},
		argSets:  map[string]*ArgSet{},
		formats:  map[string]*Format{},
		declared: map[string]Pos{},
		inferred: map[string]*ArgSet{},
	}
}

// finish ends the phase, behind the last statement; head is what stands before the first.
func (r *resolver) finish(head []noteLine) *Spec {
	for g := r.group; g.Parent != nil; g = g.Parent {
		r.errs.add(g.Pos, "group is never closed")
		g.broken = true
	}
	r.spec.Notes = joinNotes(head)
	r.spec.fieldByName = r.fields
	r.spec.index()
	return r.spec
}

// statement takes a statement, and keeps nothing of it but texts.
func (r *resolver) statement(stmt *statement) {
	pos := r.pos(stmt.Pos.Line, stmt.Pos.Column)
	switch {
	case stmt.Open != "":
		r.open(pos, stmt)
	case stmt.Close != "":
		r.close(pos, stmt)
	case stmt.Field != nil:
		r.field(pos, stmt)
	case stmt.ArgSet != nil:
		r.argSet(pos, stmt)
	case stmt.General == nil:
		r.group.broken = true // a line that did not parse
	case stmt.General.Mark != "":
		r.format(pos, stmt)
	default:
		r.pattern(pos, stmt)
	}
}

func (r *resolver) pos(line, col int) Pos { return Pos{File: r.spec.File, Line: line, Col: col} }

// declare reports a second definition of a marked name. The first one stays.
func (r *resolver) declare(marked string, pos Pos) bool {
	if first, ok := r.declared[marked]; ok {
		r.errs.add(pos, "%s is defined already (%s)", marked, first)
		return false
	}
	r.declared[marked] = pos
	return true
}

func (r *resolver) open(pos Pos, stmt *statement) {
	g := &Group{
		Pos: pos, Overlap: stmt.Open == "{", Parent: r.group,
		Notes: joinNotes(stmt.notes), depth: r.group.depth + 1,
	}
	if g.depth == maxNesting+1 {
		r.errs.add(pos, "groups are nested more than %d deep", maxNesting)
	}
	if g.depth <= maxNesting {
		r.group.Members = append(r.group.Members, g)
	}
	r.group = g
}

func (r *resolver) close(pos Pos, stmt *statement) {
	g := r.group
	if g.Parent == nil {
		r.errs.add(pos, "%q closes no group", stmt.Close)
		return
	}
	if g.Overlap != (stmt.Close == "}") {
		r.errs.add(pos, "%q does not close the group opened at %s", stmt.Close, g.Pos)
	}
	g.Notes = append(g.Notes, joinNotes(stmt.notes)...)
	r.group = g.Parent
}

// index makes what the Spec's look-ups need.
func (s *Spec) index() {
	s.patternsByName = map[string][]*Pattern{}
	for i, p := range s.Patterns {
		p.Index = i
		s.patternsByName[p.Name] = append(s.patternsByName[p.Name], p)
	}
}

// inferArgSet gives the set for bindings whose definition names none: the first
// set with just these members, all of type int, or a new one.
func (r *resolver) inferArgSet(pos Pos, list []Binding) *ArgSet {
	args := make([]Arg, len(list))
	for i, b := range list {
		args[i] = Arg{Name: b.Name, Type: defaultType}
	}
	key := argsKey(args)
	if set := r.inferred[key]; set != nil {
		return set
	}
	set := &ArgSet{Pos: pos, Args: args, Inferred: true}
	r.addArgSet(set)
	return set
}

// addArgSet enters a set, for inference too if it is the first of its kind.
func (r *resolver) addArgSet(set *ArgSet) {
	set.index = make(map[string]int, len(set.Args))
	for i, arg := range set.Args {
		set.index[arg.Name] = i
	}
	r.spec.ArgSets = append(r.spec.ArgSets, set)
	typed := func(a Arg) bool { return a.Type != defaultType }
	if slices.ContainsFunc(set.Args, typed) {
		return
	}
	if key := argsKey(set.Args); r.inferred[key] == nil {
		r.inferred[key] = set
	}
}

func argsKey(args []Arg) string {
	names := make([]string, len(args))
	for i, arg := range args {
		names[i] = arg.Name
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}
