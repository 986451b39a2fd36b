package lint

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
)

// Options say how files are read, and what is to be found out.
type Options struct {
	Decode     decodetree.Options
	Vocabulary constraints.Vocabulary
	Overlays   []Source
	Count      bool // the words of patterns, too
}

// Source is a decode file, or an overlay.
type Source struct {
	Name string
	Text []byte
}

// Severity is how bad a finding is.
type Severity uint8

// The severities.
const (
	Note Severity = iota // worth knowing, and no fault
	Warning
	Error
)

// String is the severity as it is printed.
func (s Severity) String() string { return [...]string{"note", "warning", "error"}[s] }

// Finding is something to say about a place in a file. Check is the name of the check that found it, and empty
// for errors.
type Finding struct {
	Severity Severity
	Check    string
	Pos      decodetree.Pos
	Msg      string
}

// Checks are the names of the checks.
var Checks = []string{"unreachable", "requires", "vacuous", "overridden", "unused", "role", "feature", "functions"}

// Report is what was found out.
type Report struct {
	Findings []Finding // in the order of the files, and of their lines
	Patterns []Pattern // with Options.Count, of files without errors; in the same order
}

// Count is the number of findings of one severity.
func (r *Report) Count(s Severity) int {
	n := 0
	for i := range r.Findings {
		if r.Findings[i].Severity == s {
			n++
		}
	}
	return n
}

// linter collects what the checks find.
type linter struct {
	opt      Options
	overlays []*constraints.Overlay
	specs    []*decodetree.Spec
	sets     []*constraints.Set // of files without errors
	findings []Finding
}

// Files checks decode files.
func Files(sources []Source, opt Options) *Report {
	l := &linter{opt: opt}
	l.parse(sources)
	if len(l.overlays) == len(opt.Overlays) {
		for _, spec := range l.specs {
			l.load(spec)
		}
	}
	for _, set := range l.sets {
		l.definitions(set)
		l.reach(set)
	}
	l.blocks()
	r := &Report{Findings: l.sorted(sources)}
	if opt.Count {
		for _, set := range l.sets {
			r.Patterns = append(r.Patterns, patterns(set)...)
		}
	}
	return r
}

// parse reads files and overlays.
func (l *linter) parse(sources []Source) {
	for _, s := range l.opt.Overlays {
		o, err := constraints.ParseOverlay(s.Name, s.Text)
		if err == nil {
			l.overlays = append(l.overlays, o)
		}
		l.fail(err)
	}
	for _, s := range sources {
		spec, err := decodetree.Parse(s.Name, s.Text, l.opt.Decode)
		if err == nil {
			l.specs = append(l.specs, spec)
		}
		l.fail(err)
	}
	if len(l.specs) < len(sources) {
		return // what an overlay selects may be in a file with errors
	}
	for _, o := range l.overlays {
		if errs := o.Unselected(l.specs); errs != nil {
			l.fail(errs)
		}
	}
}

// load interprets the blocks of a file, and those that overlays have for it.
func (l *linter) load(spec *decodetree.Spec) {
	var overlays []*constraints.Overlay
	for _, o := range l.overlays {
		overlays = append(overlays, o.For(spec))
	}
	set, err := constraints.Load([]*decodetree.Spec{spec}, l.opt.Vocabulary, overlays...)
	if err == nil {
		l.sets = append(l.sets, set)
	}
	l.fail(err)
}

// fail notes errors.
func (l *linter) fail(err error) {
	if err == nil {
		return
	}
	var list decodetree.ErrorList
	if !errors.As(err, &list) {
		list = decodetree.ErrorList{{Msg: err.Error()}}
	}
	for _, e := range list {
		l.findings = append(l.findings, Finding{Error, "", e.Pos, e.Msg})
	}
}

func (l *linter) warn(check string, pos decodetree.Pos, format string, args ...any) {
	l.findings = append(l.findings, Finding{Warning, check, pos, fmt.Sprintf(format, args...)})
}

// sorted brings the findings into order, files as they were given and then overlays, and drops repetitions: an
// overlay's fault shows in each file.
func (l *linter) sorted(sources []Source) []Finding {
	place := map[string]int{}
	for i, s := range sources {
		if _, ok := place[s.Name]; !ok {
			place[s.Name] = i - len(sources)
		}
	}
	slices.SortStableFunc(l.findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(place[a.Pos.File], place[b.Pos.File]), cmp.Compare(a.Pos.File, b.Pos.File),
			cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col), cmp.Compare(a.Msg, b.Msg))
	})
	return slices.Compact(l.findings)
}
