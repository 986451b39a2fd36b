package lint

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/risugen/risugen/constraints"
)

// reach looks for patterns that are never drawn.
func (l *linter) reach(set *constraints.Set) {
	for _, in := range set.Patterns() {
		if in.Unreachable() {
			l.warn("unreachable", in.Pattern.Pos, "%s is never drawn: %s", in.Name(), takers(in))
		}
	}
	if l.opt.Vocabulary.Features != nil {
		return // the CPU is given: what it lacks is no fault of the file
	}
	for _, p := range set.Absent {
		l.warn("requires", p.Pos, "%s is on no CPU: no features meet what it requires", p.Name)
	}
}

// takers tells which patterns take the words of one that is never drawn.
func takers(in *constraints.Insn) string {
	earlier := in.Earlier()
	if i := slices.IndexFunc(earlier, func(f *constraints.Insn) bool { return takesAll(f, in) }); i >= 0 {
		earlier = earlier[i : i+1]
	}
	if len(earlier) == 1 {
		return where(in, earlier[0]) + " takes all its legal words"
	}
	names := make([]string, len(earlier))
	for i, f := range earlier {
		names[i] = where(in, f)
	}
	return few(names) + " take all its legal words"
}

// takesAll reports whether one earlier pattern has all words of another, and no constraints.
func takesAll(f, in *constraints.Insn) bool {
	_, constrained := f.Block("constraints")
	return !constrained && f.Pattern.FixedMask&^in.Pattern.FixedMask == 0
}

// where names an earlier pattern of the same file.
func where(in, earlier *constraints.Insn) string {
	return fmt.Sprintf("%s (line %d)", earlier.Name(), earlier.Pattern.Pos.Line)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
