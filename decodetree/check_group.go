package decodetree

import (
	"fmt"
	"math/bits"
)

// group checks a group and those inside it, innermost first. Members that were
// refused are left out of the comparison; that can hide an overlap until they are
// mended, but reports none that is not there.
func (c *checker) group(g *Group) {
	for _, m := range g.Members {
		if c.sound(m) {
			g.sound = append(g.sound, m)
		}
	}
	if len(g.Members) == 0 && !g.broken && g.Parent != nil {
		c.errs.add(g.Pos, "group is empty")
	}
	if len(g.sound) == 0 {
		return
	}
	g.common = commonBits(g.sound, lowBits(c.spec.Options.InsnWidth))
	if g.Parent != nil {
		c.widths(g.sound)
	}
	if !g.Overlap {
		c.split(g.sound, g.common.mask)
	}
}

func (c *checker) sound(m Member) bool {
	switch m := m.(type) {
	case *Group:
		c.group(m)
		return len(m.sound) > 0
	case *Pattern:
		return !m.broken
	}
	return false
}

// memberBits gives the fixed bits of a member: for a group what all its
// patterns have in common.
func memberBits(m Member) bitLayout {
	switch m := m.(type) {
	case *Pattern:
		return bitLayout{fixed: m.FixedBits, mask: m.FixedMask, undef: m.UndefMask, width: m.Width}
	case *Group:
		return m.common
	}
	return bitLayout{}
}

// commonBits keeps the bits that all members fix to the same value.
func commonBits(members []Member, all uint64) bitLayout {
	common := bitLayout{mask: all, undef: all, width: memberBits(members[0]).width}
	first := memberBits(members[0])
	for _, m := range members {
		b := memberBits(m)
		common.mask &= b.mask &^ (b.fixed ^ first.fixed)
		common.undef &= b.undef
	}
	common.fixed = first.fixed & common.mask
	return common
}

// widths: patterns that one group tries on the same word must read as much of it.
// Those that no group holds together may differ: split finds that the bits they
// share tell them apart, and so does a decoder that reads byte by byte.
func (c *checker) widths(members []Member) {
	first := members[0]
	for _, m := range members[1:] {
		if memberBits(m).width != memberBits(first).width {
			c.errs.add(m.place(), "%s has %d bits, %s (%s) in the same group %d",
				title(m), memberBits(m).width, title(first), first.place(), memberBits(first).width)
			return
		}
	}
}

// split checks that no word matches two members, by the way QEMU decodes: sort
// the members by all bits that all of them fix, and look into each bin. Members
// that are left together with no such bit cannot be decoded. outer marks the bits
// that are the same in all members.
func (c *checker) split(members []Member, outer uint64) {
	if len(members) < 2 {
		return
	}
	mask := lowBits(c.spec.Options.InsnWidth) &^ outer
	for _, m := range members {
		mask &= memberBits(m).mask
	}
	if mask == 0 {
		c.overlap(members)
		return
	}
	bins := map[uint64][]Member{}
	var order []uint64 // of first appearance, so that errors come out the same each run
	for _, m := range members {
		key := memberBits(m).fixed & mask
		if bins[key] == nil {
			order = append(order, key)
		}
		bins[key] = append(bins[key], m)
	}
	for _, key := range order {
		c.split(bins[key], outer|mask)
	}
}

// maxPairs bounds the search for overlapping pairs in one bin, so that a large
// faulty file takes no quadratic time to refuse.
const maxPairs = 1 << 18

// overlap reports the pairs of a bin that match the same word; each member is
// reported once, with the first one above it that it overlaps.
func (c *checker) overlap(members []Member) {
	found, budget := false, maxPairs
	for i := 1; i < len(members) && budget > 0; i++ {
		for j := 0; j < i && budget > 0; j++ {
			budget--
			if word, both := commonWord(members[j], members[i]); both {
				c.errs.add(members[i].place(), "%s overlaps %s (%s): both match %s",
					title(members[i]), title(members[j]), members[j].place(), c.hex(word))
				found = true
				break
			}
		}
	}
	if !found {
		c.errs.add(members[1].place(), "%s, %s (%s) and %d more have no fixed bit in common to tell them apart by",
			title(members[1]), title(members[0]), members[0].place(), len(members)-2)
	}
}

// commonWord gives a word that both members match by their fixed bits.
func commonWord(a, b Member) (uint64, bool) {
	x, y := memberBits(a), memberBits(b)
	return x.fixed | y.fixed, (x.fixed^y.fixed)&x.mask&y.mask == 0
}

func title(m Member) string {
	switch m := m.(type) {
	case *Pattern:
		return "pattern " + m.Name
	case *Group:
		return "group (" + describeCommon(m) + ")"
	}
	return "group"
}

func describeCommon(g *Group) string {
	return fmt.Sprintf("its patterns fix %d bits alike", bits.OnesCount64(g.common.mask))
}
