package asm_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/risugen/risugen/arch"
)

// printedOf is what a program must print of a record.
func printedOf(l *arch.Layout, b *arch.Block, results []arch.Result, more []arch.Place, payload []byte) string {
	type line struct {
		place arch.Place
		name  string
	}
	var all []line
	width := 0
	for _, p := range more {
		results = append(results, arch.Result{Place: p, Wrote: p})
	}
	for _, it := range b.Items {
		if it.Kind == arch.Guard { // what shows that the word before it ran
			results = append(results, arch.Result{Place: arch.Place{Class: it.Class, Num: it.Reg}, Wrote: arch.Place{Class: it.Class, Num: it.Reg}})
		}
	}
	for _, r := range results {
		if slices.ContainsFunc(all, func(have line) bool { return have.place == r.Place }) {
			continue
		}
		name := l.PlaceName(r.Place)
		if r.Operand < 0 {
			name += " (branch)"
		} else if r.Wrote != r.Place {
			name += " (" + l.PlaceName(r.Wrote) + ")"
		}
		all = append(all, line{r.Place, name})
		if r.Place.Kind != arch.MemoryPlace {
			width = max(width, len(name))
		}
	}
	size := func(a line) int { _, n := l.Span(a.place); return n }
	slices.SortStableFunc(all, func(a, b line) int { // numbers first, the widest before others; memory by its address
		am, bm := a.place.Kind == arch.MemoryPlace, b.place.Kind == arch.MemoryPlace
		switch {
		case am && bm:
			return cmp.Compare(a.place.Num, b.place.Num)
		case am:
			return 1
		case bm:
			return -1
		}
		return cmp.Compare(size(b), size(a))
	})
	var out strings.Builder
	for _, a := range all {
		at, n := l.Span(a.place)
		if a.place.Kind != arch.MemoryPlace {
			fmt.Fprintf(&out, "%-*s = %s\n", width, a.name, number(payload[at:at+n], l.Order))
			continue
		}
		addr := l.Memory.Addr + uint64(int(a.place.Num)*l.Memory.Size)
		for i := 0; i < n; i += 16 {
			fmt.Fprintf(&out, "%#x: % x\n", addr+uint64(i), payload[at+i:at+i+16])
		}
	}
	return cmp.Or(out.String(), "no results: it came to its end\n")
}

// number is a number in hexadecimal, of elements of 64 bits, the lowest first, if it is wider than that.
func number(b []byte, order arch.ByteOrder) string {
	switch len(b) {
	case 4:
		return fmt.Sprintf("%08x", order.Uint32(b))
	case 8:
		return fmt.Sprintf("%016x", order.Uint64(b))
	}
	return number(b[8:], order) + number(b[:8], order)
}
