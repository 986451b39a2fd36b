package constraints

import (
	"slices"
	"sync"
	"sync/atomic"
)

// Halves of an instruction's words.
const (
	executed = iota
	skippable
)

// HasConditional reports whether a conditional block speaks of some words of the instruction.
func (in *Insn) HasConditional() bool { return len(in.conditional) > 0 }

// IsConditional reports whether a word may do nothing at all: a statement of the conditional block holds.
func (in *Insn) IsConditional(word uint64) bool {
	return len(in.conditional) > 0 && anyOf(in.conditional, in.env(word))
}

// Half returns the instruction with those of its words alone that are conditional, or with those that are not. It is
// to be drawn from and not to be kept; where there are no such words it is the instruction itself.
func (in *Insn) Half(conditional bool) *Insn {
	if in.halves == nil {
		return in
	}
	half := in.halves.of(in)[executed]
	if conditional {
		half = in.halves.of(in)[skippable]
	}
	if half == nil {
		return in
	}
	return half
}

// halves are made when they are asked for.
type halves struct {
	made atomic.Pointer[[2]*Insn]
	once sync.Once
}

// splitLater has the halves made when they are asked for.
func (in *Insn) splitLater() {
	if in.HasConditional() {
		in.halves = new(halves)
	}
}

// of returns the halves of an instruction.
func (h *halves) of(in *Insn) *[2]*Insn {
	if made := h.made.Load(); made != nil {
		return made
	}
	h.once.Do(func() { h.made.Store(in.split()) })
	return h.made.Load()
}

// split makes the halves; nil is one without words.
func (in *Insn) split() *[2]*Insn {
	any := in.conditional[0]
	for _, x := range in.conditional[1:] {
		any = newExpr(any.pos, &node{op: "||", kids: []*node{any.tree, x.tree}}, any.bits|x.bits, slices.Concat(any.uses, x.uses))
	}
	none := newExpr(any.pos, &node{op: opNot, kids: []*node{any.tree}}, any.bits, any.uses)
	return &[2]*Insn{executed: in.half(none), skippable: in.half(any)}
}

// half is the instruction with one more constraint.
func (in *Insn) half(x *expr) *Insn {
	h := *in
	h.halves, h.late = nil, &late{builder: in.late.builder}
	h.constraints = append(slices.Clip(h.constraints), x)
	s, err := h.newSampler(in.forbidden)
	if err != nil || s.empty != nil {
		return nil
	}
	h.late.keep(&sampling{sampler: s})
	return &h
}
