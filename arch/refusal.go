package arch

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/risugen/risugen/constraints"
)

// RefusalKind is a kind of reason why a given word is not run, as a predicate of words: "are no instruction".
type RefusalKind string

// Kinds of reasons, in the order in which they are looked for.
const (
	NotDecoded     RefusalKind = "are no instruction that the CPU has"
	NotLinked      RefusalKind = "are still to be changed by a linker"
	NotScheduled   RefusalKind = "are of patterns that images do not hold"
	NotDescribed   RefusalKind = "are of patterns without an operands block, which says what they read and write"
	NotDefined     RefusalKind = "are reserved or unpredictable"
	CannotSchedule RefusalKind = "cannot be given what they need"
)

var refusalKinds = []RefusalKind{NotDecoded, NotLinked, NotScheduled, NotDescribed, NotDefined, CannotSchedule}

// Refusal is a given word that is not run, and why.
type Refusal struct {
	Given
	Kind RefusalKind
	Why  string // in full, as a sentence without an end
}

// Refusals are the words that are not run.
type Refusals struct {
	First  []Refusal // some of the first ones, by their offset
	Counts map[RefusalKind]int
}

// maxRefusals is how many are kept, for a file may be no code at all.
const maxRefusals = 100

func (r *Refusals) add(one Refusal) {
	if r.Counts == nil {
		r.Counts = map[RefusalKind]int{}
	}
	r.Counts[one.Kind]++
	if len(r.First) < maxRefusals {
		r.First = append(r.First, one)
	}
}

func (r *Refusals) sort() {
	slices.SortStableFunc(r.First, func(a, b Refusal) int { return cmp.Compare(a.Offset, b.Offset) })
}

// Total is how many words are not run.
func (r *Refusals) Total() int {
	n := 0
	for _, k := range r.Counts {
		n += k
	}
	return n
}

// Kinds lists the kinds that there are, in the order of the constants.
func (r *Refusals) Kinds() []RefusalKind {
	return slices.DeleteFunc(slices.Clone(refusalKinds), func(k RefusalKind) bool { return r.Counts[k] == 0 })
}

// judge returns the instruction that a given word is, or why it cannot be run whatever the block is like.
func (s *scheduler) judge(w Given, in *constraints.Insn) (*constraints.Insn, Refusal) {
	if in != nil && w.Size != 0 && in.Pattern.Width != 8*int(w.Size) {
		in = nil
	}
	no := func(k RefusalKind, format string, args ...any) (*constraints.Insn, Refusal) {
		return nil, Refusal{w, k, fmt.Sprintf(format, args...)}
	}
	switch {
	case in == nil:
		if p := s.set.AbsentPattern(w.Word); p != nil {
			return no(NotDecoded, "it is no instruction of this CPU, which lacks %s (%s)", p.Name, p.Pos)
		}
		if in := s.set.DecodeBehind(w.Word); in != nil {
			return no(NotDecoded, "it is an instruction, %s, behind a prefix alone", in)
		}
		return no(NotDecoded, "it is no instruction of this CPU")
	case w.Unlinked && !relocatable(in):
		return no(NotLinked, "a relocation says that a linker is to change it")
	case !possible(in, s.layout):
		return no(NotScheduled, "%s is no instruction that images hold: %s", in, s.unschedulable(in))
	case in.Linked != nil: // only what is drawn has its load right before it, in a loop
		return no(NotScheduled, "%s is no instruction that can stand alone: it depends on %s before it", in, in.Linked.Load.Name())
	case !in.Described:
		return no(NotDescribed, "no operands block says what %s reads and writes", in)
	}
	if block, at, ok := in.Excluded(w.Word); ok && !w.Case.forced() {
		return no(NotDefined, "%s: the word is %s", at, block)
	}
	if op := in.Nonexistent(w.Word); op != nil {
		return no(CannotSchedule, "%s: there is no such register for operand %s", op.Pos, op.Name)
	}
	if !in.Legal(w.Word) && !w.Case.forced() {
		return no(NotDecoded, "a pattern before %s takes the word", in)
	}
	if why := s.unprepared(in, w.Word, w.Case != nil); why != "" {
		return no(CannotSchedule, "%s", why)
	}
	if in.Prefix != nil { // what stands behind it is taken for what it is elsewhere
		return no(NotScheduled, "%s", s.standsAlone(in))
	}
	return in, Refusal{}
}

// relocatable reports whether the distance that a word holds is replaced anyway.
func relocatable(in *constraints.Insn) bool {
	return in.HasBranchOffset() && in.Branch.Target < 0 || in.Memory != nil && in.Memory.Base < 0
}

// unschedulable says why images never hold an instruction, be it described or not.
func (s *scheduler) unschedulable(in *constraints.Insn) string {
	for _, g := range unscheduled {
		if in.InGroup(g) {
			return "it is of the group " + g
		}
	}
	switch {
	case !recorded(in, s.layout):
		return "it names registers that this CPU has not, or that images do not record"
	case s.layout.Hosted && !suitsHost(in):
		return "it may fault, or tells where it stands"
	case !staysInBlock(in, s.layout):
		return "where it branches cannot be chosen"
	}
	return "its address is not known beforehand"
}

// unprepared says why registers of a word cannot hold what the description asks for, whatever else is done; "":
// they can. bare says that nothing puts that there but what a branch needs.
func (s *scheduler) unprepared(in *constraints.Insn, word uint64, bare bool) string {
	s.args = in.Pattern.Extract(word, s.args[:0])
	s.uses = in.Uses(s.uses[:0], word, s.args)
	pl := placement{in: in, word: word, args: s.args, uses: s.uses}
	if s.layout.Hosted && in.ReadsPC(word, s.args) {
		return "it tells where it stands"
	}
	for _, u := range s.uses {
		if u.Kind == constraints.UseRegister && s.layout.Classes[u.Class].Never>>u.Num&1 != 0 {
			return fmt.Sprintf("%s: images do not use %s", in.Operands[u.Operand].Pos, s.layout.PlaceName(Place{RegisterPlace, u.Class, u.Num}))
		}
	}
	var addresses []int
	if in.Memory != nil {
		addresses = append(addresses, in.Memory.Base)
		if i := in.Memory.Index; i >= 0 && pl.isElse(i) {
			return fmt.Sprintf("%s: operand %s must be one of the registers that hold an index", in.Operands[i].Pos, in.Operands[i].Name)
		}
	}
	if in.Branch != nil {
		addresses = append(addresses, in.Branch.Target)
	}
	for _, i := range addresses {
		if i >= 0 && (pl.isElse(i) || !s.settable(&pl, i) && !(bare && in.Branch == nil)) {
			return fmt.Sprintf("%s: no address can be put into operand %s", in.Operands[i].Pos, in.Operands[i].Name)
		}
	}
	if bare {
		return ""
	}
	for i := range in.Inputs {
		if why := s.unmet(&pl, &in.Inputs[i]); why != "" {
			return fmt.Sprintf("%s: operand %s %s", in.Inputs[i].At(), in.Operands[in.Inputs[i].Operand].Name, why)
		}
	}
	return ""
}

// unmet says why a word's operand cannot meet a condition; "": it can, or is not active.
func (s *scheduler) unmet(pl *placement, cond *constraints.Input) string {
	switch {
	case !pl.in.Active(&pl.in.Operands[cond.Operand], pl.word, pl.args):
	case pl.isElse(cond.Operand):
		return "is no register that a value can be put into"
	case cond.NonZero && !s.settable(pl, cond.Operand):
		return "must not be zero"
	case !cond.NonZero && !cond.Sext32 && s.preparedTwice(pl, cond.Operand):
		return "must hold two things at once"
	}
	return ""
}

// isElse reports whether a number that is an operand of the word means something else than a register of its class,
// and no zero.
func (pl *placement) isElse(operand int) bool {
	op := &pl.in.Operands[operand]
	return slices.ContainsFunc(op.Members, func(m constraints.Member) bool {
		return m.Number == op.Register(pl.args) && m.Kind != constraints.MemberZero
	})
}

// settable reports whether an operand of a word is a register that holds what is put into it.
func (s *scheduler) settable(pl *placement, operand int) bool {
	u := pl.register(operand)
	return u != nil && s.layout.Classes[u.Class].Zero>>u.Num&1 == 0
}

// preparedTwice reports whether the register of an operand is another operand's too which glue gives a value.
func (s *scheduler) preparedTwice(pl *placement, operand int) bool {
	if !s.settable(pl, operand) {
		return false
	}
	a := pl.register(operand)
	return slices.ContainsFunc(pl.uses, func(u constraints.Use) bool {
		return u.Operand != operand && u.Kind == constraints.UseRegister && u.Class == a.Class && u.Num == a.Num && s.of(pl.in).operands[u.Operand].prepared
	})
}
