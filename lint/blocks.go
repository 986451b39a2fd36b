package lint

import (
	"fmt"
	"maps"
	"slices"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
)

// blocks looks for what blocks say in vain.
func (l *linter) blocks() {
	l.statements()
	l.overridden()
	l.roles()
	for _, set := range l.sets {
		for _, a := range set.Assumed() {
			if a.Repeated {
				continue // no slip
			}
			l.warn("feature", a.Pos, "%s is taken for a feature: no pattern has such an argument, no requires block names it, and it stands nowhere else", a.Name)
		}
	}
}

// verdict is what is known of a statement that several patterns may have.
type verdict struct {
	constraints.Statement
	value    constraints.Value
	patterns []string
}

// statements looks for conditions that have one value for all words of all patterns that have them.
func (l *linter) statements() {
	byPos := map[decodetree.Pos]*verdict{}
	for _, set := range l.sets {
		for _, in := range set.Patterns() {
			for _, s := range in.Statements() {
				judge(byPos, s, in.Name())
			}
		}
	}
	for _, v := range byPos {
		if v.value != constraints.Varies {
			l.warn("vacuous", v.Pos, "%s", v)
		}
	}
}

func judge(byPos map[decodetree.Pos]*verdict, s constraints.Statement, pattern string) {
	v := byPos[s.Pos]
	switch {
	case v == nil:
		v = &verdict{Statement: s, value: s.Value()}
		byPos[s.Pos] = v
	case v.value != constraints.Varies && v.value != s.Value():
		v.value = constraints.Varies
	}
	if !slices.Contains(v.patterns, pattern) {
		v.patterns = append(v.patterns, pattern)
	}
}

// String says what a statement does not do.
func (v *verdict) String() string {
	of := few(v.patterns)
	always := v.value == constraints.Always
	switch {
	case v.Member != "" && always:
		return fmt.Sprintf("the operand is always number %s in %s", v.Member, of)
	case v.Member != "":
		return fmt.Sprintf("the operand is never number %s in %s", v.Member, of)
	case always:
		return fmt.Sprintf("%s: the condition holds for all words of %s", v.Block, of)
	}
	return fmt.Sprintf("%s: the condition holds for no word of %s", v.Block, of)
}

// overridden looks for blocks that no pattern has, though it could inherit them.
func (l *linter) overridden() {
	counts := map[constraints.Block]int{}
	for _, set := range l.sets {
		for _, b := range set.Offered() {
			counts[b.Block] += b.Has
		}
	}
	for b, n := range counts {
		if n == 0 {
			l.warn("overridden", b.Pos, "no pattern has this %s block: all that could inherit it have one that is more specific", b.Name)
		}
	}
}

// roleless is an argument that no block of some patterns names.
type roleless struct {
	operands constraints.Block // which these patterns share
	argument string
}

// roles looks for arguments of patterns with an operands block of which no block says a word: are they
// registers that were forgotten?
func (l *linter) roles() {
	found := map[roleless][]string{}
	for _, set := range l.sets {
		for _, in := range set.Patterns() {
			for _, name := range withoutRole(in) {
				block, _ := in.Block("operands")
				key := roleless{block, name}
				if !slices.Contains(found[key], in.Name()) {
					found[key] = append(found[key], in.Name())
				}
			}
		}
	}
	for key := range maps.Keys(found) {
		l.warn("role", key.operands.Pos, "%s has no role in %s: no block names it", key.argument, few(found[key]))
	}
}

func withoutRole(in *constraints.Insn) []string {
	if _, ok := in.Block("operands"); !ok {
		return nil
	}
	var out []string
	for i, a := range in.Pattern.Args {
		if a.Field != nil && !in.NamesArgument(i) {
			out = append(out, a.Name)
		}
	}
	return out
}
