package arch

import (
	"fmt"
	"math/bits"

	"github.com/risugen/risugen/constraints"
)

// placement is what one instruction needs beside its own word.
type placement struct {
	in    *constraints.Insn
	word  uint64
	saves []copied // pending results that must be copied first
	mark  int      // register that shows which way the branch went, or -1
	delay []Word   // what follows the branch
	disp  int64    // where the branch goes
	taken uint64   // address registers set aside for saves and mark
}

// copied is a state and the register that its pending result is copied to.
type copied struct{ state, reg int }

// place draws a word and appends it with its glue. It appends nothing when it returns an error.
func (s *scheduler) place(in *constraints.Insn) error {
	pl := placement{in: in, mark: -1, saves: s.saves[:0]}
	if err := s.reserve(&pl); err != nil {
		return err
	}
	s.makeOffers(&pl)
	word, ok := in.Draw(s.rng, s.offer, pl.disp)
	if !ok {
		return errNoRoom
	}
	pl.word = word
	s.args = in.Pattern.Extract(word, s.args[:0])
	if in.Memory != nil && s.writesMemory(in) && s.windows >= s.layout.Memory.Windows {
		return errNoRoom
	}
	return s.emit(&pl)
}

// reserve sets registers aside for copies of pending state and for the mark of a branch.
func (s *scheduler) reserve(pl *placement) error {
	if !s.takeFixed(pl) {
		return errNoRoom
	}
	for i := range pl.in.Operands {
		op := &pl.in.Operands[i]
		if op.Kind == constraints.StateOperand && op.Role.Writes() && s.pending[op.State] >= 0 {
			r := s.freshRegister(pl)
			if r < 0 {
				return errNoRoom
			}
			pl.saves = append(pl.saves, copied{op.State, r})
		}
	}
	s.saves = pl.saves
	br := pl.in.Branch
	if br == nil {
		return nil
	}
	if br.Absolute {
		return fmt.Errorf("branches to absolute addresses cannot be scheduled")
	}
	if pl.mark = s.freshRegister(pl); pl.mark < 0 {
		return errNoRoom
	}
	var err error
	pl.delay, pl.disp, err = s.glue.Mark(s.delay[:0], pl.mark, br.DelaySlot)
	s.delay = pl.delay
	return err
}

// takeFixed takes the registers that the instruction always writes, whatever its operands. It reports
// false where this block cannot give one: it holds a result, or it is the harness's.
func (s *scheduler) takeFixed(pl *placement) bool {
	for i := range pl.in.Operands {
		op := &pl.in.Operands[i]
		if op.Kind != constraints.FixedRegister || !op.Role.Writes() {
			continue
		}
		if (s.busy[op.Class]&^s.layout.Classes[op.Class].Zero|s.barred[op.Class])>>op.Reg&1 != 0 {
			return false
		}
		if op.Class == s.layout.AddrClass {
			pl.taken |= 1 << op.Reg
		}
	}
	return true
}

// freshRegister takes an address register that holds no result.
func (s *scheduler) freshRegister(pl *placement) int {
	a := s.layout.AddrClass
	c := &s.layout.Classes[a]
	m := all(c) &^ (s.busy[a] | s.barred[a] | c.Zero | pl.taken)
	n := bits.OnesCount64(m)
	if n == 0 {
		return -1
	}
	for n = s.rng.IntN(n); n > 0; n-- {
		m &= m - 1
	}
	r := bits.TrailingZeros64(m)
	pl.taken |= 1 << r
	return r
}

// all is the set of a class's registers.
func all(c *Class) uint64 { return ^uint64(0) >> (64 - c.Count) }

// makeOffers says which registers each operand may have.
func (s *scheduler) makeOffers(pl *placement) {
	s.offer = s.offer[:0]
	for i := range pl.in.Operands {
		op := &pl.in.Operands[i]
		if op.Kind != constraints.RegisterField {
			s.offer = append(s.offer, 0)
			continue
		}
		c := &s.layout.Classes[op.Class]
		m := all(c) &^ s.barred[op.Class]
		if op.Role.Writes() {
			m = s.fresh(op.Class, m, pl)
		}
		if s.isPrepared(pl.in, i) {
			m &^= s.written(op.Class, pl) | c.Zero
		}
		s.offer = append(s.offer, m)
	}
}

// fresh is the set of registers that may be written: those that hold no result and, one time in as many
// as the class has operands, the zero registers alone. These take any number of results, and would
// otherwise be drawn ever more often as a block fills up.
func (s *scheduler) fresh(class int, m uint64, pl *placement) uint64 {
	zero := s.layout.Classes[class].Zero & m
	free := m &^ s.written(class, pl) &^ zero
	if zero != 0 && free != 0 && s.rng.IntN(bits.OnesCount64(m)) < bits.OnesCount64(zero) {
		return zero
	}
	return free
}

// written is the set of a class's registers that must not be written.
func (s *scheduler) written(class int, pl *placement) uint64 {
	m := s.busy[class]
	if class == s.layout.AddrClass {
		m |= pl.taken
	}
	return m
}

// isPrepared reports whether glue gives operand i its value.
func (s *scheduler) isPrepared(in *constraints.Insn, i int) bool {
	if in.Memory != nil && in.Memory.Base == i {
		return true
	}
	for j := range in.Inputs {
		if in.Inputs[j].Operand == i {
			return true
		}
	}
	return false
}

func (s *scheduler) writesMemory(in *constraints.Insn) bool {
	for i := range in.Operands {
		if in.Operands[i].Kind == constraints.MemoryOperand && in.Operands[i].Role.Writes() {
			return true
		}
	}
	return false
}

// emit appends the instruction and its glue and keeps account of what it wrote.
func (s *scheduler) emit(pl *placement) error {
	mark := len(s.items)
	if err := s.emitAll(pl); err != nil {
		s.items = s.items[:mark]
		return err
	}
	return nil
}

func (s *scheduler) emitAll(pl *placement) error {
	for _, c := range pl.saves {
		if err := s.save(c.state, c.reg); err != nil {
			return err
		}
	}
	first := len(s.items)
	window, err := s.prepare(pl)
	if err != nil {
		return err
	}
	test := len(s.items)
	for i := first; i < len(s.items); i++ {
		s.items[i].Owner = uint16(test)
	}
	s.items = append(s.items, Item{
		Word: pl.word, Insn: int32(pl.in.Index), Kind: Test, Owner: uint16(test),
		Size: uint8(pl.in.Pattern.Width / 8), Window: window,
	})
	s.tests++
	s.account(pl.in, test)
	if pl.mark >= 0 {
		a := s.layout.AddrClass
		s.append(pl.delay, Item{Kind: Mark, Owner: uint16(test), Class: uint8(a), Reg: uint8(pl.mark)})
		s.busy[a] |= 1 << pl.mark
	}
	return s.overwriteUndefined(pl.in, test)
}

// append appends glue words, each as the item given but for its word.
func (s *scheduler) append(words []Word, it Item) {
	s.words = words[:0]
	it.Insn, it.Window = -1, NoWindow
	for _, w := range words {
		it.Word, it.Size = w.Bits, w.Size
		s.items = append(s.items, it)
	}
}

// save copies the pending result of a state into a register, and resets what would hide the next one.
func (s *scheduler) save(state, reg int) error {
	owner := uint16(s.pending[state])
	a := s.layout.AddrClass
	words, err := s.glue.Save(s.words[:0], state, reg)
	if err != nil {
		return err
	}
	s.append(words, Item{Kind: Save, Owner: owner, Class: uint8(a), Reg: uint8(reg), State: uint8(state)})
	s.busy[a] |= 1 << reg
	s.pending[state] = -1
	if s.layout.States[state].Reset {
		return s.reset(state, owner)
	}
	return nil
}

func (s *scheduler) reset(state int, owner uint16) error {
	words, err := s.glue.Reset(s.words[:0], state, s.layout.Keeps[s.base])
	if err != nil {
		return err
	}
	s.append(words, Item{Kind: Reset, Owner: owner, State: uint8(state)})
	return nil
}

// account notes where the instruction's results stand from now on.
func (s *scheduler) account(in *constraints.Insn, test int) {
	for i := range in.Operands {
		op := &in.Operands[i]
		if !op.Role.Writes() {
			continue
		}
		switch op.Kind {
		case constraints.StateOperand:
			s.pending[op.State] = test
		case constraints.RegisterField, constraints.FixedRegister:
			s.busy[op.Class] |= 1 << op.Register(s.args) &^ s.layout.Classes[op.Class].Zero
		}
	}
}

// overwriteUndefined overwrites outputs whose value the manual does not define.
func (s *scheduler) overwriteUndefined(in *constraints.Insn, test int) error {
	for _, i := range in.Undef {
		op := &in.Operands[i]
		if op.Kind == constraints.StateOperand {
			s.pending[op.State] = -1
			if err := s.reset(op.State, uint16(test)); err != nil {
				return err
			}
			continue
		}
		reg := op.Register(s.args)
		words, err := s.glue.SetReg(s.words[:0], reg, 0)
		if err != nil || op.Class != s.layout.AddrClass {
			return fmt.Errorf("cannot overwrite undefined output %s", op.Name)
		}
		s.append(words, Item{Kind: Reset, Owner: uint16(test), Class: uint8(op.Class), Reg: uint8(reg)})
	}
	return nil
}
