package reduce

import (
	"slices"

	"github.com/risugen/risugen/arch"
)

// compact takes out what does nothing: words in the places of missing instructions, glue that keeps results from instructions
// which are no longer there, and memory where nothing accesses it.
func (s *search) compact() error {
	if s.at.form.fillers == nil {
		s.at.form.fillers = make([]bool, len(s.at.form.block.Items))
	}
	var cands []candidate
	for _, leave := range []struct{ fillers, copies, memory bool }{
		{}, {copies: true}, {memory: true}, {copies: true, memory: true},
		{fillers: true}, {fillers: true, copies: true},
	} {
		f := *s.at.form
		drop := make([]bool, len(f.block.Items))
		if !leave.copies {
			lateCopies(&f.block, drop)
		}
		if !leave.fillers {
			s.idle(&f, drop)
		}
		if f.pinned {
			s.trim(&f, drop)
		}
		f.block.Items, f.fillers = compacted(f.block.Items, drop), nil
		if !leave.memory {
			f.block.Memory = f.block.Memory && touchesMemory(s.machine(), &f.block)
		}
		c := s.at
		c.form = &f
		cands = append(cands, c)
	}
	held, err := s.hold(&s.example.goal, cands)
	if err != nil {
		return err
	}
	if i := slices.Index(held, true); i >= 0 {
		s.at = cands[i]
	}
	s.cells = cellsOf(s.machine(), s.placed(s.at))
	return nil
}

// lateCopies marks glue behind the last instruction under test that copies states, and puts them back.
func lateCopies(b *arch.Block, drop []bool) {
	for i := len(b.Items) - 1; i >= 0 && !b.Items[i].Kind.UnderTest(); i-- {
		drop[i] = drop[i] || b.Items[i].Kind == arch.Save || b.Items[i].Kind == arch.Reset
	}
}

// idle marks fillers, but for those within a branch, a loop or a prefix's reach, where distances count, and as many between
// two items as the machine's hazards ask for. Where the form is pinned all count.
func (s *search) idle(f *form, drop []bool) {
	reach := 0
	for _, h := range s.machine().Layout().Hazards {
		reach = max(reach, h.Between)
	}
	fixed := s.held(&f.block)
	run, any := 0, false
	for i := range f.block.Items {
		if !f.fillers[i] {
			run, any = 0, true
			continue
		}
		run++
		drop[i] = drop[i] || !f.pinned && !fixed[i] && (!any || run > reach)
	}
	for i := len(f.fillers) - 1; i >= 0 && f.fillers[i] && !fixed[i] && !f.pinned; i-- {
		drop[i] = true
	}
}

// held tells which items lie between the first and the last one of an instruction that counts distances.
func (s *search) held(b *arch.Block) []bool {
	out := make([]bool, len(b.Items))
	set := s.machine().Set()
	for t := range b.Items {
		it := &b.Items[t]
		if !it.Kind.UnderTest() {
			continue
		}
		in := set.Insns[it.Insn]
		if in.Branch == nil && in.Linked == nil && in.Prefix == nil {
			continue
		}
		first, last := t, t
		for i := range b.Items {
			if int(b.Items[i].Owner) == t && b.Items[i].Kind != arch.Space {
				first, last = min(first, i), max(last, i)
			}
		}
		for i := first; i <= last; i++ {
			out[i] = true
		}
	}
	return out
}

// trim marks fillers at both ends of a pinned block, which then begins behind them.
func (s *search) trim(f *form, drop []bool) {
	if len(f.fillers) != len(f.block.Items) {
		return
	}
	align := max(1, s.machine().Layout().BlockAlign)
	n, bytes, at := 0, uint64(0), uint64(0)
	for i := 0; i < len(f.fillers) && f.fillers[i]; i++ {
		if at += uint64(f.block.Items[i].Size); at%align == 0 {
			n, bytes = i+1, at
		}
	}
	for i := range n {
		drop[i] = true
	}
	f.skipped += bytes
	for i := len(f.fillers) - 1; i >= 0 && f.fillers[i]; i-- {
		drop[i] = true
	}
}

// compacted is items without some.
func compacted(items []arch.Item, drop []bool) []arch.Item {
	var out []arch.Item
	at := make([]int, len(items))
	for i := range items {
		if at[i] = len(out); !drop[i] {
			out = append(out, items[i])
		}
	}
	for i := range out {
		out[i].Owner = uint16(at[out[i].Owner])
	}
	return out
}
