package probe

import (
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/risugen/risugen/arch"
)

// Failure is an expectation that a target did not meet. Values are in hexadecimal, as in rows; .. stands for a byte that
// nothing is expected of.
type Failure struct {
	Place    string `json:"place"` // "fault": how it ended
	Expected string `json:"expected"`
	Got      string `json:"got"`
}

// Check lists the expectations of a case that an outcome does not meet. Where a case ends in another way than expected that alone is
// told.
func (b *Batch) Check(i int, o *Outcome) []Failure {
	c := b.Cases[i]
	got := ""
	if o.Fault != nil {
		got = o.Fault.Signal
	}
	if got != c.Fault {
		expected := c.Fault
		if expected == "" {
			expected = "no fault"
		}
		return []Failure{{"fault", expected, o.Fault.String()}}
	}
	var out []Failure
	for _, place := range c.Out.places() {
		want := c.Out.cells[place]
		have := b.after(o, place)
		if !want.holds(have) && !b.cleared(place, want, have, o) {
			out = append(out, Failure{b.p.l.PlaceName(place), want.digits(true), hexOf(have)})
		}
	}
	return append(out, b.checkMemory(i, o)...)
}

// cleared reports whether a state is what a kernel leaves of what is expected.
func (b *Batch) cleared(place arch.Place, want *cell, have []byte, o *Outcome) bool {
	if place.Kind != arch.StatePlace || o.Fault == nil {
		return false
	}
	e := &b.p.l.States[place.Num].Exceptions
	v, w := number(have), number(want.bytes)
	return e.Signal == o.Fault.Signal && (e.ClearedFrom(v, w) || e.ClearedFrom(w, v))
}

func (b *Batch) checkMemory(i int, o *Outcome) []Failure {
	want := b.Cases[i].Out.memory
	if want == nil {
		return nil
	}
	var out []Failure
	have := o.payload[b.p.l.Payload:]
	for at := 0; at < len(want.bytes); at += memoryRow {
		part := &cell{want.bytes[at : at+memoryRow], want.given[at : at+memoryRow]}
		if got := have[at : at+memoryRow]; !part.holds(got) {
			out = append(out, Failure{memoryName(at), part.digits(false), hex.EncodeToString(got)})
		}
	}
	return out
}

// holds reports whether bytes are what was given.
func (c *cell) holds(b []byte) bool {
	for i := range c.bytes {
		if c.given[i] && c.bytes[i] != b[i] {
			return false
		}
	}
	return true
}

// digits writes what was given, the last byte first if it is a number.
func (c *cell) digits(number bool) string {
	var s strings.Builder
	for n := range c.bytes {
		i := n
		if number {
			i = len(c.bytes) - 1 - n
		}
		if c.given[i] {
			fmt.Fprintf(&s, "%02x", c.bytes[i])
		} else {
			s.WriteString("..")
		}
	}
	return s.String()
}
