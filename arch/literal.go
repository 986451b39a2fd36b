package arch

import "fmt"

// prepareLiteral makes a load at a distance from its own address read the code of its block, which is all that
// is known to be in reach: the words up to and including itself. It is appended next.
func (s *scheduler) prepareLiteral(pl *placement) error {
	if pl.stores() {
		return fmt.Errorf("a store at a distance from its own address would change the code")
	}
	access := pl.in.Access(pl.word, pl.args)
	align := uint64(max(1, access.Align))
	pc := s.addr + size(s.items)
	first, last := (s.addr+align-1)&-align, pc+uint64(pl.in.Pattern.Width/8)-uint64(access.Size)
	if last < first || last > pc+uint64(pl.in.Pattern.Width/8) {
		return errNoRoom // no run of words is so long yet
	}
	base, _ := pl.in.Literal(pl.word, pl.args, pc)
	base -= uint64(access.Disp)
	for range 8 { // a constraint may leave some distances out
		target := first + s.rng.Uint64N((last-first)/align+1)*align
		word, ok := pl.in.Relocate(pl.word, int64(target-base))
		if ok && pl.in.Legal(word) {
			pl.word = word
			return nil
		}
	}
	return errNoRoom
}
