package arch

import "github.com/risugen/risugen/constraints"

// traits is what the scheduler asks of an instruction each time that it places it, whatever the word: found once, and side
// by side, since an instruction and its operands lie all over the memory.
type traits struct {
	// drawers are of the words that are not conditional and of those that are, or twice of all; made when the first is drawn.
	drawers [2]constraints.Drawer
	made    [2]bool
	plain   bool  // nothing but copies of states has to stand around it, and only a lack of registers can keep it from a block
	faults  bool  // it ends its block
	halves  bool  // some of its words are conditional, or all are, and it may run
	noArgs  bool  // the scheduler needs no arguments of its words
	simple  bool  // it is no branch, accesses no memory, and no values are forced or undefined
	asks    bool  // a word may need what the sampler was not asked for: see hasRoom
	unread  bool  // nobody asks for what its words only read
	size    uint8 // bytes of a word
	index   int32
	view    int32      // that it needs, or 0
	states  []uint8    // that some word writes, in the order of the operands
	surely  uint64     // those of the first 64 states that every word writes
	quick   *quickInsn // nil: it cannot be placed in the quick way

	in        *constraints.Insn
	span      uint64 // how far a load at a distance from itself reaches, in bytes; 0: that was not asked yet
	fixed     uint64 // address registers that are written whatever the operands
	claims    uint64 // address registers that every word writes, or that it must be prepared with
	operands  []operandTraits
	turn      constraints.Turn // of its words with unusual operands
	drawn     []uint8          // those of them that are drawn, by their numbers
	drawnRoom [8]uint8         // for drawn
}

// operandTraits is what registers an operand may have.
type operandTraits struct {
	drawn    bool // it is a register field or a list: what it may be is offered to the sampler
	list     bool
	writes   bool
	prepared bool // glue gives it its value
	index    bool // it is the index of an access
	class    uint8
}

// of returns the traits of an instruction. They are found when they are first asked for: short programs have few of a large set.
func (s *scheduler) of(in *constraints.Insn) *traits {
	t := &s.traits[in.Index]
	if t.in == nil {
		s.find(in.Index)
	}
	return t
}

// numbered returns those of the instruction with a number.
func (s *scheduler) numbered(index int) *traits {
	t := &s.traits[index]
	if t.in == nil {
		s.find(index)
	}
	return t
}

// find finds the traits of the instruction with a number. Of one that is not recorded there is nothing to know.
func (s *scheduler) find(index int) {
	t, in := &s.traits[index], s.set.Insns[index]
	if t.in = in; recorded(in, s.layout) {
		*t = newTraits(in, s.layout)
		t.makeQuick(s.layout)
		t.listDrawn()
	}
}

// listDrawn finds the operands that are drawn.
func (t *traits) listDrawn() {
	t.drawn = t.drawnRoom[:0]
	for i := range t.operands {
		if t.operands[i].drawn {
			t.drawn = append(t.drawn, uint8(i))
		}
	}
}

func newTraits(in *constraints.Insn, l *Layout) traits {
	t := traits{in: in, index: int32(in.Index), size: uint8(in.Pattern.Width / 8), operands: make([]operandTraits, len(in.Operands))}
	t.noArgs = !in.NeedsArgs() && !l.Hosted
	t.simple = in.Branch == nil && in.Memory == nil && len(in.Inputs) == 0 && !in.AnyUndefined() && !l.Hosted
	for i := range in.Operands {
		op := &in.Operands[i]
		o := &t.operands[i]
		o.writes, o.prepared = op.Role.Writes(), isPrepared(in, i)
		o.index = in.Memory != nil && in.Memory.Index == i
		switch op.Kind {
		case constraints.RegisterField, constraints.RegisterList:
			o.drawn, o.list, o.class = true, op.Kind == constraints.RegisterList, uint8(op.Class)
		case constraints.FixedRegister:
			t.asks = true
			if op.Class == l.AddrClass {
				t.fixed |= 1 << op.Reg
				if in.Sure(i) && (o.writes || o.prepared) {
					t.claims |= 1 << op.Reg
				}
			}
		case constraints.MemoryOperand:
			t.asks = t.asks || o.writes
		case constraints.StateOperand:
			if o.writes {
				t.states = append(t.states, uint8(op.State))
				if in.Sure(i) {
					t.surely |= 1 << op.State
				}
			}
		}
		t.asks = t.asks || len(op.Members) > 0
		for _, m := range op.Members {
			if o.writes && m.Kind == constraints.MemberState {
				t.states = append(t.states, uint8(m.Num))
			}
		}
	}
	t.plain = t.simple && !t.asks && in.Linked == nil && !grouped(in)
	t.unread = t.simple && !t.asks && in.Linked == nil && len(l.Hazards) == 0
	t.halves, t.faults = in.HasConditional() && in.Must == constraints.MayRun, in.MayFault()
	t.view = int32(viewOf(in, l))
	return t
}

// drawer is what words are drawn with: conditional ones, or others, where there are such.
func (t *traits) drawer(in *constraints.Insn, conditional bool) constraints.Drawer {
	if in.Prefix != nil { // a part of its words, which goes with what follows
		return in.Half(conditional).Drawer()
	}
	half := 0
	if conditional {
		half = 1
	}
	if !t.made[half] {
		t.drawers[half], t.made[half] = in.Half(conditional).Drawer(), true
	}
	return t.drawers[half]
}

// isPrepared reports whether glue gives operand i its value.
func isPrepared(in *constraints.Insn, i int) bool {
	if in.Memory != nil && (in.Memory.Base == i || in.Memory.Index == i) {
		return true
	}
	if in.Branch != nil && in.Branch.Target == i {
		return true
	}
	for j := range in.Inputs {
		if in.Inputs[j].Operand == i {
			return true
		}
	}
	return false
}
