package arm

import (
	"fmt"

	"github.com/risugen/risugen/arch"
)

// addAliases adds the names that assemblers have for registers and parts of them.
func (l *a64Layout) addAliases() {
	l.AliasClass(l.gpr, "w", 4)
	l.AliasRegisters(l.gpr, 29, "fp", "lr", "sp")
	l.Alias("wsp", arch.Place{Kind: arch.RegisterPlace, Class: uint8(l.gpr), Num: a64SP}, 0, 4)
	for _, part := range []struct {
		prefix string
		size   int
	}{{"q", 16}, {"d", 8}, {"s", 4}, {"h", 2}, {"b", 1}} {
		l.AliasClass(l.vec, part.prefix, part.size)
	}
}

// addAliases adds the names that assemblers have for registers, for halves of D registers and for pairs of them.
func (l *a32Layout) addAliases() {
	l.AliasRegisters(l.gpr, 9, "sb", "sl", "fp", "ip", "sp", "lr")
	d := func(n int) arch.Place {
		return arch.Place{Kind: arch.RegisterPlace, Class: uint8(l.dreg), Num: uint8(n)}
	}
	for i := range 32 {
		l.Alias(fmt.Sprintf("s%d", i), d(i/2), 4*(i%2), 4)
	}
	for i := range l.Classes[l.dreg].Count / 2 {
		l.Aliases = append(l.Aliases, arch.Alias{Name: fmt.Sprintf("q%d", i), Parts: []arch.AliasPart{
			{Place: d(2 * i), Size: 8}, {Place: d(2*i + 1), Size: 8},
		}})
	}
}
