package probe

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
)

// Row is a place before a case and afterwards on each target, in hexadecimal: the most significant digit first; of memory the
// bytes in the order of their addresses.
type Row struct {
	Name    string
	Before  string
	After   []string
	Changed bool // on some target
	// Differs says that targets disagree. What the manual leaves open, or what a kernel may do to cause bits when it
	// delivers a signal, does not count.
	Differs bool
	// Note says what is to be known of the place; empty: nothing.
	Note string
}

// Notes of rows.
const (
	noteOpen       = "left open by the manual"
	noteUndeclared = "undeclared"
	noteMark       = "which way the branch went"
	noteCauses     = "a kernel may clear cause bits"
)

// memoryRow is how many bytes of memory a row shows.
const memoryRow = 16

// Inputs are the places that do not begin a case as zero, and those that it sets; not states that nobody set, and that no
// instruction of the case reads.
func (b *Batch) Inputs(i int) []Row {
	var out []Row
	read := b.statesRead(i)
	for _, place := range b.places(i) {
		v := b.before(i, place)
		_, set := b.Cases[i].In.cells[place]
		if !set && allZero(v) {
			continue
		}
		r := Row{Name: b.p.l.PlaceName(place), Before: hexOf(v)}
		if !set && place.Kind == arch.StatePlace {
			if usual := b.p.initialUsual(place) == hexOf(v); usual && !read[place.Num] {
				continue
			} else if !usual {
				r.Note = "comes with the other states"
			}
		}
		out = append(out, r)
	}
	if before, _ := b.memories(i, nil); before != nil {
		for at := 0; at < len(before); at += memoryRow {
			if part := before[at : at+memoryRow]; slices.ContainsFunc(part, func(x byte) bool { return x != 0 }) {
				out = append(out, Row{Name: memoryName(at), Before: hex.EncodeToString(part)})
			}
		}
	}
	return out
}

// statesRead says which states the instructions of a case read.
func (b *Batch) statesRead(i int) map[uint8]bool {
	out := map[uint8]bool{}
	for _, it := range b.Image.Program.Blocks[i].Items {
		if it.Kind != arch.Test {
			continue
		}
		in := b.p.m.Set().Insns[it.Insn]
		for _, u := range in.Uses(nil, it.Word, in.Pattern.Extract(it.Word, nil)) {
			if u.Kind == constraints.UseState && u.Role.Reads() {
				out[u.Num] = true
			}
		}
	}
	return out
}

// initialUsual is what a state begins with unless something is said of the states.
func (p *Prober) initialUsual(place arch.Place) string {
	return fmt.Sprintf("%0*x", 2*p.l.States[place.Num].Bytes, p.states.usual[place.Num])
}

func memoryName(at int) string { return fmt.Sprintf("mem+%d", at) }

// Rows are the places that some target changed, that differ between targets, or that the case's instructions declare to
// write.
func (b *Batch) Rows(i int, outs []Outcome) []Row {
	declared := b.declared(i)
	mark, marked := b.mark(i)
	var rows []Row
	for _, place := range b.places(i) {
		r := Row{Name: b.p.l.PlaceName(place), Before: hexOf(b.before(i, place))}
		for k := range outs {
			r.add(hexOf(b.after(&outs[k], place)))
		}
		open, known := declared[place]
		r.Differs = r.disagrees() && !open
		switch {
		case marked && place == mark:
			r.Note = noteMark
		case open:
			r.Note = noteOpen
		case r.Differs && b.causes(i, place, outs):
			r.Differs, r.Note = false, noteCauses
		case r.Changed && !known:
			r.Note = noteUndeclared
		}
		if r.Changed || r.disagrees() || known && !open {
			rows = append(rows, r)
		}
	}
	return append(rows, b.memoryRows(i, outs, declared)...)
}

// add adds what a target left.
func (r *Row) add(after string) {
	r.After = append(r.After, after)
	r.Changed = r.Changed || after != r.Before
}

// disagrees reports whether targets left different values.
func (r *Row) disagrees() bool {
	return slices.ContainsFunc(r.After, func(s string) bool { return s != r.After[0] })
}

// memoryRows are the rows of memory.
func (b *Batch) memoryRows(i int, outs []Outcome, declared map[arch.Place]bool) []Row {
	before, after := b.memories(i, outs)
	_, known := declared[arch.Place{Kind: arch.MemoryPlace}]
	var rows []Row
	for at := 0; at < len(before); at += memoryRow {
		part := before[at : at+memoryRow]
		if !slices.ContainsFunc(after, func(a []byte) bool { return !bytes.Equal(a[at:at+memoryRow], part) }) {
			continue
		}
		r := Row{Name: memoryName(at), Before: hex.EncodeToString(part)}
		for _, a := range after {
			r.add(hex.EncodeToString(a[at : at+memoryRow]))
		}
		r.Differs = r.disagrees()
		if !known {
			r.Note = noteUndeclared
		}
		rows = append(rows, r)
	}
	return rows
}

// causes reports whether targets disagree on a state only in what a kernel may do to its cause bits before it delivers a
// signal.
func (b *Batch) causes(i int, place arch.Place, outs []Outcome) bool {
	if place.Kind != arch.StatePlace || b.p.l.States[place.Num].Exceptions.Signal == "" {
		return false
	}
	e := &b.p.l.States[place.Num].Exceptions
	first := number(b.after(&outs[0], place))
	for k := range outs {
		v := number(b.after(&outs[k], place))
		if outs[k].Fault == nil || outs[k].Fault.Signal != e.Signal || v != first && !e.ClearedFrom(v, first) && !e.ClearedFrom(first, v) {
			return false
		}
	}
	return true
}

// number is a value of up to eight bytes.
func number(b []byte) (v uint64) {
	for i := len(b) - 1; i >= 0; i-- {
		v = v<<8 | uint64(b[i])
	}
	return v
}

// FaultsDiffer reports whether targets disagree on how a case ended: on the signal or where it was raised. Its code is another
// matter, in which kernels and emulators differ.
func FaultsDiffer(outs []Outcome) bool {
	return slices.ContainsFunc(outs, func(o Outcome) bool {
		a, b := o.Fault, outs[0].Fault
		return (a == nil) != (b == nil) || a != nil && (a.Signal != b.Signal || a.PC != b.PC)
	})
}

// Agree reports whether all targets made the same of a case.
func (b *Batch) Agree(i int, outs []Outcome) bool {
	return !FaultsDiffer(outs) && !slices.ContainsFunc(b.Rows(i, outs), func(r Row) bool { return r.Differs })
}
