package arch

import (
	"slices"

	"github.com/risugen/risugen/constraints"
)

// Finder finds the addresses that instructions of a program access. One goroutine may use it.
//
// A program does not say them: glue gives registers constants. The finder has the glue make words for each address that the
// instruction may have, until they are those of the program.
type Finder struct {
	prog   *Program
	layout *Layout
	glue   Glue
	words  []Word // scratch
	made   []Item // scratch
}

// Finder returns a finder for the program.
func (p *Program) Finder() *Finder {
	return &Finder{prog: p, layout: p.Machine.Layout(), glue: p.Machine.Glue()}
}

// Address is the address that an item of a block accesses, an instruction under test at an address, if it leaves one of some residues
// modulo AlignModulus (bit n: n): few addresses need be tried then. It reports false where it leaves another, where the item accesses
// no memory, and where the address is not found: of instructions whose registers glue had to set in an unusual way.
func (f *Finder) Address(b *Block, item int, at uint64, residues uint16) (uint64, bool) {
	it := &b.Items[item]
	in := f.prog.Machine.Set().Insns[it.Insn]
	if in.Memory == nil || f.layout.Hosted {
		return 0, false
	}
	args := in.Pattern.Extract(it.Word, nil)
	if in.Memory.Base < 0 {
		to, ok := in.Literal(it.Word, args, at)
		return to, ok && residues>>(to%AlignModulus)&1 != 0
	}
	a, ok := accessOf(in, f.layout, it.Word, args)
	if !ok {
		return 0, false
	}
	owner := f.owner(b, item, in)
	if a.index >= 0 && a.index != a.base {
		words, at := f.prepared(b, owner, a.index)
		for a.count = 1; !f.makes(words, at, a.index, a.count); a.count++ {
			if a.count == maxIndex {
				return 0, false
			}
		}
	}
	words, from := f.prepared(b, owner, a.base)
	return f.find(&a, words, from, it, residues)
}

// owner is the item that owns what prepares another: of a load that a store is linked to, that store.
func (f *Finder) owner(b *Block, item int, in *constraints.Insn) int {
	if next := item + 1; in.Links && next < len(b.Items) && b.Items[next].Kind == Test {
		if st := f.prog.Machine.Set().Insns[b.Items[next].Insn]; st.Linked != nil && st.Linked.Load == in {
			return next
		}
	}
	return item
}

// prepared returns the words that give an address register its value for an item, and where they stand.
func (f *Finder) prepared(b *Block, owner, reg int) (words []Item, at uint64) {
	addr := b.Addr
	words = f.made[:0]
	for i := range b.Items {
		it := &b.Items[i]
		if it.Kind == Prepare && int(it.Owner) == owner && int(it.Class) == f.layout.AddrClass && int(it.Reg) == reg {
			if len(words) == 0 {
				at = addr
			}
			words = append(words, *it)
		}
		addr += uint64(it.Size)
	}
	f.made = words
	return words, at
}

// find tries all addresses that the access of an item may have.
func (f *Finder) find(a *address, words []Item, from uint64, it *Item, residues uint16) (uint64, bool) {
	m := &f.layout.Memory
	window, windows := 0, m.Windows
	if it.Window != NoWindow {
		window, windows = int(it.Window), 1
	}
	begin := m.Addr + uint64(window*m.Size)
	for n := range uint64(windows * m.Size) {
		if n%uint64(m.Size)+uint64(a.access.Size) > uint64(m.Size) {
			continue
		}
		a.target = begin + n
		if residues>>(a.target%AlignModulus)&1 == 0 || a.access.Aligned(a.target) == (it.Kind == Misaligned) {
			continue
		}
		if value, ok := a.value(); ok && f.makes(words, from, a.base, value) {
			return a.target, true
		}
	}
	return 0, false
}

// value is what the base must hold for an access to the target; false: no number will do.
func (a *address) value() (uint64, bool) {
	v := a.target - uint64(a.access.Disp)
	switch {
	case a.index < 0:
	case a.index == a.base:
		return v / a.times() & a.mask, v%a.times() == 0
	default:
		v -= a.access.Offset(a.count)
	}
	return v & a.mask, true
}

// makes reports whether words are those that glue makes at an address for a register's value.
func (f *Finder) makes(words []Item, at uint64, reg int, value uint64) bool {
	if len(words) == 0 {
		return false
	}
	glue := f.glue
	if placed, ok := glue.(PlacedGlue); ok {
		glue = placed.At(at)
	}
	made, err := glue.SetReg(f.words[:0], reg, value)
	f.words = made
	return err == nil && slices.EqualFunc(made, words, func(w Word, it Item) bool { return w.Bits == it.Word && w.Size == it.Size })
}
