package arch

import "fmt"

// Alias is another name of a register or a state, of a part of one, or of what several hold together: "sp", "s3", "ac1".
// Reports do not use it; who names registers on a command line may.
type Alias struct {
	Name  string
	Parts []AliasPart // those of the least significant bytes first
}

// AliasPart is a run of bytes of a register or a state, which count from the least significant one.
type AliasPart struct {
	Place       Place
	First, Size int
}

// Alias adds a name for a run of bytes of a register or a state.
func (l *Layout) Alias(name string, p Place, first, size int) {
	l.Aliases = append(l.Aliases, Alias{name, []AliasPart{{p, first, size}}})
}

// AliasRegisters adds names for whole registers of a class, from a number on; an empty one stands for none.
func (l *Layout) AliasRegisters(class, first int, names ...string) {
	for i, name := range names {
		if name != "" {
			l.Alias(name, Place{RegisterPlace, uint8(class), uint8(first + i)}, 0, l.Classes[class].Bytes)
		}
	}
}

// AliasClass adds names of a prefix and a number for the lowest bytes of all registers of a class.
func (l *Layout) AliasClass(class int, prefix string, size int) {
	for i := range l.Classes[class].Count {
		l.Alias(fmt.Sprintf("%s%d", prefix, i), Place{RegisterPlace, uint8(class), uint8(i)}, 0, size)
	}
}
