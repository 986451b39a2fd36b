package constraints

import (
	"math/bits"
)

// UsesOf is Uses for those who need the word's arguments for nothing else. It asks the operands' rules.
func (in *Insn) UsesOf(dst []Use, word uint64) []Use { return in.usesBy(dst, word, In|Out) }

// WritesOf is UsesOf for those who want to know what the word writes alone.
func (in *Insn) WritesOf(dst []Use, word uint64) []Use { return in.usesBy(dst, word, Out) }

// usesBy is UsesOf for operands that have one of some roles.
func (in *Insn) usesBy(dst []Use, word uint64, roles Role) []Use {
	for i := range in.uses {
		r := &in.uses[i]
		switch {
		case r.use.Role&roles == 0:
			continue
		case r.direct:
			if num := uint8(word>>(r.runs[0].shift&63)) & uint8(r.runs[0].mask); r.other>>(num&63)&1 == 0 {
				dst = append(dst, r.use)
				dst[len(dst)-1].Num = num
				continue
			}
		case r.asks && !r.when.holds(word):
			continue
		}
		num := r.number(word)
		if r.other>>(num&63)&1 != 0 {
			if r.nothing>>(num&63)&1 != 0 {
				continue
			}
			return withRoles(in.usesFrom(dst, i, in.env(word)), len(dst), roles)
		}
		set := r.set << (num * uint64(r.step) & 63)
		if r.set == 1 {
			dst = append(dst, Use{i, r.use.Kind, r.use.Role, r.use.Class, uint8(bits.TrailingZeros64(set))})
			continue
		}
		if r.set == 0 {
			set = num
		}
		for ; set != 0; set &= set - 1 {
			dst = append(dst, Use{i, r.use.Kind, r.use.Role, r.use.Class, uint8(bits.TrailingZeros64(set))})
		}
	}
	return dst
}

// withRoles leaves out what has none of some roles, from one use on.
func withRoles(uses []Use, from int, roles Role) []Use {
	kept := uses[:from]
	for _, u := range uses[from:] {
		if u.Role&roles != 0 {
			kept = append(kept, u)
		}
	}
	return kept
}

// useRule tells what an operand is used as without a look at the operand and without the word's arguments: the scheduler asks for
// every word, of hundreds of instructions in turn.
type useRule struct {
	other   uint64 // numbers of which the operand has to be asked
	nothing uint64 // those of them that are nothing that is used
	set     uint64 // registers that number 0 is: 1 for one. Each number is step higher ones than the one before. 0: the number is the set
	runs    [2]bitRun
	num     uint8 // where it is always the same
	when    fieldTest
	asks    bool  // when is not always true
	arg     int16 // which holds the register's number; -1: none, or it is more or less than one register
	step    uint8
	direct  bool // it has no condition, and is one register whose number is one run of bits that begin with the lowest
	use     Use  // but for its number
}

// bitRun is some bits of a word in a row, and how far up they stand in a number.
type bitRun struct {
	mask      uint32 // of them, shifted down
	shift, up uint8
}

// number is what a word numbers.
func (r *useRule) number(word uint64) uint64 {
	a, b := &r.runs[0], &r.runs[1]
	n := uint64(r.num) | word>>(a.shift&63)&uint64(a.mask)<<(a.up&63)
	if b.mask != 0 {
		n |= word >> (b.shift & 63) & uint64(b.mask) << (b.up & 63)
	}
	return n
}

// fieldTest compares up to eight bits in a row of a word with a number. With no bits it is always true, or always false.
type fieldTest struct {
	shift, mask, value uint8
	unequal            bool
}

func (t fieldTest) holds(word uint64) bool {
	return (uint8(word>>(t.shift&63))&t.mask == t.value) != t.unequal
}

// Sure reports whether every word uses operand i.
func (in *Insn) Sure(i int) bool { return in.Operands[i].cond == nil }

// Registers tells what registers a word names in an operand, in a few bytes.
type Registers struct {
	set    uint64 // those that number 0 names. Each number names some that are step higher than those of the one before
	except uint64 // what does not count
	runs   [2]shortRun
	num    uint8 // bits of a number that are always set
	step   uint8
	when   fieldTest
}

// shortRun is a run of at most six bits, and how far up they stand in a number.
type shortRun struct{ shift, mask, up uint8 }

// Of is the set of registers that a word names.
func (r *Registers) Of(word uint64) uint64 {
	if !r.when.holds(word) {
		return 0
	}
	a, b := &r.runs[0], &r.runs[1]
	n := r.num | uint8(word>>(a.shift&63))&a.mask<<(a.up&7) | uint8(word>>(b.shift&63))&b.mask<<(b.up&7)
	return r.set << (n * r.step & 63) &^ r.except
}

// Registers tells what registers of its class words name in operand i; asked tells, as a set that is empty or not, of which words
// the operand has to be asked instead. It reports false where that cannot be told in a few bytes.
func (in *Insn) Registers(i int) (names, asked Registers, ok bool) {
	r := &in.uses[i]
	if r.use.Kind != UseRegister || r.set == 0 || r.other == ^uint64(0) || r.set != 1 && r.nothing != 0 {
		return names, asked, false
	}
	names = Registers{set: r.set, except: r.nothing, num: r.num, step: r.step, when: r.when}
	for k, run := range r.runs {
		if run.mask >= maxRegisters || run.mask != 0 && run.up > 5 {
			return names, asked, false
		}
		names.runs[k] = shortRun{run.shift, uint8(run.mask), run.up}
	}
	asked = names
	asked.set, asked.step, asked.except = 1, 1, ^(r.other &^ r.nothing)
	return names, asked, true
}

// Leave leaves out registers.
func (r *Registers) Leave(out uint64) { r.except |= out }

// Empty reports whether no word has any.
func (r *Registers) Empty() bool { return r.except == ^uint64(0) }

// Condition tells of which words use an operand that is a state.
type Condition struct{ when fieldTest }

// Holds reports whether a word uses it.
func (c Condition) Holds(word uint64) bool { return c.when.holds(word) }

// Condition tells of which words use operand i, which is a state. It reports false where the operand has to be asked.
func (in *Insn) Condition(i int) (Condition, bool) {
	r := &in.uses[i]
	return Condition{r.when}, r.use.Kind == UseState && r.other == 0
}

// prepareUses makes the rules of all operands.
func (in *Insn) prepareUses() {
	in.uses = make([]useRule, len(in.Operands))
	for i := range in.Operands {
		r := in.useRule(&in.Operands[i])
		r.use.Operand = i
		r.direct = (r.when == fieldTest{}) && r.set == 1 && r.step == 1 && r.num == 0 && r.runs[0].mask != 0 && r.runs[0].mask < maxRegisters && r.runs[0].up == 0 && r.runs[1].mask == 0
		in.uses[i] = r
	}
}

// useRule makes an operand's rule.
func (in *Insn) useRule(op *Operand) useRule {
	r := useRule{other: ^uint64(0), set: 1, step: 1, arg: -1, use: Use{Role: op.Role}}
	if op.Kind == StateOperand { // who copies a state needs its number, whatever decides whether it is written
		r.use.Kind, r.num = UseState, uint8(op.State)
	}
	if op.cond != nil {
		test, ok := in.fieldTest(op.cond.tree)
		if !ok {
			return r
		}
		r.when, r.asks = test, true
	}
	switch op.Kind {
	case StateOperand:
		r.other = 0
	case MemoryOperand:
		r.use.Kind, r.other = UseMemory, 0
	case FixedRegister:
		r.use.Class, r.num, r.other = uint8(op.Class), uint8(op.Reg), 0
	case RegisterField:
		in.fieldRule(&r, op)
	case RegisterList:
		in.listRule(&r, op)
	}
	return r
}

// fieldRule makes the rule of registers that an argument numbers.
func (in *Insn) fieldRule(r *useRule, op *Operand) {
	r.use.Class = uint8(op.Class)
	if op.count == nil && op.cond == nil {
		r.arg = int16(op.Arg)
	}
	count := int64(1)
	if op.count != nil {
		if op.count.bits != 0 {
			return
		}
		count = op.count.eval(in.env(in.Pattern.FixedBits))
	}
	most, ok := in.numberRule(r, op.Arg)
	if !ok || count < 1 || count > maxRegisters || most >= maxRegisters {
		return
	}
	r.set, r.other = ^uint64(0)>>(64-count), 0
	if op.count != nil { // behind the last register comes the first
		r.other = ^uint64(0) << max(0, int64(op.size)-count+1)
	}
	for i := range op.Members {
		if n := op.Members[i].Number; n >= 0 && n < maxRegisters {
			r.other |= 1 << n
			if k := op.Members[i].Kind; k != MemberState && k != MemberRegister {
				r.nothing |= 1 << n
			}
		}
	}
}

// listRule makes the rule of registers that a number names as a set: that of an argument, or one shifted by an argument.
func (in *Insn) listRule(r *useRule, op *Operand) {
	r.use.Class = uint8(op.Class)
	n, set, step := op.list.tree, uint64(0), uint64(1)
	if n.op == "<<" && n.kids[0].op == opConst {
		set, n = uint64(n.kids[0].value), n.kids[1]
		if n.op == "*" && n.kids[0].op == opConst && n.kids[0].value > 0 {
			step, n = uint64(n.kids[0].value), n.kids[1]
		}
	}
	if n.op != opArg {
		return
	}
	most, ok := in.numberRule(r, n.arg)
	if !ok || set == 0 && n != op.list.tree || set != 0 && (step >= maxRegisters || most >= maxRegisters || step*most >= maxRegisters) {
		return
	}
	r.set, r.step, r.other = set, uint8(step), 0
}

// numberRule tells where a word has the number that an argument is, and how large it may be. It reports false where that is more
// than two runs of bits, or a function's value.
func (in *Insn) numberRule(r *useRule, arg int) (most uint64, ok bool) {
	f := in.Pattern.Args[arg].Field
	if f == nil {
		n := in.Pattern.Args[arg].Const
		r.num = uint8(n)
		return uint64(n), n >= 0 && n < maxRegisters
	}
	if f.Func != "" || len(f.Parts) < 1 || len(f.Parts) > len(r.runs) || fieldWidth(f) > 32 {
		return 0, false
	}
	up := 0
	for i := range f.Parts {
		p := &f.Parts[len(f.Parts)-1-i]
		if p.Ref != "" || p.Signed {
			return 0, false
		}
		r.runs[i] = bitRun{mask: 1<<p.Len - 1, shift: uint8(p.Pos), up: uint8(up)}
		up += p.Len
	}
	return 1<<up - 1, true
}

// fieldTest makes the test of a condition that compares an argument with a number. It reports false where it is another.
func (in *Insn) fieldTest(n *node) (t fieldTest, ok bool) {
	t.unequal = true
	if n.op == "==" || n.op == "!=" {
		if n.kids[1].op != opConst || n.kids[1].value < 0 || n.kids[1].value > 0xff {
			return t, false
		}
		t.value, t.unequal, n = uint8(n.kids[1].value), n.op == "!=", n.kids[0]
	}
	var r useRule
	if n.op != opArg {
		return t, false
	}
	if most, ok := in.numberRule(&r, n.arg); !ok || most > 0xff || r.runs[1].mask != 0 {
		return t, false
	}
	if in.Pattern.Args[n.arg].Field == nil {
		return fieldTest{value: uint8(truth((r.num == t.value) == t.unequal))}, true
	}
	t.shift, t.mask = r.runs[0].shift, uint8(r.runs[0].mask)
	return t, true
}
