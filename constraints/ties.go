package constraints

import (
	"slices"

	"github.com/risugen/risugen/decodetree"
)

// tie is a condition on some bits of the word, or what else makes these bits be drawn together.
type tie struct {
	pos  decodetree.Pos
	bits uint64 // that are drawn, among those that the condition depends on

	in         *Insn // whose arguments the expressions speak of
	exprs      []*expr
	mask, word uint64 // and these bits of the word must be so
	negate     bool   // the word is legal where not all of that holds

	operand int  // whose registers these bits decide, or -1
	branch  bool // these bits decide where a branch goes
}

// holds reports whether the word that e is made of meets the condition.
func (t *tie) holds(in *Insn, e *env) bool {
	if t.operand >= 0 {
		_, ok := in.needs(t.operand, e)
		return ok
	}
	met := e.word&t.mask == t.word
	if met && len(t.exprs) > 0 {
		if t.in != in {
			e = t.in.env(e.word)
		}
		met = all(t.exprs, e)
	}
	return met != t.negate
}

// conditions lists what must hold for a word to be legal, where members of groups are tried before.
func (in *Insn) conditions(earlier []*Insn) []tie {
	var out []tie
	add := func(es []*expr, negate bool) {
		for _, x := range in.parts(es, negate) {
			out = append(out, tie{pos: x.pos, bits: x.bits, in: in, exprs: []*expr{x}, negate: negate, operand: -1})
		}
	}
	add(in.constraints, false)
	add(in.reserved, true)
	add(in.unpredictable, true)
	for _, f := range earlier {
		out = append(out, in.notTaken(f))
	}
	out = append(out, in.clashes()...)
	if in.Branch != nil && in.Branch.disp != nil && !in.Branch.Absolute {
		out = append(out, tie{pos: in.Branch.disp.pos, bits: in.Branch.disp.bits, operand: -1, branch: true})
	}
	for i := range out {
		out[i].bits &= in.drawnBits()
	}
	return out
}

// parts splits conditions that must hold (or must not, if negate) at && (at ||): each part ties fewer bits
// together.
func (in *Insn) parts(es []*expr, negate bool) []*expr {
	op := "&&"
	if negate {
		op = "||"
	}
	var out []*expr
	for _, x := range es {
		if x.tree.op != op {
			out = append(out, x)
			continue
		}
		var sides []*expr
		for _, kid := range x.tree.kids {
			sides = append(sides, newExpr(x.pos, kid, in.treeBits(kid), x.uses))
		}
		out = append(out, in.parts(sides, negate)...)
	}
	return out
}

// treeBits are the instruction bits that an expression depends on.
func (in *Insn) treeBits(n *node) uint64 {
	var m uint64
	switch n.op {
	case opArg:
		m = in.Pattern.FieldBits(n.arg)
	case opRaw:
		m = rawBits(n.field)
	}
	for _, k := range n.kids {
		m |= in.treeBits(k)
	}
	return m
}

// drawnBits are the bits of the word that a pattern leaves open.
func (in *Insn) drawnBits() uint64 {
	word := ^uint64(0) >> (64 - in.Spec.Options.InsnWidth)
	return word &^ in.Pattern.FixedMask &^ in.Pattern.UndefMask
}

// notTaken is the condition that an earlier member of an overlap group does not take the word.
func (in *Insn) notTaken(f *Insn) tie {
	q := f.Pattern
	t := tie{pos: q.Pos, bits: q.FixedMask, in: f, exprs: f.constraints, mask: q.FixedMask, word: q.FixedBits, negate: true, operand: -1}
	for _, x := range f.constraints {
		t.bits |= x.bits
	}
	return t
}

// clashes are conditions that keep registers apart which must hold different values: one whose bits are
// given, and another that is prepared too.
func (in *Insn) clashes() []tie {
	var out []tie
	for i := range in.Inputs {
		a := &in.Inputs[i]
		if a.NonZero || a.Sext32 {
			continue // does no harm to an address
		}
		for _, j := range in.prepared() {
			if t, ok := in.apart(a, j); ok {
				out = append(out, t)
			}
		}
	}
	return out
}

// prepared lists the operands whose values are given to them.
func (in *Insn) prepared() []int {
	var out []int
	if in.Memory != nil {
		for _, i := range []int{in.Memory.Base, in.Memory.Index} {
			if i >= 0 {
				out = append(out, i)
			}
		}
	}
	if in.Branch != nil && in.Branch.Target >= 0 {
		out = append(out, in.Branch.Target)
	}
	for i := range in.Inputs {
		out = append(out, in.Inputs[i].Operand)
	}
	return out
}

// apart is the condition that two register operands of one class are different registers.
func (in *Insn) apart(input *Input, other int) (tie, bool) {
	a, b := &in.Operands[input.Operand], &in.Operands[other]
	if a == b || a.Kind != RegisterField || b.Kind != RegisterField || a.Class != b.Class || a.Arg == b.Arg {
		return tie{}, false
	}
	differ := &node{op: "!=", kids: []*node{argNode(in.Pattern, a.Arg), argNode(in.Pattern, b.Arg)}}
	bits := in.Pattern.FieldBits(a.Arg) | in.Pattern.FieldBits(b.Arg)
	x := newExpr(input.pos, differ, bits, []int{a.Arg, b.Arg})
	return tie{pos: input.pos, bits: bits, in: in, exprs: []*expr{x}, operand: -1}, true
}

// operandTies lists the register operands that are not simply one of the registers offered, whatever the
// rest of the word is; taken are the bits that conditions depend on.
func (in *Insn) operandTies(taken uint64) (ties []tie, apart []int) {
	shared := in.sharedBits()
	for i := range in.Operands {
		op := &in.Operands[i]
		if op.Kind != RegisterField && op.Kind != RegisterList {
			continue
		}
		m := op.bits(in.Pattern) & in.drawnBits()
		if m != 0 && m&(taken|shared) == 0 && in.plainField(i) {
			apart = append(apart, i)
			continue
		}
		for _, part := range in.listBits(i) {
			ties = append(ties, tie{pos: op.Pos, bits: part, operand: i})
		}
	}
	return ties, apart
}

// sharedBits are the bits that several register operands depend on.
func (in *Insn) sharedBits() uint64 {
	var once, twice uint64
	for i := range in.Operands {
		if k := in.Operands[i].Kind; k == RegisterField || k == RegisterList {
			m := in.Operands[i].bits(in.Pattern)
			twice |= once & m
			once |= m
		}
	}
	return twice
}

// plainField reports whether an operand is one register in all words, and each register has at most one
// encoding.
func (in *Insn) plainField(i int) bool {
	op := &in.Operands[i]
	return op.Kind == RegisterField && op.count == nil && op.cond == nil && len(op.Members) == 0 && in.oneEncoding(i)
}

// listBits splits the bits that decide an operand's registers. Each bit of a plain list decides on
// registers of its own; those of other operands belong together.
func (in *Insn) listBits(i int) []uint64 {
	op := &in.Operands[i]
	all := op.bits(in.Pattern) & in.drawnBits()
	if op.Kind != RegisterList || op.cond != nil || !in.bitwise(op.list.tree) {
		return []uint64{all}
	}
	var out []uint64
	for ; all != 0; all &= all - 1 {
		out = append(out, all&-all)
	}
	return out
}

// bitwise reports whether each bit of the word adds the same to an expression's value whatever the others
// are.
func (in *Insn) bitwise(n *node) bool {
	var f *decodetree.Field
	switch n.op {
	case opRaw:
		f = n.field
	case opArg:
		f = in.Pattern.Args[n.arg].Field
	case "|":
		return in.bitwise(n.kids[0]) && in.bitwise(n.kids[1])
	case "<<", "&":
		return in.bitwise(n.kids[0]) && n.kids[1].op == opConst
	}
	named := func(p decodetree.Part) bool { return p.Ref != "" }
	return f != nil && len(f.Parts) > 0 && !f.Parts[0].Signed && f.Func == "" && !slices.ContainsFunc(f.Parts, named)
}

// joinTies groups ties that share bits. Each group's ties are in the order given.
func joinTies(ties []tie) [][]tie {
	var groups [][]tie
	var masks []uint64
	for _, t := range ties {
		group, mask := []tie{t}, t.bits
		var restGroups [][]tie
		var restMasks []uint64
		for i := range groups {
			if masks[i]&mask != 0 {
				group, mask = append(slices.Clone(groups[i]), group...), mask|masks[i]
			} else {
				restGroups, restMasks = append(restGroups, groups[i]), append(restMasks, masks[i])
			}
		}
		groups, masks = append(restGroups, group), append(restMasks, mask)
	}
	return groups
}
