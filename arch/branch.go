package arch

import (
	"errors"
	"fmt"

	"github.com/risugen/risugen/constraints"
)

// BranchShape says what a branch under test looks like in its block.
type BranchShape struct {
	Size      uint8 // of the branch, in bytes
	DelaySlot bool
	Filled    bool   // an instruction under test is to stand in the delay slot
	Forbidden bool   // another branch stands in the forbidden slot: a taken branch skips it and After, which is a guard
	Backward  bool   // the branch goes back when it is taken, and from there to behind what it skips otherwise
	Exchange  bool   // the branch goes to code of another instruction set, which comes back
	Ahead     uint64 // bytes of instructions under test between Before and the branch
}

// Landing is the glue around a branch under test: Before, the branch, its delay slot (Slot, or an instruction
// under test), After. It leaves one value in a register when the branch was taken, another when it was not,
// and where Slot is not empty a third when the delay slot was wrongly nullified.
type Landing struct {
	Before, Slot, After []Word
	Displacement        int64 // from the branch's own address to where it must go, in bytes
}

// place draws a word and appends it with its glue. It appends nothing when it returns an error.
func (s *scheduler) place(in *constraints.Insn) error {
	if s.of(in).plain {
		return s.placePlain(in)
	}
	if in.Linked != nil {
		return s.placeLinked(in)
	}
	if grouped(in) {
		return s.placeGroup(in)
	}
	if in.Branch == nil {
		return s.attempt(func() error { return s.placeAlone(placement{in: in, mark: -1}) })
	}
	if v := s.violator(in); v != nil {
		err := s.attempt(func() error { return s.placeForbidden(in, v) })
		if err == nil {
			s.ended = true
			s.left--
		}
		if !errors.Is(err, errNoRoom) {
			return err
		}
	}
	shape := s.shape(in)
	if filler := s.filler(in, shape); filler != nil {
		shape.Filled = true
		err := s.attempt(func() error { return s.placeBranch(in, shape, filler) })
		if err == nil {
			s.left--
			s.view = max(s.view, s.views[filler.Index])
		}
		if !errors.Is(err, errNoRoom) {
			return err
		}
		shape.Filled = false
	}
	return s.attempt(func() error { return s.placeBranch(in, shape, nil) })
}

// shape chooses what a branch is to look like, but for what stands in its delay slot.
func (s *scheduler) shape(in *constraints.Insn) BranchShape {
	br := in.Branch
	out := BranchShape{DelaySlot: br.DelaySlot, Size: uint8(in.Pattern.Width / 8)}
	out.Backward = s.layout.Backward && s.rng.IntN(2) == 0 && goesBack(in)
	out.Exchange = br.Exchange || br.MayExchange() && s.rng.IntN(2) == 0
	if out.Exchange || s.given.bare() {
		out.Backward = false
	}
	return out
}

// goesBack reports whether some word of a branch goes back.
func goesBack(in *constraints.Insn) bool {
	if in.Branch.Absolute {
		return true
	}
	_, ok := in.Retarget(in.Pattern.FixedBits, -8)
	return ok
}

// attempt undoes what a function did to the open block if it returns an error.
func (s *scheduler) attempt(f func() error) error {
	items, bytes, tests, windows, memory := len(s.items), s.bytes, s.tests, s.windows, s.memory
	copy(s.busyCopy, s.busy)
	copy(s.pendingCopy, s.pending)
	s.args, s.uses, s.saves = s.args[:0], s.uses[:0], s.saves[:0]
	err := f()
	if err != nil {
		s.items, s.bytes, s.tests, s.windows, s.memory = s.items[:items], bytes, tests, windows, memory
		copy(s.busy, s.busyCopy)
		copy(s.pending, s.pendingCopy)
	}
	return err
}

// filler draws an instruction for a branch's delay slot, for every second one; nil: none.
func (s *scheduler) filler(in *constraints.Insn, shape BranchShape) *constraints.Insn {
	if !shape.DelaySlot || len(s.fillers) == 0 || s.tests+2 > s.limit || s.left < 2 || s.rng.IntN(2) == 0 {
		return nil
	}
	f := s.fillers[s.rng.IntN(len(s.fillers))]
	for _, v := range []int{s.view, s.views[in.Index]} {
		if w := s.views[f.Index]; v != 0 && w != 0 && v != w {
			return nil
		}
	}
	return f
}

// maySlot reports whether an instruction may stand in a delay slot: a fault there is reported at the
// branch, and its own address is not known when its word is chosen.
func maySlot(in *constraints.Insn) bool {
	return !grouped(in) && in.Branch == nil && in.Linked == nil && !in.MayFault() && !in.InGroup("noslot") && (in.Memory == nil || in.Memory.Base >= 0)
}

// placeAlone places an instruction that is no branch.
func (s *scheduler) placeAlone(pl placement) error {
	if err := s.choose(&pl, 0); err != nil {
		return err
	}
	first := len(s.items)
	if err := s.before(&pl); err != nil {
		return err
	}
	return s.after(&pl, s.test(&pl, first))
}

// placeBranch places a branch with its landing, and a filler in its delay slot if there is one. What prepares
// the filler comes before the branch, and keeps its registers from it.
func (s *scheduler) placeBranch(in *constraints.Insn, shape BranchShape, filler *constraints.Insn) error {
	pl := placement{in: in, mark: -1}
	var slot placement
	slotFirst := len(s.items)
	if filler != nil {
		var err error
		if slot, err = s.prepareFiller(filler); err != nil {
			return err
		}
		pl.taken = s.preparedSince(slotFirst)
	}
	first := len(s.items)
	landing, err := s.prepareBranch(&pl, shape)
	if err != nil {
		return err
	}
	test := s.test(&pl, first)
	if filler == nil {
		s.land(landing.Slot, &pl, test)
		s.land(landing.After, &pl, test)
		return s.after(&pl, test)
	}
	if s.reach > 0 && s.missing(&toucher{slot.uses, slot.in.InGroup}) > 0 {
		return errNoRoom // what the branch itself needed stands too near
	}
	filled := s.test(&slot, len(s.items))
	s.own(slotFirst, first, filled)
	s.land(landing.After, &pl, test)
	if err := s.after(&pl, test); err != nil {
		return err
	}
	return s.after(&slot, filled)
}

// prepareBranch chooses the word of a branch and its mark, and appends what must stand before it.
func (s *scheduler) prepareBranch(pl *placement, shape BranchShape) (Landing, error) {
	s.keepFixed(pl)
	if pl.mark = s.freshRegister(pl); pl.mark < 0 {
		return Landing{}, errNoRoom
	}
	shape.Ahead = pl.ahead
	landing, err := s.landing(0, pl.mark, shape)
	if err != nil {
		return landing, err
	}
	if err := s.choose(pl, s.distance(pl, &landing)); err != nil {
		return landing, err
	}
	if err := s.before(pl); err != nil {
		return landing, err
	}
	if landing, err = s.aim(pl, shape); err != nil {
		return landing, err
	}
	s.append(landing.Before, Item{Kind: Prepare, Class: uint8(s.layout.AddrClass), Reg: uint8(pl.mark)})
	return landing, nil
}

// landing makes a landing whose words stand so many bytes behind the last item. It holds until the next one is made.
func (s *scheduler) landing(ahead uint64, reg int, shape BranchShape) (Landing, error) {
	l := &s.landed
	l.Before, l.Slot, l.After = l.Before[:0], l.Slot[:0], l.After[:0]
	var err error
	*l, err = s.glueHere(ahead).Mark(*l, reg, shape)
	return *l, err
}

// land appends words of the landing behind a branch.
func (s *scheduler) land(words []Word, pl *placement, test int) {
	a := s.layout.AddrClass
	s.append(words, Item{Kind: Mark, Owner: uint16(test), Class: uint8(a), Reg: uint8(pl.mark)})
	s.busy[a] |= 1 << pl.mark
}

// prepareFiller chooses the word of a filler and appends what must stand before it. Its results are kept from
// what comes before it too.
func (s *scheduler) prepareFiller(in *constraints.Insn) (placement, error) {
	pl := placement{in: in, mark: -1, slot: true}
	err := s.prepareSlot(&pl)
	return pl, err
}

// prepareSlot does that for an instruction that is not the next to be appended.
func (s *scheduler) prepareSlot(pl *placement) error {
	if err := s.choose(pl, 0); err != nil {
		return err
	}
	if err := s.before(pl); err != nil {
		return err
	}
	s.keepResults(pl)
	return nil
}

// keepResults keeps what an instruction writes that is not the next to be appended.
func (s *scheduler) keepResults(pl *placement) {
	for i := range pl.uses {
		if u := &pl.uses[i]; u.Kind == constraints.UseRegister && u.Role.Writes() {
			s.busy[u.Class] |= 1 << u.Num &^ s.layout.Classes[u.Class].Zero
		}
	}
}

// preparedSince is the set of address registers that glue gave values to from an item on.
func (s *scheduler) preparedSince(item int) uint64 {
	var m uint64
	for _, it := range s.items[item:] {
		if it.Kind == Prepare && int(it.Class) == s.layout.AddrClass {
			m |= 1 << it.Reg
		}
	}
	return m
}

// own gives glue from one item up to another its owner.
func (s *scheduler) own(first, end, owner int) {
	for i := first; i < end; i++ {
		if k := s.items[i].Kind; k == Prepare || k == Space || k == Restore {
			s.items[i].Owner = uint16(owner)
		}
	}
}

// aim makes the landing, now that it is known where it stands: it is appended next, behind what loads the branch's
// register where it goes to an address in one. It makes an absolute branch go where it must.
func (s *scheduler) aim(pl *placement, shape BranchShape) (Landing, error) {
	br := pl.in.Branch
	if br.Absolute && br.Target >= 0 {
		return s.aimRegister(pl, shape)
	}
	landing, err := s.landing(0, pl.mark, shape)
	to := s.distance(pl, &landing)
	switch {
	case err != nil || !br.Absolute && br.Align == 0: // the distance is what it was before
		return landing, err
	case br.Absolute:
		to = int64(s.here()+wordsSize(landing.Before)+pl.ahead) + landing.Displacement
	}
	word, ok := pl.in.Retarget(pl.word, to)
	if !ok {
		return landing, fmt.Errorf("no word goes to %#x", to)
	}
	pl.word = word
	return landing, nil
}

// aimRegister is aim for a branch to where a register points.
func (s *scheduler) aimRegister(pl *placement, shape BranchShape) (Landing, error) {
	u := pl.register(pl.in.Branch.Target)
	if u == nil || int(u.Class) != s.layout.AddrClass {
		return Landing{}, fmt.Errorf("%s: the target of a branch must be one of the %s registers",
			pl.in.Operands[pl.in.Branch.Target].Pos, s.layout.Classes[s.layout.AddrClass].Name)
	}
	load, err := s.glueHere(0).SetReg(s.words[:0], int(u.Num), s.here())
	s.words = load
	if err != nil {
		return Landing{}, err
	}
	loaded := wordsSize(load)
	landing, err := s.landing(loaded, pl.mark, shape)
	if err != nil {
		return landing, err
	}
	at, added := int64(s.here()+loaded+wordsSize(landing.Before)+pl.ahead), pl.in.BranchOffset(pl.word, pl.args)
	if shape.Exchange {
		added = pl.in.ExchangeOffset(pl.word, pl.args)
	}
	return landing, s.setRegister(int(u.Num), uint64(at+landing.Displacement-added))
}

// distance is what a branch's word must say to go where it must, if its landing is appended next.
func (s *scheduler) distance(pl *placement, landing *Landing) int64 {
	at := s.here() + wordsSize(landing.Before) + pl.ahead
	return landing.Displacement + int64(at-pl.in.Branch.From(at))
}

// here is the address of the next item.
func (s *scheduler) here() uint64 { return s.addr + s.bytes }

// glueHere is the glue for words so many bytes behind the last item.
func (s *scheduler) glueHere(ahead uint64) Glue {
	if s.placed != nil {
		return s.placed.At(s.here() + ahead)
	}
	return s.usual
}

// size is how many bytes items take.
func size(items []Item) uint64 {
	n := uint64(0)
	for i := range items {
		n += uint64(items[i].Size)
	}
	return n
}

func wordsSize(words []Word) uint64 {
	n := uint64(0)
	for _, w := range words {
		n += uint64(w.Size)
	}
	return n
}
