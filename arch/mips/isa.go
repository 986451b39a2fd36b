package mips

import (
	"fmt"
	"slices"
	"strings"

	"github.com/risugen/risugen/arch"
)

// isaPart is a decode file and the CPUs that take it in: those that have what it needs and not what it
// forbids. Several parts may make up one instruction set.
type isaPart struct {
	isa, file     string
	needs, forbid []string
}

// isaParts is in the order in which instruction sets are listed.
var isaParts = []isaPart{
	{isa: "base", file: "mips32r5.decode", forbid: []string{"r6"}},
	{isa: "base", file: "mips64r5.decode", needs: []string{"mips3"}, forbid: []string{"r6"}},
	{isa: "base", file: "mips32r6.decode", needs: []string{"r6"}},
	{isa: "base", file: "mips64r6.decode", needs: []string{"r6", "mips64"}},
	{isa: "fpu", file: "fpu.decode", needs: []string{"fpu"}, forbid: []string{"r6"}},
	{isa: "fpu", file: "fpur6.decode", needs: []string{"fpu", "r6"}},
	{isa: "mips3d", file: "mips3d.decode", needs: []string{"mips3d"}, forbid: []string{"r6"}},
	{isa: "msa", file: "msa.decode", needs: []string{"msa"}},
	{isa: "dsp", file: "dsp.decode", needs: []string{"dsp"}},
	{isa: "dsp", file: "dsp64.decode", needs: []string{"dsp", "mips64"}},
	{isa: "loongson2", file: "loongson2.decode", needs: []string{"loongson2e"}},
	{isa: "loongson2", file: "loongson2.decode", needs: []string{"loongson2f"}},
	{isa: "loongson2", file: "loongson2.decode", needs: []string{"loongson3a"}},
	{isa: "lmmi", file: "lmmi.decode", needs: []string{"lmmi"}},
	{isa: "loongson3a", file: "loongson3a.decode", needs: []string{"loongson3a"}},
	{isa: "octeon", file: "octeon.decode", needs: []string{"octeon"}},
	{isa: "vr5400", file: "vr5400.decode", needs: []string{"vr5400"}},
}

func (p *isaPart) suits(c *model) bool {
	return !slices.ContainsFunc(p.needs, func(f string) bool { return !c.has(f) }) &&
		!slices.ContainsFunc(p.forbid, c.has)
}

// isas lists the instruction sets that a model has.
func (c *model) isas() []string {
	var out []string
	for i := range isaParts {
		if p := &isaParts[i]; p.suits(c) && !slices.Contains(out, p.isa) {
			out = append(out, p.isa)
		}
	}
	return out
}

// isaFiles lists the decode files of instruction sets of a model.
func (c *model) isaFiles(isas []string) []string {
	var out []string
	for _, isa := range isas {
		for i := range isaParts {
			if p := &isaParts[i]; p.isa == isa && p.suits(c) {
				out = append(out, p.file)
			}
		}
	}
	return out
}

// reservedFile has the tables of opcodes that reserved words are drawn from.
const reservedFile = "reserved.decode"

// sourceFiles lists the decode files of a configuration. Reserved words are those that nothing describes, which takes
// all descriptions.
func (c *model) sourceFiles(isas []string, config arch.Config) ([]string, error) {
	files := c.isaFiles(isas)
	if !config.Reserved {
		return files, nil
	}
	if len(isas) != len(c.isas()) {
		return nil, fmt.Errorf("reserved words are those that no description has: they need the %s's own, and all of its instruction sets (%s)",
			c.name, strings.Join(c.isas(), ", "))
	}
	return append(files, reservedFile), nil
}

// selectISAs checks a selection of instruction sets; none is all that the model has.
func (c *model) selectISAs(want []string) ([]string, error) {
	have := c.isas()
	if len(want) == 0 {
		return have, nil
	}
	var out []string
	for _, isa := range want {
		if !slices.Contains(have, isa) {
			return nil, fmt.Errorf("the %s has no instruction set %q; it has %s", c.name, isa, strings.Join(have, ", "))
		}
		if !slices.Contains(out, isa) {
			out = append(out, isa)
		}
	}
	return out, nil
}
