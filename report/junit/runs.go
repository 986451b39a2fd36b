package junit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/risugen/risugen/runtime"
)

// Run is what is known of an image that ran on two targets.
type Run struct {
	Name           string // what errors are filed under
	Again          string // the command that runs it again; may be empty
	Patterns       []runtime.PatternState
	Mismatches     []*runtime.Mismatch
	MismatchesLeft int64 // pairs of records that no entry of Mismatches counts
	Findings       []*runtime.Finding
	FindingsLeft   int64
	Known          []*runtime.KnownSeen
	Error          string // why there is no verdict, or it is one of a part; may be empty
	Seconds        float64
}

// RunOf is the run of a report, which is nil if there is none, and the error that it ended with, if any.
func RunOf(name, again string, r *runtime.Report, err error) Run {
	out := Run{Name: name, Again: again}
	if r != nil {
		out.Patterns = slices.Concat(r.PatternList, r.ReservedList)
		out.Mismatches, out.MismatchesLeft = r.MismatchList, r.MismatchesLeft
		out.Findings, out.FindingsLeft, out.Known, out.Seconds = r.Findings, r.FindingsLeft, r.KnownSeen, r.Seconds
	}
	if err != nil {
		out.Error = err.Error()
	}
	return out
}

// OfRuns makes the suite of runs of one class, such as a CPU model in an ABI and a byte order. A pattern is one case,
// however many of the runs have it.
func OfRuns(class string, runs []Run, properties ...Property) *Suite {
	b := builder{class: class, byKey: map[string]*gathered{}, names: map[string]int{}}
	for i := range runs {
		b.run = &runs[i]
		b.add()
	}
	s := &Suite{Name: Text(class)}
	if len(properties) > 0 {
		s.Properties = &Properties{properties}
	}
	for i := range runs {
		s.Time += Seconds(runs[i].Seconds)
	}
	for _, g := range b.list {
		s.Cases = append(s.Cases, b.testCase(g))
	}
	s.count()
	return s
}

// gathered is a case in the making.
type gathered struct {
	name, source string
	states       []string // of a pattern, in the runs that have it
	failures     []failure
	known        []string // entries of lists of known differences
	err          string
	early        bool // a run that has the pattern ended early
}

type failure struct{ kind, message, text string }

type builder struct {
	class string
	run   *Run
	list  []*gathered
	byKey map[string]*gathered
	names map[string]int // how many patterns have a name
}

// get returns the case of a name and, of a pattern, its source.
func (b *builder) get(name, source string) *gathered {
	key := name + "\x00" + source
	g := b.byKey[key]
	if g == nil {
		g = &gathered{name: name, source: source}
		b.byKey[key] = g
		b.list = append(b.list, g)
		b.names[name]++
	}
	return g
}

func (b *builder) add() {
	r := b.run
	for _, p := range r.Patterns {
		g := b.get(p.Pattern, p.Source)
		g.states, g.early = append(g.states, p.State), g.early || r.Error != ""
	}
	for _, m := range r.Mismatches {
		b.fail(b.mismatchCase(m), m.Known, failure{m.Kind, m.Text(), ""})
	}
	for _, f := range r.Findings {
		b.fail(b.findingCase(f), f.Known, failure{f.Kind, f.Text, ""})
	}
	if n := r.MismatchesLeft; n > 0 {
		b.fail(b.get("differences left out", ""), "", failure{"left out", fmt.Sprintf("%d more pairs of records differ than are listed", n), ""})
	}
	if n := r.FindingsLeft; n > 0 {
		b.fail(b.get("findings left out", ""), "", failure{"left out", fmt.Sprintf("%d more findings were made than are listed", n), ""})
	}
	if r.Error != "" {
		g := b.get("run: "+r.Name, "")
		g.err = b.withAgain(r.Error)
	}
}

// fail enters something that is wrong: what it says, of which the first line is the message.
func (b *builder) fail(g *gathered, known string, f failure) {
	if known != "" {
		if text := b.knownText(known); !slices.Contains(g.known, text) {
			g.known = append(g.known, text)
		}
		return
	}
	f.text = b.withAgain(f.message)
	f.message, _, _ = strings.Cut(f.message, "\n")
	g.failures = append(g.failures, f)
}

// withAgain adds the command that runs the image again.
func (b *builder) withAgain(text string) string {
	if b.run.Again == "" {
		return text
	}
	return text + "\n\nagain: " + b.run.Again
}

// knownText is an entry of a list, as its run has it.
func (b *builder) knownText(id string) string {
	for _, k := range b.run.Known {
		if k.ID == id && k.See != "" {
			return fmt.Sprintf("%s: %s (%s)", k.ID, k.Text, k.See)
		} else if k.ID == id {
			return k.ID + ": " + k.Text
		}
	}
	return id
}

// mismatchCase is the case of the pattern that a difference is blamed on, or one of its own.
func (b *builder) mismatchCase(m *runtime.Mismatch) *gathered {
	if m.Pattern != "" {
		return b.get(m.Pattern, m.Source)
	}
	name := "difference: " + m.Kind
	if len(m.Outputs) > 0 {
		name += ", " + m.Outputs[0].Place
	}
	return b.get(name, "")
}

// findingCase is the case of the only pattern that may have done it, or one of its own.
func (b *builder) findingCase(f *runtime.Finding) *gathered {
	if len(f.Candidates) == 1 {
		for _, g := range b.list {
			if g.name == f.Candidates[0] && g.states != nil {
				return g
			}
		}
	}
	name := "finding: " + f.Kind
	for _, part := range []string{f.Place, f.Target} {
		if part != "" {
			name += ", " + part
		}
	}
	return b.get(name, "")
}

// shownFailures is how many differences of a case are written in full.
const shownFailures = 20

// testCase finishes a case.
func (b *builder) testCase(g *gathered) *Case {
	c := &Case{Name: Text(g.name), Classname: Text(b.class)}
	if b.names[g.name] > 1 && g.source != "" {
		c.Name += Text(" (" + g.source + ")")
	}
	known := strings.Join(g.known, "\n")
	switch {
	case g.failures != nil:
		c.Failure = reason(g.failures)
		c.SystemOut = Text(known)
	case g.err != "":
		line, _, _ := strings.Cut(g.err, "\n")
		c.Error = &Reason{Message: Text(line), Type: "no verdict", Text: Text(g.err)}
	case g.known != nil:
		c.Skipped = &Reason{Message: Text("known difference: " + g.known[0]), Text: Text(known)}
	case b.onlyNever(g):
		c.Skipped = &Reason{Message: g.why()}
	default:
		c.SystemOut = Text(note(g.states))
	}
	return c
}

func (*builder) onlyNever(g *gathered) bool {
	return g.states != nil && !slices.ContainsFunc(g.states, func(s string) bool { return s != runtime.StateNever })
}

// why says why a pattern never ran.
func (g *gathered) why() Text {
	if g.early {
		return "drawn, but never ran: the run ended early, or each stood behind a fault, in every round"
	}
	return "drawn, but never ran: each stood behind a fault, in every round"
}

// reason joins what is wrong with a case.
func reason(list []failure) *Reason {
	var kinds, texts []string
	for i, f := range list {
		if !slices.Contains(kinds, f.kind) {
			kinds = append(kinds, f.kind)
		}
		if i < shownFailures {
			texts = append(texts, f.text)
		}
	}
	if n := len(list) - shownFailures; n > 0 {
		texts = append(texts, fmt.Sprintf("and %d more", n))
	}
	return &Reason{Message: Text(list[0].message), Type: Text(strings.Join(kinds, ", ")), Text: Text(strings.Join(texts, "\n\n"))}
}

// note says of a pattern that passed what was not seen of it.
func note(states []string) string {
	worth := []string{runtime.StateCovered, runtime.StateRefused, runtime.StateRan, runtime.StateCompleted, runtime.StateFaulted}
	best := slices.MinFunc(append(slices.Clone(states), runtime.StateFaulted), func(a, b string) int {
		return cmp.Compare(uint(slices.Index(worth, a)), uint(slices.Index(worth, b)))
	})
	switch {
	case len(states) == 0:
		return ""
	case best == runtime.StateCompleted:
		return "no instruction of it was seen to change what it writes"
	case best == runtime.StateFaulted:
		return "every instruction of it faulted, on both targets alike"
	}
	return ""
}
