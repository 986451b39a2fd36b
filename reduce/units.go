package reduce

import (
	"errors"
	"slices"

	"github.com/risugen/risugen/arch"
)

// unit is instructions under test of a block that stand or fall together.
type unit struct {
	tests []int // their items, ascending
}

// units takes a block apart: each instruction under test is one, but a prefix has those that stand behind it, a linked store its
// load, and a branch what must not stand in its forbidden slot.
func units(m arch.Machine, b *arch.Block) []unit {
	var out []unit
	behind := 0
	for i := range b.Items {
		it := &b.Items[i]
		if !it.Kind.UnderTest() {
			continue
		}
		in := m.Set().Insns[it.Insn]
		joined := behind > 0 || in.Linked != nil && i > 0 && b.Items[i-1].Kind == arch.Test && len(out) > 0 ||
			it.Kind == arch.Reserved && in.Branch != nil && len(out) > 0
		if behind = max(0, behind-1); it.Kind == arch.Test && in.Prefix != nil {
			behind = in.Following(it.Word)
		}
		if !joined {
			out = append(out, unit{})
		}
		u := &out[len(out)-1]
		u.tests = append(u.tests, i)
	}
	return out
}

// unitOf is the index of the unit of an item under test, or -1.
func unitOf(us []unit, item int) int {
	return slices.IndexFunc(us, func(u unit) bool { return slices.Contains(u.tests, item) })
}

// kept tells of each item of a block whether it is one of some units, or serves one.
func kept(b *arch.Block, us []unit, keep []int) []bool {
	test := make([]bool, len(b.Items))
	for _, k := range keep {
		for _, i := range us[k].tests {
			test[i] = true
		}
	}
	out := make([]bool, len(b.Items))
	for i := range b.Items {
		it := &b.Items[i]
		out[i] = it.Kind.UnderTest() && test[i] || !it.Kind.UnderTest() && test[it.Owner]
	}
	return out
}

// errNoTest says that nothing is left to be tested.
var errNoTest = errors.New("no instruction is left")

// piece is an item on its way to another block.
type piece struct {
	arch.Item
	id, owner int // in the original block: the item, and the one that it serves
	filler    bool
}

// silence puts words that do nothing in the places of items that are not kept.
func silence(m arch.Machine, b *arch.Block, keep []bool) (out []piece, err error) {
	glue, addr := m.Glue(), b.Addr
	for i := range b.Items {
		it := &b.Items[i]
		if keep[i] {
			out = append(out, piece{Item: *it, id: i, owner: int(it.Owner)})
		} else if out, err = fill(out, glue, addr, it.Size, uint8(m.Layout().AddrClass)); err != nil {
			return nil, err
		}
		addr += uint64(it.Size)
	}
	return out, nil
}

// fill appends words of so many bytes that do nothing.
func fill(out []piece, glue arch.Glue, addr uint64, size, class uint8) ([]piece, error) {
	for size > 0 {
		if placed, ok := glue.(arch.PlacedGlue); ok {
			glue = placed.At(addr)
		}
		words, err := glue.Nop(nil)
		if err != nil {
			return nil, err
		}
		for _, w := range words {
			if w.Size > size {
				return nil, errors.New("no word of this size does nothing")
			}
			it := arch.Item{Word: w.Bits, Size: w.Size, Insn: -1, Window: arch.NoWindow, Kind: arch.Space, Class: class}
			out = append(out, piece{Item: it, id: -1, filler: true})
			size, addr = size-w.Size, addr+uint64(w.Size)
		}
	}
	return out, nil
}

// settle makes items of pieces, and tells which are fillers: these serve the first instruction that is left.
func settle(pieces []piece) (items []arch.Item, fillers []bool, err error) {
	at := map[int]int{}
	first := slices.IndexFunc(pieces, func(p piece) bool { return p.Kind.UnderTest() })
	if first < 0 {
		return nil, nil, errNoTest
	}
	for i := range pieces {
		if !pieces[i].filler {
			at[pieces[i].id] = i
		}
	}
	for _, p := range pieces {
		owner, there := at[p.owner]
		if p.filler || !there {
			owner = first
		}
		p.Owner = uint16(owner)
		items, fillers = append(items, p.Item), append(fillers, p.filler)
	}
	return items, fillers, nil
}
