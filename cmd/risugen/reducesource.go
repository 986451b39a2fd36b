package main

import (
	"fmt"
	"strings"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/asm"
	"github.com/risugen/risugen/reduce"
	"github.com/risugen/risugen/runtime"
)

// assembly writes reduced cases as sources for GNU's assembler, of which reports say what these targets made.
func assembly(targets runtime.TargetPair) func(*arch.Program, *reduce.Case, string) (string, error) {
	return func(p *arch.Program, c *reduce.Case, again string) (string, error) {
		about := asm.About{Name: c.Name, Title: strings.ReplaceAll(c.Title(), "`", ""), Reproduce: []string{again}}
		if c.Shown != nil {
			about.Only = differingPlaces(p, c.Shown)
			about.Sides = []asm.Side{
				{Name: "master, " + targets.Master + ":", Lines: sideLines(c.Shown, c.Shown.Master, func(d runtime.Difference) string { return d.Master })},
				{Name: "apprentice, " + targets.Apprentice + ":", Lines: sideLines(c.Shown, c.Shown.Apprentice, func(d runtime.Difference) string { return d.Apprentice })},
			}
		}
		var b strings.Builder
		err := asm.Write(&b, p, about)
		return b.String(), err
	}
}

// differingPlaces are those in which two targets differ; nil: not all of them are places.
func differingPlaces(p *arch.Program, m *runtime.Mismatch) []arch.Place {
	l, b := p.Machine.Layout(), &p.Blocks[0]
	named := map[string]arch.Place{}
	for c := range l.Classes {
		for r := range l.Classes[c].Count {
			if place := (arch.Place{Kind: arch.RegisterPlace, Class: uint8(c), Num: uint8(r)}); l.Classes[c].Live(b.View) {
				named[l.PlaceName(place)] = place
			}
		}
	}
	for s := range l.States {
		place := arch.Place{Kind: arch.StatePlace, Num: uint8(s)}
		named[l.PlaceName(place)] = place
	}
	var out []arch.Place
	for _, d := range m.Outputs {
		place, ok := named[d.Place]
		if d.Master != d.Apprentice && !ok {
			return nil
		}
		if d.Master != d.Apprentice {
			out = append(out, place)
		}
	}
	return out
}

// sideLines is what a target made of a program, as far as it differs.
func sideLines(m *runtime.Mismatch, fault *runtime.Fault, value func(runtime.Difference) string) []string {
	var lines []string
	for _, d := range m.Outputs {
		if d.Master != d.Apprentice {
			lines = append(lines, fmt.Sprintf("%s = %s", d.Place, value(d)))
		}
	}
	switch {
	case fault != nil:
		lines = append(lines, fmt.Sprintf("%s at %#x", fault.Signal, uint64(fault.PC)))
	case m.Master != nil || m.Apprentice != nil:
		lines = append(lines, "no fault")
	}
	return lines
}
