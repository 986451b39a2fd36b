package campaign

import (
	"fmt"
	"strconv"
	"strings"
)

// maxNumber bounds whole numbers; what each may be is arch.Options.Check's to say.
const maxNumber = 100_000_000

// axis is a key of the matrix whose values are combined with those of all others.
type axis struct {
	key  string
	read func(r *reader, n node) (func(*Params), bool) // one value
}

// axes are the keys of the matrix but for cpus, abis, orders and seeds. A list within a list is one value: patterns that
// are drawn together.
var axes = []axis{
	{"isas", textsAxis(func(p *Params, v []string) { p.ISAs = v })},
	{"patterns", textsAxis(func(p *Params, v []string) { p.Patterns = v })},
	{"not-patterns", textsAxis(func(p *Params, v []string) { p.NotPatterns = v })},
	{"numinsns", intAxis(func(p *Params, v int) { p.Count = v })},
	{"block", intAxis(func(p *Params, v int) { p.Block = v })},
	{"rounds", intAxis(func(p *Params, v int) { p.Rounds = v })},
	{"edges", shareAxis(func(p *Params, v float64) { p.Edges = v })},
	{"misaligned", shareAxis(func(p *Params, v float64) { p.Misaligned = v })},
	{"fp-traps", shareAxis(func(p *Params, v float64) { p.Traps = v })},
	{"reserved", intAxis(func(p *Params, v int) { p.Reserved = v })},
}

func textsAxis(set func(*Params, []string)) func(*reader, node) (func(*Params), bool) {
	return func(r *reader, n node) (func(*Params), bool) {
		before := len(r.errs)
		v := r.texts(n, "an entry")
		for _, text := range v {
			if strings.ContainsAny(text, ",\"") { // no option of risugen check could say it
				r.errorf(n.at, "%q holds a comma or a quote: write a list, such as [%s]", text, strings.Join(strings.Split(text, ","), ", "))
			}
		}
		if len(v) == 0 {
			v = nil
		}
		return func(p *Params) { set(p, v) }, len(r.errs) == before
	}
}

func intAxis(set func(*Params, int)) func(*reader, node) (func(*Params), bool) {
	return func(r *reader, n node) (func(*Params), bool) {
		v, ok := r.number(n, "the value", 0, maxNumber)
		return func(p *Params) { set(p, v) }, ok
	}
}

func shareAxis(set func(*Params, float64)) func(*reader, node) (func(*Params), bool) {
	return func(r *reader, n node) (func(*Params), bool) {
		v, err := strconv.ParseFloat(n.Value, 64)
		if err != nil || !(v >= 0 && v <= 1) {
			r.errorf(n.at, "a share must be a number from 0 to 1%s", instead(n))
			return nil, false
		}
		return func(p *Params) { set(p, v) }, true
	}
}

// choice is one value of an axis.
type choice struct {
	at   place
	text string // for messages
	set  func(*Params)
	used bool   // it is part of a job
	why  string // the last reason for which it was not
}

// choices reads the values of an axis.
func (r *reader) choices(a axis, n node) []*choice {
	var out []*choice
	seen := map[string]bool{}
	for _, e := range n.elements() {
		set, ok := a.read(r, e)
		if !ok {
			continue
		}
		text := fmt.Sprintf("%s: %s", a.key, describe(e))
		if seen[text] {
			r.errorf(e.at, "%s is there twice", text)
			continue
		}
		seen[text] = true
		out = append(out, &choice{at: e.at, text: text, set: set})
	}
	if len(out) == 0 && len(r.errs) == 0 {
		r.errorf(n.at, "%s: the list is empty", a.key)
	}
	return out
}

// describe writes a value as it stands in the file.
func describe(n node) string {
	text := ""
	for i, e := range n.elements() {
		if i > 0 {
			text += ", "
		}
		text += e.Value
	}
	return text
}
