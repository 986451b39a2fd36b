package arch

import (
	"fmt"
	"slices"

	"github.com/risugen/risugen/constraints"
)

// A linked store is done only if nothing came between it and a load from the same address. The two are drawn as one:
// they stand side by side, in a loop that tries again where the store was not done, and end their block. Where it was
// not done in Layout.Tries tries, their results say nothing.

// LoopShape says what the loop around a load and its store is to be like.
type LoopShape struct {
	Flag   int    // the register that tells whether the store was done
	Failed int64  // what it holds where the store was not
	Keep   int    // a register that keeps what Flag held before
	Count  int    // a register that counts; it holds the same in the end however many tries it took
	Tries  int    // how many there are at most
	Size   uint64 // of load and store, in bytes
}

// Loop is the glue around a load and its store: Keep and Start before the loop, Again at its head, load and store, After.
type Loop struct {
	Keep  []Word // writes LoopShape.Keep
	Start []Word // writes LoopShape.Count
	Again []Word // writes LoopShape.Flag
	After []Word // writes LoopShape.Count
}

// placeLinked places a store with its load; or the store alone at a misaligned address, where it faults; or the load
// alone, where one more instruction is all that there is to be.
func (s *scheduler) placeLinked(in *constraints.Insn) error {
	if !in.Linked.FailsFirst && in.Memory.Align > 1 && s.skew > 0 && s.rng.Uint32() < s.skew && !s.stackLost() {
		return s.attempt(func() error { return s.placeAlone(placement{in: in, mark: -1, alone: true}) })
	}
	if s.left < 2 {
		return s.place(in.Linked.Load)
	}
	a := s.layout.AddrClass
	barred := s.barred[a]
	err := s.attempt(func() error { return s.placeUnit(in) })
	s.barred[a] = barred
	if err == nil {
		s.left--
		s.view = max(s.view, s.views[in.Linked.Load.Index])
	}
	return err
}

// placeUnit appends the loop, which bars registers that it needs itself.
func (s *scheduler) placeUnit(in *constraints.Insn) error {
	a, first := s.layout.AddrClass, len(s.items)
	store := placement{in: in, mark: -1}
	s.keepFixed(&store)
	shape := LoopShape{Failed: in.Linked.Failed, Tries: s.layout.Tries, Keep: s.freshRegister(&store), Count: s.freshRegister(&store)}
	if shape.Keep < 0 || shape.Count < 0 {
		return errNoRoom
	}
	zero := s.layout.Classes[a].Zero // there the flag would be lost
	s.barred[a] |= 1<<shape.Keep | 1<<shape.Count | zero
	if err := s.choose(&store, 0); err != nil {
		return err
	}
	flag := store.register(in.Linked.Flag)
	if flag == nil { // a number that reads as zero
		return errUnsuitable
	}
	if int(flag.Class) != a {
		return fmt.Errorf("%s: what tells whether a linked store was done must be one of the %s registers", in.Operands[in.Linked.Flag].Pos, s.layout.Classes[a].Name)
	}
	shape.Flag = int(flag.Num)
	s.barred[a] &^= zero
	load, err := s.chooseLoad(&store)
	if err != nil {
		return err
	}
	if err := s.before(&store); err != nil {
		return err
	}
	if err := s.spaceFor(&load); err != nil {
		return err
	}
	shape.Size = uint64(in.Pattern.Width/8 + load.in.Pattern.Width/8)
	loop := Loop{s.loop.Keep[:0], s.loop.Start[:0], s.loop.Again[:0], s.loop.After[:0]}
	loop, err = s.glueHere(0).Retry(loop, shape)
	s.loop = loop
	if err != nil {
		return err
	}
	s.append(loop.Keep, Item{Kind: Prepare, Class: uint8(a), Reg: uint8(shape.Keep)})
	s.append(loop.Start, Item{Kind: Prepare, Class: uint8(a), Reg: uint8(shape.Count)})
	s.append(loop.Again, Item{Kind: Restore, Class: uint8(a), Reg: uint8(shape.Flag)})
	s.test(&load, len(s.items))
	test := s.test(&store, len(s.items))
	s.own(first, test-1, test)
	s.append(loop.After, Item{Kind: Retry, Owner: uint16(test), Class: uint8(a), Reg: uint8(shape.Count)})
	return s.after(&store, test)
}

// chooseLoad draws the load of a store: it writes registers that the store has nothing to do with.
func (s *scheduler) chooseLoad(store *placement) (placement, error) {
	in := store.in.Linked.Load
	load := placement{in: in, mark: -1, taken: store.taken, window: NoWindow}
	base := store.register(store.in.Memory.Base)
	if base == nil {
		return load, errNoRoom
	}
	used := append(s.used[:0], make([]uint64, len(s.barred))...)
	s.used = used
	for i := range store.uses {
		if u := &store.uses[i]; u.Kind == constraints.UseRegister {
			used[u.Class] |= 1 << u.Num
		}
	}
	s.makeOffers(&load)
	for i := range in.Operands {
		if op := &in.Operands[i]; op.Role.Writes() && op.Kind == constraints.RegisterField {
			s.offer[i] &^= used[op.Class]
		}
	}
	s.offer[in.Memory.Base] = 1 << base.Num
	word, ok := s.draw(in, 0, false)
	if !ok {
		return load, errNoRoom
	}
	if word, ok = store.in.LoadWord(store.word, word); !ok {
		return load, fmt.Errorf("%s has no word that accesses what %#x does", in, store.word)
	}
	s.take(&load, word)
	if !s.hasRoom(&load) || clobbers(&load, used) {
		return load, errNoRoom
	}
	return load, nil
}

// clobbers reports whether a load writes a register of some.
func clobbers(load *placement, used []uint64) bool {
	return slices.ContainsFunc(load.uses, func(u constraints.Use) bool {
		return u.Kind == constraints.UseRegister && u.Role.Writes() && used[u.Class]>>u.Num&1 != 0
	})
}
