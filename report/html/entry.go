package html

import (
	"fmt"
	"strings"

	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/runtime"
)

// openEntries is how many cards are open when the page is.
const openEntries = 6

// entry is a card: a difference or a violation.
type entry struct {
	ID         string
	Kind       string
	Violation  bool
	Name       string // the pattern, or what else there is to name it by
	Pattern    *pattern
	Code       string // disassembled
	Count      int64
	Often      string // the count in words
	What       string // a sentence
	Where      []string
	Word       *word
	Lanes      bool // a value is of a vector register
	Inputs     []value
	Outputs    []value
	Ended      string   // what the faults below are about
	Faults     []string // master, apprentice
	Candidates []string
	Known      string
	Text       string // all of it as plain text
	Open       bool
	Job        *job     // of a campaign
	Source     string   // of the pattern, file:line, where it is known
	CPUs       []string // of many jobs: models that it was seen on
	Order      string   // of bytes, where that is not the page's
}

// whats are sentences for kinds of differences.
var whats = map[string]string{
	runtime.KindResult:     "The result differs.",
	runtime.KindFault:      "The faults differ.",
	runtime.KindUndeclared: "Something differs that no instruction of the block declares as an output.",
	runtime.KindStray:      "Control left the block.",
	runtime.KindDigest:     "The digests differ, and the block was not run again for its records.",
	runtime.KindUnsteady:   "The digests differed, and the block did something else when it was run again.",
}

// entries are the cards of a report: what is new comes first.
func entries(r *runtime.Report) []*entry {
	var fresh, old []*entry
	add := func(e *entry) {
		if e.Known == "" {
			fresh = append(fresh, e)
		} else {
			old = append(old, e)
		}
	}
	for _, m := range r.MismatchList {
		add(mismatch(m))
	}
	for _, f := range r.Findings {
		add(finding(f))
	}
	out := append(fresh, old...)
	for i, e := range out {
		e.ID, e.Open = fmt.Sprintf("d%d", i+1), i < openEntries && e.Known == ""
		if r.Again != "" {
			e.Text += "again: " + r.Again + "\n"
		}
	}
	return out
}

func mismatch(m *runtime.Mismatch) *entry {
	e := &entry{
		Kind: m.Kind, Name: m.Pattern, Code: m.Disassembly, Count: m.Count, What: whats[m.Kind], Known: m.Known,
		Candidates: m.Candidates, Text: m.Text(), Often: campaign.Plural(m.Count, "record"),
	}
	if m.Item < 0 {
		e.Name = fmt.Sprintf("block %d", m.Block)
		e.Where = []string{fmt.Sprintf("block %d at %s", m.Block, m.Address), fmt.Sprintf("first in round %d", m.Round)}
	} else {
		e.Often += " of " + campaign.Plural(m.Words, "instruction")
		e.Where = []string{m.Source, "at " + m.Address.String(), fmt.Sprintf("block %d, round %d, item %d", m.Block, m.Round, m.Item)}
		e.Word, e.Source = wordOf(&m.Where), m.Source
	}
	for _, v := range m.Inputs {
		e.Inputs = append(e.Inputs, input(v))
	}
	for _, d := range m.Outputs {
		e.Outputs = append(e.Outputs, output(d))
	}
	for _, v := range append(e.Inputs, e.Outputs...) {
		e.Lanes = e.Lanes || v.Master.Vector || v.Apprentice.Vector
	}
	if m.Master != nil || m.Apprentice != nil {
		e.Faults = []string{fault(m.Master), fault(m.Apprentice)}
		if m.Kind != runtime.KindFault {
			e.Ended = "The round ended with"
		}
	}
	return e
}

func finding(f *runtime.Finding) *entry {
	e := &entry{
		Kind: f.Kind, Violation: true, Name: f.Place, What: f.Text, Count: f.Count, Often: campaign.Plural(f.Count, "time"), Known: f.Known,
		Candidates: f.Candidates, Text: fmt.Sprintf("%s: %s.\n", f.Kind, f.Text),
		Where: []string{fmt.Sprintf("first in block %d, round %d", f.Block, f.Round)},
	}
	if !strings.HasSuffix(e.What, ".") {
		e.What += "."
	}
	if f.Target != "" {
		e.Where = append(e.Where, "target: "+f.Target)
	}
	if f.Place != "" {
		e.Where = append(e.Where, "place: "+f.Place)
	}
	if len(f.Candidates) == 1 {
		e.Name, e.Candidates = f.Candidates[0], nil
	}
	return e
}

func fault(f *runtime.Fault) string {
	if f == nil {
		return "no fault"
	}
	return fmt.Sprintf("%s (code %d) at %s", f.Signal, f.Code, f.PC)
}
