package html

import (
	"fmt"
	"slices"
	"strings"

	"github.com/risugen/risugen/runtime"
)

// state is how a cell of the grid looks, and what that means.
type state struct {
	Class, Symbol, Name, Text string
	Count                     int
}

// states are all there are, what is most urgent first.
var states = []state{
	{Class: "differs", Symbol: "≠", Name: "differs", Text: "The two sides differ, and no list knows of it"},
	{Class: "violates", Symbol: "!", Name: "violates", Text: "A side did what the description does not allow"},
	{Class: "suspect", Symbol: "?", Name: "suspect", Text: "One of several patterns that may have done something wrong"},
	{Class: "known", Symbol: "≈", Name: "known", Text: "Differs or violates as a list of known differences says"},
	{Class: "idle", Symbol: "○", Name: "no effect seen", Text: "Ran to its end, and was never seen to change what it writes"},
	{Class: "faults", Symbol: "▲", Name: "faults only", Text: "None ran to its end: each raised a fault that the pattern declares, or stood where a round ended"},
	{Class: "never", Symbol: "–", Name: "never ran", Text: "Is in the image, and stood behind a fault in every round, or where a run that ended early did not come to"},
	{Class: "clean", Symbol: "✓", Name: "clean", Text: "Ran, was seen to change what it writes, and both sides agree"},
	{Class: "refused", Symbol: "✓", Name: "refused", Text: "Reserved words of it raised the fault that they must"},
	{Class: "ran", Symbol: "○", Name: "not refused", Text: "Reserved words of it, of which none raised a fault"},
	{Class: "undrawn", Symbol: "·", Name: "not drawn", Text: "The CPU has it, and it is in no image"},
}

// group is the patterns of a file.
type group struct {
	Name   string
	Cells  []*pattern
	Counts []state // those that it has
	Bar    []segment
	Open   bool
}

// segment is a part of a bar, in thousandths of its length.
type segment struct {
	Class    string
	At, Wide int
}

// pattern is a cell of the grid, and what is shown when one asks for it.
type pattern struct {
	ID, Name, Source string
	State            state
	How              string // the report's word for how far it came, where it says more
	More             details
	Entries          []*entry     // differences and violations that name it
	Known            []string     // entries of lists of known differences that covered some of it
	Models           []modelCount // of many jobs: those that may run it
	Never            []reason     // likewise: why others do not
}

// patterns makes the grid of a run.
func (p *page) patterns(r *runtime.Report) {
	g := p.newGrid(p.Entries)
	for i := range r.PatternList {
		g.add(&pattern{}, &r.PatternList[i], "", classes[r.PatternList[i].State])
	}
	for i := range r.UndrawnList {
		g.add(&pattern{}, &r.UndrawnList[i], "", "undrawn")
	}
	for i := range r.ReservedList {
		g.add(&pattern{}, &r.ReservedList[i], "reserved words: ", classes[r.ReservedList[i].State])
	}
	g.done()
}

// grid is a page's grid in the making. It is grouped by file; patterns that reserved words were drawn from are a group of their own.
type grid struct {
	*page
	marks  marks
	counts map[string]int
	groups map[string]*group
}

func (p *page) newGrid(list []*entry) *grid {
	return &grid{p, marksOf(list), map[string]int{}, map[string]*group{}}
}

// add adds a cell for what is known of a pattern, to the group of its file, whose name begins with kind.
func (g *grid) add(c *pattern, ps *runtime.PatternState, kind, class string) {
	c.ID, c.Name, c.Source, c.More = fmt.Sprintf("p%d", len(g.Patterns)+1), ps.Pattern, ps.Source, details{ps}
	c.State = stateOf(g.marks.of(c, class))
	if ps.State == runtime.StateUndescribed || ps.State == runtime.StateUnrecorded {
		c.How = ps.State
	}
	g.counts[c.State.Class]++
	if c.More.Share() < 4 {
		g.Missing++
	}
	name := kind + file(ps.Source)
	of := g.groups[name]
	if of == nil {
		of = &group{Name: name}
		g.groups[name] = of
		g.Groups = append(g.Groups, of)
	}
	of.Cells = append(of.Cells, c)
	g.Patterns = append(g.Patterns, c)
}

// done adds the cells up.
func (g *grid) done() {
	for _, of := range g.Groups {
		of.count()
	}
	g.States = counted(g.counts)
}

// classes are the states of cells for what a report says of patterns.
var classes = map[string]string{
	runtime.StateCovered: "clean", runtime.StateCompleted: "idle", runtime.StateFaulted: "faults", runtime.StateNever: "never",
	runtime.StateRefused: "refused", runtime.StateRan: "ran",
}

// stateOf finds a state by its class; one that is not known is taken for a pattern that is not there.
func stateOf(class string) state {
	for _, s := range states {
		if s.Class == class {
			return s
		}
	}
	return states[len(states)-1]
}

// counted lists the states that there are, and how often.
func counted(counts map[string]int) []state {
	var out []state
	for _, s := range states {
		if s.Count = counts[s.Class]; s.Count > 0 {
			out = append(out, s)
		}
	}
	return out
}

// count adds a group's cells up. A group of which nothing was drawn is closed at first.
func (g *group) count() {
	counts := map[string]int{}
	for _, c := range g.Cells {
		counts[c.State.Class]++
	}
	g.Counts, g.Open = counted(counts), counts["undrawn"] < len(g.Cells)
	sum := 0
	for _, s := range g.Counts {
		from := 1000 * sum / len(g.Cells)
		sum += s.Count
		g.Bar = append(g.Bar, segment{s.Class, from, 1000*sum/len(g.Cells) - from})
	}
}

// file is the file of a source, file:line.
func file(source string) string {
	if i := strings.LastIndexByte(source, ':'); i > 0 {
		return source[:i]
	}
	return source
}

// marks are the entries by the names of patterns that they name.
type marks map[string][]*entry

func marksOf(list []*entry) marks {
	m := marks{}
	for _, e := range list {
		names := append([]string{e.Name}, e.Candidates...)
		slices.Sort(names)
		for _, name := range slices.Compact(names) {
			m[name] = append(m[name], e)
		}
	}
	return m
}

// of gives a pattern its entries, and says what its cell is: what the worst of them says, or else class.
func (m marks) of(c *pattern, class string) string {
	worst := len(states)
	for _, e := range m[c.Name] {
		if e.Source != "" && e.Source != c.Source || !c.isOn(e.CPUs) { // another pattern of this name
			continue
		}
		if e.ID == "" { // no card
			c.Known = append(c.Known, e.Known)
		} else {
			c.Entries = append(c.Entries, e)
		}
		if e.Name == c.Name && e.Pattern == nil {
			e.Pattern = c
		}
		worst = min(worst, slices.IndexFunc(states, func(s state) bool { return s.Class == e.mark(c.Name) }))
	}
	if worst < len(states) {
		return states[worst].Class
	}
	return class
}

// mark is the state of a cell that an entry names.
func (e *entry) mark(name string) string {
	switch {
	case e.Known != "":
		return "known"
	case e.Name != name:
		return "suspect"
	case e.Violation:
		return "violates"
	}
	return "differs"
}
