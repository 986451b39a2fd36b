package arch

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/decodetree"
)

// Selection chooses the patterns to draw from. An entry is a regular expression that a pattern's whole
// name must match, or @group.
type Selection struct {
	Patterns    []string // none: all
	NotPatterns []string
}

// unscheduled are the groups of instructions that are not drawn at random, but for atomic ones that a linked block
// pairs.
var unscheduled = []string{"system", atomicGroup, reservedGroup}

// atomicGroup is that of instructions which depend on those around.
const atomicGroup = "atomic"

// choose lists the instructions to draw from.
func (s Selection) choose(m Machine) ([]*constraints.Insn, error) {
	want, err := matchers(s.Patterns)
	if err != nil {
		return nil, err
	}
	not, err := matchers(s.NotPatterns)
	if err != nil {
		return nil, err
	}
	var out []*constraints.Insn
	for _, in := range m.Set().Insns {
		excluded := matchesAny(not, in) || in.Linked != nil && in.Linked.Load != nil && matchesAny(not, in.Linked.Load)
		if Schedulable(in, m.Layout()) && (len(want) == 0 || matchesAny(want, in)) && !excluded {
			out = append(out, in)
		}
	}
	for i, f := range want {
		if !matchesSome(f, out) {
			return nil, s.nothing(m, s.Patterns[i], f)
		}
	}
	for i, f := range not {
		if !matchesSome(f, m.Set().Patterns()) {
			return nil, s.nothing(m, s.NotPatterns[i], f)
		}
	}
	if len(out) == 0 {
		return nil, noneLeft(m)
	}
	return out, nil
}

// Selects returns what tells whether an instruction's pattern is selected.
func (s Selection) Selects(m Machine) (func(*constraints.Insn) bool, error) {
	choice, err := s.choose(m)
	chosen := map[*decodetree.Pattern]bool{}
	for _, in := range choice {
		chosen[in.Pattern] = true
	}
	return func(in *constraints.Insn) bool { return chosen[in.Pattern] }, err
}

// noneLeft says why there is nothing to draw from.
func noneLeft(m Machine) error {
	set := m.Set()
	drawn := func(in *constraints.Insn) bool { return Schedulable(in, m.Layout()) }
	n, k := len(Undescribed(m)), len(Unrecorded(m))
	switch {
	case len(set.Patterns()) == 0:
		return fmt.Errorf("there is nothing to draw from: the descriptions have no pattern that this CPU has")
	case n+k > 0 && slices.ContainsFunc(set.Patterns(), drawn):
	case k > 0:
		return fmt.Errorf("there is nothing to draw from: of %d patterns %d have no operands block, which says what they read and write, and %d name registers that this CPU has not, or that images do not record",
			len(set.Patterns()), n, k)
	case n > 0:
		return fmt.Errorf("there is nothing to draw from: no operands block says what any of the %d patterns reads and writes", n)
	}
	return fmt.Errorf("no pattern is left to draw from: all %d are excluded", len(set.Patterns()))
}

// nothing says why an entry selects no pattern.
func (s Selection) nothing(m Machine, entry string, f matcher) error {
	for _, in := range m.Set().Patterns() {
		if f(in) && in.Unreachable() {
			return fmt.Errorf("pattern %q selects what can never be drawn: earlier members of its group take all words of %s", entry, in)
		}
		if f(in) && !in.Described {
			return fmt.Errorf("pattern %q selects %s, which is not drawn: no operands block says what it reads and writes", entry, in)
		}
		if f(in) && !recorded(in, m.Layout()) {
			return fmt.Errorf("pattern %q selects %s, which is not drawn: it names registers that this CPU has not, or that images do not record", entry, in)
		}
		if f(in) && m.Layout().Hosted && !suitsHost(in) {
			return fmt.Errorf("pattern %q selects %s, which an image that another program runs cannot hold: it may fault, or its result tells where it stands", entry, in)
		}
		if f(in) && !Schedulable(in, m.Layout()) {
			return fmt.Errorf("pattern %q selects what is known but not drawn at random: %s", entry, in.Name())
		}
		if f(in) {
			return fmt.Errorf("pattern %q selects nothing that is not excluded", entry)
		}
	}
	groups := map[string]bool{}
	for _, in := range m.Set().Patterns() {
		for _, g := range in.Groups {
			groups["@"+g] = true
		}
	}
	return fmt.Errorf("pattern %q matches none of the %d that this CPU has; groups are %s",
		entry, len(m.Set().Patterns()), strings.Join(slices.Sorted(maps.Keys(groups)), ", "))
}

// Schedulable reports whether an instruction can be drawn: it says what it reads and writes, it has words that no
// earlier member of its group takes, no operand of it is unknown or of a kind that the machine does not record,
// it does not leave the block, and what depends on its address can be chosen.
func Schedulable(in *constraints.Insn, l *Layout) bool { return in.Described && possible(in, l) }

// Undescribed lists the instructions that are not drawn for the sole reason that no operands block says what
// they read and write.
func Undescribed(m Machine) []*constraints.Insn {
	return filter(m, func(in *constraints.Insn) bool { return !in.Described && possible(in, m.Layout()) })
}

// Unrecorded lists the instructions that are not drawn since an operand names a register that the CPU has not,
// or that images do not record.
func Unrecorded(m Machine) []*constraints.Insn {
	return filter(m, func(in *constraints.Insn) bool { return !recorded(in, m.Layout()) })
}

func filter(m Machine, f func(*constraints.Insn) bool) []*constraints.Insn {
	var out []*constraints.Insn
	for _, in := range m.Set().Patterns() {
		if f(in) {
			out = append(out, in)
		}
	}
	return out
}

// possible reports whether an instruction could be drawn, as far as is known of it.
func possible(in *constraints.Insn, l *Layout) bool {
	for _, g := range unscheduled {
		if in.InGroup(g) && (g != atomicGroup || in.Linked == nil && !in.Links) {
			return false
		}
	}
	if l.Hosted && !suitsHost(in) || in.Behind != "" && !mayFollow(in) || in.Prefix != nil && in.MayFault() {
		return false
	}
	if in.Linked != nil && (l.Tries == 0 || in.Linked.Load == nil || !possible(in.Linked.Load, l)) {
		return false
	}
	return !in.Unreachable() && recorded(in, l) && staysInBlock(in, l) && (in.Memory == nil || in.Memory.Base >= 0 || l.CodeAddr != 0)
}

// recorded reports whether the machine records all that the instruction touches.
func recorded(in *constraints.Insn, l *Layout) bool {
	for i := range in.Operands {
		op := &in.Operands[i]
		if op.Kind == constraints.StateOperand && op.State >= len(l.States) ||
			op.Kind != constraints.StateOperand && op.Kind != constraints.MemoryOperand && op.Class >= len(l.Classes) {
			return false
		}
		if reg, always := in.Always(op); always && l.Classes[op.Class].Never>>reg&1 != 0 {
			return false
		}
		for _, m := range op.Members {
			if m.Kind == constraints.MemberState && m.Num >= len(l.States) || m.Kind == constraints.MemberRegister && m.Class >= len(l.Classes) {
				return false
			}
		}
	}
	return true
}

// staysInBlock reports whether the instruction is no branch, or one whose target can be chosen.
func staysInBlock(in *constraints.Insn, l *Layout) bool {
	br := in.Branch
	return br == nil || !br.Absolute || l.CodeAddr != 0 && (br.Target >= 0 || in.HasBranchOffset())
}

type matcher func(*constraints.Insn) bool

func matchers(exprs []string) ([]matcher, error) {
	var out []matcher
	for _, e := range exprs {
		if group, ok := strings.CutPrefix(e, "@"); ok {
			out = append(out, func(in *constraints.Insn) bool { return in.InGroup(group) })
			continue
		}
		re, err := regexp.Compile("^(?:" + e + ")$")
		if err != nil {
			return nil, fmt.Errorf("pattern %q: %w", e, err)
		}
		out = append(out, func(in *constraints.Insn) bool { return re.MatchString(in.Name()) })
	}
	return out, nil
}

func matchesAny(ms []matcher, in *constraints.Insn) bool {
	for _, m := range ms {
		if m(in) {
			return true
		}
	}
	return false
}

func matchesSome(m matcher, ins []*constraints.Insn) bool {
	for _, in := range ins {
		if m(in) {
			return true
		}
	}
	return false
}
