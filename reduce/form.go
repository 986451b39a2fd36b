package reduce

import (
	"fmt"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/constraints"
	"github.com/risugen/risugen/runtime"
)

// form is a block of which some units may be missing.
type form struct {
	whole  *runtime.Image
	number int // of the block that it was made of, in whole
	block  arch.Block
	pinned bool // it stands where it stood
	// fillers tells which items stand in the places of others; nil: none does.
	fillers []bool
	skipped uint64 // bytes of the block in whole that are missing before a pinned one
}

// windowSize is how many bytes of the pool a round reads.
func (f *form) windowSize() int {
	l := f.whole.Program.Machine.Layout()
	if f.block.Memory {
		return max(l.Window, l.Memory.Pool+l.Memory.Bytes())
	}
	return l.Window
}

// pin makes a program of the form one whose block stands where it stood, with the code that it reads.
func (f *form) pin(p *arch.Program) error {
	whole := f.whole.Program
	mem, err := f.whole.Memory()
	if err != nil {
		return err
	}
	p.Part = &arch.Part{Blocks: []int{whole.Number(f.number)}, Traps: whole.HasTraps()}
	b := &p.Blocks[0]
	b.Addr = whole.Blocks[f.number].Addr + f.skipped
	own := arch.Range{Lo: b.Addr, Hi: b.Addr + p.Machine.Layout().BlockSize(b)}
	for _, r := range p.CodeReads(b) {
		for _, r := range outside(r, own) {
			code, ok := mem(r.Lo, int(r.Hi-r.Lo))
			if !ok {
				return fmt.Errorf("the block reads code at %#x, which is not there", r.Lo)
			}
			p.Part.Code = append(p.Part.Code, arch.Piece{Addr: r.Lo, Data: code})
		}
	}
	return nil
}

// outside is what of a range lies outside another one, which may have been changed.
func outside(r, own arch.Range) []arch.Range {
	var out []arch.Range
	if lo, hi := r.Lo, min(r.Hi, own.Lo); lo < hi {
		out = append(out, arch.Range{Lo: lo, Hi: hi})
	}
	if lo, hi := max(r.Lo, own.Hi), r.Hi; lo < hi {
		out = append(out, arch.Range{Lo: lo, Hi: hi})
	}
	return out
}

// movable reports whether the items of a block mean the same wherever it stands.
func movable(m arch.Machine, b *arch.Block) bool {
	set := m.Set()
	for i := range b.Items {
		it := &b.Items[i]
		if !it.Kind.UnderTest() {
			continue
		}
		in := set.Insns[it.Insn]
		switch br := in.Branch; {
		case br != nil && (br.Absolute || br.Exchange || br.MayExchange() || br.Align > 0):
			return false
		case in.Memory != nil && in.Memory.Base < 0:
			return false
		case in.ReadsPC(it.Word, in.Pattern.Extract(it.Word, nil)):
			return false
		}
	}
	return true
}

// touchesMemory reports whether an item of a block accesses the memory block.
func touchesMemory(m arch.Machine, b *arch.Block) bool {
	for i := range b.Items {
		if it := &b.Items[i]; it.Kind.UnderTest() {
			if in := m.Set().Insns[it.Insn]; in.Memory != nil && in.Memory.Base >= 0 {
				return true
			}
		}
	}
	return false
}

// uses lists what the word of an item under test uses.
func uses(m arch.Machine, it *arch.Item) []constraints.Use {
	in := m.Set().Insns[it.Insn]
	if it.Kind == arch.Reserved && in.Must == constraints.MayRun {
		return nil
	}
	return in.Uses(nil, it.Word, in.Pattern.Extract(it.Word, nil))
}
