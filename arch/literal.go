package arch

import (
	"fmt"

	"github.com/risugen/risugen/constraints"
)

// literalReach is how far from its own address a load at a distance from there reads, in bytes.
const literalReach = 1 << 16

// prepareLiteral makes a load at a distance from its own address read code: words of this block and earlier ones, up to and
// including itself; or, of every fourth and of those that cannot reach back, what is to stand behind it, see BlocksEnd. It is
// appended next.
func (s *scheduler) prepareLiteral(pl *placement) error {
	access := pl.in.Access(pl.word, pl.args)
	align, width := uint64(max(1, access.Align)), uint64(pl.in.Pattern.Width/8)
	if pl.stores() || access.Size < 1 {
		return fmt.Errorf("only loads may read code")
	}
	if s.rng.IntN(4) == 0 && s.literalAhead(pl, width, align) {
		return nil
	}
	filler := s.freshRegister(pl)
	if filler < 0 {
		return errNoRoom
	}
	for s.here()+width < s.layout.CodeAddr+uint64(access.Size)+align { // nothing stands there yet
		if err := s.setRegister(filler, 0); err != nil {
			return err
		}
	}
	pc := s.here()
	first := (max(s.layout.CodeAddr, pc-literalReach) + align - 1) & -align
	choices := (pc+width-uint64(access.Size)-first)/align + 1
	if s.relocate(pl, choices, align, func(back uint64) uint64 { return first + (choices-1-back)*align }) || s.literalAhead(pl, width, align) {
		return nil
	}
	return fmt.Errorf("it reaches no code that is there")
}

// literalAhead makes a load read what is to stand behind it.
func (s *scheduler) literalAhead(pl *placement, width, align uint64) bool {
	first := (s.here() + width + align - 1) & -align
	return s.relocate(pl, literalReach/align, align, func(n uint64) uint64 { return first + n*align })
}

// relocate makes a load read at one of so many addresses, of which the first are nearest, and all so many bytes (align) apart.
func (s *scheduler) relocate(pl *placement, choices, align uint64, address func(n uint64) uint64) bool {
	base, _ := pl.in.Literal(pl.word, pl.args, s.here())
	base -= uint64(pl.in.Access(pl.word, pl.args).Disp)
	near := min(choices, s.span(pl)/align+1)
	for n := range 64 { // constraints may leave some distances out
		if n%4 == 3 {
			near = (near + 1) / 2
		}
		word, ok := pl.in.Relocate(pl.word, int64(address(s.rng.Uint64N(near))-base))
		if ok && pl.in.Legal(word) {
			pl.word = word
			return true
		}
	}
	return false
}

// span is how far from its own address a load at a distance reads at most, in bytes: what its field holds, or literalReach.
func (s *scheduler) span(pl *placement) uint64 {
	t := s.of(pl.in)
	if t.span == 0 {
		t.span = farthest(func(d int64) bool {
			_, ahead := pl.in.Relocate(pl.word, d)
			_, back := pl.in.Relocate(pl.word, -d)
			return ahead || back
		})
	}
	return t.span
}

// farthest is the longest distance up to literalReach that is reached. It is looked for in steps, which leave only the last of them to
// be tried distance by distance.
func farthest(reached func(d int64) bool) uint64 {
	d, before := int64(literalReach), int64(literalReach)
	for d > 0 && !reached(d) {
		d, before = d*15/16&^(AlignModulus-1), d
	}
	if d == 0 {
		return literalReach // nothing is known
	}
	for before > d && !reached(before) {
		before--
	}
	return uint64(before)
}

// BlocksEnd is the address behind the last block, and behind all that instructions read: zeros stand there.
func (p *Program) BlocksEnd() uint64 {
	last := &p.Blocks[len(p.Blocks)-1]
	end := last.Addr + p.Machine.Layout().BlockSize(last)
	readers, any := p.codeReaders()
	if !any {
		return end
	}
	var reads []Range
	for i := range p.Blocks {
		b := &p.Blocks[i]
		if !b.tests(readers) {
			continue
		}
		reads = p.appendCodeReads(reads[:0], b)
		for _, r := range reads {
			end = max(end, r.Hi)
		}
	}
	return end
}

// tests reports whether the block tests one of some instructions, which are told by their index.
func (b *Block) tests(insns []bool) bool {
	for i := range b.Items {
		if it := &b.Items[i]; it.Kind == Test && insns[it.Insn] {
			return true
		}
	}
	return false
}

// codeReaders tells of each instruction, by its index, whether it reads code, and whether any does.
func (p *Program) codeReaders() (readers []bool, any bool) {
	insns := p.Machine.Set().Insns
	readers = make([]bool, len(insns))
	for i, in := range insns {
		readers[i] = readsCode(in)
		any = any || readers[i]
	}
	return readers, any
}

// readsCode reports whether an instruction reads at a distance from its own address.
func readsCode(in *constraints.Insn) bool { return in.Memory != nil && in.Memory.Base < 0 }
