package constraints

import (
	"math/bits"
	"slices"

	"github.com/risugen/risugen/decodetree"
)

// Branch describes a change of control flow.
type Branch struct {
	DelaySlot bool // the next instruction is executed too
	Likely    bool // the delay slot is nullified when the branch is not taken
	Absolute  bool // the target does not depend on the branch's own address
	// ForbiddenSlot: the next instruction must not change the flow of control where the branch is not taken.
	ForbiddenSlot bool
	// Target is the operand whose register holds the target, to which BranchOffset is added; or -1.
	Target int
	// Align: the distance counts from the branch's own address rounded down to a multiple of this power of two; 0: from
	// the address itself.
	Align int
	// Exchange: it goes to code of another instruction set.
	Exchange bool
	disp     *expr
	exchange *expr // what is added to a register to go there; nil: it does not
}

// From is what a distance counts from, for a branch at an address.
func (b *Branch) From(addr uint64) uint64 { return addr &^ uint64(max(1, b.Align)-1) }

// MayExchange reports whether the value of the register that a branch goes to may be that of code of another instruction
// set: see Insn.ExchangeOffset.
func (b *Branch) MayExchange() bool { return b.exchange != nil }

// Input is a condition on the value of a source register.
type Input struct {
	Operand int    // index into Insn.Operands
	NonZero bool   // every lane is non-zero
	Sext32  bool   // the value is a sign-extended number of 32 bits
	Mask    uint64 // otherwise: no bits but these are set
	// TrapMask takes the place of Mask where exceptions are enabled.
	TrapMask uint64
	writes   bool  // a mask for that case is given
	lane     *expr // width of a lane in bits; nil: the whole register
	pos      decodetree.Pos
}

// At is where the condition is written, perhaps in an overlay.
func (i *Input) At() decodetree.Pos { return i.pos }

// undefined is an output whose value is not defined.
type undefined struct {
	operand int
	when    *expr // nil: always
}

// Insn is a pattern together with what its blocks say.
type Insn struct {
	// What is asked for every word comes first: there are many instructions, and that is to take little of a cache.
	Pattern *decodetree.Pattern
	Index   int       // in Set.Insns
	late    *late     // what is made when it is first asked for
	halves  *halves   // nil: no word is conditional
	uses    []useRule // by operand
	Branch  *Branch
	Linked  *Linked // of a store that depends on a load before it
	Prefix  *Prefix // of an instruction that makes others of those which stand next; nil: it is none
	Behind  string  // the feature that a prefix turns on for this instruction; "": it stands behind none
	Memory  *Memory
	// Faults are the signals that may be, or must be, the result of an instruction whose addresses are aligned.
	Faults      []string
	Inputs      []Input
	undefined   []undefined
	conditional []*expr

	Spec     *decodetree.Spec
	Operands []Operand
	Links    bool // a store is linked to it
	// Must says whether one of Faults is the result of every word.
	Must   Must
	Groups []string
	// Described reports whether there is an operands block, be it an empty one. Without one nothing is known of
	// what the instruction touches.
	Described bool

	constraints, reserved, unpredictable []*expr
	pc                                   bool // some word may read where it stands
	functions                            functionTable
	lists                                listTable
	forbidden                            []*Insn // earlier members of overlap groups that match some of its words

	requires   *requirement // nil: none
	lacks      []string     // free features
	blocks     blocks       // those that it has
	named      []bool       // by argument: some block names it
	statements []Statement
	alike      *alike // of the set
}

func (l *loader) newInsn(p *decodetree.Pattern) *Insn {
	return &Insn{Pattern: p, late: &late{}, Spec: l.spec, Behind: l.behind, functions: l.functions, lists: l.lists, named: make([]bool, len(p.Args)), alike: l.set.alike}
}

// Unreachable reports whether earlier members of the groups around it take all words that would be legal.
func (in *Insn) Unreachable() bool {
	return len(in.forbidden) > 0 && !in.reached() && in.sampling().unreachable
}

// Impossible reports whether no word is legal on the CPU that was chosen for it, for which free features
// (Vocabulary.Free) are to blame: there may be words on another. Elsewhere that is an error.
func (in *Insn) Impossible() bool { return in.unsure() && in.sampling().impossible }

// Earlier lists the instructions that are tried before this one and share words with it.
func (in *Insn) Earlier() []*Insn { return in.forbidden }

// Name is the pattern's name.
func (in *Insn) Name() string { return in.Pattern.Name }

// Label is the pattern's name and, behind a prefix, the feature that it turns on: "ADD", "ADD+it".
func (in *Insn) Label() string {
	if in.Behind == "" {
		return in.Name()
	}
	return in.Name() + "+" + in.Behind
}

// Active reports whether an operand is used by this word.
func (in *Insn) Active(op *Operand, word uint64, args []int64) bool {
	return op.cond == nil || op.cond.eval(&env{word: word, args: args}) != 0
}

// BranchOffset is the distance in bytes from the branch's own address to its target; of an absolute branch it
// is the target itself, or what is added to the register that holds it.
func (in *Insn) BranchOffset(word uint64, args []int64) int64 {
	if in.Branch == nil || in.Branch.disp == nil {
		return 0
	}
	return in.Branch.disp.eval(&env{word: word, args: args})
}

// ExchangeOffset is what is added to the register that holds a branch's target for an address in code of another
// instruction set.
func (in *Insn) ExchangeOffset(word uint64, args []int64) int64 {
	return in.Branch.exchange.eval(&env{word: word, args: args})
}

// Retarget changes a branch's word so that BranchOffset returns offset. It reports false where no word does,
// or where the offset is not made of one argument by a sum and a product.
func (in *Insn) Retarget(word uint64, offset int64) (uint64, bool) {
	if in.Branch == nil {
		return word, false
	}
	return in.solve(in.Branch.disp, word, offset)
}

// Relocate changes the word of an access at a distance from the program counter so that Access returns disp.
// It reports false where no word does, and as Retarget does.
func (in *Insn) Relocate(word uint64, disp int64) (uint64, bool) {
	if in.Memory == nil || in.Memory.Base >= 0 {
		return word, false
	}
	return in.solve(in.Memory.disp, word, disp)
}

// solve changes the one argument that an expression depends on so that its value is the one wanted; or of two that one, and
// another of a single bit, such as one that says whether to add or to subtract.
func (in *Insn) solve(x *expr, word uint64, offset int64) (uint64, bool) {
	if x == nil {
		return word, false
	}
	if len(x.uses) == 0 {
		return word, false
	}
	first := slices.Min(x.uses) // some may be mentioned twice
	second := slices.Max(x.uses)
	switch {
	case first == second:
		return in.solveFor(first, x, word, offset)
	case !slices.ContainsFunc(x.uses, func(arg int) bool { return arg != first && arg != second }):
		return in.solveBoth([2]int{first, second}, x, word, offset)
	}
	return word, false
}

// solveBoth tries both values of an argument of a single bit.
func (in *Insn) solveBoth(uses [2]int, x *expr, word uint64, offset int64) (uint64, bool) {
	for i, arg := range uses {
		bit := in.Pattern.FieldBits(arg)
		if bits.OnesCount64(bit) != 1 {
			continue
		}
		for _, w := range [...]uint64{word | bit, word &^ bit} {
			if out, ok := in.solveFor(uses[1-i], x, w, offset); ok {
				return out, true
			}
		}
	}
	return word, false
}

// solveFor changes an argument so that the value of an expression is the one wanted.
func (in *Insn) solveFor(arg int, x *expr, word uint64, offset int64) (uint64, bool) {
	e := in.env(word)
	e.tried = true
	zero := x.with(e, arg, 0)
	step := x.with(e, arg, 1) - zero
	if step == 0 || x.with(e, arg, (offset-zero)/step) != offset || !in.Pattern.Encodes(arg, e.args[arg]) {
		return word, false
	}
	out, err := in.Pattern.Encode(e.args)
	bits := in.Pattern.FieldBits(arg)
	return out&bits | word&^bits, err == nil // what no argument says stays as it is
}

// with is the value in an environment that is given another value of an argument.
func (x *expr) with(e *env, arg int, v int64) int64 {
	e.args[arg] = v
	return x.eval(e)
}

// Conditional reports whether a branch depends on something that it reads.
func (in *Insn) Conditional() bool {
	if in.Branch == nil {
		return false
	}
	for i := range in.Operands {
		if in.Operands[i].Role.Reads() && i != in.Branch.Target {
			return true
		}
	}
	return false
}

// HasBranchOffset reports whether the word says where a branch goes.
func (in *Insn) HasBranchOffset() bool { return in.Branch != nil && in.Branch.disp != nil }

// WritesTraps reports whether the instruction itself writes the bits that enable and raise an exception: that is
// done before the exception is taken.
func (in *Insn) WritesTraps() bool {
	return slices.ContainsFunc(in.Inputs, func(i Input) bool { return i.writes })
}

// NeedsArgs reports whether some of what Access, BranchOffset, ExchangeOffset, LaneBits and Undefined tell depends on a word's arguments.
// Otherwise they may be given none.
func (in *Insn) NeedsArgs() bool {
	var exprs []*expr
	if m := in.Memory; m != nil {
		exprs = append(exprs, m.size, m.align, m.disp, m.shift, m.kind, m.minus, m.post, m.granule, m.based)
	}
	if b := in.Branch; b != nil {
		exprs = append(exprs, b.disp, b.exchange)
	}
	for i := range in.Inputs {
		exprs = append(exprs, in.Inputs[i].lane)
	}
	for i := range in.undefined {
		exprs = append(exprs, in.undefined[i].when)
	}
	return slices.ContainsFunc(exprs, func(x *expr) bool { return x != nil && x.run.asks() })
}

// LaneBits is the width in bits of the lanes that an input condition speaks of; 0 means the whole register.
func (in *Insn) LaneBits(i int, word uint64, args []int64) int {
	if in.Inputs[i].lane == nil {
		return 0
	}
	return int(in.Inputs[i].lane.eval(&env{word: word, args: args}))
}

// Undefined reports whether the manual leaves what a word writes to operand i undefined.
func (in *Insn) Undefined(i int, word uint64, args []int64) bool {
	for _, u := range in.undefined {
		if u.operand == i && (u.when == nil || u.when.eval(&env{word: word, args: args}) != 0) {
			return true
		}
	}
	return false
}

// AnyUndefined reports whether some words have an output whose value is not defined.
func (in *Insn) AnyUndefined() bool { return len(in.undefined) > 0 }

// Accepts reports whether the word, which matches the pattern's fixed bits, is this instruction: whether
// its constraints hold. Reserved and unpredictable words are accepted.
func (in *Insn) Accepts(word uint64) bool {
	if len(in.constraints) == 0 {
		return true
	}
	return all(in.constraints, in.env(word))
}

// Reserved reports whether the word must raise the reserved-instruction fault.
func (in *Insn) Reserved(word uint64) bool {
	return len(in.reserved) > 0 && anyOf(in.reserved, in.env(word))
}

// Legal reports whether the word may be generated: it matches, its constraints hold, it is neither
// reserved nor unpredictable, and no earlier member of its overlap group takes it.
func (in *Insn) Legal(word uint64) bool {
	if word&in.Pattern.FixedMask != in.Pattern.FixedBits {
		return false
	}
	return in.legal(in.env(word))
}

// legal is Legal for a word with the pattern's fixed bits.
func (in *Insn) legal(e *env) bool {
	return all(in.constraints, e) && !anyOf(in.reserved, e) && !anyOf(in.unpredictable, e) && !in.takenEarlier(e.word)
}

// env is what expressions over a word are evaluated in. There is room for the arguments of nearly all patterns, so that
// it need not be allocated.
func (in *Insn) env(word uint64) *env {
	return &env{word: word, args: in.Pattern.Extract(word, make([]int64, 0, 16))}
}

func all(es []*expr, e *env) bool {
	for _, x := range es {
		if x.eval(e) == 0 {
			return false
		}
	}
	return true
}

func anyOf(es []*expr, e *env) bool {
	for _, x := range es {
		if x.eval(e) != 0 {
			return true
		}
	}
	return false
}

// InGroup reports whether the instruction belongs to a group of this name.
func (in *Insn) InGroup(name string) bool {
	for _, g := range in.Groups {
		if g == name {
			return true
		}
	}
	return false
}
