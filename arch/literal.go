package arch

import "fmt"

// literalReach is how far back a load at a distance from its own address reads, in bytes.
const literalReach = 1 << 16

// prepareLiteral makes a load at a distance from its own address read the code before it: words of this block
// and earlier ones, up to and including itself. It is appended next.
func (s *scheduler) prepareLiteral(pl *placement) error {
	access := pl.in.Access(pl.word, pl.args)
	align, width := uint64(max(1, access.Align)), uint64(pl.in.Pattern.Width/8)
	if pl.stores() || access.Size < 1 {
		return fmt.Errorf("only loads may read code")
	}
	filler := s.freshRegister(pl)
	if filler < 0 {
		return errNoRoom
	}
	for s.addr+size(s.items)+width < s.layout.CodeAddr+uint64(access.Size)+align { // nothing stands there yet
		if err := s.setRegister(filler, 0); err != nil {
			return err
		}
	}
	pc := s.addr + size(s.items)
	first := (max(s.layout.CodeAddr, pc-literalReach) + align - 1) & -align
	choices := (pc+width-uint64(access.Size)-first)/align + 1
	base, _ := pl.in.Literal(pl.word, pl.args, pc)
	base -= uint64(access.Disp)
	near := choices
	for n := range 64 { // constraints may leave some distances out, and the field
		if n%4 == 3 { // which may be a short one
			near = (near + 1) / 2
		}
		word, ok := pl.in.Relocate(pl.word, int64(first+(choices-near+s.rng.Uint64N(near))*align-base))
		if ok && pl.in.Legal(word) {
			pl.word = word
			return nil
		}
	}
	return fmt.Errorf("it reaches no code that is there")
}
