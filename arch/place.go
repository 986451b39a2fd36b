package arch

import "github.com/risugen/risugen/constraints"

// placement is what one instruction needs beside its own word.
type placement struct {
	in    *constraints.Insn
	word  uint64
	uses  []constraints.Use // what the word's operands stand for
	saves []copied          // pending results that must be copied first
	mark  int               // register that shows which way the branch went, or -1
	delay []Word            // what follows the branch
	disp  int64             // where the branch goes
	taken uint64            // address registers set aside for saves and mark
	fixed uint64            // address registers that the instruction writes whatever its operands
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
	word, ok := s.draw(in, pl.disp)
	if !ok {
		return errNoRoom
	}
	pl.word = word
	s.args = in.Pattern.Extract(word, s.args[:0])
	s.uses = in.Uses(s.uses[:0], word, s.args)
	pl.uses = s.uses
	pl.dropSaves()
	if !s.hasRoom(&pl) {
		return errNoRoom
	}
	return s.emit(&pl)
}

// draw draws a word for the offers made.
func (s *scheduler) draw(in *constraints.Insn, disp int64) (uint64, bool) {
	if s.edges > 0 && s.rng.Uint32() < s.edges {
		return in.DrawEdge(s.rng, s.offer, disp)
	}
	return in.Draw(s.rng, s.offer, disp)
}

// hasRoom reports whether the block can give the word what the sampler was not asked for: fixed registers,
// members that are registers of their own, and a window to store to.
func (s *scheduler) hasRoom(pl *placement) bool {
	for i := range pl.uses {
		u := &pl.uses[i]
		op := &pl.in.Operands[u.Operand]
		switch {
		case u.Kind == constraints.UseMemory && u.Role.Writes() && s.windows >= s.layout.Memory.Windows:
			return false
		case u.Kind != constraints.UseRegister || op.Kind != constraints.FixedRegister && len(op.Members) == 0:
		case s.barred[u.Class]>>u.Num&1 != 0:
			return false
		case !u.Role.Writes() && !s.isPrepared(pl.in, u.Operand):
		case s.written(int(u.Class), pl)&^s.layout.Classes[u.Class].Zero>>u.Num&1 != 0:
			return false
		}
	}
	return true
}

// stores reports whether the word writes to memory.
func (pl *placement) stores() bool {
	for i := range pl.uses {
		if pl.uses[i].Kind == constraints.UseMemory && pl.uses[i].Role.Writes() {
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
	s.account(pl, test)
	if pl.mark >= 0 {
		a := s.layout.AddrClass
		s.append(pl.delay, Item{Kind: Mark, Owner: uint16(test), Class: uint8(a), Reg: uint8(pl.mark)})
		s.busy[a] |= 1 << pl.mark
	}
	return s.overwriteUndefined(pl, test)
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
func (s *scheduler) account(pl *placement, test int) {
	for i := range pl.uses {
		u := &pl.uses[i]
		switch {
		case !u.Role.Writes():
		case u.Kind == constraints.UseState:
			s.pending[u.Num] = test
		case u.Kind == constraints.UseRegister:
			s.busy[u.Class] |= 1 << u.Num &^ s.layout.Classes[u.Class].Zero
		}
	}
}
