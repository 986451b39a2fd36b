package arch

import "github.com/risugen/risugen/constraints"

// placement is what one instruction needs beside its own word.
type placement struct {
	in     *constraints.Insn
	word   uint64
	args   []int64           // of the word, unless nobody asks for them: see traits
	uses   []constraints.Use // what the word's operands stand for; of those that are only read nothing, where nobody asks for it
	saves  []copied          // pending results that must be copied first
	mark   int               // register that shows which way a branch went, or -1
	taken  uint64            // address registers set aside: for saves and mark, and what a filler is prepared with
	fixed  uint64            // address registers that the instruction writes whatever its operands
	window uint8             // the memory window that the instruction stores to
	slot   bool              // it is to stand in a delay slot, or behind a prefix
	ahead  uint64            // bytes of the instructions under test between what prepares it and itself
	alone  bool              // it is a linked store without its load: its address must be misaligned
	kind   Kind              // Test, or Misaligned
}

// copied is a state and the register that its pending result is copied to.
type copied struct{ state, reg int }

// choose sets registers aside and picks a word; disp is what a branch must have.
func (s *scheduler) choose(pl *placement, disp int64) error {
	pl.saves = s.saves[len(s.saves):]
	if err := s.reserve(pl); err != nil {
		return err
	}
	word, err := s.pick(pl, disp)
	if err != nil {
		return err
	}
	s.take(pl, word)
	pl.dropSaves()
	s.saves = append(s.saves, pl.saves...)
	if !s.hasRoom(pl) {
		return errNoRoom
	}
	if s.layout.Hosted && pl.in.ReadsPC(pl.word, pl.args) {
		return errUnsuitable
	}
	return nil
}

// take notes the word of an instruction and what it says. That lasts until the next attempt to place something.
func (s *scheduler) take(pl *placement, word uint64) { s.takeOf(s.of(pl.in), pl, word) }

// takeOf is take for an instruction's traits.
func (s *scheduler) takeOf(t *traits, pl *placement, word uint64) {
	args, uses := len(s.args), len(s.uses)
	pl.word = word
	if !t.noArgs || s.given != nil {
		s.args = pl.in.Pattern.Extract(word, s.args)
		pl.args = s.args[args:len(s.args):len(s.args)]
	}
	if t.unread && s.given == nil {
		s.uses = pl.in.WritesOf(s.uses, word)
	} else {
		s.uses = pl.in.UsesOf(s.uses, word)
	}
	pl.uses = s.uses[uses:len(s.uses):len(s.uses)]
}

// draw draws a word for the offers made: one that may do nothing as often as that is asked for, but for what is there
// to fault.
func (s *scheduler) draw(in *constraints.Insn, disp int64, fault bool) (uint64, bool) {
	return s.drawWord(s.of(in), in, disp, fault)
}

func (s *scheduler) drawWord(t *traits, in *constraints.Insn, disp int64, fault bool) (uint64, bool) {
	if s.aimed != nil {
		if narrowed := s.aimed.narrow(in); narrowed != in {
			if narrowed == nil {
				return 0, false
			}
			return narrowed.Draw(s.rng, s.offer, disp)
		}
	}
	d := t.drawer(in, t.halves && !fault && s.rng.Uint32() < s.conds)
	if s.edges > 0 && s.rng.Uint32() < s.edges {
		return d.DrawEdge(s.rng, s.offer, disp, &t.turn)
	}
	return d.Draw(s.rng, s.offer, disp)
}

// hasRoom reports whether the block can give the word what the sampler was not asked for: fixed registers,
// members that are registers of their own, and a window to store to.
func (s *scheduler) hasRoom(pl *placement) bool {
	if !s.of(pl.in).asks {
		return true
	}
	for i := range pl.uses {
		u := &pl.uses[i]
		op := &pl.in.Operands[u.Operand]
		switch {
		case u.Kind == constraints.UseMemory && u.Role.Writes() && s.windows >= s.layout.Memory.Windows:
			return false
		case u.Kind != constraints.UseRegister || op.Kind != constraints.FixedRegister && len(op.Members) == 0:
		case s.barred[u.Class]>>u.Num&1 != 0:
			return false
		case !u.Role.Writes() && !s.of(pl.in).operands[u.Operand].prepared:
		case !s.given.bare() && s.written(int(u.Class), pl)&^s.layout.Classes[u.Class].Zero>>u.Num&1 != 0:
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

// before appends what must stand before the instruction: copies of what it would overwrite, and what gives
// its registers their values.
func (s *scheduler) before(pl *placement) error {
	for _, c := range pl.saves {
		if err := s.save(c.state, c.reg); err != nil {
			return err
		}
	}
	err := s.spaceFor(pl) // now, since prepare may need to know the instruction's address
	if err != nil {
		return err
	}
	pl.window, err = s.prepare(pl)
	return err
}

// test appends the instruction itself and keeps account of what it writes. Glue that prepares it stands from
// item first on. It returns the item's index.
func (s *scheduler) test(pl *placement, first int) int {
	test := len(s.items)
	s.own(first, test, test)
	s.push(Item{
		Word: pl.word, Insn: int32(pl.in.Index), Kind: pl.kind, Owner: uint16(test),
		Size: uint8(pl.in.Pattern.Width / 8), Window: pl.window,
	})
	s.tests++
	s.ended = s.ended || pl.kind == Misaligned
	s.account(pl, test)
	return test
}

// after appends what must stand behind the instruction, and behind what a branch skips.
func (s *scheduler) after(pl *placement, test int) error {
	return s.overwriteUndefined(pl, test)
}

// append appends glue words, each as the item given but for its word.
func (s *scheduler) append(words []Word, it Item) {
	it.Insn, it.Window = -1, NoWindow
	for _, w := range words {
		it.Word, it.Size = w.Bits, w.Size
		s.push(it)
	}
}

// push appends an item.
func (s *scheduler) push(it Item) {
	s.items = append(s.items, it)
	s.bytes += uint64(it.Size)
}

// save copies the pending result of a state into a register, and resets what would hide the next one.
func (s *scheduler) save(state, reg int) error {
	owner := uint16(s.pending[state])
	a := s.layout.AddrClass
	if err := s.spaceCopier(state, reg, constraints.In, owner); err != nil {
		return err
	}
	words, err := s.glueHere(0).Save(s.words[:0], state, reg)
	if err != nil {
		return err
	}
	s.words = words
	s.append(words, Item{Kind: Save, Owner: owner, Class: uint8(a), Reg: uint8(reg), State: uint8(state)})
	s.busy[a] |= 1 << reg
	s.pending[state] = -1
	if s.layout.States[state].Reset {
		return s.reset(state, owner)
	}
	return nil
}

func (s *scheduler) reset(state int, owner uint16) error {
	keep := s.layout.KeepOf(s.base, state)
	if err := s.spaceCopier(state, keep, constraints.Out, owner); err != nil {
		return err
	}
	with := keep
	if with < 0 {
		with = s.layout.Bases[s.base]
	}
	words, err := s.glueHere(0).Reset(s.words[:0], state, with)
	if err != nil {
		return err
	}
	s.words = words
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
			s.busy[u.Class] |= 1 << u.Num &^ s.zeros[u.Class]
		}
	}
}
