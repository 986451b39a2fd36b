package probe

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/risugen/risugen/decodetree"
)

// argument reads an argument's value: a number, or a register's name.
func (w *wordParser) argument(a argument) (int64, error) {
	if v, err := strconv.ParseInt(a.value, 0, 64); err == nil {
		return v, nil
	}
	if v, err := strconv.ParseUint(a.value, 0, 64); err == nil {
		return int64(v), nil
	}
	if v, ok := w.names.register(a.value); ok {
		return v, nil
	}
	return 0, fmt.Errorf("%q is no value for argument %s: it must be a number, as 12, -3 or 0x1f, or a register's name", clip(a.value), clip(a.name))
}

// argumentList names a pattern's arguments.
func argumentList(p *decodetree.Pattern) string {
	if len(p.Args) == 0 {
		return "it has none"
	}
	var names []string
	for i := range p.Args {
		names = append(names, p.Args[i].Name)
	}
	return "its arguments are " + strings.Join(names, ", ")
}

// leftOut tells which arguments that a word could have had otherwise were not given, and what they are.
func leftOut(p *decodetree.Pattern, values []int64, given []bool) string {
	var names []string
	for i := range values {
		if !given[i] && p.FieldBits(i) != 0 {
			names = append(names, fmt.Sprintf("%s=%d", p.Args[i].Name, values[i]))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf("%s: taken for what is left out: %s", p.Name, strings.Join(names, " "))
}
