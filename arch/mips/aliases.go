package mips

import (
	"fmt"

	"github.com/risugen/risugen/arch"
)

// addAliases adds the names that manuals and assemblers have for registers beside their numbers. Arguments and temporaries
// are others in n32 and n64 than in o32.
func (l *layout) addAliases(a *abi) {
	l.AliasClass(l.gpr, "r", a.regs)
	l.AliasRegisters(l.gpr, 0, "zero", "at", "v0", "v1", "a0", "a1", "a2", "a3")
	if a.regs == 4 { // o32
		l.AliasRegisters(l.gpr, 8, "t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7")
	} else {
		l.AliasRegisters(l.gpr, 8, "a4", "a5", "a6", "a7", "t0", "t1", "t2", "t3")
	}
	l.AliasRegisters(l.gpr, 16, "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "t8", "t9", "", "", "gp", "sp", "fp", "ra")
	l.AliasRegisters(l.gpr, 30, "s8")
	l.aliasAccumulators()
}

// aliasAccumulators adds the names of the DSP module, where registers are 32 bits wide: ac1 is HI1 above LO1.
func (l *layout) aliasAccumulators() {
	if l.StateIndex("hi1") < 0 {
		return
	}
	place := func(name string) arch.Place {
		return arch.Place{Kind: arch.StatePlace, Num: uint8(l.StateIndex(name))}
	}
	bytes := l.States[l.StateIndex("hi")].Bytes
	l.Alias("hi0", place("hi"), 0, bytes)
	l.Alias("lo0", place("lo"), 0, bytes)
	if bytes != 4 {
		return
	}
	for i, n := range []string{"", "1", "2", "3"} {
		l.Aliases = append(l.Aliases, arch.Alias{Name: fmt.Sprintf("ac%d", i), Parts: []arch.AliasPart{
			{Place: place("lo" + n), Size: 4}, {Place: place("hi" + n), Size: 4},
		}})
	}
}
